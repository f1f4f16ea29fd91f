import { signal } from "@preact/signals";
import { describe, expect, it, vi } from "vitest";
import { ApiProblem } from "../../lib/problem";
import { applyEvent } from "../../lib/reduce";
import { slowMode, state, you } from "../../lib/testing/builders";
import { ServerClock } from "../../lib/time";
import type { ViewerEvent, You } from "../../lib/types";
import { createChatStore } from "./chat";
import type { ShowStore } from "./show";

type Sent = { type: string; data: { message_id?: string; text?: string; name?: string } };

function setUp(change: Partial<You> = {}, slowSecs = 0) {
  const sent: Sent[] = [];
  let answer: () => Promise<object> = async () => ({});
  const listeners: ((events: ViewerEvent[]) => void)[] = [];
  const me = signal<You | null>(you(change));
  const shown = signal(state({ slow_mode_secs: slowSecs }));
  const socket = {
    send: (type: string, data: Sent["data"]) => {
      sent.push({ type, data });
      return answer();
    },
  };
  const show = {
    you: me,
    state: shown,
    clock: new ServerClock(),
    socket: () => socket,
    onEvents: (listener: (events: ViewerEvent[]) => void) => void listeners.push(listener),
    keep: (message: ViewerEvent) => {
      shown.value = applyEvent(shown.value, message);
    },
  };
  const chat = createChatStore(show as unknown as ShowStore);
  const refuse = (code: string, retryMs: number | null = null) => {
    answer = async () => {
      throw new ApiProblem({ code, status: 0, detail: "", retryMs });
    };
  };
  const accept = (ack: object = {}) => {
    answer = async () => ack;
  };
  const hold = (ack: Promise<object>) => {
    answer = () => ack;
  };
  const say = async (text: string) => {
    chat.setDraft(text);
    chat.submit();
    await vi.waitFor(() => expect(sent.length).toBeGreaterThan(0));
    await Promise.resolve();
    await Promise.resolve();
  };
  const tell = (event: ViewerEvent) => {
    shown.value = applyEvent(shown.value, event);
    for (const listener of listeners) listener([event]);
  };
  const arrive = (messageId: string) => {
    const author = { id: "w1", name: "Marta", badge: null };
    const data = { message_id: messageId, author, text: "x" };
    tell({ seq: 1, at: "2026-11-21T20:00:00.000Z", type: "chat.sent", data });
  };
  return { chat, sent, me, shown, refuse, accept, hold, say, arrive, tell };
}

describe("sending", () => {
  it("shows the message at once and lets go of it when the show has it", async () => {
    const { chat, sent, say, arrive } = setUp();
    await say("ciao");
    expect(chat.draft.value).toBe("");
    expect(chat.outgoing.value).toMatchObject([{ text: "ciao", problem: null }]);
    arrive(sent[0]?.data.message_id ?? "");
    expect(chat.outgoing.value).toEqual([]);
  });

  it("keeps its own message when the chat is too crowded to show it", async () => {
    const { chat, accept, say, tell, shown } = setUp();
    const at = "2026-11-21T20:00:00.000Z";
    const leaveOut = (from: number, seq: number) =>
      tell({ seq, at, type: "chat.left_out", data: { from, count: seq - from + 1 } });
    accept({ seq: 7, at });
    await say("ciao");
    leaveOut(3, 5);
    expect(chat.outgoing.value).toMatchObject([{ text: "ciao", taken: { seq: 7 } }]);
    leaveOut(6, 9);
    expect(chat.outgoing.value).toEqual([]);
    expect(shown.value.chat).toMatchObject([{ seq: 7, text: "ciao" }]);
    // The reply may come behind the events too.
    accept({ seq: 8, at });
    await say("eccomi");
    await vi.waitFor(() => expect(chat.outgoing.value).toEqual([]));
    expect(shown.value.chat.map((row) => row.text)).toEqual(["ciao", "eccomi"]);
  });

  it("gives a refused text back and keeps the row with its reason", async () => {
    const { chat, refuse, say } = setUp();
    refuse("links_not_allowed");
    await say("www.x.it");
    expect(chat.draft.value).toBe("www.x.it");
    expect(chat.outgoing.value[0]?.problem?.code).toBe("links_not_allowed");
  });

  it("does not overwrite what is being written meanwhile", async () => {
    const { chat, refuse } = setUp();
    refuse("rate_limited", 4_000);
    chat.setDraft("one");
    chat.submit();
    chat.setDraft("two");
    await vi.waitFor(() => expect(chat.outgoing.value[0]?.problem).not.toBeNull());
    expect(chat.draft.value).toBe("two");
    expect(chat.readyAt.value).toBeGreaterThan(Date.now() + 3_000);
  });

  it("retries with the same message_id and clears the box of the same text", async () => {
    const { chat, sent, refuse, accept, say } = setUp();
    refuse("timeout");
    await say("ciao");
    accept();
    const [refused] = chat.outgoing.value;
    chat.retry(refused?.message_id ?? "");
    expect(chat.draft.value).toBe("");
    expect(sent.map((command) => command.data.message_id)).toEqual([
      refused?.message_id,
      refused?.message_id,
    ]);
  });

  it("replaces a refused row when its text is sent again from the box", async () => {
    const { chat, refuse, accept, say } = setUp();
    refuse("unavailable");
    await say("ciao");
    accept();
    chat.submit();
    expect(chat.outgoing.value).toHaveLength(1);
    expect(chat.outgoing.value[0]?.problem).toBeNull();
  });

  it("waits in slow mode after a message was taken", async () => {
    const { chat, sent, say } = setUp({}, 20);
    await say("one");
    await vi.waitFor(() => expect(chat.readyAt.value).toBeGreaterThan(Date.now() + 15_000));
    chat.setDraft("two");
    chat.submit();
    expect(sent).toHaveLength(1);
    expect(chat.draft.value).toBe("two");
  });

  it("does not wait for a slow mode that the host has switched off", async () => {
    const { chat, sent, say, tell } = setUp({}, 20);
    await say("one");
    await vi.waitFor(() => expect(chat.readyAt.value).toBeGreaterThan(Date.now()));
    tell(slowMode(2, 0));
    chat.setDraft("two");
    chat.submit();
    expect(sent).toHaveLength(2);
  });

  it("waits for a slow mode that begins after the last message was taken", async () => {
    const { chat, sent, say, tell } = setUp();
    await say("one");
    await vi.waitFor(() => expect(chat.readyAt.value).toBe(0));
    tell(slowMode(2, 20));
    expect(chat.readyAt.value).toBeGreaterThan(Date.now() + 15_000);
    chat.setDraft("two");
    chat.submit();
    expect(sent).toHaveLength(1);
    expect(chat.draft.value).toBe("two");
  });

  it("counts a changed pause from the same message", async () => {
    const { chat, say, tell } = setUp({}, 120);
    await say("one");
    await vi.waitFor(() => expect(chat.readyAt.value).toBeGreaterThan(Date.now() + 100_000));
    tell(slowMode(2, 5));
    expect(chat.readyAt.value).toBeLessThan(Date.now() + 6_000);
  });

  it("does not wait for a slow mode that begins before anything was said", () => {
    const { chat, tell } = setUp();
    tell(slowMode(2, 20));
    expect(chat.readyAt.value).toBe(0);
  });

  it("does not make members wait", async () => {
    const { chat, say } = setUp({ role: "host" }, 20);
    await say("one");
    expect(chat.readyAt.value).toBe(0);
  });
});

