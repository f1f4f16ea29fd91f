/**
 * Every type that crosses the wire, under the names the server's schemas use.
 *
 * The only place where wire shapes are written down; nothing here runs.
 * Ids are UUIDv7 strings, times RFC 3339 in UTC, money integer minor units.
 */

export type Money = { amount: number; currency: string };
export type Page<T> = { items: T[]; next_cursor: string | null };

// Shop and members

export type Role = "owner" | "host" | "moderator";
export type ShopView = {
  id: string;
  slug: string;
  name: string;
  tagline: string;
  currency: string;
  brand_colour: string;
  is_demo: boolean;
  payments: "sandbox" | "stripe";
  /** No real money moves, so every page shows the test banner. */
  is_test: boolean;
  /** Where it delivers to; without zones nothing is delivered and no address is asked for. */
  delivery: { zones: DeliveryZone[] };
};
export type DeliveryZone = {
  /** ISO 3166-1 alpha-2; each country is in one zone at most. */
  countries: string[];
  rates: ShippingRate[];
};
export type ShippingRate = {
  name: string;
  price: Money;
  /** Goods of this sum or more are sent free of charge. */
  free_from: Money | null;
  /** Working days. */
  min_days: number | null;
  max_days: number | null;
};
/** What a shop asks and offers at checkout; amounts in minor units of its currency. */
export type CheckoutSettings = {
  zones: { countries: string[]; rates: RateSettings[] }[];
  asks_for_phone: boolean;
  takes_promotion_codes: boolean;
  automatic_tax: boolean;
};
export type RateSettings = {
  name: string;
  price: number;
  free_from: number | null;
  min_days: number | null;
  max_days: number | null;
};
/** Where the shop's shows may be embedded: exact origins. */
export type EmbedSettings = { sites: string[] };
export type CheckoutSettingsView = CheckoutSettings & { currency: string };
export type MemberView = { id: string; name: string; email: string; role: Role };
export type Me = { member: MemberView; shop: ShopView; permissions: string[] };
/** A member in the list of all. */
export type TeamMember = MemberView & { created_at: string };
export type NewInvitation = { role: Role; email: string | null };
export type Invitation = {
  id: string;
  role: Role;
  email: string | null;
  /** The name of who invites. */
  invited_by: string;
  created_at: string;
  expires_at: string;
};
export type MadeInvitation = Invitation & {
  /** Holds the secret; told this once. */
  url: string;
  mail: "not_asked" | "not_configured" | "sent" | "failed";
};
export type InvitationPreview = {
  shop_name: string;
  brand_colour: string;
  role: Role;
  email: string | null;
  invited_by: string;
  expires_at: string;
};
/** Who accepts an invitation. */
export type NewMember = { token: string; name: string; email: string; password: string };
export type NewSession = { email: string; password: string };
export type OneTimeSession = { token: string };
export type Setup = {
  token: string;
  shop: { name: string; slug?: string };
  owner: { name: string; email: string; password: string };
};
export type PasswordChange = { current?: string; password: string };

// Payments

export type KeyMode = "test" | "live";
export type PaymentPause = {
  reason: "key_refused" | "account_refused";
  since: string;
  next_attempt_at: string;
};
export type PaymentKeys = {
  mode: KeyMode;
  kind: "secret" | "restricted";
  /** The last four characters; more is never told. */
  key_hint: string;
  connected_account: string | null;
  /** Browsers see it; without one payments open in a new tab. */
  publishable_key: string | null;
  has_webhook_secret: boolean;
  has_previous_webhook_secret: boolean;
  verified_at: string | null;
  live_confirmed_at: string | null;
  last_event_at: string | null;
  is_active: boolean;
};
export type LiveObstacle = "not_https" | "no_live_key" | "not_checked" | "no_webhook_secret";
export type PaymentAccount = {
  source: "sandbox" | "installation" | "shop";
  payments: "sandbox" | "stripe";
  is_live: boolean;
  pause: PaymentPause | null;
  warnings: ("sandbox_in_public" | "key_unreadable")[];
  webhook_url: string;
  can_store_keys: boolean;
  live_obstacles: LiveObstacle[];
  /** Empty for members who may not change settings. */
  keys: PaymentKeys[];
};
export type NewPaymentKeys = {
  secret_key: string;
  connected_account: string | null;
  publishable_key: string | null;
};
export type CheckName =
  | "key"
  | "accepted"
  | "checkout_sessions"
  | "refunds"
  | "payment_intents"
  | "events"
  | "charges"
  | "currency"
  | "webhook_endpoint"
  | "webhook_events"
  | "webhook_version"
  | "webhook_secret"
  | "last_event"
  | "embedding";
