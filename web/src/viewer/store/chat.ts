/**
 * What this viewer writes: sending, waiting, refused; and when writing is possible again.
 */

import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { randomId } from "../../lib/id";
import { type ApiProblem, toProblem } from "../../lib/problem";
import type { ViewerEvent } from "../../lib/types";
import type { ShowStore } from "./show";

/** The server's limit of one message. */
export const MESSAGE_CHARS_MAX = 500;
export const NAME_CHARS_MAX = 30;

export type Outgoing = {
  message_id: string;
  text: string;
  /** Null while it is on its way or waits for the connection. */
  problem: ApiProblem | null;
  /** It waits for the host, or the host did not show it; nobody else sees it. */
  review?: "held" | "refused";
  /** Its place in the log, once the server took it. */
  taken?: { seq: number; at: string };
};

export type ChatStore = {
  outgoing: ReadonlySignal<Outgoing[]>;
  draft: ReadonlySignal<string>;
  /** Local time from which the next message may go, 0 when it may now. */
  readyAt: ReadonlySignal<number>;
  isNameAsked: ReadonlySignal<boolean>;
  nameProblem: ReadonlySignal<ApiProblem | null>;
  setDraft(text: string): void;
  submit(): void;
  retry(messageId: string): void;
  discard(messageId: string): void;
  setName(name: string): Promise<void>;
  cancelName(): void;
};

export function createChatStore(show: ShowStore): ChatStore {
  const outgoing = signal<Outgoing[]>([]);
  const draft = signal("");
  /** Local time until which a refusal asked to wait. */
  const waitUntil = signal(0);
  /** Local time at which the show took the last message, from which slow mode counts; 0 for none. */
  const takenAt = signal(0);
  /** The newest event that was seen. */
  let lastSeq = 0;
  const isNameAsked = signal(false);
  const nameProblem = signal<ApiProblem | null>(null);
  const readyAt = computed(() => {
    const you = show.you.value;
    const slowSecs = you?.role === "viewer" ? (show.state.value?.show.slow_mode_secs ?? 0) : 0;
    if (slowSecs === 0) return waitUntil.value;
    // The server knows of messages from before this page was opened.
    const fromServer = you?.chat_ready_at;
    const wait = fromServer ? Date.now() + show.clock.msUntil(fromServer) : 0;
    const pause = takenAt.value > 0 ? takenAt.value + slowSecs * 1000 : 0;
    return Math.max(waitUntil.value, wait, pause);
  });

  const put = (message: Outgoing) => {
    outgoing.value = [...without(outgoing.value, message.message_id), message];
  };
  const discard = (messageId: string) => {
    outgoing.value = without(outgoing.value, messageId);
  };
  /** A crowded chat may leave out what this viewer wrote; its author sees it all the same. */
  const keepLeftOut = () => {
    for (const { message_id, text, taken } of outgoing.value) {
      const you = show.you.value;
      if (!taken || taken.seq > lastSeq || !you?.viewer_id) continue;
      discard(message_id);
      const author = { id: you.viewer_id, name: you.name ?? "", badge: null };
      show.keep({ type: "chat.sent", ...taken, data: { message_id, author, text } });
    }
  };
  const note = (id: string, taken: Outgoing["taken"]) => {
    outgoing.value = outgoing.value.map((one) => (one.message_id === id ? { ...one, taken } : one));
    keepLeftOut();
  };
  const deliver = async (message: Outgoing) => {
    put({ ...message, problem: null });
    try {
      const { message_id, text } = message;
      const done = await show.socket()?.send("chat.send", { message_id, text });
      takenAt.value = Date.now();
      const { seq, at } = (done ?? {}) as { seq?: number | null; at?: string };
      if (seq && at) note(message_id, { seq, at });
      else if (seq === null) {
        put({ ...message, problem: null, review: "held" });
        // The host may have been faster than this answer.
        review();
      }
    } catch (cause) {
      refuse(message, toProblem(cause));
    }
  };
  /** Takes what the server says of messages that were held; those of before a reload come back. */
  const review = () => {
    for (const { message_id, status, text, seq, at } of show.you.value?.reviewed ?? []) {
      const own = outgoing.value.find((one) => one.message_id === message_id);
      if (status === "held") {
        if (own?.review !== "held" && text !== null)
          put({ message_id, text, problem: null, review: status });
      } else if (own?.review && seq) {
        put({ message_id, text: own.text, problem: null });
        note(message_id, { seq, at });
      } else if (own?.review && status === "refused") {
        put({ ...own, review: status });
      }
    }
  };
  const refuse = (message: Outgoing, problem: ApiProblem) =>
    batch(() => {
      if (problem.retryMs !== null) waitUntil.value = Date.now() + problem.retryMs;
      // The text comes back into the box, unless something else is being written there.
      if (draft.value === "") draft.value = message.text;
      if (problem.code !== "name_required") return put({ ...message, problem });
      discard(message.message_id);
      isNameAsked.value = true;
    });

  show.onEvents((events) => {
    // Nobody waits for a rule that was lifted; the server still refuses what is too fast.
    if (events.some(endsSlowMode)) waitUntil.value = 0;
    const arrived = events.filter(isChatSent).map((event) => event.data.message_id);
    if (outgoing.value.some((message) => arrived.includes(message.message_id))) {
      outgoing.value = outgoing.value.filter((message) => !arrived.includes(message.message_id));
    }
    lastSeq = events.at(-1)?.seq ?? lastSeq;
    keepLeftOut();
  });

  show.you.subscribe(review);

  return {
    outgoing,
    draft,
    readyAt,
    isNameAsked,
    nameProblem,
    discard,
    setDraft: (text) => {
      draft.value = text;
    },
    submit() {
      const text = draft.value.trim();
      if (text === "" || readyAt.value > Date.now()) return;
      if (!show.you.value?.name) {
        isNameAsked.value = true;
        return;
      }
      // Sending the same text again replaces its refused copy.
      outgoing.value = outgoing.value.filter((other) => !other.problem || other.text !== text);
      draft.value = "";
      void deliver({ message_id: randomId(), text, problem: null });
    },
    retry(messageId) {
      const message = outgoing.value.find((other) => other.message_id === messageId);
      if (!message) return;
      if (draft.value === message.text) draft.value = "";
      void deliver(message);
    },
    async setName(name) {
      nameProblem.value = null;
      try {
        await show.socket()?.send("name.set", { name });
      } catch (cause) {
        nameProblem.value = toProblem(cause);
        return;
      }
      isNameAsked.value = false;
      const text = draft.value.trim();
      if (text === "") return;
      draft.value = "";
      await deliver({ message_id: randomId(), text, problem: null });
    },
    cancelName: () => {
      isNameAsked.value = false;
    },
  };
}

function isChatSent(event: ViewerEvent): event is Extract<ViewerEvent, { type: "chat.sent" }> {
  return event.type === "chat.sent";
}

function endsSlowMode(event: ViewerEvent): boolean {
  return event.type === "chat.slow_mode_changed" && event.data.secs === 0;
}

function without(messages: Outgoing[], id: string): Outgoing[] {
  return messages.filter((message) => message.message_id !== id);
}
