import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OUTBOX_MAX, REPLY_TIMEOUT_MS } from "./outbox";
import { ApiProblem } from "./problem";
import {
  type Credentials,
  ShowSocket,
  type SocketEvents,
  type SocketStatus,
  socketUrl,
} from "./socket";
import { at, chatSent, slowMode, welcome, you } from "./testing/builders";
import type { ViewerEvent } from "./types";

class FakeSocket {
  readonly sent: string[] = [];
  closedWith: number | null = null;

  constructor(
    readonly protocol: string,
    private readonly events: SocketEvents,
  ) {}

  send(frame: string): void {
    this.sent.push(frame);
  }

  close(code: number): void {
    this.closedWith = code;
  }

  open(): void {
    this.events.open();
  }

  receive(frame: object): void {
    this.events.message(JSON.stringify(frame));
  }

  receiveText(text: string): void {
    this.events.message(text);
  }

  drop(code: number): void {
    this.events.close(code);
  }

  /** The frames of one command, without the hello. */
  commands(type: string): { id: string; data: { text?: string; message_id?: string } }[] {
    return this.sent.map((frame) => JSON.parse(frame)).filter((frame) => frame.type === type);
  }

  hello(): { token?: string; after?: string } {
    return JSON.parse(this.sent[0] ?? "{}");
  }
}