export type CheckOutcome = "ok" | "warning" | "failed" | "skipped";
export type FindingCode =
  | "fine"
  | "not_reached"
  | "key_unreadable"
  | "key_refused"
  | "account_refused"
  | "no_answer"
  | "permission_missing"
  | "not_visible"
  | "charges_disabled"
  | "currency_unsupported"
  | "currency_converted"
  | "endpoint_missing"
  | "endpoint_disabled"
  | "events_missing"
  | "version_differs"
  | "secret_missing"
  | "no_event_yet"
  | "signature_refused"
  | "publishable_key_missing";
export type Finding = {
  check: CheckName;
  outcome: CheckOutcome;
  code: FindingCode;
  /** English, for those who read the interface without the studio. */
  detail: string;
  values: string[];
};
export type CheckReport = { mode: KeyMode; at: string; is_passed: boolean; findings: Finding[] };

// Catalogue

export type ImageView = {
  id: string;
  small_url: string;
  large_url: string;
  width: number;
  height: number;
  alt: string;
};
/** What a price in the catalogue is reduced from. */
export type Reduction = { lowest: Money; lowest_days: number; percent: number };
export type VariantView = {
  id: string;
  sku: string | null;
  option_values: string[];
  price: Money;
  /** A former price as the shop keeps it; viewers are shown `reduction`. */
  compare_at: Money | null;
  reduction?: Reduction | null;
  on_sale: boolean;
  available: number;
  /** Added by the viewer's pages, which show `price` as what it costs now; the server never sends it. */
  offer?: VariantOffer;
};
export type ProductView = {
  id: string;
  handle: string;
  title: string;
  /** Plain text; an empty line separates paragraphs. */
  description: string;
  option_names: string[];
  images: ImageView[];
  variants: VariantView[];
  /** Why a buyer cannot give it back; missing or null where it can. */
  exemption?: WithdrawalExemption | null;
};
export type ProductStatus = "active" | "archived";
export type Variant = VariantView & { stock: number; reserved: number; sold: number };
export type Product = Omit<ProductView, "variants"> & {
  variants: Variant[];
  status: ProductStatus;
  version: number;
  created_at: string;
  updated_at: string;
  pending_images: number;
  failed_images: { source_url: string | null; failure: string | null }[];
};
export type NewVariant = {
  option_values: string[];
  sku?: string | null;
  price: Money;
  compare_at?: Money | null;
  stock: number;
  on_sale?: boolean;
};
export type NewProduct = {
  title: string;
  description?: string;
  handle?: string;
  option_names?: string[];
  variants: NewVariant[];
  exemption?: WithdrawalExemption | null;
};
export type ProductPatch = {
  title?: string;
  description?: string;
  option_names?: string[];
  status?: ProductStatus;
  exemption?: WithdrawalExemption | null;
};
export type VariantPatch = {
  sku?: string | null;
  price?: Money;
  compare_at?: Money | null;
  on_sale?: boolean;
};
export type StockChange = { stock: number };
export type ImageOrder = { image_ids: string[] };

export type ImportFormat = "auto" | "shopify" | "google" | "vetrina";
export type ImportMode = "dry_run" | "apply";
export type ImportOutcome = "created" | "changed" | "unchanged" | "refused";
export type ImportRow = {
  line: number;
  handle: string | null;
  outcome: ImportOutcome;
  column: string | null;
  code: string | null;
  value: string | null;
};
export type ImportReport = {
  format: string;
  mode: ImportMode;
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
  rows: ImportRow[];
  rows_left_out: number;
  images_pending: number;
};