describe("a message that is held", () => {
  const at = "2026-11-21T20:00:00.000Z";
  const reviewed = (
    status: "held" | "approved" | "refused",
    id: string,
    seq: number | null = null,
  ) => ({
    message_id: id,
    status,
    text: status === "held" ? "ehm" : null,
    seq,
    at,
  });

  async function hold() {
    const parts = setUp();
    parts.accept({ seq: null, at });
    await parts.say("ehm");
    await vi.waitFor(() => expect(parts.chat.outgoing.value[0]?.review).toBe("held"));
    const id = parts.chat.outgoing.value[0]?.message_id ?? "";
    const tellOf = (one: ReturnType<typeof reviewed>) => {
      parts.me.value = you({ reviewed: [one] });
    };
    return { ...parts, id, tellOf };
  }

  it("waits until it arrives like any other", async () => {
    const { chat, id, tellOf, arrive } = await hold();
    tellOf(reviewed("held", id));
    expect(chat.outgoing.value).toMatchObject([{ text: "ehm", review: "held" }]);
    arrive(id);
    expect(chat.outgoing.value).toEqual([]);
    tellOf(reviewed("approved", id, 1));
    expect(chat.outgoing.value).toEqual([]);
  });

  it("is shown to its author when the chat was too crowded for it", async () => {
    const { chat, shown, id, tellOf, tell } = await hold();
    tell(slowMode(4, 0));
    tellOf(reviewed("approved", id, 7));
    expect(chat.outgoing.value).toMatchObject([{ taken: { seq: 7 } }]);
    tell({ seq: 9, at, type: "chat.left_out", data: { from: 5, count: 5 } });
    expect(chat.outgoing.value).toEqual([]);
    expect(shown.value.chat).toMatchObject([{ message_id: id, text: "ehm", seq: 7 }]);
  });

  it("says when it was refused, and waits again when the host changes their mind", async () => {
    const { chat, id, tellOf } = await hold();
    tellOf(reviewed("refused", id));
    expect(chat.outgoing.value).toMatchObject([{ text: "ehm", review: "refused" }]);
    tellOf(reviewed("held", id));
    expect(chat.outgoing.value).toMatchObject([{ text: "ehm", review: "held" }]);
    tellOf(reviewed("refused", id));
    chat.discard(id);
    tellOf(reviewed("refused", id));
    expect(chat.outgoing.value).toEqual([]);
  });

  it("is still there after a reload, and its decision that came before the answer counts", async () => {
    const { chat } = setUp({ reviewed: [reviewed("held", "m9")] });
    expect(chat.outgoing.value).toMatchObject([{ message_id: "m9", text: "ehm", review: "held" }]);
    const other = setUp();
    let answer = (_ack: object) => {};
    other.accept();
    other.hold(new Promise<object>((done) => (answer = done)));
    await other.say("ehm");
    const id = other.chat.outgoing.value[0]?.message_id ?? "";
    other.me.value = you({ reviewed: [reviewed("refused", id)] });
    answer({ seq: null, at });
    await vi.waitFor(() => expect(other.chat.outgoing.value[0]?.review).toBe("refused"));
  });
});

describe("name", () => {
  it("is asked for at the first message, which then goes out", async () => {
    const { chat, sent } = setUp({ name: null });
    chat.setDraft("ciao");
    chat.submit();
    expect(chat.isNameAsked.value).toBe(true);
    expect(sent).toEqual([]);
    await chat.setName("Sara");
    expect(sent.map((command) => command.type)).toEqual(["name.set", "chat.send"]);
    expect(chat.isNameAsked.value).toBe(false);
  });

  it("stays asked for with the reason when it is refused", async () => {
    const { chat, refuse } = setUp({ name: null });
    chat.setDraft("ciao");
    chat.submit();
    refuse("name_reserved");
    await chat.setName("Host");
    expect(chat.nameProblem.value?.code).toBe("name_reserved");
    expect(chat.isNameAsked.value).toBe(true);
    expect(chat.draft.value).toBe("ciao");
  });
});
