/**
 * The connection to a show: says hello, resumes, and hands on events in order without holes.
 *
 * The only module that knows the socket. It knows positions, not what events mean.
 * Invariant: `onEvents` sees every `seq` once, in order, or `onWelcome` replaces the state.
 */
import { CLOSE_BANNED, type CloseRule, ruleOf, waitMs } from "./close";
import { Outbox } from "./outbox";
import { formatPosition, type Position, parsePosition, takeFresh } from "./position";
import { ApiProblem, toProblem } from "./problem";
import type {
  CommandData,
  CommandType,
  MemberEvent,
  Resumed,
  Signal,
  ViewerEvent,
  Welcome,
  You,
} from "./types";
import { isKnownMemberEvent, isKnownViewerEvent, parseFrame } from "./wire";

export const SUBPROTOCOL = "vetrina.v1";

/** No welcome within this time means nobody is there. */
const WELCOME_TIMEOUT_MS = 15_000;
/** Silence before a ping, silence before giving up, and how often to look: offline shows within 35 s. */
const QUIET_MS = 20_000;
const DEAD_MS = 30_000;
const WATCH_MS = 5_000;
/** A page that comes back to the front asks at once and waits less. */
const PROBE_MS = 5_000;
/** A connection that held this long starts the back-off anew. */
const STABLE_MS = 10_000;

export type StopReason = "banned" | "refused" | "sign_in" | "fault" | "closed";
export type SocketStatus =
  | { kind: "connecting" }
  | { kind: "online" }
  /** `retryAt` is local time; null waits for the network to return. */
  | { kind: "offline"; retryAt: number | null }
  | { kind: "draining"; retryAt: number }
  | { kind: "stopped"; reason: StopReason };

/** What a hello carries besides the position; an empty object lets the cookie speak. */
export type Credentials = { token?: string; ticket?: string; overlay_key?: string };

export type SocketHandlers = {
  onStatus(status: SocketStatus): void;
  onWelcome(welcome: Welcome): void;
  onResumed(resumed: Resumed): void;
  onEvents(events: ViewerEvent[]): void;
  onMemberEvents?(events: MemberEvent[]): void;
  onSignal(signal: Signal): void;
  onYou(you: You): void;
};

/** The part of `WebSocket` in use, so that tests bring their own. */
export type SocketLike = { send(frame: string): void; close(code: number): void };
export type SocketEvents = {
  open(): void;
  message(data: unknown): void;
  close(code: number): void;
};

export type SocketOptions = {
  url: string;
  /** Called before each attempt; `isRenewal` after the server refused the last ones. Null: sign in. */
  credentials(isRenewal: boolean): Promise<Credentials | null>;
  handlers: SocketHandlers;
  createSocket?: (url: string, protocol: string, events: SocketEvents) => SocketLike;
  random?: () => number;
};

