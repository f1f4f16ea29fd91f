/**
 * The calls that members make, one function per request.
 *
 * Built on `lib/api`; knows paths and types, keeps no state.
 */
import { createApi } from "../lib/api";
import type {
  AnswerDraft,
  CheckoutSettings,
  CheckoutSettingsView,
  CheckReport,
  Contact,
  ContactView,
  EmbedSettings,
  Featured,
  ImageOrder,
  ImportFormat,
  ImportMode,
  ImportReport,
  Invitation,
  InvitationPreview,
  KeyMode,
  LegalSettings,
  LegalView,
  LineupChange,
  Link,
  LinkSource,
  LowestPrice,
  MadeInvitation,
  MadeOverlayKey,
  Me,
  ModerationRules,
  NewInvitation,
  NewLink,
  NewMember,
  NewOffer,
  NewOverlayKey,
  NewPaymentKeys,
  NewProduct,
  NewRefund,
  NewSession,
  NewShow,
  NewVariant,
  OfferView,
  OneTimeSession,
  OpenWithdrawals,
  Order,
  OrderSummary,
  OverlayKey,
  Page,
  Parcel,
  PasswordChange,
  PaymentAccount,
  Product,
  ProductPatch,
  ProductStatus,
  Replay,
  ReplayChange,
  Role,
  Setup,
  ShowFigures,
  ShowPage,
  ShowPatch,
  ShowStatus,
  ShowSummary,
  ShowView,
  StockChange,
  TeamMember,
  VariantPatch,
} from "../lib/types";

const api = createApi({ fetch: watchedFetch });

let unauthenticated: () => void = () => {};

/** Names who is told when the server no longer knows the session. */
export function onUnauthenticated(listener: () => void): void {
  unauthenticated = listener;
}

/** Fetches, and tells whoever listens when the session is over. */
export async function watchedFetch(
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  const response = await fetch(input, init);
  if (response.status === 401) unauthenticated();
  return response;
}

/** Rows per page: a desktop screen and a half, so that scrolling starts before loading does. */
const PAGE_ROWS = 40;

// Session

export function signIn(body: NewSession): Promise<Me> {
  return api.post("/sessions", body);
}
export function signInOnce(body: OneTimeSession): Promise<Me> {
  return api.post("/sessions/one-time", body);
}
export function signOut(): Promise<void> {
  return api.delete("/sessions/current");
}
export function setUp(body: Setup): Promise<Me> {
  return api.post("/setup", body);
}
/** Who is signed in, or null. */
export function findMe(signal?: AbortSignal): Promise<Me | null> {
  return api.get("/sessions/current", { signal });
}
/** Ends all sessions of the member, this one too. */
export function signOutEverywhere(): Promise<void> {
  return api.delete("/sessions");
}
export function changeName(body: { name: string }): Promise<Me> {
  return api.put("/me/name", body);
}
export function changePassword(body: PasswordChange): Promise<void> {
  return api.put("/me/password", body);
}

// Members

export async function listMembers(signal?: AbortSignal): Promise<TeamMember[]> {
  const { items } = await api.get<{ items: TeamMember[] }>("/members", { signal });
  return items;
}
export function putRole(id: string, role: Role): Promise<TeamMember> {
  return api.put(`/members/${id}/role`, { role });
}
export function removeMember(id: string): Promise<void> {
  return api.delete(`/members/${id}`);
}
export async function listInvitations(signal?: AbortSignal): Promise<Invitation[]> {
  const { items } = await api.get<{ items: Invitation[] }>("/invitations", { signal });
  return items;
}
export function invite(body: NewInvitation): Promise<MadeInvitation> {
  return api.post("/invitations", body);
}
export function revokeInvitation(id: string): Promise<void> {
  return api.delete(`/invitations/${id}`);
}
export function previewInvitation(body: { token: string }): Promise<InvitationPreview> {
  return api.post("/invitations/preview", body);
}
export function acceptInvitation(body: NewMember): Promise<Me> {
  return api.post("/invitations/acceptance", body);
}

// Shows