// Shows

export type ShowStatus = "draft" | "scheduled" | "live" | "paused" | "ended";
export type VideoSource =
  | { kind: "demo" }
  | { kind: "hls"; url: string }
  | { kind: "youtube"; url: string }
  | { kind: "vimeo"; url: string }
  | { kind: "twitch"; url: string }
  | { kind: "none" };
export type VideoKind = VideoSource["kind"];
export type Video = {
  kind: VideoKind;
  /** As the host entered it. */
  url: string | null;
  /** The HLS playlist, or the address of the provider's frame. */
  play_url: string | null;
  poster_url: string | null;
};
export type ShowSummary = {
  id: string;
  slug: string;
  title: string;
  description: string;
  status: ShowStatus;
  starts_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  poster_url: string | null;
  is_rehearsal: boolean;
  /** Viewers buy in a published replay, at the prices of now. */
  replay_published_at: string | null;
};
export type RecordingSource =
  | { kind: "demo" }
  | { kind: "hls"; url: string }
  | { kind: "file"; url: string }
  | { kind: "youtube"; url: string }
  | { kind: "vimeo"; url: string };
export type RecordingView = {
  kind: RecordingSource["kind"];
  /** As the shop entered it. */
  url: string | null;
  /** The playlist, the file, or the address of the provider's frame. */
  play_url: string | null;
  poster_url: string | null;
};
export type ReplayChange = {
  recording: RecordingSource;
  /** The moment that its first picture shows; going live where it is missing. */
  starts_at?: string | null;
  is_published: boolean;
};
export type HeartStrip = { every_secs: number; counts: { at: string; hearts: number }[] };
export type Replay = {
  /** Null for members while there is no recording. */
  video: RecordingView | null;
  starts_at: string;
  /** Null while only members see it. */
  published_at: string | null;
  hearts: HeartStrip;
};
export type ReplayEventPage = { items: ViewerEvent[]; next_cursor: string | null };
export type ShowView = ShowSummary & {
  video: Video;
  /** Below zero, what is on screen appears so many milliseconds later than the picture says. */
  sync_offset_ms: number;
  slow_mode_secs: number;
  /** Only members write. */
  is_chat_locked: boolean;
  /** On top of the chat. */
  pinned_message: PinnedMessage | null;
  takes_questions: boolean;
  /** The open ones and the newest answered ones, in the order they were asked. */
  questions: Question[];
  /** Active products only, in the order of the show. */
  lineup: ProductView[];
  /** Product ids, the newest (large) one first, at most three. */
  featured: string[];
  /** Those that run, at most one for a product. */
  offers: OfferView[];
};
/** A temporary price in a show. */
export type OfferView = {
  id: string;
  product_id: string;
  price: Money;
  starts_at: string;
  /** By the server's clock; null when it has no time. */
  ends_at: string | null;
  /** Pieces at this price; null without a limit. */
  units: number | null;
  units_left: number | null;
  units_per_buyer: number | null;
  /** The variants it covers; the price of others is their own. */
  variants: OfferVariantView[];
};
export type OfferVariantView = {
  variant_id: string;
  /** The lowest price of the days before the reduction. */
  lowest: Money;
  /** 30, or fewer for what has not been for sale as long. */
  lowest_days: number;
  /** Whole per cent that the offer is below it. */
  percent: number;
};
/** What an offer does to one variant. */
export type VariantOffer = Omit<OfferView, "variants" | "price"> & OfferVariantView;
export type NewOffer = {
  product_id: string;
  price: Money;
  /** How long; null for an offer that only its pieces end. */
  secs: number | null;
  units: number | null;
  units_per_buyer: number | null;
};
/** What an offer for a variant has to be below. */
export type LowestPrice = {
  variant_id: string;
  price: Money;
  lowest: Money;
  lowest_days: number;
};
export type NewShow = {
  title: string;
  slug?: string;
  description?: string;
  starts_at?: string | null;
  video?: VideoSource;
  sync_offset_ms?: number;
  is_rehearsal?: boolean;
};
export type ShowPatch = {
  title?: string;
  description?: string;
  starts_at?: string | null;
  video?: VideoSource;
  sync_offset_ms?: number;
};
export type StatusChange = { status: ShowStatus };
export type LineupChange = { product_ids: string[] };
export type Featured = { featured: string[] };
export type SlowMode = { secs: number };
export type Mute = { secs: number };
export type Storefront = { shop: ShopView; shows: ShowSummary[] };
export type ShowPage = { shop: ShopView; show: ShowView; position: string };
export type NewViewer = { token: string; viewer_id: string };
export type SocketTicket = { ticket: string };

