import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { applyEvent, type ShowState, stateOf } from "../../lib/reduce";
import { ShowSocket, type SocketEvents, type SocketHandlers } from "../../lib/socket";
import { at, product, state, variant, welcome } from "../../lib/testing/builders";
import { type Random, randomOf } from "../../lib/testing/random";
import type { ViewerEvent } from "../../lib/types";
import { baseOf, createTimeline } from "./timeline";

/** Runs of each property; a seed names a failing one. */
const SEEDS = 60;

const IDS = ["p1", "p2", "p3"];
const products = IDS.map((id) => product({ id, variants: [variant({ id: `v${id}` })] }));

/** One event that fits the types, whether or not a server would send it just then. */
function eventOf(random: Random, seq: number, secs: number): ViewerEvent {
  const place = { seq, at: at(secs) };
  const id = random.pick(IDS);
  const featured = IDS.slice(random.below(3));
  const message_id = `m${random.below(seq) + 1}`;
  const author = { id: "w1", name: "Marta", badge: null };
  switch (random.below(10)) {
    case 0:
      return { ...place, type: "product.featured", data: { product_id: id, featured } };
    case 1:
      return { ...place, type: "product.unfeatured", data: { product_id: id, featured } };
    case 2:
      return {
        ...place,
        type: "stock.changed",
        data: { product_id: id, variant_id: `v${id}`, available: random.below(9), on_sale: true },
      };
    case 3:
      return { ...place, type: "lineup.changed", data: { lineup: products, featured } };
    case 4:
      return { ...place, type: "chat.removed", data: { message_id } };
    case 5:
      return { ...place, type: "chat.restored", data: { message_id, text: "again" } };
    case 6:
      return random.pick<ViewerEvent>([
        { ...place, type: "show.started", data: { status: "live", starts_at: null } },
        { ...place, type: "show.paused", data: { status: "paused", starts_at: null } },
        { ...place, type: "show.ended", data: { status: "ended", starts_at: null } },
      ]);
    default:
      return {
        ...place,
        type: "chat.sent",
        data: { message_id: `m${seq}`, author, text: `text ${seq}` },
      };
  }
}

/** An evening of some hundred events, bursts and pauses of minutes among them. */
function eveningOf(random: Random): ViewerEvent[] {
  let secs = 0;
  return Array.from({ length: 50 + random.below(350) }, (_, index) => {
    secs += random.pick([0, 0, 1, 3, 20, 150]);
    return eventOf(random, index + 1, secs);
  });
}

const foldAll = (base: ShowState, events: ViewerEvent[]) => events.reduce(applyEvent, base);

function pages(random: Random, events: ViewerEvent[]): ViewerEvent[][] {
  const rest = [...events];
  const cut: ViewerEvent[][] = [];
  while (rest.length > 0) cut.push(rest.splice(0, 1 + random.below(90)));
  return cut;
}

describe("a timeline", () => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
    "is the fold up to any moment, sought in any order (seed %i)",
    (seed) => {
      const random = randomOf(seed);
      const events = eveningOf(random);
      const base = baseOf(state());
      const timeline = createTimeline(base);
      const waiting = pages(random, events);
      const here: ViewerEvent[] = [];
      const lastMs = Date.parse(events.at(-1)?.at ?? at(0));
      for (let step = 0; step < 80; step += 1) {
        if (waiting.length > 0 && random.below(3) === 0) {
          const page = waiting.shift() ?? [];
          here.push(...page);
          timeline.add(page);
        }
        const t = Date.parse(at(0)) - 5_000 + random.below(lastMs - Date.parse(at(0)) + 10_000);
        const told = here.filter((event) => Date.parse(event.at) <= t);
        expect(timeline.at(t)).toEqual(foldAll(base, told));
      }
    },
  );

  it("keeps the order of the log where two clocks differ", () => {
    const events: ViewerEvent[] = [
      { seq: 1, at: at(10), type: "chat.slow_mode_changed", data: { secs: 5 } },
      { seq: 2, at: at(9), type: "chat.slow_mode_changed", data: { secs: 7 } },
    ];
    const timeline = createTimeline(baseOf(state()));
    timeline.add(events);
    expect(timeline.at(Date.parse(at(9))).show.slow_mode_secs).toBe(0);
    expect(timeline.at(Date.parse(at(10))).show.slow_mode_secs).toBe(7);
  });
});