export function listShows(cursor: string | null, signal?: AbortSignal): Promise<Page<ShowSummary>> {
  return api.get("/shows", { query: { limit: PAGE_ROWS, cursor }, signal });
}
export function getShowPage(id: string, signal?: AbortSignal): Promise<ShowPage> {
  return api.get(`/shows/${id}`, { signal });
}
export async function getShow(id: string, signal?: AbortSignal): Promise<ShowView> {
  const page = await getShowPage(id, signal);
  return page.show;
}
export function getReplay(id: string, signal?: AbortSignal): Promise<Replay> {
  return api.get(`/shows/${id}/replay`, { signal });
}
export function putReplay(id: string, body: ReplayChange): Promise<Replay> {
  return api.put(`/shows/${id}/replay`, body);
}
export function getFigures(id: string, signal?: AbortSignal): Promise<ShowFigures> {
  return api.get(`/shows/${id}/figures`, { signal });
}
export function createShow(body: NewShow): Promise<ShowView> {
  return api.post("/shows", body);
}
export function changeShow(id: string, body: ShowPatch): Promise<ShowView> {
  return api.patch(`/shows/${id}`, body);
}
export function deleteShow(id: string): Promise<void> {
  return api.delete(`/shows/${id}`);
}
export function putStatus(id: string, status: ShowStatus): Promise<ShowView> {
  return api.put(`/shows/${id}/status`, { status });
}
export function putLineup(id: string, body: LineupChange): Promise<ShowView> {
  return api.put(`/shows/${id}/lineup`, body);
}
export function feature(id: string, productId: string): Promise<Featured> {
  return api.put(`/shows/${id}/featured-products/${productId}`);
}
export function unfeature(id: string, productId: string): Promise<Featured> {
  return api.delete(`/shows/${id}/featured-products/${productId}`);
}

// Questions

function question(id: string, questionId: string): string {
  return `/shows/${id}/questions/${questionId}`;
}
export function claimQuestion(id: string, questionId: string, takesOver: boolean): Promise<void> {
  return api.put(`${question(id, questionId)}/claim`, { takes_over: takesOver });
}
export function releaseQuestion(id: string, questionId: string): Promise<void> {
  return api.delete(`${question(id, questionId)}/claim`);
}
export function answerQuestion(id: string, questionId: string, answer: AnswerDraft): Promise<void> {
  return api.put(`${question(id, questionId)}/answer`, answer);
}
export function dismissQuestion(id: string, questionId: string): Promise<void> {
  return api.put(`${question(id, questionId)}/dismissal`);
}
export function restoreQuestion(id: string, questionId: string): Promise<void> {
  return api.delete(`${question(id, questionId)}/dismissal`);
}
export function putTakesQuestions(id: string, takes: boolean): Promise<void> {
  return api.put(`/shows/${id}/question-intake`, { takes_questions: takes });
}

// Offers

export function startOffer(id: string, offer: NewOffer): Promise<OfferView> {
  return api.post(`/shows/${id}/offers`, offer);
}
export function putOfferStatus(
  id: string,
  offerId: string,
  status: "running" | "ended" | "undone",
): Promise<OfferView> {
  return api.put(`/shows/${id}/offers/${offerId}/status`, { status });
}
export function getLowestPrices(productId: string): Promise<{ variants: LowestPrice[] }> {
  return api.get(`/products/${productId}/lowest-prices`);
}

// Moderation

export function approveMessage(id: string, messageId: string): Promise<void> {
  return api.put(`/shows/${id}/held-messages/${messageId}/approval`);
}
export function refuseMessage(id: string, messageId: string): Promise<void> {
  return api.put(`/shows/${id}/held-messages/${messageId}/refusal`);
}
export function returnMessage(id: string, messageId: string): Promise<void> {
  return api.delete(`/shows/${id}/held-messages/${messageId}/refusal`);
}
export function pinMessage(id: string, messageId: string): Promise<void> {
  return api.put(`/shows/${id}/pinned-messages/${messageId}`);
}
export function unpinMessage(id: string, messageId: string): Promise<void> {
  return api.delete(`/shows/${id}/pinned-messages/${messageId}`);
}
export function putChatLock(id: string, isLocked: boolean): Promise<void> {
  return api.put(`/shows/${id}/chat-lock`, { is_locked: isLocked });
}
export function getModerationRules(): Promise<ModerationRules> {
  return api.get("/shop/moderation");
}
export function putModerationRules(rules: ModerationRules): Promise<ModerationRules> {
  return api.put("/shop/moderation", rules);
}

