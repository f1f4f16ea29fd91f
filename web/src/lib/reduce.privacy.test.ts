/** What pages forget when somebody is erased. */
import { expect, test } from "vitest";
import { applyEvent, applyMemberEvent } from "./reduce";
import { at, chatSent, eur, order, state } from "./testing/builders";
import type { ChatSentEvent, HeldMessage, MemberSnapshot } from "./types";

/** A message of somebody who is not the one in the builder. */
function other(seq: number, badge: "host" | null): ChatSentEvent {
  const sent = chatSent(seq);
  return { ...sent, data: { ...sent.data, author: { id: "other", name: "Other", badge } } };
}

function heldOf(id: string, text: string | null = "Che merda"): HeldMessage {
  const author = { id, name: `Name of ${id}`, badge: null };
  return { message_id: `of-${id}`, author, text, reason: "word" };
}

const rows = (...events: ChatSentEvent[]) => events.reduce(applyEvent, state());

test("an erased author leaves the rows, and others stay", () => {
  const before = rows(chatSent(1), other(2, null));
  const author_id = before.chat[0]?.author.id ?? "";
  const after = applyEvent(before, {
    seq: 3,
    at: at(3),
    type: "author.erased",
    data: { author_id },
  });
  expect(after.chat.map(({ author, text }) => [author.name, text])).toEqual([
    ["", null],
    ["Other", "text 2"],
  ]);
  expect(before.chat[0]?.text).toBe("text 1");
});

test("what is kept long enough goes, but members' words do not", () => {
  const before = rows(other(1, null), other(2, "host"), other(3, null));
  const after = applyEvent(before, {
    seq: 4,
    at: at(4),
    type: "chat.expired",
    data: { until_seq: 2 },
  });
  expect(after.chat.map(({ text }) => text)).toEqual([null, "text 2", "text 3"]);
});

test("members forget an erased viewer and an erased buyer's name", () => {
  const members = {
    held: [heldOf("v1"), heldOf("v2")],
    muted: [{ viewer_id: "v1", name: "Anna", until: at(9) }],
    banned: [
      { viewer_id: "v1", name: "Anna" },
      { viewer_id: "v2", name: "Bea" },
    ],
    orders: [order({ id: "o1", buyer_name: "Anna" }), order({ id: "o2", buyer_name: "Bea" })],
    sales: { orders: 2, units: 2, total: eur(1) },
  } as MemberSnapshot;
  const data = { viewer_id: "v1" };
  const after = applyMemberEvent(members, { seq: 1, at: at(1), type: "viewer.erased", data });
  expect(after.muted).toEqual([]);
  expect(after.held.map(({ author }) => author.id)).toEqual(["v2"]);
  expect(after.banned.map(({ name }) => name)).toEqual(["Bea"]);
  const told = { seq: 2, at: at(2), type: "buyer.erased", data: { order_id: "o1" } } as const;
  const erased = applyMemberEvent(after, told);
  expect(erased.orders.map(({ buyer_name }) => buyer_name)).toEqual([null, "Bea"]);
});

test("a held message whose text is gone waits for nobody", () => {
  const none = { held: [] as HeldMessage[] } as MemberSnapshot;
  const held = (data: HeldMessage) => ({ seq: 1, at: at(1), type: "message.held", data }) as const;
  const waiting = applyMemberEvent(none, held(heldOf("v1")));
  expect(waiting.held).toHaveLength(1);
  expect(applyMemberEvent(waiting, held(heldOf("v1", null))).held).toEqual([]);
});
