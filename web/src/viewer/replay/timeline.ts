/**
 * A show as it stood at any moment: `state = fold(events with at <= t)`, by the reducer of the live page.
 *
 * Going on folds what came since; going back begins at a kept state, one for each minute.
 */
import { applyEvent, type ShowState } from "../../lib/reduce";
import type { ViewerEvent } from "../../lib/types";

/** Between two kept states; folding a minute of a busy chat takes a few milliseconds. */
const KEEP_EVERY_MS = 60_000;

type Kept = { count: number; state: ShowState };

export type Timeline = {
  /** Takes the next page of the log; its events come behind those that are here. */
  add(events: readonly ViewerEvent[]): void;
  /** The state at a moment, in milliseconds since 1970. */
  at(ms: number): ShowState;
};

/** `base` is the show before its first event. */
export function createTimeline(base: ShowState): Timeline {
  const events: ViewerEvent[] = [];
  /** When each event counts: clocks of two nodes differ by milliseconds, `seq` is the order. */
  const times: number[] = [];
  const kept: Kept[] = [{ count: 0, state: base }];
  let last: Kept = { count: 0, state: base };
  const keep = (here: Kept) => {
    const newest = kept.at(-1) as Kept;
    const since = (times[here.count - 1] ?? 0) - (times[newest.count - 1] ?? times[0] ?? 0);
    if (here.count > newest.count && since >= KEEP_EVERY_MS) kept.push(here);
  };
  return {
    add(more) {
      for (const event of more) {
        times.push(Math.max(times.at(-1) ?? 0, Date.parse(event.at)));
        events.push(event);
      }
    },
    at(ms) {
      const count = countUntil(times, ms);
      if (count < last.count) last = nearest(kept, count);
      let { state } = last;
      for (let index = last.count; index < count; index += 1) {
        state = applyEvent(state, events[index] as ViewerEvent);
        keep({ count: index + 1, state });
      }
      last = { count, state };
      return state;
    },
  };
}

/** A show before anything happened in it: its own names, nothing on screen and nothing said. */
export function baseOf(now: ShowState): ShowState {
  const show = {
    ...now.show,
    status: "scheduled" as const,
    started_at: null,
    ended_at: null,
    lineup: [],
    featured: [],
    slow_mode_secs: 0,
    is_chat_locked: false,
    pinned_message: null,
    questions: [],
    offers: [],
  };
  return { shop: now.shop, show, chat: [], leftOut: null };
}

/** How many of the rising times are not later than a moment. */
export function countUntil(times: readonly number[], ms: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The newest kept state that lies not behind a place in the log. */
function nearest(kept: readonly Kept[], count: number): Kept {
  for (let index = kept.length - 1; index >= 0; index -= 1) {
    const one = kept[index] as Kept;
    if (one.count <= count) return one;
  }
  return kept[0] as Kept;
}