function setUp(
  credentials: (isRenewal: boolean) => Promise<Credentials | null> = async () => ({ token: "t" }),
) {
  const sockets: FakeSocket[] = [];
  const statuses: SocketStatus[] = [];
  const events: ViewerEvent[] = [];
  const welcomes: string[] = [];
  const socket = new ShowSocket({
    url: "ws://x/socket",
    credentials,
    random: () => 0.5,
    createSocket: (_url, protocol, handlers) => {
      const fake = new FakeSocket(protocol, handlers);
      sockets.push(fake);
      return fake;
    },
    handlers: {
      onStatus: (status) => statuses.push(status),
      onWelcome: (frame) => welcomes.push(frame.position),
      onResumed: () => welcomes.push("resumed"),
      onEvents: (more) => events.push(...more),
      onSignal: () => {},
      onYou: () => {},
    },
  });
  const last = () => {
    const fake = sockets.at(-1);
    if (!fake) throw new Error("no socket was opened");
    return fake;
  };
  const status = () => statuses.at(-1);
  const online = async (position = "e:10") => {
    socket.start();
    await settle();
    last().open();
    last().receive(welcome(position));
  };
  const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  return { socket, sockets, statuses, events, welcomes, last, status, online, wait };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const seqs = (events: ViewerEvent[]) => events.map((event) => event.seq);
const resumed = (position: string) => ({
  t: "resumed",
  position,
  server_time: at(0),
  viewers: 1,
  you: you(),
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("hello and welcome", () => {
  it("speaks first, with the token and without a position", async () => {
    const { socket, last, status, online } = setUp();
    await online();
    expect(last().protocol).toBe("vetrina.v1");
    expect(last().hello()).toEqual({ t: "hello", token: "t" });
    expect(status()).toEqual({ kind: "online" });
    socket.stop();
    expect(last().closedWith).toBe(1000);
    expect(status()).toEqual({ kind: "stopped", reason: "closed" });
  });

  it("gives up on a server that never welcomes", async () => {
    const { socket, sockets, status, wait } = setUp();
    socket.start();
    await settle();
    sockets[0]?.open();
    await wait(15_000);
    expect(status()?.kind).toBe("offline");
    await wait(500);
    expect(sockets).toHaveLength(2);
  });

  it("makes the address of the socket from that of the page", () => {
    expect(socketUrl("https://live.shop.it/show/x?a=1", "id1")).toBe(
      "wss://live.shop.it/api/v1/shows/id1/socket",
    );
    expect(socketUrl("http://127.0.0.1:8080/", "id1")).toBe(
      "ws://127.0.0.1:8080/api/v1/shows/id1/socket",
    );
  });

  it("ignores what is no frame", async () => {
    const { last, events, status, online } = setUp();
    await online();
    for (const text of [
      "",
      "nonsense",
      "[]",
      "null",
      '{"t":"party"}',
      '{"t":"events","events":[1]}',
    ]) {
      last().receiveText(text);
    }
    expect(events).toEqual([]);
    expect(status()).toEqual({ kind: "online" });
  });
});

describe("position", () => {
  it("resumes from the last event it saw, and drops repeated ones", async () => {
    const { sockets, last, events, welcomes, online, wait } = setUp();
    await online("e:10");
    last().receive({ t: "events", events: [chatSent(11), chatSent(12)] });
    last().drop(1006);
    await wait(500);
    last().open();
    expect(sockets).toHaveLength(2);
    expect(last().hello().after).toBe("e:12");
    last().receive(resumed("e:14"));
    last().receive({ t: "events", events: [chatSent(12), chatSent(13), chatSent(14)] });
    expect(seqs(events)).toEqual([11, 12, 13, 14]);
    expect(welcomes).toEqual(["e:10", "resumed"]);
  });

  it("applies nothing after a hole and asks again from before it", async () => {
    const { last, events, online, wait } = setUp();
    await online("e:10");
    last().receive({ t: "events", events: [chatSent(11), chatSent(13)] });
    expect(seqs(events)).toEqual([11]);
    await wait(500);
    last().open();
    expect(last().hello().after).toBe("e:11");
    last().receive(resumed("e:13"));
    last().receive({ t: "events", events: [chatSent(12), chatSent(13)] });
    expect(seqs(events)).toEqual([11, 12, 13]);
  });

  it("takes a snapshot when the same hole comes twice", async () => {
    const { last, online, wait } = setUp();
    await online("e:10");
    last().receive({ t: "events", events: [chatSent(12)] });
    await wait(500);
    last().open();
    last().receive(resumed("e:12"));
    last().receive({ t: "events", events: [chatSent(12)] });
    await wait(1_000);
    last().open();
    expect(last().hello().after).toBeUndefined();
  });

  it("counts events it does not know", async () => {
    const { last, events, online } = setUp();
    await online("e:10");
    const unknown = { ...slowMode(11, 5), type: "show.teleported" };
    last().receive({ t: "events", events: [unknown, chatSent(12)] });
    expect(seqs(events)).toEqual([12]);
  });

  it("keeps two positions for members", async () => {
    const { last, online, wait } = setUp(async () => ({}));
    await online("e:10:3");
    last().receive({
      t: "member_events",
      events: [{ seq: 4, at: at(1), type: "viewer.unbanned", data: { viewer_id: "w", name: "M" } }],
    });
    last().receive({ t: "events", events: [chatSent(11)] });
    last().drop(4008);
    await wait(500);
    last().open();
    expect(last().hello().after).toBe("e:11:4");
  });

  it("drops the position when the server has no use for it", async () => {
    const { last, online, wait } = setUp();
    await online("e:10");
    last().drop(4009);
    await wait(500);
    last().open();
    expect(last().hello().after).toBeUndefined();
  });
});

describe("coming back", () => {
  it("waits longer each time, within the bounds, and starts anew after a stable time", async () => {
    const { sockets, last, statuses, online, wait } = setUp();
    await online();
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      last().drop(1006);
      const status = statuses.at(-1);
      if (status?.kind !== "offline" || status.retryAt === null) throw new Error("not offline");
      waits.push(status.retryAt - Date.now());
      await wait(status.retryAt - Date.now());
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    last().open();
    last().receive(resumed("e:10"));
    await wait(10_000);
    last().receive({ t: "signal", viewers: 3 });
    last().drop(1011);
    expect(statuses.at(-1)).toEqual({ kind: "offline", retryAt: Date.now() + 250 });
    expect(sockets.length).toBe(9);
  });

  it("honours the time a draining server names", async () => {
    const { sockets, last, status, online, wait } = setUp();
    await online();
    last().receive({ t: "drain", retry_ms: 7_000 });
    last().drop(1012);
    expect(status()).toEqual({ kind: "draining", retryAt: Date.now() + 7_000 });
    await wait(6_900);
    expect(sockets).toHaveLength(1);
    await wait(200);
    expect(sockets).toHaveLength(2);
  });

  it("never returns where it was refused or banned", async () => {
    for (const [code, reason] of [
      [4003, "banned"],
      [1008, "refused"],
    ] as const) {
      const { socket, sockets, last, status, online, wait } = setUp();
      await online();
      last().drop(code);
      expect(status()).toEqual({ kind: "stopped", reason });
      await wait(120_000);
      expect(sockets).toHaveLength(1);
      await expect(socket.send("chat.send", { message_id: "m", text: "x" })).rejects.toMatchObject({
        code: reason === "banned" ? "banned" : "closed",
      });
    }
  });

  it("tries once more after a protocol fault, then stops", async () => {
    const { sockets, last, status, online, wait } = setUp();
    await online();
    last().drop(1002);
    await wait(500);
    last().open();
    last().drop(1002);
    expect(status()).toEqual({ kind: "stopped", reason: "fault" });
    await wait(60_000);
    expect(sockets).toHaveLength(2);
  });

  it("asks for a fresh token when the session ended, once", async () => {
    const asked: boolean[] = [];
    const { last, status, online, wait } = setUp(async (isRenewal) => {
      asked.push(isRenewal);
      return { token: isRenewal ? "fresh" : "old" };
    });
    await online();
    last().drop(4001);
    await wait(500);
    last().open();
    expect(last().hello().token).toBe("fresh");
    expect(asked).toEqual([false, true]);
    last().drop(4001);
    expect(status()).toEqual({ kind: "stopped", reason: "sign_in" });
  });

  it("stops to sign in when there are no credentials", async () => {
    const { socket, status } = setUp(async () => null);
    socket.start();
    await settle();
    expect(status()).toEqual({ kind: "stopped", reason: "sign_in" });
  });

  it("backs off when the credentials cannot be fetched, and stops when the show is gone", async () => {
    let problemStatus = 503;
    const { socket, status, wait } = setUp(async () => {
      throw new ApiProblem({ code: "x", status: problemStatus, detail: "" });
    });
    socket.start();
    await settle();
    expect(status()?.kind).toBe("offline");
    problemStatus = 404;
    await wait(500);
    expect(status()).toEqual({ kind: "stopped", reason: "refused" });
  });

  it("waits for the network without trying, and returns with it", async () => {
    const { socket, sockets, status, online, wait } = setUp();
    await online();
    socket.networkOffline();
    expect(status()).toEqual({ kind: "offline", retryAt: null });
    await wait(300_000);
    expect(sockets).toHaveLength(1);
    socket.networkOnline();
    await settle();
    expect(sockets).toHaveLength(2);
  });

  it("notices silence: pings, then counts the connection as lost within 35 s", async () => {
    const { last, status, online, wait } = setUp();
    await online();
    const fake = last();
    await wait(20_000);
    expect(fake.commands("ping")).toHaveLength(1);
    expect(status()).toEqual({ kind: "online" });
    await wait(15_000);
    expect(fake.closedWith).toBe(1000);
    expect(status()?.kind).not.toBe("online");
  });

  it("probes at once when the page returns to the front", async () => {
    const { socket, last, status, online, wait } = setUp();
    await online();
    await wait(1_000);
    socket.probe();
    last().receive({ t: "reply", id: "p", ok: {} });
    await wait(6_000);
    expect(status()).toEqual({ kind: "online" });
    socket.probe();
    await wait(5_000);
    expect(status()?.kind).toBe("offline");
  });

  it("does not listen to a connection it has let go", async () => {
    const { socket, sockets, last, events, online } = setUp();
    await online("e:10");
    const old = last();
    socket.networkOffline();
    old.receive({ t: "events", events: [chatSent(11)] });
    old.drop(4003);
    expect(events).toEqual([]);
    socket.networkOnline();
    await settle();
    expect(sockets).toHaveLength(2);
  });
});

describe("commands", () => {
  const message = { message_id: "m1", text: "ciao" };

  it("matches replies by id", async () => {
    const { socket, last, online } = setUp();
    await online();
    const first = socket.send("chat.send", message);
    const second = socket.send("name.set", { name: "Host" });
    const [chat] = last().commands("chat.send");
    const [name] = last().commands("name.set");
    last().receive({ t: "reply", id: name?.id, problem: { code: "name_reserved", detail: "no" } });
    last().receive({ t: "reply", id: chat?.id, ok: { seq: 11 } });
    await expect(second).rejects.toMatchObject({ code: "name_reserved" });
    await expect(first).resolves.toEqual({ seq: 11 });
  });

  it("carries the time to wait with a refusal", async () => {
    const { socket, last, online } = setUp();
    await online();
    const sent = socket.send("chat.send", message);
    const problem = { code: "slow_mode", detail: "", retry_ms: 8_000 };
    last().receive({ t: "reply", id: last().commands("chat.send")[0]?.id, problem });
    await expect(sent).rejects.toMatchObject({ code: "slow_mode", retryMs: 8_000 });
  });

  it("times out when no reply comes", async () => {
    const { socket, online, wait } = setUp();
    await online();
    const sent = socket.send("chat.send", message);
    const refused = expect(sent).rejects.toMatchObject({ code: "timeout" });
    await wait(REPLY_TIMEOUT_MS);
    await refused;
  });

  it("sends unanswered and waiting chat again with the same message_id", async () => {
    const { socket, last, online, wait } = setUp();
    await online();
    const lost = socket.send("chat.send", message);
    last().drop(1006);
    const waiting = socket.send("chat.send", { message_id: "m2", text: "due" });
    await wait(500);
    last().open();
    expect(last().commands("chat.send")).toEqual([]);
    last().receive(resumed("e:10"));
    const again = last().commands("chat.send");
    expect(again.map((command) => command.data.message_id)).toEqual(["m1", "m2"]);
    for (const { id } of again) last().receive({ t: "reply", id, ok: {} });
    await expect(Promise.all([lost, waiting])).resolves.toHaveLength(2);
  });

  it("does not resend what was too large", async () => {
    const { socket, last, online, wait } = setUp();
    await online();
    const sent = socket.send("chat.send", message);
    const refused = expect(sent).rejects.toMatchObject({ code: "too_large" });
    last().drop(1009);
    await refused;
    await wait(500);
    last().open();
    last().receive(resumed("e:10"));
    expect(last().commands("chat.send")).toEqual([]);
  });

  it("refuses the message after the last one that may wait", async () => {
    const { socket, last, online } = setUp();
    await online();
    last().drop(1006);
    const waiting = Array.from({ length: OUTBOX_MAX }, (_, n) =>
      socket.send("chat.send", { message_id: `m${n}`, text: "x" }),
    );
    await expect(socket.send("chat.send", message)).rejects.toMatchObject({ code: "queue_full" });
    const all = Promise.allSettled(waiting);
    socket.stop();
    expect((await all).every((result) => result.status === "rejected")).toBe(true);
  });

  it("drops hearts while there is no connection", async () => {
    const { socket, last, online, wait } = setUp();
    await online();
    socket.sendHeart();
    expect(last().commands("heart.send")).toHaveLength(1);
    last().drop(1006);
    socket.sendHeart();
    await wait(500);
    last().open();
    last().receive(resumed("e:10"));
    expect(last().commands("heart.send")).toEqual([]);
  });
});
