/**
 * The bag as it looks today: what was put in, at the show's present prices and stock.
 *
 * Pure; what the shop no longer offers is told apart, never shown as if it were for sale.
 */
import { multiply } from "../../lib/money";
import type { Money, ProductView, VariantView } from "../../lib/types";
import { unitsMax } from "../products/units";
import type { KeptLine } from "./record";

export type BagLine = {
  product: ProductView;
  variant: VariantView;
  /** What would be bought: what is wanted, or less where less is there; 0 when sold out. */
  units: number;
  /** What was asked for. */
  wanted: number;
  /** The price when it was put in, where today's is another. */
  priceBefore: Money | null;
};

export type Bag = {
  lines: BagLine[];
  units: number;
  /** Null when there is nothing to buy. */
  subtotal: Money | null;
};

export function bagOf(kept: readonly KeptLine[], lineup: readonly ProductView[]): Bag {
  const lines = kept.flatMap((line) => lineOf(line, lineup) ?? []);
  const units = lines.reduce((sum, line) => sum + line.units, 0);
  return { lines, units, subtotal: subtotalOf(lines) };
}

/** A variant by its full name: `Jumper, Red / M`. */
export function fullName(title: string, variantTitle: string): string {
  return variantTitle === "" ? title : `${title}, ${variantTitle}`;
}

/** The lines that the shop no longer offers in this show. */
export function goneFrom(kept: readonly KeptLine[], lineup: readonly ProductView[]): KeptLine[] {
  return kept.filter((line) => lineOf(line, lineup) === null);
}

function lineOf(kept: KeptLine, lineup: readonly ProductView[]): BagLine | null {
  const product = lineup.find(({ id }) => id === kept.productId);
  const variant = product?.variants.find(({ id }) => id === kept.variantId);
  if (!product || !variant?.on_sale) return null;
  const isSamePrice =
    variant.price.amount === kept.price.amount && variant.price.currency === kept.price.currency;
  return {
    product,
    variant,
    units: Math.min(kept.units, unitsMax(variant.available)),
    wanted: kept.units,
    priceBefore: isSamePrice ? null : kept.price,
  };
}

function subtotalOf(lines: readonly BagLine[]): Money | null {
  const first = lines.find(({ units }) => units > 0);
  if (!first) return null;
  const amount = lines.reduce(
    (sum, { variant, units }) => sum + multiply(variant.price, units).amount,
    0,
  );
  return { amount, currency: first.variant.price.currency };
}
