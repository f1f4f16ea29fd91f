/**
 * What is wrong with a form, by JSON pointer into what it sends.
 *
 * Checks made here and refusals of the server share one form, so a field shows either alike.
 */
import type { ApiProblem } from "../../lib/problem";

/** Pointer to code; the codes are translated by the dictionary's `fields`. */
export type FieldErrors = ReadonlyMap<string, string>;

export const NO_ERRORS: FieldErrors = new Map();

/** Codes of problems that name one field although the server sends no pointer with them. */
const FIELD_OF_CODE: Record<string, string> = {
  stock_under_committed: "/stock",
  sku_taken: "/sku",
  options_taken: "/option_values",
  handle_taken: "/title",
  email_taken: "/owner/email",
};

/** Collects the errors of a refusal; `prefix` places a part's pointer inside the whole form. */
export function errorsOf(problem: ApiProblem, prefix = ""): FieldErrors {
  const errors = new Map(problem.errors.map((error) => [prefix + error.pointer, error.code]));
  const field = FIELD_OF_CODE[problem.code];
  if (errors.size === 0 && field !== undefined) errors.set(prefix + field, problem.code);
  return errors;
}

/** The code at a field, or at anything inside it such as `/price/amount`. */
export function errorAt(errors: FieldErrors, pointer: string): string | null {
  for (const [place, code] of errors) {
    if (place === pointer || place.startsWith(`${pointer}/`)) return code;
  }
  return null;
}

/** What is left of the errors after the form was written on: they go as they are mended. */
export function stillWrong(shown: FieldErrors, found: FieldErrors): FieldErrors {
  if (shown.size === 0) return shown;
  return new Map([...found].filter(([pointer]) => shown.has(pointer)));
}

/** Tells whether every error belongs to a field that the form shows. */
export function areAllShown(errors: FieldErrors, pointers: readonly string[]): boolean {
  return [...errors.keys()].every((place) =>
    pointers.some((pointer) => place === pointer || place.startsWith(`${pointer}/`)),
  );
}
