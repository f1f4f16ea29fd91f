/**
 * What the host does to a show: pins, status, moderation, slow mode.
 *
 * Every action is one request; the screen changes when the event of it arrives.
 * Invariant: an action that can be taken back offers its way back, whatever started it.
 */
import { signal } from "@preact/signals";
import { type ChatRow, isOpen } from "../../lib/reduce";
import type {
  Author,
  HeldMessage,
  OfferView,
  ProductView,
  ShowStatus,
  ShowView,
} from "../../lib/types";
import * as api from "../api";
import { moved, nextInLineup } from "../forms/lineup";
import { go } from "../navigation";
import { offering } from "../offers/texts";
import { problemText, t } from "../texts";
import { perform, performUndoable, tell } from "../toaster";
import { words as review } from "./review/texts";
import type { LiveStore } from "./store";

/** The pause the key `M` gives; long enough to cool down, short enough to forgive. */
const MUTE_SECS = 600;
/** Slow mode as the key `S` switches it on. */
export const SLOW_SECS = 30;
/** The steps of the selector. */
export const SLOW_STEPS = [0, 5, 10, 30, 60, 120, 300] as const;

export class Host {
  /** Products whose pin is on its way, so that their button waits. */
  readonly pending = signal<ReadonlySet<string>>(new Set());
  readonly isStatusPending = signal(false);
  /** The message that keys and buttons act on. */
  readonly selectedId = signal<string | null>(null);

  /** The viewer whose data are asked for. */
  readonly dataFor = signal<{ id: string; name: string } | null>(null);

  /** The product whose offer is being made. */
  readonly offerFor = signal<string | null>(null);

  constructor(private readonly store: LiveStore) {}

  pin(productId: string): Promise<void> {
    return this.during(productId, () => api.feature(this.store.id, productId));
  }

  unpin(productId: string): Promise<void> {
    return this.during(productId, () => api.unfeature(this.store.id, productId));
  }

  toggle(productId: string): Promise<void> {
    return this.show?.featured.includes(productId) ? this.unpin(productId) : this.pin(productId);
  }

  pinNth(index: number): void {
    const product = this.show?.lineup[index];
    if (product !== undefined) void this.pin(product.id);
  }

  /** The product that `Next` would pin. */
  nextProduct(): ProductView | null {
    const show = this.show;
    if (show === null) return null;
    const id = nextInLineup(
      show.lineup.map((product) => product.id),
      show.featured,
    );
    return show.lineup.find((product) => product.id === id) ?? null;
  }

  pinNext(): void {
    const product = this.nextProduct();
    if (product === null) tell(t().live.nothingNext);
    else void this.pin(product.id);
  }

  hidePrimary(): void {
    const primary = this.show?.featured[0];
    if (primary === undefined) tell(t().live.nothingOnScreen);
    else void this.unpin(primary);
  }

  /** Ends the offer of the large product, or begins to make one. */
  offerPrimary(): void {
    const show = this.show;
    const primary = show?.featured[0];
    if (!show || primary === undefined) return tell(t().live.nothingOnScreen);
    const running = show.offers.find(({ product_id }) => product_id === primary);
    if (running) void this.endOffer(running);
    else if (isOpen(show.status)) this.offerFor.value = primary;
    else tell(problemText({ code: "not_selling" }));
  }

  endOffer(offer: OfferView): Promise<boolean> {
    const { id } = this.store;
    const product = this.show?.lineup.find((other) => other.id === offer.product_id);
    return performUndoable(
      () => api.putOfferStatus(id, offer.id, "ended"),
      offering.value.ended(product?.title ?? ""),
      () => api.putOfferStatus(id, offer.id, "running"),
    );
  }

  async moveProduct(from: number, to: number): Promise<void> {
    const ids = this.show?.lineup.map(({ id }) => id) ?? [];
    await perform(() => api.putLineup(this.store.id, { product_ids: moved(ids, from, to) }));
  }

  async putStatus(status: ShowStatus): Promise<void> {
    if (this.isStatusPending.value) return;
    this.isStatusPending.value = true;
    const isRehearsal = this.show?.is_rehearsal === true;
    const isDone = await perform(() => api.putStatus(this.store.id, status));
    this.isStatusPending.value = false;
    if (isDone && isRehearsal && status === "ended") {
      // Nothing of it is left to look at.
      go({ page: "shows" });
      tell(t().live.rehearsalOver);
    }
  }

  putSlowMode(secs: number): Promise<boolean> {
    const before = this.show?.slow_mode_secs ?? 0;
    const { chat } = t();
    const done = secs === 0 ? chat.slowIsOff : chat.slowOn(chat.slowSecs(secs));
    const put = (value: number) => () => api.putSlowMode(this.store.id, value);
    return performUndoable(put(secs), done, put(before));
  }

