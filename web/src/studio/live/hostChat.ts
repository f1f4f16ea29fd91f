/**
 * What the host writes: on its way, arrived, or refused with its text kept.
 *
 * Invariant: a message is shown either here or in the chat, never in both.
 */
import { computed, signal } from "@preact/signals";
import { randomId } from "../../lib/id";
import { type ApiProblem, toProblem } from "../../lib/problem";
import type { LiveStore } from "./store";

export type Outgoing = { message_id: string; text: string; problem: ApiProblem | null };

export class HostChat {
  readonly draft = signal("");
  private readonly sent = signal<readonly Outgoing[]>([]);
  /** What has not arrived in the chat yet. */
  readonly outgoing = computed(() => {
    const arrived = new Set(this.store.state.value?.chat.map((row) => row.message_id));
    return this.sent.value.filter((message) => !arrived.has(message.message_id));
  });

  constructor(private readonly store: LiveStore) {}

  submit(): void {
    const text = this.draft.value.trim();
    if (text === "") return;
    this.draft.value = "";
    void this.deliver({ message_id: randomId(), text, problem: null });
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
