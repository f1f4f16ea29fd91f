/** Whether there is room beside the video, as a signal; the same condition as in the style sheets. */
import { signal } from "@preact/signals";

const wide = matchMedia("(min-width: 56rem), (min-width: 40rem) and (orientation: landscape)");

export const isWide = signal(wide.matches);

wide.addEventListener("change", () => {
  isWide.value = wide.matches;
});