export class ShowSocket {
  private socket: SocketLike | null = null;
  private status: SocketStatus = { kind: "stopped", reason: "closed" };
  private position: Position | null = null;
  private readonly outbox = new Outbox();
  private attempt = 0;
  private onlineSince = 0;
  private heardAt = 0;
  private drainMs: number | null = null;
  private isRenewal = false;
  private hadProtocolFault = false;
  private gapAt: string | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private watch: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly options: SocketOptions) {}

  start(): void {
    if (this.status.kind !== "stopped") return;
    this.attempt = 0;
    void this.connect();
  }

  /** Leaves for good; waiting commands are refused with `closed`. */
  stop(): void {
    this.halt("closed", "closed");
  }

  /** Sends a command now or when the connection is back; rejects with an `ApiProblem`. */
  send<T extends CommandType>(type: T, data: CommandData[T]): Promise<object> {
    if (this.status.kind === "stopped") {
      const reason = this.status.reason === "banned" ? "banned" : "closed";
      return Promise.reject(new ApiProblem({ code: reason, status: 0, detail: "" }));
    }
    return this.outbox.add(type, data, this.status.kind === "online" ? this.write : null);
  }

  /** A heart is of the moment: without a connection it is dropped. */
  sendHeart(): void {
    if (this.status.kind === "online") this.write('{"id":"h","type":"heart.send","data":{}}');
  }

  /** The person does not want to wait for the countdown. */
  retryNow(): void {
    if (this.status.kind === "offline" || this.status.kind === "draining") void this.connect();
  }

  networkOnline(): void {
    if (this.status.kind === "offline") void this.connect();
  }

  networkOffline(): void {
    if (this.status.kind === "stopped") return;
    this.abandon();
    this.clearTimer();
    this.setStatus({ kind: "offline", retryAt: null });
  }

  /** Asks whether the connection still lives; phones lose sockets while the page sleeps. */
  probe(): void {
    if (this.status.kind !== "online") return this.retryNow();
    const askedAt = Date.now();
    this.ping();
    this.clearTimer();
    this.timer = setTimeout(() => {
      if (this.heardAt < askedAt) this.lost();
    }, PROBE_MS);
  }

  private async connect(): Promise<void> {
    this.abandon();
    this.clearTimer();
    this.setStatus({ kind: "connecting" });
    const attempted = this.status;
    let credentials: Credentials | null;
    try {
      credentials = await this.options.credentials(this.isRenewal);
    } catch (cause) {
      const isMissing = toProblem(cause).status === 404;
      if (this.status !== attempted) return;
      return isMissing ? this.halt("refused", "closed") : this.comeBack("backoff");
    }
    // Another attempt, or a stop, overtook this one while it waited.
    if (this.status !== attempted) return;
    if (!credentials) return this.halt("sign_in", "unauthenticated");
    this.open(credentials);
  }

  private open(credentials: Credentials): void {
    const create = this.options.createSocket ?? browserSocket;
    const after = this.position ? { after: formatPosition(this.position) } : {};
    const hello = JSON.stringify({ t: "hello", ...credentials, ...after });
    this.drainMs = null;
    // An abandoned socket may still speak; its late events reach nobody.
    const socket: SocketLike = create(this.options.url, SUBPROTOCOL, {
      open: () => this.socket === socket && socket.send(hello),
      message: (data) => this.socket === socket && this.receive(data),
      close: (code) => this.socket === socket && this.closed(code),
    });
    this.socket = socket;
    this.timer = setTimeout(() => this.lost(), WELCOME_TIMEOUT_MS);
  }

  private receive(data: unknown): void {
    const frame = typeof data === "string" ? parseFrame(data) : null;
    this.heardAt = Date.now();
    if (!frame) return;
    const { handlers } = this.options;
    switch (frame.t) {
      case "welcome":
        this.position = parsePosition(frame.position);
        handlers.onWelcome(frame);
        return this.nowOnline();
      case "resumed":
        handlers.onResumed(frame);
        return this.nowOnline();
      case "events":
        return this.takeViewerEvents(frame.events);
      case "member_events":
        return this.takeMemberEvents(frame.events);
      case "signal":
        return handlers.onSignal(frame);
      case "you":
        return handlers.onYou(frame);
      case "reply":
        return this.outbox.settle(frame);
      case "drain":
        this.drainMs = frame.retry_ms;
        return;
      default:
        return ignore(frame);
    }
  }

  private takeViewerEvents(events: ViewerEvent[]): void {
    if (!this.position) return;
    const { fresh, last, hasGap } = takeFresh(events, this.position.seq);
    this.position = { ...this.position, seq: last };
    const known = fresh.filter(isKnownViewerEvent);
    if (known.length > 0) this.options.handlers.onEvents(known);
    if (hasGap) this.refill();
  }

  private takeMemberEvents(events: MemberEvent[]): void {
    if (this.position?.memberSeq == null) return;
    const { fresh, last, hasGap } = takeFresh(events, this.position.memberSeq);
    this.position = { ...this.position, memberSeq: last };
    const known = fresh.filter(isKnownMemberEvent);
    if (known.length > 0) this.options.handlers.onMemberEvents?.(known);
    if (hasGap) this.refill();
  }

  /** A hole is filled by resuming; the same hole twice means the position itself is of no use. */
  private refill(): void {
    const here = this.position ? formatPosition(this.position) : null;
    if (here === this.gapAt) this.position = null;
    this.gapAt = here;
    this.abandon();
    this.comeBack("resume");
  }

  private nowOnline(): void {
    this.clearTimer();
    this.isRenewal = false;
    this.hadProtocolFault = false;
    this.onlineSince = Date.now();
    this.watch ??= setInterval(() => this.lookForLife(), WATCH_MS);
    this.setStatus({ kind: "online" });
    this.outbox.flush(this.write);
  }

  private lookForLife(): void {
    const silentMs = Date.now() - this.heardAt;
    if (silentMs >= DEAD_MS) this.lost();
    else if (silentMs >= QUIET_MS) this.ping();
  }

  private ping(): void {
    this.write('{"id":"p","type":"ping","data":{}}');
  }

  /** Nothing comes any more; a close event of a dead network can take minutes, so none is awaited. */
  private lost(): void {
    this.abandon();
    this.comeBack("backoff");
  }

  private closed(code: number): void {
    const rule = ruleOf(code);
    if (rule === "no_resend") this.outbox.rejectWritten("too_large");
    this.abandon();
    if (rule === "never") {
      const isBanned = code === CLOSE_BANNED;
      return this.halt(isBanned ? "banned" : "refused", isBanned ? "banned" : "closed");
    }
    if (rule === "once" && this.hadProtocolFault) return this.halt("fault", "closed");
    if (rule === "sign_in" && this.isRenewal) return this.halt("sign_in", "unauthenticated");
    if (rule === "once") this.hadProtocolFault = true;
    if (rule === "sign_in") this.isRenewal = true;
    if (rule === "snapshot") this.position = null;
    this.comeBack(rule);
  }

  private comeBack(rule: CloseRule): void {
    if (this.onlineSince > 0 && Date.now() - this.onlineSince >= STABLE_MS) this.attempt = 0;
    this.onlineSince = 0;
    const wait = {
      attempt: this.attempt,
      retryMs: this.drainMs,
      random: this.options.random ?? Math.random,
    };
    const ms = waitMs(rule, wait);
    this.attempt += 1;
    this.clearTimer();
    this.timer = setTimeout(() => void this.connect(), ms);
    const kind = this.drainMs === null ? "offline" : "draining";
    this.setStatus({ kind, retryAt: Date.now() + ms });
  }

  private halt(reason: StopReason, code: string): void {
    this.abandon();
    this.clearTimer();
    this.outbox.rejectAll(code);
    this.setStatus({ kind: "stopped", reason });
  }

  /** Lets go of the connection without waiting for it. */
  private abandon(): void {
    if (this.watch) clearInterval(this.watch);
    this.watch = null;
    this.outbox.unwrite();
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }

  private readonly write = (frame: string): void => {
    this.socket?.send(frame);
  };

  private setStatus(status: SocketStatus): void {
    this.status = status;
    this.options.handlers.onStatus(status);
  }

  private clearTimer(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}

/** The address of a show's socket, from the address of the page. */
export function socketUrl(pageUrl: string, showId: string): string {
  const url = new URL(`/api/v1/shows/${showId}/socket`, pageUrl);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

function browserSocket(url: string, protocol: string, events: SocketEvents): SocketLike {
  const socket = new WebSocket(url, protocol);
  socket.onopen = events.open;
  socket.onmessage = ({ data }) => events.message(data);
  socket.onclose = ({ code }) => events.close(code);
  return socket;
}

/** Does not compile when a frame type has no case above. */
function ignore(_frame: never): void {}
