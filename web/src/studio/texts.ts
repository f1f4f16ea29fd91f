/**
 * Speaks the member's language: the studio's dictionary and what is written with it.
 *
 * Invariant: reading `t()` while rendering subscribes the component to the language.
 */
import { studioEn } from "../i18n/studio.en";
import { studioIt } from "../i18n/studio.it";
import { formatCount, textOf } from "../lib/i18n";
import { formatMoney } from "../lib/money";
import type { ApiProblem } from "../lib/problem";
import { formatDate, formatDateTime, formatTime } from "../lib/time";
import type { Money } from "../lib/types";
import { common, dictionary, lang } from "../ui/lang";

const studio = dictionary({ en: studioEn, it: studioIt });

/** The dictionary of the chosen language. */
export function t(): typeof studioEn {
  return studio.value;
}

export function money(value: Money): string {
  return formatMoney(value, lang.value);
}

export function count(n: number): string {
  return formatCount(n, lang.value);
}

export function dateTime(at: string): string {
  return formatDateTime(at, lang.value);
}

export function date(at: string): string {
  return formatDate(at, lang.value);
}

export function time(at: string): string {
  return formatTime(at, lang.value);
}

/** Writes several things as people name them: “a, b and c”. */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat(lang.value, { type: "conjunction" }).format(items);
}

/** Explains a refusal; a code this version does not know is shown as it is, never swallowed. */
export function problemText(problem: Pick<ApiProblem, "code">): string {
  const { code } = problem;
  return (
    textOf(t().problems, code) ?? textOf(common.value.problems, code) ?? t().unknownProblem(code)
  );
}

/** Explains what is wrong with a field. */
export function fieldText(code: string): string {
  return textOf(t().fields, code) ?? textOf(common.value.problems, code) ?? t().unknownField(code);
}

/** A moment for tables: the time today, day and time before. */
export function moment(at: string): string {
  const then = new Date(at);
  const isToday = then.toDateString() === new Date().toDateString();
  if (isToday) return time(at);
  const options = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(lang.value, options).format(then);
}
