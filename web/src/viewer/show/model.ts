/** The one store behind the show page: its parts made once and wired to each other. */
import { effect, type Signal, signal } from "@preact/signals";
import { type Api, createApi } from "../../lib/api";
import { firstVariant } from "../../lib/options";
import type { OrderLine, ProductView, ShowView } from "../../lib/types";
import { type Announcer, createAnnouncer } from "../../ui/Announcer";
import { problemText } from "../../ui/lang";
import { noticeText } from "../arrivalTexts";
import { createPlayerStore, type PlayerStore } from "../player/store";
import { arrivedAt, readArrival } from "../store/arrival";
import { type BagStore, createBagStore } from "../store/bag";
import type { ShopCart } from "../store/cart";
import { type ChatStore, createChatStore } from "../store/chat";
import {
  type CheckoutStore,
  createCheckoutStore,
  isAboutDelivery,
  type Wanted,
} from "../store/checkout";
import { createDeliveryStore, type DeliveryStore } from "../store/delivery";
import { createSession } from "../store/session";
import { createShowStore, type ShowStore } from "../store/show";
import { texts } from "../texts";
import { announce } from "./announce";
import { shareShow, showUrl } from "./share";

/** What lies over the page, one at a time. */
export type Panel =
  /** With the variant chosen in advance, and the button to buy in focus. */
  | { kind: "product"; id: string; variant?: string | null; isReady?: boolean }
  /** Why a link led elsewhere than to what it was made for. */
  | { kind: "notice"; notice: string; product: string | null }
  | { kind: "products" }
  | { kind: "bag" }
  | { kind: "chat" }
  /** What is kept of this viewer. */
  | { kind: "data" }
  /** `about` is the product that the question is about. */
  | { kind: "questions"; about?: string }
  | null;

/** The page around, which may know prices and hold the bag itself. */
export type Around = {
  /** What the show looks like with what that page says. */
  dress(show: ShowStore): ShowStore;
  /** Its bag in place of ours; null leaves ours. */
  bag(show: ShowStore): BagStore | null;
};

export type ShowModel = {
  api: Api;
  show: ShowStore;
  chat: ChatStore;
  checkout: CheckoutStore;
  bag: BagStore;
  /** The cart of the page around, where that sells and not we. */
  cart: ShopCart | null;
  delivery: DeliveryStore;
  player: PlayerStore;
  announcer: Announcer;
  panel: Signal<Panel>;
  /** A short message that goes away by itself. */
  notice: Signal<string | null>;
  /** Shows a short message. */
  notify(text: string): void;
  openProduct(product: ProductView): void;
  /** Buys at once what leaves no choice; everything else is chosen first. */
  buyProduct(product: ProductView): void;
  /** Reserves pieces, once it is known where they go; true when they are reserved. */
  buy(wanted: Wanted[]): Promise<boolean>;
  openBag(): void;
  openQuestions(about?: string): void;
  /** Reserves what is in the bag, which is empty then. */
  checkOut(): Promise<void>;
  /** Takes a purchase that came to nothing back into the bag. */
  putBack(lines: OrderLine[]): void;
  share(): Promise<void>;
  addToCalendar(show: ShowView, startsAt: string): Promise<void>;
};

const NOTICE_MS = 4_000;

export function createShowModel(slug: string, search: string, around?: Around): ShowModel {
  const returningId = new URLSearchParams(search).get("checkout");
  const api = createApi({ token: () => session.token() });
  const session = createSession(() => api, returningId);
  const player = createPlayerStore();
  const own = createShowStore(api, session, slug, player.shows);
  const show = around?.dress(own) ?? own;
  const checkout = createCheckoutStore({ api, session, show, returningId });
  const bag = around?.bag(show) ?? createBagStore(show);
  const delivery = createDeliveryStore(show);
  const announcer = createAnnouncer();
  const panel = signal<Panel>(null);
  const notice = signal<string | null>(null);
  const openPanel = (next: Panel) => {
    // A payment beside the video is put aside, not given up: its bar stays in sight.
    if (checkout.isOpen.value) checkout.close();
    checkout.clearProblem();
    panel.value = next;
  };
  const openProduct = (product: ProductView) => openPanel({ kind: "product", id: product.id });
  const buy = async (wanted: Wanted[]) => {
    if (!delivery.settle()) return false;
    const isReserved = await checkout.buy(wanted, delivery.shipTo());
    const problem = checkout.problem.value;
    // What is shown then is what the next click is about; without an answer the page stays as it is.
    if (problem && isAboutDelivery(problem)) await show.refreshShop().catch(() => undefined);
    return isReserved;
  };
  const openBag = () => openPanel({ kind: "bag" });
  const notify = (text: string) => {
    notice.value = text;
    setTimeout(() => {
      notice.value = null;
    }, NOTICE_MS);
  };
  const arrival = readArrival(search);
  let hasArrived = returningId !== null;
  effect(() => {
    const now = show.state.value;
    if (!now || hasArrived) return;
    hasArrived = true;
    const product = arrivedAt(arrival, now.show.lineup);
    if (noticeText(arrival.notice) !== null && arrival.notice !== null) {
      panel.value = { kind: "notice", notice: arrival.notice, product: product?.id ?? null };
    } else if (product) {
      const { variant, isReady } = arrival;
      panel.value = { kind: "product", id: product.id, variant, isReady };
    }
  });
  effect(() => {
    const lost = bag.gone.value.at(-1);
    if (lost !== undefined && panel.peek()?.kind !== "bag") notify(texts.value.leftBag(lost));
  });
  show.onSeen((events) => {
    if (show.onScreen.value) announce(events, show.onScreen.value, announcer);
  });
  return {
    api,
    show,
    checkout,
    bag,
    cart: null,
    delivery,
    announcer,
    panel,
    notice,
    notify,
    openProduct,
    buy,
    openBag,
    openQuestions: (about) => openPanel({ kind: "questions", about }),
    chat: createChatStore(show),
    player: {
      ...player,
      toLive() {
        player.toLive();
        show.catchUp();
      },
    },
    buyProduct(product) {
      const only = product.variants.length === 1 ? firstVariant(product) : null;
      if (!only || !delivery.isSettled.value) return openProduct(product);
      void buy([{ variantId: only.id, units: 1 }]).then(() => {
        if (checkout.problem.value) panel.value = { kind: "product", id: product.id };
      });
    },
    async checkOut() {
      const wanted = bag.bag.value.lines.filter(({ units }) => units > 0);
      const lines = wanted.map(({ variant, units }) => ({ variantId: variant.id, units }));
      if (await buy(lines)) bag.empty();
    },
    putBack(lines) {
      bag.putBack(lines);
      openBag();
    },
    async addToCalendar(announced, startsAt) {
      try {
        const { downloadCalendar } = await import("./Panels");
        downloadCalendar(announced, startsAt);
      } catch {
        notify(problemText({ code: "offline" }));
      }
    },
    async share() {
      const title = show.state.value?.show.title ?? "";
      const result = await shareShow(title, showUrl(slug));
      if (result === "shared") return;
      notify(result === "copied" ? texts.value.linkCopied : showUrl(slug));
    },
  };
}