// Checkouts and orders

export type OrderStatus =
  | "reserved"
  | "open"
  | "processing"
  | "releasing"
  | "paid"
  | "shipped"
  | "expired"
  | "failed"
  | "create_failed"
  | "refund_due"
  | "refunded";
export type OrderLine = {
  product_id: string;
  variant_id: string;
  title: string;
  variant_title: string;
  sku: string | null;
  units: number;
  unit_amount: Money;
  /** Pieces that came back and are for sale again. */
  restocked_units: number;
};
export type OrderSummary = {
  id: string;
  show_id: string;
  /** As printed for people; not for counting. */
  number: string;
  status: OrderStatus;
  is_test: boolean;
  total: Money;
  /** What of the total went back. */
  refunded: Money;
  lines: OrderLine[];
  buyer_name: string | null;
  /** Why a person has to look at it; while it stands, nothing is sent. */
  review: string | null;
  created_at: string;
  paid_at: string | null;
  shipped_at: string | null;
  reserved_until: string | null;
};
export type OrderChange = {
  at: string;
  from: OrderStatus | null;
  to: OrderStatus;
  cause: string;
};
export type Buyer = { name: string | null; email: string | null; phone: string | null };
export type PostalAddress = {
  line1: string | null;
  line2: string | null;
  postal_code: string | null;
  city: string | null;
  state: string | null;
  country: string | null;
};
export type Delivery = { name: string | null; address: PostalAddress };
/** What beside the goods is in a total; all but the subtotal known once paid. */
export type Amounts = {
  subtotal: Money;
  /** Null where nothing is delivered. */
  shipping: { method: string | null; price: Money } | null;
  discount: Money;
  /** Contained in the prices. */
  tax: Money;
  total: Money;
};
export type Parcel = { carrier: string | null; tracking_code: string | null };
export type Shipment = Parcel & { shipped_at: string };
export type MailKind =
  | "order_confirmed"
  | "order_shipped"
  | "payment_failed"
  | "order_refunded"
  | "shop_order_paid"
  | "shop_order_review";
export type OrderMail = {
  kind: MailKind;
  created_at: string;
  sent_at: string | null;
  gave_up_at: string | null;
};
export type Order = OrderSummary &
  Amounts & {
    buyer: Buyer | null;
    /** Who gets the goods and where; known once paid. */
    delivery: Delivery | null;
    dispute: "open" | "won" | "lost" | null;
    /** Why the provider opened no session, in its words. */
    failure: string | null;
    refunds: Refund[];
    refundable: Money;
    language: "it" | "en";
    shipment: Shipment | null;
    /** The buyer's page; whoever has the address sees it. */
    order_url: string;
    /** The link through which the buyer came. */
    link: Pick<Link, "id" | "code" | "source" | "label"> | null;
    history: OrderChange[];
    mails: OrderMail[];
    withdrawals: MemberWithdrawal[];
    /** A day such as 2026-06-19; null while nobody noted it. */
    delivered_on: string | null;
    /** Null while no delivery is noted, since the period has not begun. */
    withdrawal_ends_at: string | null;
  };
// Consumer law

/** Why goods cannot be given back; sealed ones can as long as the seal is whole. */
export type WithdrawalExemption =
  | "made_to_measure"
  | "perishable"
  | "sealed_hygiene"
  | "sealed_media";
