/** The server's snapshots of one evening, against the fold of its events (`tests/it/replays/vectors.rs`). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { baseOf, createTimeline } from "../viewer/replay/timeline";
import { applyEvent, type ShowState, stateOf } from "./reduce";
import type { ChatSentEvent, ShopView, ShowView, ViewerEvent } from "./types";

type Seen = { name: string; seq: number; shop: ShopView; show: ShowView; chat: ChatSentEvent[] };
type Evening = { snapshots: Seen[]; events: ViewerEvent[] };

const FILE = join(import.meta.dirname, "../../../tests/vectors/evening.json");
const { snapshots, events } = JSON.parse(readFileSync(FILE, "utf8")) as Evening;

/** What was removed for good has no text in the log, from its first moment on. */
const removed = new Set(
  events.flatMap((event) =>
    event.type === "chat.sent" && event.data.text === null ? [event.data.message_id] : [],
  ),
);

/** A snapshot leaves out what was removed; a page that saw it keeps its place. */
const told = ({ shop, show, chat }: ShowState) => ({
  shop,
  show,
  chat: chat.filter(({ text, message_id }) => text !== null && !removed.has(message_id)),
});

const pairs = snapshots.flatMap((from, index) =>
  snapshots.slice(index).map((to) => ({ from, to, name: `${from.name} → ${to.name}` })),
);

describe("the server and the pages agree", () => {
  it("has no hole in the log, and a message that was removed from it", () => {
    expect(removed.size).toBe(1);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  });

  it.each(pairs)("from $name", ({ from, to }) => {
    const between = events.filter(({ seq }) => seq > from.seq && seq <= to.seq);
    const folded = between.reduce(applyEvent, stateOf(from));
    // Who came after a removal cannot bring the text back to its place; the snapshot can.
    const known = new Set(folded.chat.map(({ message_id }) => message_id));
    const seen = told(stateOf(to));
    expect(told(folded)).toEqual({
      ...seen,
      chat: seen.chat.filter(({ message_id }) => known.has(message_id)),
    });
  });

  it("in a replay that is sought from its end to its beginning", () => {
    const last = snapshots.at(-1) as Seen;
    const timeline = createTimeline(baseOf(stateOf(last)));
    timeline.add(events);
    for (const seen of [...snapshots].reverse()) {
      const newest = events.find(({ seq }) => seq === seen.seq);
      const replayed = timeline.at(newest ? Date.parse(newest.at) : 0);
      expect(replayed.show.featured).toEqual(seen.show.featured);
      if (seen.seq === 0) continue;
      expect(replayed.show.lineup).toEqual(seen.show.lineup);
      expect(replayed.show.status).toBe(seen.show.status);
      expect(told(replayed).chat).toEqual(told(stateOf(seen)).chat);
    }
  });
});
