/** English texts that viewer and studio share; the type of the Italian ones. */
import { plural } from "../lib/i18n";

export const commonEn = {
  close: "Close",
  cancel: "Cancel",
  retry: "Try again",
  loading: "Loading",
  language: "Language",
  languages: { it: "Italiano", en: "English" },
  testBanner: "Test: no real money",
  testBannerLong: "This shop is in test mode: nothing you buy here is charged or shipped.",
  viewers: (n: string, count: number) => plural(count, `${n} viewer`, `${n} viewers`),
  unitsLeft: (n: number) => plural(n, "Last one", `Only ${n} left`),
  soldOut: "Sold out",
  showStatus: {
    draft: "Draft",
    scheduled: "Scheduled",
    live: "Live",
    paused: "Paused",
    ended: "Ended",
  },
  role: { owner: "Owner", host: "Host", moderator: "Moderator" },
  connection: {
    offline: "You are offline",
    lost: "Connection lost",
    retryIn: (secs: number) => `trying again in ${secs} s`,
    connecting: "connecting…",
    draining: "The server is restarting",
  },
  problems: {
    // Transport
    offline: "No connection. Check the network and try again.",
    timeout: "The answer took too long. Try again.",
    queue_full: "Too much is waiting to be sent. Try again when you are back online.",
    closed: "The connection to this show is closed.",
    aborted: "Cancelled.",
    // General
    unauthenticated: "Your session has ended. Sign in again.",
    not_found: "This is no longer here.",
    invalid: "Something in here is not valid. Check it and try again.",
    method_not_allowed: "This page is out of date. Reload it.",
    idempotency_key_required: "This page is out of date. Reload it.",
    unknown_host: "This address is not served here.",
    upgrade_required: "This page is out of date. Reload it.",
    bad_request: "The request could not be understood. Reload the page.",
    malformed: "The request could not be understood. Reload the page.",
    idempotency_in_progress: "Your first click is still being handled. Wait a moment.",
    unknown_type: "This page is out of date. Reload it.",
    overloaded: "Very busy right now. Try again in a moment.",
    unavailable: "Not possible right now. Try again in a moment.",
    internal: "Something went wrong on our side. Try again.",
    rate_limited: "Too fast. Wait a moment.",
    // Chat
    name_taken: "This name is taken. Choose another one.",
    name_reserved: "This name is reserved for the shop. Choose another one.",
    name_required: "Choose a name first.",
    slow_mode: "Slow mode is on. Wait a moment before the next message.",
    muted: "You cannot write at the moment.",
    banned: "You can no longer take part in this chat.",
    duplicate: "You just wrote exactly that.",
    links_not_allowed: "Links are not allowed in this chat.",
    show_not_open: "The chat of this show is closed.",
    // Buying
    questions_closed: "No questions are taken at the moment.",
    questions_full: "Many questions are waiting already. Vote for one of them.",
    questions_waiting: "The questions you asked are answered first.",
    question_settled: "This question was answered already.",
    sold_out: "Sold out: someone was faster.",
    not_selling: "This show is not selling right now.",
    product_unavailable: "This product is not available at the moment.",
    price_changed: "The price has changed. Look at it again before you buy.",
    reservation_exists: "You already have something reserved. Pay for it or cancel it first.",
    payments_unavailable:
      "Payments are not reachable right now. Nothing was charged; try again soon.",
  },
};

export type Common = typeof commonEn;
