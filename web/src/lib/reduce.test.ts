import { describe, expect, it } from "vitest";
import {
  applyEvent,
  applyMemberEvent,
  availableUnits,
  CHAT_ROWS_MAX,
  featuredProducts,
  ORDERS_MAX,
  type ShowState,
  stateOf,
} from "./reduce";
import { at, chatSent, eur, order, product, shop, show, state, variant } from "./testing/builders";
import type { MemberEvent, MemberSnapshot, ViewerEvent } from "./types";

const fold = (from: ShowState, ...events: ViewerEvent[]) => events.reduce(applyEvent, from);

describe("applyEvent", () => {
  it("starts, pauses, resumes and ends a show", () => {
    const change = (
      type: "show.started" | "show.paused" | "show.ended",
      status: "live" | "paused" | "ended",
      seq: number,
    ): ViewerEvent => ({ seq, at: at(seq), type, data: { status, starts_at: null } });
    const before = state({ status: "scheduled", started_at: null });
    const live = fold(before, change("show.started", "live", 5));
    expect(live.show).toMatchObject({ status: "live", started_at: at(5), ended_at: null });
    const ended = fold(live, change("show.paused", "paused", 6), change("show.ended", "ended", 7));
    expect(ended.show).toMatchObject({ status: "ended", started_at: at(5), ended_at: at(7) });
    expect(before.show.status).toBe("scheduled");
  });

  it("takes title, video and date of an updated show", () => {
    const video = { kind: "none", url: null, play_url: null, poster_url: "/p.jpg" } as const;
    const data = { title: "New", description: "d", video, starts_at: at(9) };
    const after = fold(state(), { seq: 1, at: at(1), type: "show.updated", data });
    expect(after.show).toMatchObject({ ...data, poster_url: "/p.jpg" });
  });

  it("replaces the lineup and single products", () => {
    const lineup = [product({ id: "p9" })];
    const replaced = fold(state(), {
      seq: 1,
      at: at(1),
      type: "lineup.changed",
      data: { lineup, featured: ["p9"] },
    });
    expect(replaced.show).toMatchObject({ lineup, featured: ["p9"] });
    const renamed = product({ title: "Silk scarf" });
    const changed = fold(state(), {
      seq: 1,
      at: at(1),
      type: "product.changed",
      data: { product: renamed },
    });
    expect(changed.show.lineup.map((other) => other.title)).toEqual(["Silk scarf", "Bag"]);
  });

  it("features products, and shows only those of the lineup", () => {
    const after = fold(state(), {
      seq: 1,
      at: at(1),
      type: "product.featured",
      data: { product_id: "p2", featured: ["p2", "gone", "p1"] },
    });
    expect(featuredProducts(after.show).map((other) => other.id)).toEqual(["p2", "p1"]);
  });

  it("changes the stock of one variant only", () => {
    const variants = [variant({ id: "a" }), variant({ id: "b", available: 2 })];
    const before = state({ lineup: [product({ variants })] });
    const after = fold(before, {
      seq: 1,
      at: at(1),
      type: "stock.changed",
      data: { product_id: "p1", variant_id: "b", available: 0, on_sale: false },
    });
    const [first] = after.show.lineup;
    expect(first?.variants.map((other) => [other.available, other.on_sale])).toEqual([
      [7, true],
      [0, false],
    ]);
    expect(first && availableUnits(first)).toBe(7);
  });

  it("starts an offer in the place of the one before it, counts its pieces and ends it", () => {
    const offer = (id: string) => ({
      id,
      product_id: "p1",
      price: { amount: 990, currency: "EUR" },
      starts_at: "2026-11-21T20:00:00.000Z",
      ends_at: null,
      units: 5,
      units_left: 5,
      units_per_buyer: null,
      variants: [],
    });
    const started = (seq: number, id: string): ViewerEvent => ({
      seq,
      at: at(seq),
      type: "offer.started",
      data: { offer: offer(id) },
    });
    const units = (seq: number, id: string): ViewerEvent => ({
      seq,
      at: at(seq),
      type: "offer.units_changed",
      data: { offer_id: id, product_id: "p1", units_left: 2 },
    });
    const ended = (seq: number, id: string): ViewerEvent => ({
      seq,
      at: at(seq),
      type: "offer.ended",
      data: { offer_id: id, product_id: "p1", reason: "time" },
    });
    const running = fold(state(), started(1, "o1"), started(2, "o2"), units(3, "o2"));
    expect(running.show.offers.map(({ id, units_left }) => [id, units_left])).toEqual([["o2", 2]]);
    // News of an offer that is over already changes nothing.
    expect(fold(running, units(4, "o1"), ended(5, "o1"))).toEqual(running);
    expect(fold(running, ended(4, "o2")).show.offers).toEqual([]);
  });

  it("removes and restores a message in its place", () => {
    const removed = fold(state(), chatSent(1), chatSent(2), {
      seq: 3,
      at: at(3),
      type: "chat.removed",
      data: { message_id: "m1" },
    });
    expect(removed.chat.map((row) => row.text)).toEqual([null, "text 2"]);
    const restored = fold(removed, {
      seq: 4,
      at: at(4),
      type: "chat.restored",
      data: { message_id: "m1", text: "text 1" },
    });
    expect(restored.chat.map((row) => row.text)).toEqual(["text 1", "text 2"]);
  });

  it("keeps the newest rows of the chat and no message twice", () => {
    const events = Array.from({ length: CHAT_ROWS_MAX + 20 }, (_, n) => chatSent(n + 1));
    const after = fold(state(), ...events, chatSent(CHAT_ROWS_MAX + 20));
    expect(after.chat).toHaveLength(CHAT_ROWS_MAX);
    expect(after.chat[0]?.seq).toBe(21);
  });

  it("counts what a crowded chat leaves out, until it has been calm", () => {
    const leaveOut = (seq: number, secs: number): ViewerEvent => ({
      seq,
      at: at(secs),
      type: "chat.left_out",
      data: { from: seq - 2, count: 3 },
    });
    const crowded = [leaveOut(3, 0), leaveOut(6, 20)].reduce(applyEvent, state());
    expect(crowded.leftOut?.count).toBe(6);
    const calm = (secs: number) => applyEvent(crowded, { ...chatSent(7), at: at(secs) });
    expect(calm(49).leftOut?.count).toBe(6);
    expect(calm(50).leftOut).toBeNull();
    expect(applyEvent(crowded, leaveOut(9, 60)).leftOut?.count).toBe(3);
  });

  it("keeps an event from a newer server from doing harm", () => {
    const before = state();
    const unknown: unknown = { seq: 1, at: at(1), type: "show.teleported", data: {} };
    expect(applyEvent(before, unknown as ViewerEvent)).toBe(before);
  });

  it("gives the same state from a snapshot as from the events", () => {
    const events = [chatSent(1), chatSent(2)];
    const folded = fold(state(), ...events);
    expect(stateOf({ shop: shop(), show: show(), chat: events })).toEqual(folded);
  });

  it("holds one message on top of the chat, and says who may write", () => {
    const pin = (seq: number, id: string, text: string | null): ViewerEvent => {
      const data = { message_id: id, author: { id: "w1", name: "Marta", badge: null }, text };
      return { seq, at: at(seq), type: "chat.pinned", data };
    };
    const off: ViewerEvent = {
      seq: 4,
      at: at(4),
      type: "chat.unpinned",
      data: { message_id: "b" },
    };
    const lock = (seq: number, is_locked: boolean): ViewerEvent => ({
      seq,
      at: at(seq),
      type: "chat.lock_changed",
      data: { is_locked },
    });
    const two = fold(state(), pin(1, "a", "one"), pin(2, "b", "two"), lock(3, true));
    expect(two.show.pinned_message).toMatchObject({ message_id: "b", text: "two" });
    expect(two.show.is_chat_locked).toBe(true);
    expect(fold(two, off, lock(5, false)).show).toEqual(show());
    // Whoever comes later is not told what was on top and then removed.
    expect(fold(state(), pin(1, "a", null)).show.pinned_message).toBeNull();
  });
});

