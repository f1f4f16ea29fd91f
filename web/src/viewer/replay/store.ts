/** One replay as this page knows it: the recording, the log as it comes in, and the show at this second. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Api } from "../../lib/api";
import { type ApiProblem, toProblem } from "../../lib/problem";
import type { ShowState } from "../../lib/reduce";
import type { Replay, ReplayEventPage, ViewerEvent } from "../../lib/types";
import { isKnownViewerEvent } from "../../lib/wire";
import type { PlayerStore } from "../player/store";
import { type Chapter, chaptersOf, type Wish } from "./chapters";
import { createMedia, type Media } from "./media";
import { baseOf, createTimeline } from "./timeline";

/** Pages of a log that a browser keeps: a million events, many evenings' worth. */
const PAGES_MAX = 1_000;

export type ReplayStore = {
  replay: ReadonlySignal<Replay | null>;
  problem: ReadonlySignal<ApiProblem | null>;
  /** Whether the whole log is here. */
  isWhole: ReadonlySignal<boolean>;
  chapters: ReadonlySignal<Chapter[]>;
  /** The show as it stood at this second of the recording. */
  shown: ReadonlySignal<ShowState>;
  media: Media;
  load(): Promise<void>;
};

type Options = {
  api: Api;
  player: PlayerStore;
  /** The show as it is now, with the products and prices of today. */
  now: ReadonlySignal<ShowState | null>;
  first: ShowState;
  wish: Wish;
};

export function createReplayStore({ api, player, now, first, wish }: Options): ReplayStore {
  const replay = signal<Replay | null>(null);
  const problem = signal<ApiProblem | null>(null);
  const isWhole = signal(false);
  const chapters = signal<Chapter[]>([]);
  /** Grows with each page, so that what is shown is folded anew. */
  const pages = signal(0);
  let timeline = createTimeline(baseOf(first));
  let log: ViewerEvent[] = [];
  let isSought = false;
  const media = createMedia(player, () => replay.value?.video?.kind === "file");
  const startMs = () => Date.parse(replay.peek()?.starts_at ?? "") || 0;
  const path = `/shows/${first.show.id}/replay`;

  /** Goes to where the address asks, as soon as the log tells where that is. */
  const seekFirst = () => {
    if (isSought) return;
    const chapter = chapters.value.find(({ handle }) => handle === wish.handle);
    const secs = wish.secs ?? chapter?.secs ?? null;
    if (secs === null) return;
    isSought = true;
    media.seek(secs);
  };
  const take = (events: ViewerEvent[]) =>
    batch(() => {
      timeline.add(events);
      log = log.concat(events.filter(isOfChapters));
      chapters.value = chaptersOf(log, startMs(), now.peek()?.show.lineup ?? []);
      pages.value += 1;
      seekFirst();
    });
  const read = async () => {
    let cursor: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const query: { cursor: string | null } = { cursor };
      const { items, next_cursor }: ReplayEventPage = await api.get(`${path}/events`, { query });
      take(items.filter(isKnownViewerEvent));
      if (next_cursor === null) break;
      cursor = next_cursor;
    }
    isWhole.value = true;
  };
  return {
    replay,
    problem,
    isWhole,
    chapters,
    media,
    shown: computed(() => {
      pages.value;
      const start = Date.parse(replay.value?.starts_at ?? "") || 0;
      return timeline.at(start + media.secs.value * 1000);
    }),
    async load() {
      problem.value = null;
      timeline = createTimeline(baseOf(first));
      log = [];
      try {
        replay.value = await api.get<Replay>(path);
        if (wish.secs !== null) seekFirst();
        await read();
      } catch (cause) {
        problem.value = toProblem(cause);
      }
    },
  };
}

function isOfChapters({ type }: ViewerEvent): boolean {
  return type === "lineup.changed" || type === "product.featured";
}
