/**
 * What the list of orders is narrowed to, and the request it becomes.
 *
 * Views are the questions a shop asks of its orders; each stands for some statuses.
 */
import type { OrderStatus } from "../../lib/types";
import type { OrderQuery } from "../api";

export const VIEWS = ["all", "to_send", "attention", "waiting", "sent", "ended"] as const;
export type View = (typeof VIEWS)[number];
export type MoneyKind = "" | "real" | "test";

export type OrderFilterState = {
  view: View;
  showId: string | null;
  search: string;
  money: MoneyKind;
  /** Days as date fields write them, in the member's time zone; empty for none. */
  from: string;
  until: string;
};

export const NO_FILTER: OrderFilterState = {
  view: "all",
  showId: null,
  search: "",
  money: "",
  from: "",
  until: "",
};

const STATUSES: Record<View, readonly OrderStatus[]> = {
  all: [],
  to_send: ["paid"],
  attention: [],
  waiting: ["reserved", "open", "processing", "releasing"],
  sent: ["shipped"],
  ended: ["expired", "failed", "create_failed", "refund_due", "refunded"],
};

export function isNarrowed(filter: OrderFilterState): boolean {
  return JSON.stringify(filter) !== JSON.stringify(NO_FILTER);
}

export function queryOf(filter: OrderFilterState): OrderQuery {
  return {
    show_id: filter.showId,
    status: STATUSES[filter.view].join(",") || null,
    needs_review: reviewOf(filter.view),
    is_test: filter.money === "" ? null : filter.money === "test",
    created_from: startOf(filter.from, 0),
    // The last day counts as a whole.
    created_until: startOf(filter.until, 1),
    search: filter.search === "" ? null : filter.search,
  };
}

function reviewOf(view: View): boolean | null {
  if (view === "attention") return true;
  return view === "to_send" ? false : null;
}

/** The first moment of a day, or of one some days later, in the member's time zone. */
function startOf(day: string, daysLater: number): string | null {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || month === undefined || date === undefined) return null;
  const start = new Date(year, month - 1, date + daysLater);
  return Number.isNaN(start.getTime()) ? null : start.toISOString();
}
