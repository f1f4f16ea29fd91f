/**
 * What an overlay knows: the show it watches, how the connection stands, the link of each product.
 *
 * A plain subscriber: it finds its show by the key, folds the events of the socket, and begins anew
 * by itself whatever ends, but for a key that is no longer taken.
 */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { createApi, toProblem } from "../lib/api";
import type { Lang } from "../lib/i18n";
import { applyEvent, type ShowState, stateOf } from "../lib/reduce";
import { ShowSocket, type SocketStatus, socketUrl } from "../lib/socket";
import { ServerClock } from "../lib/time";
import type { OverlayLink, OverlayShow } from "../lib/types";

/** How often the show of the moment is looked for, and a show that is not there yet. */
const LOOK_MS = 10_000;
/** After a failure, until the next try for a link. */
const RETRY_MS = 3_000;

export type OverlayStatus = "connecting" | "online" | "offline" | "no_key" | "refused" | "no_show";

export type OverlayStore = {
  state: ReadonlySignal<ShowState | null>;
  status: ReadonlySignal<OverlayStatus>;
  /** Of the shop's own texts; null until known. */
  language: ReadonlySignal<Lang | null>;
  clock: ServerClock;
  /** By product. */
  links: ReadonlySignal<ReadonlyMap<string, OverlayLink>>;
  start(): void;
};

type Context = {
  /** An id, the name of a show in its address, or `current`. */
  show: string;
  key: string | null;
  pageUrl: string;
};

export function createOverlayStore({ show, key, pageUrl }: Context): OverlayStore {
  const api = createApi({ token: () => key });
  const state = signal<ShowState | null>(null);
  const status = signal<OverlayStatus>(key === null ? "no_key" : "connecting");
  const language = signal<Lang | null>(null);
  const links = signal<ReadonlyMap<string, OverlayLink>>(new Map());
  const clock = new ServerClock();
  const asked = new Set<string>();
  let socket: ShowSocket | null = null;
  let watched: string | null = null;

  const leave = () => {
    socket?.stop();
    socket = null;
    watched = null;
    state.value = null;
  };
  const refuse = () => {
    leave();
    status.value = "refused";
  };
  const enter = (id: string, credentials: string) => {
    leave();
    watched = id;
    links.value = new Map();
    asked.clear();
    const entered = new ShowSocket({
      url: socketUrl(pageUrl, id),
      credentials: () => Promise.resolve({ overlay_key: credentials }),
      handlers: {
        onStatus: (next) => socket === entered && take(next),
        onWelcome: (welcome) => {
          clock.sync(welcome.server_time);
          state.value = stateOf(welcome);
        },
        onEvents: (events) => {
          if (state.value) state.value = events.reduce(applyEvent, state.value);
        },
        onResumed: ({ server_time }) => clock.sync(server_time),
        onSignal: () => undefined,
        onYou: () => undefined,
      },
    });
    socket = entered;
    entered.start();
  };
  const take = (next: SocketStatus) => {
    if (next.kind === "stopped") {
      if (next.reason === "sign_in") return refuse();
      // The show was taken back, or something is wrong with it: whoever looks for it finds out.
      if (next.reason !== "closed") return leave();
    }
    if (next.kind === "online") status.value = "online";
    else if (next.kind === "connecting") status.value = state.value ? "offline" : "connecting";
    else status.value = "offline";
  };
  /** Finds the show; the one of the moment may be another by now. */
  const look = async (): Promise<void> => {
    if (key === null || status.value === "refused") return;
    try {
      if (watched === null || show === "current") {
        const path = `/overlay/shows/${encodeURIComponent(show)}`;
        const found = await api.get<OverlayShow>(path);
        language.value = found.language;
        if (found.show_id !== watched) enter(found.show_id, key);
      }
    } catch (cause) {
      const problem = toProblem(cause);
      if (problem.status === 401) return refuse();
      if (problem.status === 404) {
        leave();
        status.value = "no_show";
      } else if (watched === null) {
        status.value = "offline";
      }
    }
    setTimeout(() => void look(), LOOK_MS);
  };
  const askForLink = async (showId: string, product: string): Promise<void> => {
    asked.add(product);
    try {
      const path = `/overlay/shows/${showId}/links/${product}`;
      const link = await api.put<OverlayLink>(path);
      if (watched === showId) links.value = new Map(links.value).set(product, link);
    } catch {
      // Whatever it was: while the product is on screen, its code is asked for again.
      setTimeout(() => {
        if (watched !== showId) return;
        asked.delete(product);
        askForLinks(state.value);
      }, RETRY_MS);
    }
  };
  const askForLinks = (now: ShowState | null) => {
    for (const product of now?.show.featured ?? []) {
      if (now && !asked.has(product)) void askForLink(now.show.id, product);
    }
  };
  effect(() => askForLinks(state.value));
  addEventListener("online", () => socket?.networkOnline());
  addEventListener("offline", () => socket?.networkOffline());
  return { state, status, language, clock, links, start: () => void look() };
}
