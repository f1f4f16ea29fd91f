/** The one store behind the show page: its parts made once and wired to each other. */
import { type Signal, signal } from "@preact/signals";
import { createApi } from "../../lib/api";
import { firstVariant } from "../../lib/options";
import type { ProductView } from "../../lib/types";
import { type Announcer, createAnnouncer } from "../../ui/Announcer";
import { createPlayerStore, type PlayerStore } from "../player/store";
import { type ChatStore, createChatStore } from "../store/chat";
import { type CheckoutStore, createCheckoutStore } from "../store/checkout";
import { createSession } from "../store/session";
import { createShowStore, type ShowStore } from "../store/show";
import { texts } from "../texts";
import { announce } from "./announce";
import { shareShow, showUrl } from "./share";

/** What lies over the page, one at a time. */
export type Panel = { kind: "product"; id: string } | { kind: "bag" } | { kind: "chat" } | null;

export type ShowModel = {
  show: ShowStore;
  chat: ChatStore;
  checkout: CheckoutStore;
  player: PlayerStore;
  announcer: Announcer;
  panel: Signal<Panel>;
  /** A short message that goes away by itself. */
  notice: Signal<string | null>;
  openProduct(product: ProductView): void;
  /** Buys at once what leaves no choice; everything else is chosen first. */
  buyProduct(product: ProductView): void;
  share(): Promise<void>;
};

const NOTICE_MS = 4_000;

export function createShowModel(slug: string, search: string): ShowModel {
  const returningId = new URLSearchParams(search).get("checkout");
  const api = createApi({ token: () => session.token() });
  const session = createSession(() => api, returningId);
  const show = createShowStore(api, session, slug);
  const checkout = createCheckoutStore({ api, session, show, returningId });
  const announcer = createAnnouncer();
  const panel = signal<Panel>(null);
  const notice = signal<string | null>(null);
  const openProduct = (product: ProductView) => {
    checkout.clearProblem();
    panel.value = { kind: "product", id: product.id };
  };
  show.onEvents((events) => {
    if (show.state.value) announce(events, show.state.value, announcer);
  });
  return {
    show,
    checkout,
    announcer,
    panel,
    notice,
    openProduct,
    chat: createChatStore(show),
    player: createPlayerStore(),
    buyProduct(product) {
      const only = product.variants.length === 1 ? firstVariant(product) : null;
      if (!only) return openProduct(product);
      void checkout.buy(only.id, 1).then(() => {
        if (checkout.problem.value) panel.value = { kind: "product", id: product.id };
      });
    },
    async share() {
      const title = show.state.value?.show.title ?? "";
      const result = await shareShow(title, showUrl(slug));
      if (result === "shared") return;
      notice.value = result === "copied" ? texts.value.linkCopied : showUrl(slug);
      setTimeout(() => {
        notice.value = null;
      }, NOTICE_MS);
    },
  };
}
