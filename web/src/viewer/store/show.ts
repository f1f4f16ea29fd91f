/**
 * One show as this page knows it: loads it, keeps the socket, folds the events.
 *
 * The only place where frames become state; components read signals and call actions.
 */
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Api } from "../../lib/api";
import { type Repriced, withPrices } from "../../lib/offers";
import { type ApiProblem, toProblem } from "../../lib/problem";
import { applyEvent, type ShowState, stateOf } from "../../lib/reduce";
import { ShowSocket, type SocketStatus, socketUrl } from "../../lib/socket";
import type { Steps } from "../../lib/step";
import { ServerClock } from "../../lib/time";
import type { ChatSentEvent, Resumed, ShowPage, ViewerEvent, Welcome, You } from "../../lib/types";
import type { ViewerSession } from "./session";

/** How often the picture is looked at while something waits for it. */
const STEP_MS = 200;
/** The server counts five hearts a second of each viewer. */
const HEART_MS = 200;

export type Load =
  | { kind: "loading" }
  | { kind: "missing" }
  | { kind: "failed"; problem: ApiProblem }
  | { kind: "ready" };

export type ShowStore = {
  load: ReadonlySignal<Load>;
  /** With the prices that are paid now, offers and what the server named lately included. */
  state: ReadonlySignal<ShowState | null>;
  /** The same as it looks beside the picture: pins and offers wait for it, nothing else does. */
  onScreen: ReadonlySignal<ShowState | null>;
  repriced: Signal<Repriced>;
  status: ReadonlySignal<SocketStatus>;
  you: ReadonlySignal<You | null>;
  viewers: ReadonlySignal<number>;
  /** Hearts as they come in; `at` counts the bursts, so that two alike are two. */
  hearts: ReadonlySignal<{ count: number; at: number }>;
  /** Messages that a resumed connection brought in. */
  missed: ReadonlySignal<number>;
  clock: ServerClock;
  socket(): ShowSocket | null;
  start(): Promise<void>;
  /** Asks anew what no event tells: where the shop delivers to. */
  refreshShop(): Promise<void>;
  sendHeart(): void;
  /** Keeps a message of one's own that was not sent to all. */
  keep(message: ChatSentEvent): void;
  dismissMissed(): void;
  onEvents(listener: (events: ViewerEvent[]) => void): void;
  /** Events as they are seen: what waits for the picture comes when the picture has reached it. */
  onSeen(listener: (events: ViewerEvent[]) => void): void;
  /** From now on what is on screen waits for the picture. */
  follow(steps: Steps): void;
  /** Shows at once what waits for the picture. */
  catchUp(): void;
};

/** See `PlayerStore`. */
type Picture = (now: number) => number | null;

