/** Periods as they are typed, and as they are sent. */
import type { Retention } from "../../lib/types";

export type PeriodDraft = Record<keyof Retention, string>;

export function periodsOf(kept: Retention): PeriodDraft {
  return {
    chat_days: String(kept.chat_days),
    address_days: String(kept.address_days),
    unpaid_days: String(kept.unpaid_days),
    audit_days: String(kept.audit_days),
  };
}

/** What is no whole number is sent as 0, which the server refuses by the field's name. */
export function daysOf(draft: PeriodDraft): Retention {
  return {
    chat_days: days(draft.chat_days),
    address_days: days(draft.address_days),
    unpaid_days: days(draft.unpaid_days),
    audit_days: days(draft.audit_days),
  };
}

function days(text: string): number {
  const typed = text.trim();
  return /^\d{1,6}$/.test(typed) ? Number(typed) : 0;
}