export type WithdrawalView = {
  id: string;
  at: string;
  lines: { line: number; title: string; variant_title: string; units: number }[];
  amount: Money;
  refund_due_at: string;
  /** As much as is owed for it went back. */
  is_settled: boolean;
};
export type MemberWithdrawal = WithdrawalView & { name: string; email: string | null };
/** What a buyer may take back of an order. */
export type WithdrawalRight = {
  is_open: boolean;
  /** Null while no delivery is known. */
  ends_at: string | null;
  /** The page for it. */
  url: string;
  lines: { units: number; exemption: WithdrawalExemption | null }[];
  receipts: WithdrawalView[];
};
/** A withdrawal whose money has not gone back in full. */
export type OpenWithdrawal = {
  id: string;
  order_id: string;
  number: string;
  is_test: boolean;
  at: string;
  amount: Money;
  refund_due_at: string;
};
export type OpenWithdrawals = { items: OpenWithdrawal[]; overdue: number };
/** A text in both languages; plain, an empty line separates paragraphs. */
export type Bilingual = { it: string; en: string };
export type Seller = {
  name: string;
  address: string;
  vat_number: string;
  tax_code: string;
  rea: string;
  pec: string;
  email: string;
  phone: string;
};
/** What a shop tells of itself and its terms. */
export type LegalSettings = {
  seller: Seller;
  return_address: string;
  buyer_pays_return: boolean;
  terms: Bilingual;
  returns: Bilingual;
  privacy: Bilingual;
};
export type LegalGap = "name" | "address" | "vat_number" | "email" | "phone" | "terms";
export type LegalView = LegalSettings & { missing: LegalGap[]; informs_buyers: boolean };
export type Refund = {
  id: string;
  cause: "member" | "stock_gone" | "second_session" | "outside";
  status: "due" | "pending" | "succeeded" | "failed";
  amount: Money;
  failure: string | null;
  note: string | null;
  created_at: string;
  updated_at: string;
};
/** Pieces of one line, by its place in the order, that are for sale again. */
export type RestockLine = { line: number; units: number };
export type NewRefund = { amount?: number; restock?: RestockLine[]; note?: string | null };
/** What the buyer's page shows; nothing in it names the buyer. */
export type BuyerOrder = Amounts & {
  /** What went back so far. */
  refunded: Money;
  number: string;
  status: OrderStatus;
  is_test: boolean;
  lines: OrderLine[];
  shop_name: string;
  shop_email: string | null;
  brand_colour: string;
  created_at: string;
  paid_at: string | null;
  reserved_until: string | null;
  pay_url: string | null;
  shipment: Shipment | null;
  /** Null before it is paid. */
  withdrawal: WithdrawalRight | null;
  shop_slug: string;
  /** The page on which the buyer downloads or erases what is kept. */
  data_url: string;
};

// Privacy

/** How long a shop keeps what is known of people, in days. */
export type Retention = {
  chat_days: number;
  address_days: number;
  unpaid_days: number;
  audit_days: number;
};
export type ErasureObstacle =
  | "payment"
  | "delivery"
  | "refund"
  | "withdrawal"
  | "dispute"
  | "review";
