/**
 * Folds events into what a show looks like; live, resumed and replayed alike.
 *
 * Pure: no clock, no network, the state handed in is never changed.
 */
import { applyQuestionEvent } from "./questions";
import type {
  Author,
  ChatSentEvent,
  HeldMessage,
  MemberEvent,
  MemberSnapshot,
  OfferView,
  OrderSummary,
  ProductView,
  ShopView,
  ShowStatus,
  ShowView,
  ViewerEvent,
  ViewerEventData,
  Welcome,
} from "./types";

/** Rows kept of the chat: hours of a quiet show, minutes of a busy one, little memory on a phone. */
export const CHAT_ROWS_MAX = 200;

/** Orders kept for members, as many as the snapshot brings. */
export const ORDERS_MAX = 50;

export type ChatRow = {
  message_id: string;
  seq: number;
  at: string;
  author: Author;
  /** Null once the message was removed. */
  text: string | null;
};

/** Messages that a crowded chat did not show lately, and when the last one was. */
export type LeftOut = { count: number; at: string };

export type ShowState = {
  shop: ShopView;
  show: ShowView;
  chat: ChatRow[];
  leftOut: LeftOut | null;
};

/** How long the chat says that it was crowded. */
const CROWDED_MS = 30_000;

/** The state a snapshot describes. */
export function stateOf(welcome: Pick<Welcome, "shop" | "show" | "chat">): ShowState {
  const { shop, show, chat } = welcome;
  return { shop, show, chat: chat.map(chatRow).slice(-CHAT_ROWS_MAX), leftOut: null };
}

/** The state after one event. */
export function applyEvent(state: ShowState, event: ViewerEvent): ShowState {
  switch (event.type) {
    case "show.scheduled":
    case "show.started":
    case "show.paused":
    case "show.resumed":
    case "show.ended":
      return withShow(state, statusChange(state.show, event.data, event.at));
    case "show.updated": {
      const { title, description, video, starts_at, sync_offset_ms = 0 } = event.data;
      return withShow(state, {
        title,
        description,
        video,
        sync_offset_ms,
        starts_at,
        poster_url: video.poster_url,
      });
    }
    case "replay.published":
      return withShow(state, { replay_published_at: event.data.published_at });
    case "replay.withdrawn":
      return withShow(state, { replay_published_at: null });
    case "lineup.changed":
      return withShow(state, { lineup: event.data.lineup, featured: event.data.featured });
    case "product.changed":
      return withProduct(state, event.data.product.id, () => event.data.product);
    case "product.featured":
    case "product.unfeatured":
      return withShow(state, { featured: event.data.featured });
    case "stock.changed":
      return withProduct(state, event.data.product_id, (product) => withStock(product, event.data));
    case "offer.started": {
      const { offer } = event.data;
      return withOffers(state, (offers) => [
        ...offers.filter((other) => other.product_id !== offer.product_id),
        offer,
      ]);
    }
    case "offer.units_changed": {
      const { offer_id, units_left } = event.data;
      return withOffers(state, (offers) =>
        offers.map((offer) => (offer.id === offer_id ? { ...offer, units_left } : offer)),
      );
    }
    case "offer.ended":
      return withOffers(state, (offers) =>
        offers.filter((offer) => offer.id !== event.data.offer_id),
      );
    case "chat.sent":
      return {
        ...state,
        chat: addRow(state.chat, chatRow(event)),
        leftOut: recent(state.leftOut, event.at),
      };
    case "chat.removed":
      return withText(state, event.data.message_id, null);
    case "chat.restored":
      return withText(state, event.data.message_id, event.data.text);
    case "author.erased":
      return forgetRows(state, (row) => row.author.id === event.data.author_id);
    case "chat.expired":
      return forgetRows(
        state,
        (row) => row.author.badge === null && row.seq <= event.data.until_seq,
      );
    case "chat.slow_mode_changed":
      return withShow(state, { slow_mode_secs: event.data.secs });
    case "chat.lock_changed":
      return withShow(state, { is_chat_locked: event.data.is_locked });
    case "chat.pinned": {
      const { text, ...pinned } = event.data;
      return withShow(state, { pinned_message: text === null ? null : { ...pinned, text } });
    }
    case "chat.unpinned":
      return withShow(state, { pinned_message: null });
    case "question.asked":
    case "question.upvoted":
    case "question.claimed":
    case "question.answered":
    case "question.dismissed":
      return withShow(state, { questions: applyQuestionEvent(state.show.questions, event) });
    case "question.intake_changed":
      return withShow(state, { takes_questions: event.data.takes_questions });
    case "chat.left_out": {
      const before = recent(state.leftOut, event.at)?.count ?? 0;
      return { ...state, leftOut: { count: before + event.data.count, at: event.at } };
    }
    default:
      return unreachable(event, state);
  }
}