export function putSlowMode(id: string, secs: number): Promise<void> {
  return api.put(`/shows/${id}/slow-mode`, { secs });
}
export function removeMessage(id: string, messageId: string): Promise<void> {
  return api.put(`/shows/${id}/messages/${messageId}/removal`);
}
export function restoreMessage(id: string, messageId: string): Promise<void> {
  return api.delete(`/shows/${id}/messages/${messageId}/removal`);
}
export function muteViewer(id: string, viewerId: string, secs: number): Promise<void> {
  return api.put(`/shows/${id}/viewers/${viewerId}/mute`, { secs });
}
export function unmuteViewer(id: string, viewerId: string): Promise<void> {
  return api.delete(`/shows/${id}/viewers/${viewerId}/mute`);
}
export function banViewer(id: string, viewerId: string): Promise<void> {
  return api.put(`/shows/${id}/viewers/${viewerId}/ban`);
}
export function unbanViewer(id: string, viewerId: string): Promise<void> {
  return api.delete(`/shows/${id}/viewers/${viewerId}/ban`);
}

// Catalogue

export type ProductQuery = { search: string; status: ProductStatus };

export function listProducts(
  query: ProductQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Page<Product>> {
  return api.get("/products", { query: { ...query, limit: PAGE_ROWS, cursor }, signal });
}
export function getProduct(id: string, signal?: AbortSignal): Promise<Product> {
  return api.get(`/products/${id}`, { signal });
}
export function createProduct(body: NewProduct): Promise<Product> {
  return api.post("/products", body);
}
export function changeProduct(id: string, body: ProductPatch, version?: number): Promise<Product> {
  return api.patch(`/products/${id}`, body, { ifMatch: version });
}
export function deleteProduct(id: string): Promise<void> {
  return api.delete(`/products/${id}`);
}
export function addVariant(productId: string, body: NewVariant): Promise<unknown> {
  return api.post(`/products/${productId}/variants`, body);
}
export function changeVariant(id: string, body: VariantPatch): Promise<unknown> {
  return api.patch(`/variants/${id}`, body);
}
export function putStock(id: string, body: StockChange): Promise<unknown> {
  return api.put(`/variants/${id}/stock`, body);
}
export function deleteVariant(id: string): Promise<void> {
  return api.delete(`/variants/${id}`);
}
export function deleteImage(id: string): Promise<void> {
  return api.delete(`/images/${id}`);
}
export function putImageOrder(productId: string, body: ImageOrder): Promise<unknown> {
  return api.put(`/products/${productId}/images/order`, body);
}

// Imports

export type ImportQuery = { format: ImportFormat; mode: ImportMode; currency: string };

export function importFile(file: Blob, query: ImportQuery): Promise<ImportReport> {
  return api.upload("/imports", file, "application/octet-stream", { query });
}

// Payments

export function getPaymentAccount(signal?: AbortSignal): Promise<PaymentAccount> {
  return api.get("/payment-account", { signal });
}
export function putPaymentKeys(body: NewPaymentKeys): Promise<PaymentAccount> {
  return api.put("/payment-account/keys", body);
}
export function deletePaymentKeys(mode: KeyMode): Promise<PaymentAccount> {
  return api.delete(`/payment-account/keys/${mode}`);
}
export function putWebhookSecret(
  mode: KeyMode,
  body: { webhook_secret: string },
): Promise<PaymentAccount> {
  return api.put(`/payment-account/keys/${mode}/webhook-secret`, body);
}
export function putPublishableKey(
  mode: KeyMode,
  body: { publishable_key: string | null },
): Promise<PaymentAccount> {
  return api.put(`/payment-account/keys/${mode}/publishable-key`, body);
}
export function createWebhookEndpoint(body: { mode: KeyMode }): Promise<PaymentAccount> {
  return api.post("/payment-account/webhook-endpoint", body);
}
export function checkPaymentAccount(body: { mode: KeyMode | null }): Promise<CheckReport> {
  return api.post("/payment-account/checks", body);
}
export function goLive(body: { i_understand: true }): Promise<PaymentAccount> {
  return api.post("/payment-account/going-live", body);
}

// Orders

export type OrderQuery = {
  show_id: string | null;
  /** Several with commas between them. */
  status: string | null;
  needs_review: boolean | null;
  is_test: boolean | null;
  created_from: string | null;
  created_until: string | null;
  search: string | null;
};

export function listOrders(
  query: OrderQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Page<OrderSummary>> {
  return api.get("/orders", { query: { ...query, limit: PAGE_ROWS, cursor }, signal });
}
export function exportOrders(query: OrderQuery, separator: "comma" | "semicolon"): Promise<Blob> {
  return api.download("/orders.csv", { query: { ...query, separator } });
}
export function putShipment(id: string, body: Parcel): Promise<Order> {
  return api.put(`/orders/${id}/shipment`, body);
}
/** Gives money back; the key makes a second click the same refund. */
export function refundOrder(id: string, body: NewRefund, idempotencyKey: string): Promise<Order> {
  return api.post(`/orders/${id}/refunds`, body, { idempotencyKey });
}
export function endReservation(id: string): Promise<Order> {
  return api.delete(`/orders/${id}/reservation`);
}
export function getOrder(id: string, signal?: AbortSignal): Promise<Order> {
  return api.get(`/orders/${id}`, { signal });
}

// Links and overlays

export type LinkQuery = { source: LinkSource | null; is_overlay: boolean | null };

export function listLinks(
  query: LinkQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Page<Link>> {
  return api.get("/links", { query: { ...query, limit: PAGE_ROWS, cursor }, signal });
}
export function createLink(body: NewLink): Promise<Link> {
  return api.post("/links", body);
}
export function withdrawLink(id: string): Promise<Link> {
  return api.delete(`/links/${id}`);
}
export async function listOverlayKeys(signal?: AbortSignal): Promise<OverlayKey[]> {
  const { items } = await api.get<{ items: OverlayKey[] }>("/overlay-keys", { signal });
  return items;
}
export function createOverlayKey(body: NewOverlayKey): Promise<MadeOverlayKey> {
  return api.post("/overlay-keys", body);
}
export function revokeOverlayKey(id: string): Promise<void> {
  return api.delete(`/overlay-keys/${id}`);
}

// Shop

export function getContact(signal?: AbortSignal): Promise<ContactView> {
  return api.get("/shop/contact", { signal });
}
export function getCheckoutSettings(signal?: AbortSignal): Promise<CheckoutSettingsView> {
  return api.get("/shop/checkout", { signal });
}
export function putCheckoutSettings(body: CheckoutSettings): Promise<CheckoutSettingsView> {
  return api.put("/shop/checkout", body);
}
export function getEmbedSettings(signal?: AbortSignal): Promise<EmbedSettings> {
  return api.get("/shop/embed", { signal });
}
export function putEmbedSettings(body: EmbedSettings): Promise<EmbedSettings> {
  return api.put("/shop/embed", body);
}
export function getLegal(signal?: AbortSignal): Promise<LegalView> {
  return api.get("/shop/legal", { signal });
}
export function putLegal(body: LegalSettings): Promise<LegalView> {
  return api.put("/shop/legal", body);
}
export function listOpenWithdrawals(signal?: AbortSignal): Promise<OpenWithdrawals> {
  return api.get("/withdrawals", { signal });
}
/** Notes the day on which the last parcel arrived, such as 2026-06-19. */
export function putDeliveryDay(id: string, day: string | null): Promise<Order> {
  return api.put(`/orders/${id}/delivery-day`, { delivered_on: day });
}
export function putContact(body: Contact): Promise<ContactView> {
  return api.put("/shop/contact", body);
}