export type BlockedOrder = { number: string; obstacles: ErasureObstacle[] };
/** What erasing a viewer takes away and what stays. */
export type ViewerErasure = {
  shows: number;
  messages: number;
  questions: number;
  votes: number;
  orders: number;
  blocked: BlockedOrder[];
  /** A ban stays until it ends. */
  ban_until: string | null;
  /** Null for what it would do. */
  erased_at: string | null;
};
/** What erasing the buyer of orders takes away. */
export type BuyerErasure = {
  orders: {
    id: string;
    number: string;
    erased_at: string | null;
    /** Null for an order that was never paid. */
    kept_until_year: number | null;
  }[];
  blocked: BlockedOrder[];
};
/** This order, or all orders under the same e-mail address. */
export type BuyerScope = "order" | "buyer";
/** How the shop and its people write to each other. */
export type Contact = { language: "it" | "en"; email: string | null };
/** With whether mail leaves the server, rather than becoming files. */
export type ContactView = Contact & { is_mail_sent: boolean };
export type Sales = { orders: number; units: number; total: Money };
export type ShowSales = { sales: Sales };
export type Checkout = {
  id: string;
  show_id: string;
  number: string;
  status: OrderStatus;
  is_test: boolean;
  subtotal: Money;
  total: Money;
  lines: OrderLine[];
  /** Countries that the goods can be sent to for the prices of this checkout. */
  delivers_to: string[];
  reserved_until: string | null;
  /** Opens in a new tab. */
  pay_url: string | null;
  /** Opens beside the video. */
  embedded: EmbeddedCheckout | null;
  /** While the payment page is being made: how many others get theirs first. */
  queue_place: number | null;
  /** The buyer's page of this order. */
  order_url: string;
  created_at: string;
};
/** Where a purchase is paid: in a new tab or beside the video. */
export type CheckoutUi = "hosted" | "embedded";
/** What opens a payment page beside the video; the sandbox's is framed, the others' have a script. */
export type EmbeddedCheckout = {
  client_secret: string;
  publishable_key: string | null;
  account: string | null;
  script_url: string | null;
  sandbox_url: string | null;
};
export type HeldCheckout = Checkout;
export type NewCheckout = {
  /** With the price of a piece as the buyer saw it, in minor units: a higher one is refused. */
  lines: { variant_id: string; units: number; seen_price?: number }[];
  /** Needed where the shop's shipping depends on the country. */
  ship_to?: string;
  /** Of the mail about the order. */
  language: "it" | "en";
  ui: CheckoutUi;
  /** Where a payment in a tab leads to: to the show unless told. */
  returns_to?: "show" | "order";
  /** The link through which the buyer came. */
  link?: string;
};

// Links and overlays

export type LinkSource =
  | "instagram"
  | "tiktok"
  | "youtube"
  | "facebook"
  | "whatsapp"
  | "newsletter"
  | "print"
  | "other";
export type LinkStatus = "active" | "expired" | "withdrawn";
export type NewLink = {
  show_id: string | null;
  product_id: string | null;
  variant_id: string | null;
  source: LinkSource;
  label: string;
  expires_at: string | null;
};
export type Link = {
  id: string;
  code: string;
  url: string;
  show_id: string | null;
  show_title: string | null;
  product_id: string | null;
  product_title: string | null;
  variant_id: string | null;
  variant_title: string | null;
  source: LinkSource;
  label: string;
  /** The overlay that it was made for. */
  overlay_key_id: string | null;
  status: LinkStatus;
  figures: { clicks: number; reservations: number; orders: number; revenue: Money };
  created_at: string;
  expires_at: string | null;
  withdrawn_at: string | null;
};
export type NewOverlayKey = { name: string; source: LinkSource };
export type OverlayKey = {
  id: string;
  name: string;
  source: LinkSource;
  created_at: string;
  seen_at: string | null;
};
/** A key that was just made; its token is told this once. */
export type MadeOverlayKey = OverlayKey & { token: string };
export type OverlayShow = { show_id: string; language: "it" | "en" };
export type OverlayLink = { code: string; url: string };

// Problems (RFC 9457)

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id?: string;
  errors?: { pointer: string; code: string }[];
  /** With `reservation_exists`. */
  checkout_id?: string;
  /** With `sold_out`, `product_unavailable` and `price_changed`. */
  variant_id?: string;
  /** With `price_changed`: what a piece costs now, and how many the buyer still gets at the offer's price. */
  price?: Money;
  offer_units?: number;
  /** With `offer_repeated`. */
  again_at?: string;
};
/** The short form inside a socket reply. */
export type SocketProblem = { code: string; detail: string; retry_ms?: number };

// Events: recorded, numbered without holes within their stream

type Frames<Data> = {
  [Type in keyof Data]: { seq: number; at: string; type: Type; data: Data[Type] };
}[keyof Data];

export type Badge = Role | null;
export type Author = { id: string; name: string; badge: Badge };
export type StatusChanged = { status: ShowStatus; starts_at: string | null };
export type ChatSent = { message_id: string; author: Author; text: string | null };