describe("live and replayed", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A server that sends late, twice, and in the wrong order, and resumes whoever asks. */
  async function watchLive(random: Random, base: ShowState, events: ViewerEvent[]) {
    let shown = base;
    let line: SocketEvents | null = null;
    let after = 0;
    const frame = (value: object) => line?.message(JSON.stringify(value));
    const handlers = {
      onWelcome: () => undefined,
      onResumed: () => undefined,
      onStatus: () => undefined,
      onSignal: () => undefined,
      onYou: () => undefined,
      onEvents: (fresh: ViewerEvent[]) => {
        shown = fresh.reduce(applyEvent, shown);
      },
    } satisfies SocketHandlers;
    const socket = new ShowSocket({
      url: "ws://shop/socket",
      credentials: async () => ({ token: "t" }),
      handlers,
      random: () => 0,
      createSocket: (_url, _protocol, opened) => {
        line = opened;
        return {
          send: (text) => {
            const hello = JSON.parse(text) as { t?: string; after?: string };
            if (hello.t !== "hello") return;
            after = Number(hello.after?.split(":")[1] ?? 0);
            const { t: _, ...rest } = welcome(`e:${after}`);
            frame(hello.after ? { t: "resumed", ...rest } : { t: "welcome", ...rest });
          },
          close: () => {
            if (line === opened) line = null;
          },
        };
      },
    });
    const settle = async () => {
      await vi.advanceTimersByTimeAsync(100);
      // Whoever is told of a hole comes back with a pause of its own.
      for (let wait = 0; !line && wait < 60; wait += 1) await vi.advanceTimersByTimeAsync(1_000);
      (line as SocketEvents | null)?.open();
      await vi.advanceTimersByTimeAsync(10);
    };
    socket.start();
    await settle();
    for (let place = 0; place < events.length; ) {
      const from = Math.max(0, place - random.below(4));
      const until = Math.min(events.length, place + 1 + random.below(20));
      let batch = events.slice(from, until);
      const fault = random.below(6);
      if (fault === 0) batch = [...batch].reverse();
      if (fault === 1) batch = batch.filter(() => random.below(4) > 0);
      if (fault === 2) batch = batch.flatMap((event) => [event, event]);
      frame({ t: "events", events: batch });
      if (!line) {
        await settle();
        frame({ t: "events", events: events.slice(after, until) });
      }
      place = until;
    }
    // The last word may have been lost; the next beat shows a hole, or nothing was missed.
    socket.networkOffline();
    socket.networkOnline();
    await settle();
    frame({ t: "events", events: events.slice(after) });
    socket.stop();
    return shown;
  }

  it.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
    "come to the same state, however the events arrive (seed %i)",
    async (seed) => {
      const random = randomOf(1_000 + seed);
      const events = eveningOf(random);
      const base = baseOf(state());
      const timeline = createTimeline(base);
      for (const page of pages(random, events)) timeline.add(page);
      const live = await watchLive(random, base, events);
      expect(live).toEqual(timeline.at(Number.MAX_SAFE_INTEGER));
      expect(live).toEqual(foldAll(base, events));
    },
  );

  it("goes on from a snapshot of any moment", () => {
    const random = randomOf(7);
    const events = eveningOf(random);
    const whole = foldAll(baseOf(state()), events);
    for (let run = 0; run < SEEDS; run += 1) {
      const cut = random.below(events.length);
      const before = foldAll(baseOf(state()), events.slice(0, cut));
      expect(foldAll(before, events.slice(cut))).toEqual(whole);
      // What both sides know is told twice where a snapshot and its events overlap.
      const overlap = events.slice(Math.max(0, cut - 1), cut);
      expect(foldAll(foldAll(before, overlap), events.slice(cut))).toEqual(whole);
    }
  });

  it("knows a snapshot as the state it describes", () => {
    const { shop, show } = state();
    expect(stateOf({ shop, show, chat: [] })).toEqual({ shop, show, chat: [], leftOut: null });
  });
});
