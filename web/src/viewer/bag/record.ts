/**
 * What the browser keeps of a bag: a versioned text with bounds, or nothing.
 *
 * Knows no storage and no show; whatever is not exactly of this form is dropped.
 */
import type { Money } from "../../lib/types";
import { UNITS_MAX } from "../products/units";

/** As many as the server takes in one checkout. */
export const BAG_LINES_MAX = 20;

/** A bag that nobody touched for a month is forgotten. */
const KEPT_MS = 30 * 86_400_000;

const VERSION = 1;

/** Longer than any id, or title with its options; what is longer was not written by us. */
export const TEXT_CHARS_MAX = 600;

/** One line as it was put in: title and price are of that moment. */
export type KeptLine = {
  productId: string;
  variantId: string;
  title: string;
  units: number;
  price: Money;
};

export function writeBag(lines: readonly KeptLine[], nowMs: number): string {
  return JSON.stringify({ v: VERSION, at: nowMs, lines });
}

/** The lines in a stored text; none when it is too old or not of this form. */
export function readBag(text: string | null, nowMs: number): KeptLine[] {
  const lines = text === null ? null : linesIn(text, nowMs);
  return lines ?? [];
}

/** Tells whether a stored text may go. */
export function isStale(text: string | null, nowMs: number): boolean {
  return readBag(text, nowMs).length === 0;
}

function linesIn(text: string, nowMs: number): KeptLine[] | null {
  const record = parse(text);
  if (!isObject(record) || record.v !== VERSION || typeof record.at !== "number") return null;
  if (!(nowMs - record.at < KEPT_MS) || !Array.isArray(record.lines)) return null;
  if (record.lines.length > BAG_LINES_MAX) return null;
  const lines: KeptLine[] = [];
  for (const value of record.lines) {
    const line = lineIn(value);
    if (!line || lines.some((other) => other.variantId === line.variantId)) return null;
    lines.push(line);
  }
  return lines;
}

function lineIn(value: unknown): KeptLine | null {
  if (!isObject(value) || !isObject(value.price)) return null;
  const { productId, variantId, title, units } = value;
  const { amount, currency } = value.price;
  if (!isText(productId) || !isText(variantId) || !isText(title)) return null;
  if (!isCount(units, 1, UNITS_MAX) || !isCount(amount, 0, Number.MAX_SAFE_INTEGER)) return null;
  if (typeof currency !== "string" || !/^[A-Z]{3}$/.test(currency)) return null;
  return { productId, variantId, title, units, price: { amount, currency } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= TEXT_CHARS_MAX;
}

function isCount(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}
