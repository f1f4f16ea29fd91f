/**
 * What the host writes: on its way, arrived, or refused with its text kept.
 *
 * Invariant: a message is shown either here or in the chat, never in both.
 */
import { computed, signal } from "@preact/signals";
import { randomId } from "../../lib/id";
import { type ApiProblem, toProblem } from "../../lib/problem";
import type { ChatRow } from "../../lib/reduce";
import type { LiveStore } from "./store";

export type Outgoing = {
  message_id: string;
  text: string;
  problem: ApiProblem | null;
  /** It goes on top of the chat once it arrived. */
  isPinned: boolean;
};

/** The field that the host writes in, where the key `R` goes. */
export const COMPOSER_ID = "composer";

export class HostChat {
  readonly draft = signal("");
  /** Whether what is being written goes on top of the chat. */
  readonly isPinned = signal(false);
  private readonly sent = signal<readonly Outgoing[]>([]);
  /** What has not arrived in the chat yet. */
  readonly outgoing = computed(() => {
    const arrived = new Set(this.store.state.value?.chat.map((row) => row.message_id));
    return this.sent.value.filter((message) => !arrived.has(message.message_id));
  });

  /** `onPin` puts a message that has arrived on top of the chat. */
  constructor(
    private readonly store: LiveStore,
    private readonly onPin: (messageId: string) => void,
  ) {}

  submit(): void {
    const text = this.draft.value.trim();
    if (text === "") return;
    const isPinned = this.isPinned.value;
    this.draft.value = "";
    this.isPinned.value = false;
    void this.deliver({ message_id: randomId(), text, problem: null, isPinned });
  }

  /** Begins a message that goes on top of the chat, to somebody or to all. */
  reply(row: ChatRow | null): void {
    const address = row && row.author.badge === null ? `@${row.author.name} ` : "";
    if (!this.draft.value.startsWith(address)) this.draft.value = address + this.draft.value;
    this.isPinned.value = true;
    document.getElementById(COMPOSER_ID)?.focus();
  }

  /** Sends again under the same identity, so that it never becomes two messages. */
  retry(message: Outgoing): void {
    void this.deliver({ ...message, problem: null });
  }

  discard(messageId: string): void {
    this.sent.value = this.sent.value.filter((message) => message.message_id !== messageId);
  }

  private async deliver(message: Outgoing): Promise<void> {
    this.put(message);
    try {
      await this.store.sendChat(message.message_id, message.text);
      if (message.isPinned) this.onPin(message.message_id);
    } catch (cause) {
      this.put({ ...message, problem: toProblem(cause) });
    }
  }

  private put(message: Outgoing): void {
    // What arrived meanwhile is in the chat; keeping it here would only grow the list.
    const waiting = this.outgoing.value.filter((other) => other.message_id !== message.message_id);
    this.sent.value = [...waiting, message];
  }
}
