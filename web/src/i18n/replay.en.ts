/** English texts of a replay. */
import { plural } from "../lib/i18n";

export const replayEn = {
  badge: "Replay",
  loadingTitle: "Loading the replay",
  failedTitle: "The replay could not be loaded",
  position: "Position in the replay",
  positionText: (now: string, length: string, title: string | null) =>
    title ? `${now} of ${length}, ${title}` : `${now} of ${length}`,
  play: "Play",
  pause: "Pause",
  previous: "Previous product",
  next: "Next product",
  moments: "Products",
  momentsOf: (n: number) => plural(n, "Products: 1", `Products: ${n}`),
  shownAt: (time: string) => `Shown at ${time}`,
  jumpTo: (time: string, title: string) => `Shown at ${time}: ${title}`,
  notShown: "Not shown in this show",
  onScreen: "On screen",
  gone: (title: string) => `${title} is no longer on sale`,
  chatThen: "Chat of that evening",
  chatNothing: "Nothing has been said yet.",
  share: "Share this moment",
  copied: "Link to this moment copied",
  todaysPrices: "Prices and stock are those of today.",
};

export type ReplayTexts = typeof replayEn;
