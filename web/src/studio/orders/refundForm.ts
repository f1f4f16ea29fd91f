/**
 * What a member writes to give money back, and the request it becomes.
 *
 * Knows no DOM. The amount is always sent, so that what goes back is what the button said.
 */
import type { Lang } from "../../lib/i18n";
import { moneyInput, parseMoney } from "../../lib/money";
import type { ApiProblem } from "../../lib/problem";
import type { Money, NewRefund, Order, OrderLine } from "../../lib/types";
import { errorsOf, type FieldErrors } from "../forms/errors";

/** Characters of a note; the server takes no more. */
export const NOTE_CHARS_MAX = 500;

export type RefundDraft = {
  amount: string;
  /** Pieces that go back on sale, for each line of the order; 0 for none. */
  restock: readonly number[];
  note: string;
};

export type CheckedRefund = { amount: Money; body: NewRefund };

/** All that is left, and nothing back on sale. */
export function newRefund(order: Order, lang: Lang): RefundDraft {
  return {
    amount: moneyInput(order.refundable, lang),
    restock: order.lines.map(() => 0),
    note: "",
  };
}

/** Pieces of a line that were sold and have not come back. */
export function restockable(line: OrderLine): number {
  return Math.max(0, line.units - line.restocked_units);
}

/** What is wrong with what was written; empty when it can be sent. */
export function errorsIn(draft: RefundDraft, order: Order): FieldErrors {
  const errors = new Map<string, string>();
  const amount = parseMoney(draft.amount, order.refundable.currency);
  if (amount === null || amount.amount === 0) errors.set("/amount", "amount");
  else if (amount.amount > order.refundable.amount) errors.set("/amount", "above_left");
  if ([...draft.note.trim()].length > NOTE_CHARS_MAX) errors.set("/note", "too_long");
  return errors;
}

/** The request, or null while something is wrong. */
export function requestOf(draft: RefundDraft, order: Order): CheckedRefund | null {
  const amount = parseMoney(draft.amount, order.refundable.currency);
  if (amount === null || errorsIn(draft, order).size > 0) return null;
  const restock = draft.restock
    .map((units, line) => ({ line, units }))
    .filter(({ units }) => units > 0);
  const note = draft.note.trim();
  return { amount, body: { amount: amount.amount, restock, note: note === "" ? null : note } };
}

/** The errors of a refusal, with lines counted as the order counts them. */
export function refusedFields(problem: ApiProblem, body: NewRefund): FieldErrors {
  const errors = new Map<string, string>();
  for (const [pointer, code] of errorsOf(problem)) {
    // The server counts the lines that were sent, which are the ticked ones.
    const sent = /^\/restock\/(\d+)/.exec(pointer)?.[1];
    const line = sent === undefined ? undefined : body.restock?.[Number(sent)]?.line;
    errors.set(line === undefined ? pointer : `/restock/${line}`, code);
  }
  return errors;
}

/**
 * Whether a refusal leaves no doubt that nothing was done.
 *
 * Otherwise the first attempt may have taken effect, and the next must be recognised as the same.
 */
export function isSurelyUndone(problem: ApiProblem): boolean {
  const isTheirs = problem.status >= 400 && problem.status < 500;
  return isTheirs && !problem.code.startsWith("idempotency_");
}