describe("applyMemberEvent", () => {
  const none: MemberSnapshot = {
    sales: { orders: 0, units: 0, total: eur(0) },
    orders: [],
    muted: [],
    banned: [],
    held: [],
  };
  const foldM = (...events: MemberEvent[]) => events.reduce(applyMemberEvent, none);

  it("follows an order from reserved to paid", () => {
    const sales = { orders: 1, units: 2, total: eur(3980) };
    const after = foldM(
      { seq: 1, at: at(1), type: "order.reserved", data: { order: order() } },
      { seq: 2, at: at(2), type: "order.paid", data: { order: order({ status: "paid" }), sales } },
    );
    expect(after.orders.map((other) => other.status)).toEqual(["paid"]);
    expect(after.sales).toEqual(sales);
  });

  it("keeps messages that wait until somebody decides", () => {
    const author = { id: "w1", name: "Marta", badge: null };
    const held = (seq: number, id: string): MemberEvent => {
      const data = { message_id: id, author, text: "?!", reason: "word" as const };
      return { seq, at: at(seq), type: "message.held", data };
    };
    const settled = (seq: number, type: "message.approved" | "message.refused", id: string) =>
      ({ seq, at: at(seq), type, data: { message_id: id, viewer_id: "w1" } }) satisfies MemberEvent;
    const events = [held(1, "a"), held(2, "b"), held(2, "b"), settled(3, "message.approved", "a")];
    expect(foldM(...events).held.map((message) => message.message_id)).toEqual(["b"]);
    expect(foldM(...events, settled(4, "message.refused", "b")).held).toEqual([]);
  });

  it("puts new orders first and forgets the oldest", () => {
    const events = Array.from({ length: ORDERS_MAX + 3 }, (_, n) => ({
      seq: n + 1,
      at: at(n),
      type: "order.reserved" as const,
      data: { order: order({ id: `o${n}` }) },
    }));
    const after = foldM(...events);
    expect(after.orders).toHaveLength(ORDERS_MAX);
    expect(after.orders[0]?.id).toBe(`o${ORDERS_MAX + 2}`);
  });

  it("mutes again with the later time, bans and unbans", () => {
    const mute = (seq: number, until: string): MemberEvent => ({
      seq,
      at: at(seq),
      type: "viewer.muted",
      data: { viewer_id: "w1", name: "Marta", until },
    });
    const someone = { viewer_id: "w1", name: "Marta" };
    const after = foldM(
      mute(1, at(60)),
      mute(2, at(90)),
      { seq: 3, at: at(3), type: "viewer.banned", data: someone },
      { seq: 4, at: at(4), type: "viewer.unbanned", data: someone },
    );
    expect(after.muted).toEqual([{ ...someone, until: at(90) }]);
    expect(after.banned).toEqual([]);
  });
});
