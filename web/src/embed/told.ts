/**
 * Prices and stock as the page around tells them, laid over the show while that page sells.
 *
 * Pure; whatever is not exactly of the described form is dropped.
 */
import type { ShowState } from "../lib/reduce";
import type { Money, VariantView } from "../lib/types";
import { isRecord } from "./link";

/** Variants that are remembered; a lineup has at most 100 products. */
const VARIANTS_MAX = 1_000;
/** Items of one call. */
export const ITEMS_MAX = 100;

type Told = { price: Money | null; available: number | null };
/** By id or by SKU of the variant. */
export type ToldPrices = ReadonlyMap<string, Told>;

/** What is known with one call of `updateProduct` more. */
export function withTold(told: ToldPrices, data: unknown): ToldPrices {
  const items = (Array.isArray(data) ? data : [data]).slice(0, ITEMS_MAX);
  const next = new Map(told);
  for (const item of items) {
    const key = keyIn(item);
    if (key === null || (!next.has(key) && next.size >= VARIANTS_MAX)) continue;
    const old = next.get(key);
    const price = priceIn(item.price) ?? old?.price ?? null;
    const available = countIn(item.available) ?? old?.available ?? null;
    next.set(key, { price, available });
  }
  return next;
}

/** The show at those prices; a price in another currency than the shop's is none. */
export function dressed(state: ShowState, told: ToldPrices): ShowState {
  if (told.size === 0) return state;
  const lineup = state.show.lineup.map((product) => ({
    ...product,
    variants: product.variants.map((variant) => dressedVariant(variant, told)),
  }));
  return { ...state, show: { ...state.show, lineup } };
}

/** The variant that an item names by `variant` or `sku`. */
export function isNamed(item: unknown, variant: VariantView): boolean {
  const key = keyIn(item);
  return key !== null && (key === variant.id || key === variant.sku);
}

export function countIn(value: unknown): number | null {
  const isCount = typeof value === "number" && Number.isInteger(value) && value >= 0;
  return isCount && value <= 1_000_000 ? value : null;
}

function dressedVariant(variant: VariantView, told: ToldPrices): VariantView {
  const said = told.get(variant.id) ?? (variant.sku === null ? undefined : told.get(variant.sku));
  if (!said) return variant;
  const { offer: _, reduction: __, ...plain } = variant;
  const isPriced = said.price?.currency === variant.price.currency;
  const available = said.available ?? variant.available;
  // Our offer and reduction say nothing about a price of the page's own.
  return isPriced && said.price
    ? { ...plain, available, price: said.price }
    : { ...variant, available };
}

type Item = { variant?: unknown; sku?: unknown; price?: unknown; available?: unknown };

function keyIn(item: Item): string | null;
function keyIn(item: unknown): string | null;
function keyIn(item: unknown): string | null {
  if (!isRecord(item)) return null;
  const key = item.variant ?? item.sku;
  return typeof key === "string" && key !== "" && key.length <= 100 ? key : null;
}

function priceIn(value: unknown): Money | null {
  if (!isRecord(value)) return null;
  const { amount, currency } = value;
  const isAmount = typeof amount === "number" && Number.isSafeInteger(amount) && amount >= 0;
  return isAmount && typeof currency === "string" ? { amount, currency } : null;
}
