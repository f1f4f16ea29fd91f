/**
 * What the frame and the page around it say to each other: `{vetrina:1,id,type,data}` by postMessage.
 *
 * Invariant: nothing is told to another origin than the one that the address names, and nothing is
 * heard from anybody but the page around under that origin.
 */

/** How long a page may take to put something into its cart; a viewer waits no longer with a thumb on it. */
export const ANSWER_MS_MAX = 10_000;

/** What a page answered; `null` is no answer at all. */
export type Answer = { success: boolean; reason: string } | null;

export type PageLink = {
  send(type: string, data: unknown): void;
  /** Never fails: without an answer in time it is `null`. */
  ask(type: string, data: unknown): Promise<Answer>;
  on(type: string, hear: (data: unknown) => void): void;
};

/** The origin that the address names; null unless it is written exactly as browsers write it. */
export function originIn(search: string): string | null {
  const origin = new URLSearchParams(search).get("origin");
  try {
    return origin !== null && new URL(origin).origin === origin ? origin : null;
  } catch {
    return null;
  }
}

/** The link to the page around; without a page, or without its origin, nobody hears and nobody answers. */
export function createLink(page: Window, origin: string | null): PageLink {
  const hearers = new Map<string, (data: unknown) => void>();
  const asked = new Map<string, (answer: Answer) => void>();
  let count = 0;
  const post = (type: string, data: unknown, id: string) => {
    if (origin !== null) page.postMessage({ vetrina: 1, id, type, data }, origin);
  };
  addEventListener("message", ({ source, origin: from, data: message }) => {
    if (source !== page || from !== origin || !isMessage(message)) return;
    if (message.type === "answer") asked.get(message.id)?.(answerIn(message.data));
    else hearers.get(message.type)?.(message.data);
  });
  return {
    send: (type, data) => post(type, data, ""),
    on: (type, hear) => void hearers.set(type, hear),
    ask(type, data) {
      count += 1;
      const id = String(count);
      return new Promise((resolve) => {
        const settle = (answer: Answer) => {
          clearTimeout(timer);
          asked.delete(id);
          resolve(answer);
        };
        const timer = setTimeout(() => settle(null), ANSWER_MS_MAX);
        asked.set(id, settle);
        post(type, data, id);
      });
    },
  };
}

type Message = { id: string; type: string; data: unknown };

function isMessage(value: unknown): value is Message {
  if (!isRecord(value)) return false;
  return value.vetrina === 1 && typeof value.type === "string" && typeof value.id === "string";
}

/** A page answers `true`, `false` or `{success, reason}`; one that answers nothing has not answered. */
function answerIn(said: unknown): Answer {
  if (said === undefined) return null;
  if (!isRecord(said)) return { success: said === true, reason: "" };
  const reason = typeof said.reason === "string" ? said.reason : "";
  return { success: said.success === true, reason };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