/** The members' part after one event of their stream. */
export function applyMemberEvent(members: MemberSnapshot, event: MemberEvent): MemberSnapshot {
  switch (event.type) {
    case "order.reserved":
    case "order.processing":
    case "order.released":
    case "order.shipped":
      return { ...members, orders: putOrder(members.orders, event.data.order) };
    case "order.paid":
    case "order.changed": {
      const { order, sales } = event.data;
      return { ...members, sales, orders: putOrder(members.orders, order) };
    }
    case "message.held":
      // Without a text it was decided on since, or its author was erased.
      return event.data.text === null
        ? { ...members, held: withoutHeld(members.held, event.data.message_id) }
        : { ...members, held: putHeld(members.held, event.data) };
    case "message.approved":
    case "message.refused":
      return { ...members, held: withoutHeld(members.held, event.data.message_id) };
    case "question.answered_privately":
      // The viewers' stream tells that it is open no more; what was answered is the asker's.
      return members;
    case "viewer.muted":
      return { ...members, muted: putViewer(members.muted, event.data) };
    case "viewer.unmuted":
      return { ...members, muted: withoutViewer(members.muted, event.data.viewer_id) };
    case "viewer.banned":
      return { ...members, banned: putViewer(members.banned, event.data) };
    case "viewer.unbanned":
      return { ...members, banned: withoutViewer(members.banned, event.data.viewer_id) };
    case "viewer.erased": {
      const { viewer_id } = event.data;
      const [muted, banned] = [members.muted, members.banned];
      return {
        ...members,
        held: members.held.filter(({ author }) => author.id !== viewer_id),
        muted: withoutViewer(muted, viewer_id),
        banned: withoutViewer(banned, viewer_id),
      };
    }
    case "buyer.erased": {
      const { order_id } = event.data;
      const orders = members.orders.map((order) =>
        order.id === order_id ? { ...order, buyer_name: null } : order,
      );
      return { ...members, orders };
    }
    case "people.expired":
      // What is listed is of today, and mutes end by themselves.
      return members;
    default:
      return unreachable(event, members);
  }
}

/** Viewers chat and buy while the show is on air, in its pauses too. */
export function isOpen(status: ShowStatus): boolean {
  return status === "live" || status === "paused";
}

/** Viewers buy while the show is on air, and in its published replay. */
export function sells(show: Pick<ShowView, "status" | "replay_published_at">): boolean {
  return isOpen(show.status) || (show.status === "ended" && show.replay_published_at !== null);
}

/** The featured products that are still in the lineup, the large one first. */
export function featuredProducts(show: ShowView): ProductView[] {
  return show.featured.flatMap((id) => show.lineup.filter((product) => product.id === id));
}

/** Units that can be bought of a product, all variants together. */
export function availableUnits(product: ProductView): number {
  return product.variants.reduce(
    (sum, variant) => sum + (variant.on_sale ? variant.available : 0),
    0,
  );
}

function withShow(state: ShowState, change: Partial<ShowView>): ShowState {
  return { ...state, show: { ...state.show, ...change } };
}

function statusChange(
  show: ShowView,
  data: ViewerEventData["show.started"],
  at: string,
): Partial<ShowView> {
  const { status, starts_at } = data;
  const startedAt = status === "live" && show.started_at === null ? at : show.started_at;
  return { status, starts_at, started_at: startedAt, ended_at: status === "ended" ? at : null };
}

function withOffers(state: ShowState, change: (offers: OfferView[]) => OfferView[]): ShowState {
  return withShow(state, { offers: change(state.show.offers) });
}

function withProduct(
  state: ShowState,
  id: string,
  change: (product: ProductView) => ProductView,
): ShowState {
  const lineup = state.show.lineup.map((product) =>
    product.id === id ? change(product) : product,
  );
  return withShow(state, { lineup });
}

function withStock(product: ProductView, stock: ViewerEventData["stock.changed"]): ProductView {
  const { variant_id, available, on_sale } = stock;
  const variants = product.variants.map((variant) =>
    variant.id === variant_id ? { ...variant, available, on_sale } : variant,
  );
  return { ...product, variants };
}

function chatRow(event: ChatSentEvent): ChatRow {
  return { seq: event.seq, at: event.at, ...event.data };
}

/** A chat that has been calm for a while is whole again. */
function recent(leftOut: LeftOut | null, now: string): LeftOut | null {
  return leftOut && Date.parse(now) - Date.parse(leftOut.at) < CROWDED_MS ? leftOut : null;
}

function addRow(chat: ChatRow[], row: ChatRow): ChatRow[] {
  if (chat.some((other) => other.message_id === row.message_id)) return chat;
  return [...chat, row].slice(-CHAT_ROWS_MAX);
}

function withText(state: ShowState, messageId: string, text: string | null): ShowState {
  const chat = state.chat.map((row) => (row.message_id === messageId ? { ...row, text } : row));
  return { ...state, chat };
}

/** Takes names and texts out of rows; that something was written stays. */
function forgetRows(state: ShowState, isMeant: (row: ChatRow) => boolean): ShowState {
  const chat = state.chat.map((row) =>
    isMeant(row) ? { ...row, author: { ...row.author, name: "" }, text: null } : row,
  );
  return { ...state, chat };
}

function putOrder(orders: OrderSummary[], order: OrderSummary): OrderSummary[] {
  const isKnown = orders.some((other) => other.id === order.id);
  const all = isKnown
    ? orders.map((other) => (other.id === order.id ? order : other))
    : [order, ...orders];
  return all.slice(0, ORDERS_MAX);
}

function putViewer<T extends { viewer_id: string }>(viewers: T[], viewer: T): T[] {
  return [...withoutViewer(viewers, viewer.viewer_id), viewer];
}

function withoutViewer<T extends { viewer_id: string }>(viewers: T[], id: string): T[] {
  return viewers.filter((viewer) => viewer.viewer_id !== id);
}

function putHeld(held: HeldMessage[], message: HeldMessage): HeldMessage[] {
  return [...withoutHeld(held, message.message_id), message];
}

function withoutHeld(held: HeldMessage[], id: string): HeldMessage[] {
  return held.filter((message) => message.message_id !== id);
}

/** Does not compile when an event type has no case above; a newer server's event changes nothing. */
function unreachable<T>(_event: never, state: T): T {
  return state;
}
