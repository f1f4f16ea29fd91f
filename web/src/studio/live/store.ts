/**
 * One show as its host sees it: loads it, keeps the socket, folds both streams of events.
 *
 * The only place where frames become state; nothing here changes the show.
 */
import { batch, computed, signal } from "@preact/signals";
import { type ApiProblem, toProblem } from "../../lib/problem";
import { applyEvent, applyMemberEvent, type ShowState, stateOf } from "../../lib/reduce";
import { ShowSocket, type SocketHandlers, type SocketStatus, socketUrl } from "../../lib/socket";
import { ServerClock } from "../../lib/time";
import type { MemberSnapshot, Resumed, ShowPage, Welcome, You } from "../../lib/types";
import { getShowPage } from "../api";
import { refreshSession, sessionEnded } from "../session";

/** A sale that was missed while the connection was away is no news any more. */
const FRESH_MS = 30_000;

export class LiveStore {
  readonly problem = signal<ApiProblem | null>(null);
  readonly state = signal<ShowState | null>(null);
  readonly members = signal<MemberSnapshot | null>(null);
  readonly you = signal<You | null>(null);
  readonly status = signal<SocketStatus>({ kind: "connecting" });
  readonly viewers = signal(0);
  /** Grows with each sale of this moment. */
  readonly sold = signal(0);
  readonly clock = new ServerClock();
  /** True until the first snapshot; before it, sales and chat are unknown rather than empty. */
  readonly isFirstLoad = computed(() => this.members.value === null);
  private readonly socket: ShowSocket;
  private isStopped = false;

  constructor(readonly id: string) {
    this.socket = new ShowSocket({
      url: socketUrl(location.href, id),
      // The cookie speaks; when the server no longer takes it, only signing in helps.
      credentials: async (isRenewal) => (isRenewal ? null : {}),
      handlers: this.handlers(),
    });
  }

  async start(): Promise<void> {
    this.problem.value = null;
    try {
      const page = await getShowPage(this.id);
      if (this.isStopped) return;
      this.showPage(page);
      this.watchPage();
      this.socket.start();
    } catch (cause) {
      this.problem.value = toProblem(cause);
    }
  }

  stop(): void {
    this.isStopped = true;
    removeEventListener("online", this.online);
    removeEventListener("offline", this.offline);
    document.removeEventListener("visibilitychange", this.seen);
    this.socket.stop();
  }

  retryNow(): void {
    this.socket.retryNow();
  }

  sendChat(messageId: string, text: string): Promise<object> {
    return this.socket.send("chat.send", { message_id: messageId, text });
  }

  private showPage({ shop, show }: ShowPage): void {
    this.state.value = { shop, show, chat: [], leftOut: null };
  }

  private handlers(): SocketHandlers {
    return {
      onStatus: (status) => {
        this.status.value = status;
        if (status.kind === "stopped" && status.reason === "sign_in") sessionEnded();
      },
      onWelcome: (welcome) =>
        batch(() => {
          this.present(welcome);
          this.state.value = stateOf(welcome);
          this.members.value = welcome.member;
        }),
      onResumed: (resumed) => batch(() => this.present(resumed)),
      onEvents: (events) => {
        if (this.state.value) this.state.value = events.reduce(applyEvent, this.state.value);
      },
      onMemberEvents: (events) => {
        if (this.members.value)
          this.members.value = events.reduce(applyMemberEvent, this.members.value);
        const isNew = (at: string) => this.clock.now() - Date.parse(at) < FRESH_MS;
        this.sold.value += events.filter(
          (one) => one.type === "order.paid" && isNew(one.at),
        ).length;
      },
      onSignal: ({ viewers }) => {
        if (viewers !== undefined) this.viewers.value = viewers;
      },
      onYou: (you) => {
        const isOther = this.you.value?.role !== you.role || this.you.value.name !== you.name;
        this.you.value = you;
        // The areas of the studio follow the role; while the server is away they stay as they are.
        if (isOther) refreshSession().catch(() => undefined);
      },
    };
  }

  private present(frame: Welcome | Resumed): void {
    this.clock.sync(frame.server_time);
    this.you.value = frame.you;
    this.viewers.value = frame.viewers;
  }

  private watchPage(): void {
    addEventListener("online", this.online);
    addEventListener("offline", this.offline);
    document.addEventListener("visibilitychange", this.seen);
  }

  private readonly online = () => this.socket.networkOnline();
  private readonly offline = () => this.socket.networkOffline();
  private readonly seen = () => {
    if (!document.hidden) this.socket.probe();
  };
}