export function createShowStore(
  api: Api,
  session: ViewerSession,
  slug: string,
  pictureOf: Picture = () => null,
): ShowStore {
  const load = signal<Load>({ kind: "loading" });
  const state = signal<ShowState | null>(null);
  const repriced = signal<Repriced>(new Map());
  const status = signal<SocketStatus>({ kind: "connecting" });
  const you = signal<You | null>(null);
  const viewers = signal(0);
  const hearts = signal({ count: 0, at: 0 });
  const missed = signal(0);
  const clock = new ServerClock();
  const listeners: ((events: ViewerEvent[]) => void)[] = [];
  const steps = signal<Steps | null>(null);
  /** Grows with what the picture reaches. */
  const reached = signal(0);
  const seers: ((events: ViewerEvent[]) => void)[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let socket: ShowSocket | null = null;
  let resumedAt: string | null = null;
  let ownHearts = 0;
  let heartAt = 0;

  const burst = (count: number) => {
    if (count > 0) hearts.value = { count, at: hearts.value.at + 1 };
  };
  const present = (frame: Welcome | Resumed) => {
    clock.sync(frame.server_time);
    viewers.value = frame.viewers;
    you.value = frame.you;
  };
  /** Puts on screen what the picture has reached, and looks again while something waits. */
  const step = (isAtOnce?: boolean) => {
    clearTimeout(timer);
    const waiting = steps.peek();
    if (!waiting) return;
    const now = clock.now();
    const { sync_offset_ms: offset = 0, video } = state.peek()?.show ?? {};
    const isOurs = video?.kind === "demo" || video?.kind === "hls";
    // A provider's frame tells no moment; all that is known of it is what the shop says.
    const shows = isOurs ? pictureOf(now) : offset < 0 ? now : null;
    const events = waiting.reach(isAtOnce ? null : shows, now, offset);
    if (waiting.isWaiting()) timer = setTimeout(step, STEP_MS);
    reached.value += events.length;
    if (events.length > 0) see(events);
  };
  const see = (events: ViewerEvent[]) => {
    for (const listener of seers) listener(events);
  };
  const handlers = {
    onStatus: (next: SocketStatus) => {
      status.value = next;
    },
    onWelcome: (welcome: Welcome) =>
      batch(() => {
        present(welcome);
        resumedAt = null;
        state.value = stateOf(welcome);
        steps.value?.reset(welcome.show);
        reached.value += 1;
      }),
    onResumed: (resumed: Resumed) =>
      batch(() => {
        present(resumed);
        resumedAt = resumed.server_time;
        missed.value = 0;
      }),
    onEvents: (events: ViewerEvent[]) =>
      batch(() => {
        if (state.value) state.value = events.reduce(applyEvent, state.value);
        // What the server named counts until the shop says something newer.
        if (events.some(({ type }) => type === "offer.started" || type === "product.changed")) {
          repriced.value = new Map();
        }
        missed.value += countMissed(events, resumedAt);
        for (const listener of listeners) listener(events);
        see(steps.value?.add(events, clock.now()) ?? events);
        step();
      }),
    onSignal: (frame: { viewers?: number; hearts?: number }) => {
      if (frame.viewers !== undefined) viewers.value = frame.viewers;
      if (frame.hearts) {
        // Own hearts float at once; the echo brings only those of others.
        burst(frame.hearts - ownHearts);
        ownHearts = 0;
      }
    },
    onYou: (next: You) => {
      you.value = next;
    },
  };

  const connect = ({ show }: ShowPage) => {
    // Drafts and rehearsals are for members, whom their cookie makes known.
    const isForMembers = show.status === "draft" || show.is_rehearsal;
    socket = new ShowSocket({
      url: socketUrl(location.href, show.id),
      credentials: async (isRenewal) =>
        isForMembers ? {} : { token: await session.ensure(show.id, isRenewal) },
      handlers,
    });
    watchPage(socket);
    socket.start();
  };

  const priced = computed(() => {
    const now = state.value;
    return now && { ...now, show: withPrices(now.show, repriced.value) };
  });
  return {
    load,
    state: priced,
    onScreen: computed(() => {
      const now = priced.value;
      reached.value;
      return now && steps.value ? { ...now, show: steps.value.beside(now.show) } : now;
    }),
    repriced,
    status,
    you,
    viewers,
    hearts,
    missed,
    clock,
    socket: () => socket,
    async start() {
      load.value = { kind: "loading" };
      try {
        const page = await api.get<ShowPage>(`/shows/${encodeURIComponent(slug)}`);
        batch(() => {
          state.value = { shop: page.shop, show: page.show, chat: [], leftOut: null };
          load.value = { kind: "ready" };
        });
        connect(page);
      } catch (cause) {
        const problem = toProblem(cause);
        load.value = problem.status === 404 ? { kind: "missing" } : { kind: "failed", problem };
      }
    },
    async refreshShop() {
      const { shop } = await api.get<ShowPage>(`/shows/${encodeURIComponent(slug)}`);
      if (state.value) state.value = { ...state.value, shop };
    },
    sendHeart() {
      if (Date.now() - heartAt < HEART_MS) return;
      heartAt = Date.now();
      ownHearts += 1;
      burst(1);
      // The server counts the hearts of viewers only and holds those of members against them.
      if (you.value?.role === "viewer") socket?.sendHeart();
    },
    keep(message) {
      if (state.value) state.value = applyEvent(state.value, message);
    },
    dismissMissed() {
      missed.value = 0;
      resumedAt = null;
    },
    onEvents: (listener) => void listeners.push(listener),
    onSeen: (listener) => void seers.push(listener),
    follow(next) {
      if (state.value) next.reset(state.value.show);
      steps.value = next;
    },
    catchUp: () => step(true),
  };
}

/** What was said before the moment of return was said while the viewer was away. */
function countMissed(events: ViewerEvent[], resumedAt: string | null): number {
  if (resumedAt === null) return 0;
  return events.filter((event) => event.type === "chat.sent" && event.at <= resumedAt).length;
}

/** Tells the socket what the browser knows of the network and of the page. */
function watchPage(socket: ShowSocket): void {
  addEventListener("online", () => socket.networkOnline());
  addEventListener("offline", () => socket.networkOffline());
  addEventListener("pagehide", () => socket.networkOffline());
  addEventListener("pageshow", (event) => event.persisted && socket.networkOnline());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) socket.probe();
  });
}
