import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import type { Api } from "../../lib/api";
import { ApiProblem } from "../../lib/problem";
import type { ShowState } from "../../lib/reduce";
import { at, chatSent, product, state } from "../../lib/testing/builders";
import type { ViewerEvent } from "../../lib/types";
import type { PlayerStore } from "../player/store";
import { createReplayStore } from "./store";

const lineup = [product(), product({ id: "p2", handle: "bag", title: "Bag" })];
const EVENTS: ViewerEvent[] = [
  { seq: 1, at: at(-60), type: "lineup.changed", data: { lineup, featured: [] } },
  { ...chatSent(2), at: at(5) },
  { seq: 3, at: at(30), type: "product.featured", data: { product_id: "p2", featured: ["p2"] } },
  { ...chatSent(4), at: at(40) },
];

function setUp(wish = { secs: null as number | null, handle: null as string | null }) {
  const asked: string[] = [];
  const server = { problem: null as ApiProblem | null };
  const get = async (path: string, options?: { query?: { cursor?: string | null } }) => {
    asked.push(path);
    if (server.problem) throw server.problem;
    if (!path.endsWith("/events")) {
      const video = { kind: "file", url: "/a.mp4", play_url: "/a.mp4", poster_url: null };
      return {
        video,
        starts_at: at(0),
        published_at: at(900),
        hearts: { every_secs: 10, counts: [] },
      };
    }
    const from = Number(options?.query?.cursor ?? 0);
    const items = EVENTS.slice(from, from + 2);
    return { items, next_cursor: from + 2 < EVENTS.length ? String(from + 2) : null };
  };
  const first = state({ status: "ended", lineup });
  const player = { state: signal("playing") } as unknown as PlayerStore;
  const now = signal<ShowState | null>(first);
  const store = createReplayStore({ api: { get } as unknown as Api, player, now, first, wish });
  return { store, server, asked };
}

describe("a replay", () => {
  it("reads the log page by page and shows the second that plays", async () => {
    const { store, asked } = setUp();
    await store.load();
    expect(asked).toHaveLength(3);
    expect(store.isWhole.value).toBe(true);
    expect(store.shown.value.chat).toEqual([]);
    store.media.seek(31);
    expect(store.shown.value.show.featured).toEqual(["p2"]);
    expect(store.shown.value.chat.map(({ text }) => text)).toEqual(["text 2"]);
    store.media.seek(4);
    expect(store.shown.value.show.featured).toEqual([]);
  });

  it("begins where the address asks", async () => {
    const second = setUp({ secs: 40, handle: null });
    await second.store.load();
    expect(second.store.media.secs.value).toBe(40);
    const named = setUp({ secs: null, handle: "bag" });
    await named.store.load();
    expect(named.store.media.secs.value).toBe(30);
    const unknown = setUp({ secs: null, handle: "hat" });
    await unknown.store.load();
    expect(unknown.store.media.secs.value).toBe(0);
  });

  it("says what is wrong and tries again", async () => {
    const { store, server } = setUp();
    server.problem = new ApiProblem({ code: "unavailable", status: 503, detail: "" });
    await store.load();
    expect(store.problem.value?.code).toBe("unavailable");
    server.problem = null;
    await store.load();
    expect(store.problem.value).toBeNull();
    expect(store.chapters.value.map(({ title }) => title)).toEqual(["Bag"]);
  });
});