export type OfferEnd = "time" | "units" | "member" | "undone" | "show_ended";

export type ViewerEventData = {
  "show.scheduled": StatusChanged;
  "show.started": StatusChanged;
  "show.paused": StatusChanged;
  "show.resumed": StatusChanged;
  "show.ended": StatusChanged;
  "replay.published": { published_at: string };
  "replay.withdrawn": Record<string, never>;
  "show.updated": {
    title: string;
    description: string;
    video: Video;
    starts_at: string | null;
    /** Events of older versions have none. */
    sync_offset_ms?: number;
  };
  "lineup.changed": { lineup: ProductView[]; featured: string[] };
  "product.changed": { product: ProductView };
  "product.featured": { product_id: string; featured: string[] };
  "product.unfeatured": { product_id: string; featured: string[] };
  "stock.changed": {
    product_id: string;
    variant_id: string;
    available: number;
    on_sale: boolean;
  };
  "offer.started": { offer: OfferView };
  "offer.units_changed": { offer_id: string; product_id: string; units_left: number };
  "offer.ended": { offer_id: string; product_id: string; reason: OfferEnd };
  "chat.sent": ChatSent;
  "chat.removed": { message_id: string };
  "chat.restored": { message_id: string; text: string | null };
  "chat.slow_mode_changed": { secs: number };
  "chat.lock_changed": { is_locked: boolean };
  "chat.pinned": { message_id: string; author: Author; text: string | null };
  "chat.unpinned": { message_id: string };
  "question.asked": { question: Question };
  "question.upvoted": { votes: { question_id: string; votes: number }[] };
  "question.claimed": { question_id: string; claim: Claim | null };
  /** Without an answer it was given to the asker alone. */
  "question.answered": { question_id: string; answer: Answer | null };
  "question.dismissed": { question_id: string };
  "question.intake_changed": { takes_questions: boolean };
  /** A viewer was erased: the name and what was written under it go. */
  "author.erased": { author_id: string };
  /** What viewers wrote up to here was kept long enough. */
  "chat.expired": { until_seq: number };
  /** Messages `from` to the event's own `seq` that a crowded chat does not show. */
  "chat.left_out": { from: number; count: number };
};
export type ViewerEvent = Frames<ViewerEventData>;
export type ChatSentEvent = Extract<ViewerEvent, { type: "chat.sent" }>;

export type ReleaseReason = "expired" | "cancelled" | "create_failed" | "payment_failed" | "ended";
export type MutedViewer = { viewer_id: string; name: string; until: string };
export type BannedViewer = { viewer_id: string; name: string };
/** Waits for a moderator; its text is null once it was decided on. */
export type HeldMessage = {
  message_id: string;
  author: Author;
  text: string | null;
  reason: "word" | "first";
};
export type PinnedMessage = { message_id: string; author: Author; text: string };
/** What the author of a message that was held is told; `seq` is its place once it is shown. */
export type OwnHeldMessage = {
  message_id: string;
  status: "held" | "approved" | "refused";
  text: string | null;
  seq: number | null;
  at: string;
};
export type ModerationRules = {
  words: string[];
  uses_common_words: boolean;
  holds_first: boolean;
};
export type MemberEventData = {
  "order.reserved": { order: OrderSummary };
  "order.paid": { order: OrderSummary; sales: Sales };
  "order.processing": { order: OrderSummary };
  "order.released": { order: OrderSummary; reason: ReleaseReason };
  "order.changed": { order: OrderSummary; sales: Sales };
  "order.shipped": { order: OrderSummary };
  "message.held": HeldMessage;
  "message.approved": { message_id: string; viewer_id: string };
  "message.refused": { message_id: string; viewer_id: string };
  "question.answered_privately": { question_id: string; viewer_id: string; answer: Answer };
  "viewer.muted": MutedViewer;
  "viewer.unmuted": { viewer_id: string; name: string };
  "viewer.banned": BannedViewer;
  "viewer.unbanned": { viewer_id: string; name: string };
  "viewer.erased": { viewer_id: string };
  "buyer.erased": { order_id: string };
  "people.expired": { until_seq: number };
};
export type MemberEvent = Frames<MemberEventData>;