  toggleSlowMode(): void {
    void this.putSlowMode((this.show?.slow_mode_secs ?? 0) === 0 ? SLOW_SECS : 0);
  }

  remove(row: ChatRow): void {
    const { id } = this.store;
    void performUndoable(
      () => api.removeMessage(id, row.message_id),
      t().chat.removedDone(row.author.name),
      () => api.restoreMessage(id, row.message_id),
    );
  }

  restore(row: ChatRow): void {
    void perform(() => api.restoreMessage(this.store.id, row.message_id));
  }

  approve({ message_id, author }: HeldMessage): void {
    const { id } = this.store;
    void performUndoable(
      () => api.approveMessage(id, message_id),
      review().approved(author.name),
      () => api.removeMessage(id, message_id),
    );
  }

  refuse({ message_id, author }: HeldMessage): void {
    const { id } = this.store;
    void performUndoable(
      () => api.refuseMessage(id, message_id),
      review().refused(author.name),
      () => api.returnMessage(id, message_id),
    );
  }

  /** Decides on the message that has waited longest, or says that none waits. */
  withOldestHeld(act: (message: HeldMessage) => void): void {
    const oldest = this.store.members.value?.held.find((message) => message.text !== null);
    if (oldest === undefined) tell(review().noneWaiting);
    else act(oldest);
  }

  /** The message on top of the chat. */
  get pinnedId(): string | null {
    return this.show?.pinned_message?.message_id ?? null;
  }

  pinMessage(messageId: string): void {
    const { id } = this.store;
    const before = this.pinnedId;
    void performUndoable(
      () => api.pinMessage(id, messageId),
      review().pinned,
      () => (before === null ? api.unpinMessage(id, messageId) : api.pinMessage(id, before)),
    );
  }

  unpinMessage(messageId: string): void {
    const { id } = this.store;
    void performUndoable(
      () => api.unpinMessage(id, messageId),
      review().unpinned,
      () => api.pinMessage(id, messageId),
    );
  }

  togglePinned(row: ChatRow): void {
    if (this.pinnedId === row.message_id) this.unpinMessage(row.message_id);
    else this.pinMessage(row.message_id);
  }

  toggleChatLock(): void {
    void this.setChatLocked(this.show?.is_chat_locked !== true);
  }

  setChatLocked(isLocked: boolean): Promise<boolean> {
    const { id } = this.store;
    const done = isLocked ? review().locked : review().unlocked;
    const put = (value: boolean) => () => api.putChatLock(id, value);
    return performUndoable(put(isLocked), done, put(!isLocked));
  }

  mute(author: Author): void {
    if (author.badge !== null) return tell(t().chat.notOneself);
    const { id } = this.store;
    void performUndoable(
      () => api.muteViewer(id, author.id, MUTE_SECS),
      t().chat.muted(author.name),
      () => api.unmuteViewer(id, author.id),
    );
  }

  ban(author: Author): void {
    if (author.badge !== null) return tell(t().chat.notOneself);
    const { id } = this.store;
    void performUndoable(
      () => api.banViewer(id, author.id),
      t().chat.banned(author.name),
      () => api.unbanViewer(id, author.id),
    );
  }

  async unmute(viewerId: string, name: string): Promise<void> {
    if (await perform(() => api.unmuteViewer(this.store.id, viewerId)))
      tell(t().chat.unmuted(name));
  }

  async unban(viewerId: string, name: string): Promise<void> {
    if (await perform(() => api.unbanViewer(this.store.id, viewerId)))
      tell(t().chat.unbanned(name));
  }

  /** Moves the choice of a message; the first step starts at the newest. */
  select(step: 1 | -1): void {
    const chat = this.store.state.value?.chat ?? [];
    const place = chat.findIndex((row) => row.message_id === this.selectedId.value);
    const next =
      place === -1 ? chat.at(-1) : chat[Math.min(Math.max(place + step, 0), chat.length - 1)];
    if (next !== undefined) this.selectedId.value = next.message_id;
  }

  /** The chosen message. */
  selected(): ChatRow | null {
    const id = this.selectedId.value;
    return this.store.state.value?.chat.find((other) => other.message_id === id) ?? null;
  }

  /** Acts on the chosen message, or says that none is chosen. */
  withSelected(act: (row: ChatRow) => void): void {
    const row = this.selected();
    if (row === null) tell(t().chat.selectFirst);
    else act(row);
  }

  private get show(): ShowView | null {
    return this.store.state.value?.show ?? null;
  }

  private async during(productId: string, action: () => Promise<unknown>): Promise<void> {
    if (this.pending.value.has(productId)) return;
    this.pending.value = new Set([...this.pending.value, productId]);
    await perform(action);
    this.pending.value = new Set([...this.pending.value].filter((id) => id !== productId));
  }
}
