/**
 * What is on screen at the moment that the picture shows: a pin or an offer appears when the host is
 * seen to show it, not seconds before.
 *
 * Pure: no clock, no player. Stock, prices, ends and removals never pass through here.
 * Invariant: what is on screen is the fold of the log up to one place, and that place never goes back.
 */
import type { ShowView, ViewerEvent } from "./types";

/** Whatever becomes of the picture, nothing is kept from a viewer for longer. */
export const PATIENCE_MS = 30_000;
/** More pins than a host sets in that time; beyond it the oldest are shown. */
const WAITING_MAX = 200;

/** What the picture has reached: the products on screen, the newest first, and offers that were announced. */
type OnScreen = { featured: string[]; offers: ReadonlySet<string> };

type StepEvent = Extract<
  ViewerEvent,
  { type: "product.featured" | "product.unfeatured" | "lineup.changed" | "offer.started" }
>;

export type Steps = {
  isWaiting(): boolean;
  /** A show as it looks beside the picture; all but what is on screen is of this moment. */
  beside(show: ShowView): ShowView;
  /** A snapshot is shown as it is. */
  reset(show: Pick<ShowView, "featured" | "offers">): void;
  /** Keeps what has to wait for the picture, and answers with the rest. */
  add(events: readonly ViewerEvent[], now: number): ViewerEvent[];
  /**
   * Shows what the picture has reached, all where `picture` is null, and answers with it. Times in
   * milliseconds since 1970; `offset` is the show's.
   */
  reach(picture: number | null, now: number, offset: number): ViewerEvent[];
};

export function createSteps(): Steps {
  let shown: OnScreen = { featured: [], offers: new Set() };
  let waiting: { event: StepEvent; at: number; since: number }[] = [];
  /** Clocks of two nodes differ by milliseconds; `seq` is the order. */
  let last = 0;
  return {
    isWaiting: () => waiting.length > 0,
    beside: (show) => beside(show, shown),
    reset({ featured, offers }) {
      shown = { featured, offers: new Set(offers.map(({ id }) => id)) };
      waiting = [];
      last = 0;
    },
    add(events, now) {
      for (const event of events.filter(isStep)) {
        last = Math.max(last, Date.parse(event.at));
        waiting.push({ event, at: last, since: now });
      }
      return events.filter((event) => !isStep(event));
    },
    reach(picture, now, offset) {
      // A shop that says that its picture is later than that has its way.
      const until = now - Math.max(PATIENCE_MS, -offset);
      const surplus = waiting.length - WAITING_MAX;
      const isEarly = picture === null ? () => false : isEarlyAt(picture + offset, until, surplus);
      const first = waiting.findIndex(isEarly);
      const reached = waiting.splice(0, first < 0 ? waiting.length : first);
      for (const { event } of reached) shown = after(shown, event);
      return reached.map(({ event }) => event);
    },
  };
}

function beside(show: ShowView, { featured, offers }: OnScreen): ShowView {
  if (show.offers.every(({ id }) => offers.has(id))) return { ...show, featured };
  const lineup = show.lineup.map((product) => {
    const variants = product.variants.map((variant) => {
      const { offer, ...plain } = variant;
      return offer && !offers.has(offer.id) ? plain : variant;
    });
    return { ...product, variants };
  });
  return { ...show, featured, lineup };
}

/** Whether an event changes only what is on screen, and may therefore wait for the picture. */
function isStep(event: ViewerEvent): event is StepEvent {
  const { type } = event;
  return (
    type === "product.featured" ||
    type === "product.unfeatured" ||
    type === "lineup.changed" ||
    type === "offer.started"
  );
}

function isEarlyAt(picture: number, until: number, surplus: number) {
  return ({ at, since }: { at: number; since: number }, index: number) =>
    at > picture && at > until && since > until && index >= surplus;
}

function after(shown: OnScreen, { type, data }: StepEvent): OnScreen {
  if (type === "offer.started") {
    return { ...shown, offers: new Set([...shown.offers, data.offer.id]) };
  }
  return { ...shown, featured: data.featured };
}