// Questions

export type Claim = { id: string; name: string; at: string };
/** Its text is null when it was given aloud, or removed since. */
export type Answer = { author: Author; text: string | null; at: string };
export type Question = {
  id: string;
  product_id: string | null;
  author: Author;
  /** Null once it was removed. */
  text: string | null;
  asked_at: string;
  votes: number;
  /** Who is about to answer. */
  claim: Claim | null;
  /** A question without one is open. */
  answer: Answer | null;
};
export type PrivateAnswer = {
  question_id: string;
  product_id: string | null;
  text: string;
  answer: Answer;
};
export type AnswerDraft = { text: string | null; visibility: "public" | "private" };

// Figures

/** How many watched: one count for each stretch from `from` on, null where nobody counted. */
export type ViewerLine = {
  every_secs: number;
  from: string;
  counts: (number | null)[];
  peak: number;
};
export type SalesBar = { at: string; orders: number; units: number; total: Money };
export type PinFlag = { at: string; product_id: string };
/** Each person counts once in each step. */
export type ProductFunnel = {
  product_id: string;
  title: string;
  was_shown: boolean;
  opened: number;
  checkouts: number;
  paid: number;
  units: number;
  total: Money;
};
export type FigureTotals = {
  viewers: number;
  orders: number;
  units: number;
  /** What was given back is part of it. */
  total: Money;
  refunded: Money;
  direct_orders: number;
  direct_total: Money;
  later_orders: number;
  later_total: Money;
};
export type ShowFigures = {
  starts_at: string | null;
  ends_at: string | null;
  as_of: string;
  viewers: ViewerLine;
  sales: { every_secs: number; bars: SalesBar[] };
  pins: PinFlag[];
  products: ProductFunnel[];
  totals: FigureTotals;
};

// Socket frames

export type You = {
  viewer_id: string | null;
  member_id: string | null;
  name: string | null;
  role: "viewer" | "overlay" | Role;
  muted_until: string | null;
  /** When slow mode lets this person write again. */
  chat_ready_at: string | null;
  held: HeldCheckout[];
  /** What the shop answered this viewer in private, the newest last. */
  answers: PrivateAnswer[];
  /** This viewer's messages that were held, the newest last. */
  reviewed: OwnHeldMessage[];
};
export type MemberSnapshot = {
  sales: Sales;
  /** The newest 50. */
  orders: OrderSummary[];
  muted: MutedViewer[];
  banned: BannedViewer[];
  /** Messages that wait for a moderator, the oldest first. */
  held: HeldMessage[];
};
export type Hello = { t: "hello"; token?: string; ticket?: string; after?: string };
export type Welcome = {
  t: "welcome";
  position: string;
  server_time: string;
  show: ShowView;
  shop: ShopView;
  /** At most 100, the oldest first. */
  chat: ChatSentEvent[];
  viewers: number;
  you: You;
  member: MemberSnapshot | null;
};
export type Resumed = {
  t: "resumed";
  position: string;
  server_time: string;
  viewers: number;
  you: You;
};
export type Signal = { t: "signal"; viewers?: number; hearts?: number };
export type Reply = { t: "reply"; id: string; ok?: object; problem?: SocketProblem };
export type ServerFrame =
  | Welcome
  | Resumed
  | { t: "events"; events: ViewerEvent[] }
  | { t: "member_events"; events: MemberEvent[] }
  | Signal
  | ({ t: "you" } & You)
  | Reply
  | { t: "drain"; retry_ms: number };

export type CommandData = {
  "name.set": { name: string };
  "chat.send": { message_id: string; text: string };
  "question.ask": { question_id: string; product_id: string | null; text: string };
  "question.upvote": { question_id: string };
  "card.open": { product_ids: string[] };
  "heart.send": Record<string, never>;
  ping: Record<string, never>;
};
export type CommandType = keyof CommandData;
