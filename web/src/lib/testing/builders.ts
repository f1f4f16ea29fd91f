/** Wire values for tests, complete and plain; each test names only what it is about. */
import type { ShowState } from "../reduce";
import type {
  ChatSentEvent,
  Order,
  OrderLine,
  OrderSummary,
  ProductView,
  Question,
  Refund,
  ShippingRate,
  ShopView,
  ShowView,
  VariantView,
  ViewerEvent,
  Welcome,
  You,
} from "../types";

export const eur = (amount: number) => ({ amount, currency: "EUR" });

export function variant(change: Partial<VariantView> = {}): VariantView {
  return {
    id: "v1",
    sku: null,
    option_values: [],
    price: eur(1990),
    compare_at: null,
    on_sale: true,
    available: 7,
    ...change,
  };
}

export function product(change: Partial<ProductView> = {}): ProductView {
  return {
    id: "p1",
    handle: "scarf",
    title: "Scarf",
    description: "",
    option_names: [],
    images: [],
    variants: [variant()],
    ...change,
  };
}

export function shop(change: Partial<ShopView> = {}): ShopView {
  return {
    id: "s1",
    slug: "bottega",
    name: "Bottega",
    tagline: "",
    currency: "EUR",
    brand_colour: "#7a2e3a",
    is_demo: false,
    payments: "sandbox",
    is_test: true,
    delivery: { zones: [] },
    ...change,
  };
}

export function rate(change: Partial<ShippingRate> = {}): ShippingRate {
  return {
    name: "Courier",
    price: eur(500),
    free_from: null,
    min_days: null,
    max_days: null,
    ...change,
  };
}

export function show(change: Partial<ShowView> = {}): ShowView {
  return {
    id: "show1",
    slug: "autumn",
    title: "Autumn",
    description: "",
    status: "live",
    starts_at: null,
    started_at: "2026-11-21T20:00:00.000Z",
    ended_at: null,
    poster_url: null,
    is_rehearsal: false,
    replay_published_at: null,
    video: { kind: "demo", url: null, play_url: "/demo/live.m3u8", poster_url: null },
    sync_offset_ms: 0,
    slow_mode_secs: 0,
    is_chat_locked: false,
    pinned_message: null,
    takes_questions: true,
    questions: [],
    lineup: [product(), product({ id: "p2", title: "Bag", variants: [variant({ id: "v2" })] })],
    featured: [],
    offers: [],
    ...change,
  };
}

export function state(change: Partial<ShowView> = {}): ShowState {
  return { shop: shop(), show: show(change), chat: [], leftOut: null };
}

export function chatSent(seq: number, text = `text ${seq}`): ChatSentEvent {
  return {
    seq,
    at: at(seq),
    type: "chat.sent",
    data: { message_id: `m${seq}`, author: { id: "w1", name: "Marta", badge: null }, text },
  };
}

export function question(change: Partial<Question> = {}): Question {
  return {
    id: "q1",
    product_id: null,
    author: { id: "w1", name: "Marta", badge: null },
    text: "Is it warm?",
    asked_at: at(1),
    votes: 1,
    claim: null,
    answer: null,
    ...change,
  };
}

export function slowMode(seq: number, secs: number): ViewerEvent {
  return { seq, at: at(seq), type: "chat.slow_mode_changed", data: { secs } };
}

export function you(change: Partial<You> = {}): You {
  return {
    viewer_id: "w1",
    member_id: null,
    name: "Marta",
    role: "viewer",
    muted_until: null,
    chat_ready_at: null,
    held: [],
    answers: [],
    reviewed: [],
    ...change,
  };
}

export function welcome(position: string, change: Partial<Welcome> = {}): Welcome {
  return {
    t: "welcome",
    position,
    server_time: at(0),
    show: show(),
    shop: shop(),
    chat: [],
    viewers: 3,
    you: you(),
    member: null,
    ...change,
  };
}

export function order(change: Partial<OrderSummary> = {}): OrderSummary {
  return {
    id: "o1",
    show_id: "show1",
    number: "1001",
    status: "open",
    is_test: true,
    total: eur(1990),
    refunded: eur(0),
    lines: [],
    buyer_name: null,
    review: null,
    shipped_at: null,
    created_at: at(0),
    paid_at: null,
    reserved_until: at(600),
    ...change,
  };
}

/** A paid order as its page shows it: two scarves and a bag, all of it to be given back. */
export function orderPage(change: Partial<Order> = {}): Order {
  return {
    ...order({ status: "paid", total: eur(8970), paid_at: at(60) }),
    lines: [orderLine({ units: 2 }), orderLine({ variant_id: "v2", title: "Bag" })],
    subtotal: eur(8970),
    shipping: null,
    discount: eur(0),
    tax: eur(0),
    delivery: null,
    buyer: { name: "Anna", email: "anna@example.com", phone: null },
    dispute: null,
    failure: null,
    refunds: [],
    refundable: eur(8970),
    language: "it",
    shipment: null,
    order_url: "/order/t",
    link: null,
    history: [],
    mails: [],
    withdrawals: [],
    delivered_on: null,
    withdrawal_ends_at: null,
    ...change,
  };
}

export function orderLine(change: Partial<OrderLine> = {}): OrderLine {
  return {
    product_id: "p1",
    variant_id: "v1",
    title: "Scarf",
    variant_title: "",
    sku: null,
    units: 1,
    unit_amount: eur(2990),
    restocked_units: 0,
    ...change,
  };
}

export function refund(change: Partial<Refund> = {}): Refund {
  return {
    id: "r1",
    cause: "member",
    status: "due",
    amount: eur(1990),
    failure: null,
    note: null,
    created_at: at(90),
    updated_at: at(90),
    ...change,
  };
}

/** A moment some seconds into the show. */
export function at(secs: number): string {
  return new Date(Date.UTC(2026, 10, 21, 20, 0, secs)).toISOString();
}
