/**
 * Why a socket was closed, and whether and when to come back: the table of the server, as data.
 */

export type CloseRule =
  /** Comes back after the time the server named. */
  | "retry_after"
  /** A bug on one side: one more try, then stop. */
  | "once"
  | "never"
  /** Comes back; what was on its way is not sent again. */
  | "no_resend"
  | "backoff"
  /** The server is full: a longer wait. */
  | "later"
  | "sign_in"
  /** Comes back at once from the position held. */
  | "resume"
  /** The position is of no use: comes back without one. */
  | "snapshot"
  | "long_backoff";

export const CLOSE_RULES: Readonly<Record<number, CloseRule>> = {
  1001: "retry_after",
  1002: "once",
  1003: "once",
  1007: "once",
  1008: "never",
  1009: "no_resend",
  1011: "backoff",
  1012: "retry_after",
  1013: "later",
  4001: "sign_in",
  4003: "never",
  4008: "resume",
  4009: "snapshot",
  4010: "resume",
  4029: "long_backoff",
};

/** Closed by the server because this viewer was banned. */
export const CLOSE_BANNED = 4003;

/** First step of the back-off, and its ceiling: ten thousand viewers are all back within 30 s. */
const BACKOFF_BASE_MS = 500;
const BACKOFF_MAX_MS = 20_000;
const LATER_MIN_MS = 5_000;
const LONG_MIN_MS = 30_000;
const LONG_MAX_MS = 60_000;

/** The rule of a close code; networks that vanish (1005, 1006) and unknown codes back off. */
export function ruleOf(code: number): CloseRule {
  return CLOSE_RULES[code] ?? "backoff";
}

/** Full jitter: anything between zero and the ceiling of this attempt, so that a crowd spreads out. */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** attempt);
}

export type Wait = { attempt: number; retryMs: number | null; random: () => number };

/** How long to stay away before the next attempt. */
export function waitMs(rule: CloseRule, { attempt, retryMs, random }: Wait): number {
  switch (rule) {
    case "retry_after":
      return retryMs ?? backoffMs(attempt, random);
    case "later":
      return retryMs ?? between(LATER_MIN_MS, BACKOFF_MAX_MS, random);
    case "long_backoff":
      return between(LONG_MIN_MS, LONG_MAX_MS, random);
    default:
      return backoffMs(attempt, random);
  }
}

function between(low: number, high: number, random: () => number): number {
  return low + random() * (high - low);
}
