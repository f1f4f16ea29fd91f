/**
 * The funnel of each product: how many went on at each step, and who is under the show's median.
 *
 * Pure. A step of a product takes part in the median once ten people reached the step before it, and
 * the product was on screen; of fewer than three there is no median. A product is under it when ten
 * people like those of the others would have been at least one more.
 */
import type { ProductFunnel } from "../../lib/types";

/** People without whom a rate says nothing. */
export const BASE_MIN = 10;
/** Products without which a median says nothing. */
export const PRODUCTS_MIN = 3;

/** A whole person, whatever the last bit of a division says. */
const ONE_PERSON = 1 - 1e-9;

export const STEPS = ["opened", "checkouts", "paid"] as const;
export type StepName = (typeof STEPS)[number];

export type Step = {
  name: StepName;
  count: number;
  /** Of those who reached the step before, from 0 to 1; null where nobody did. */
  rate: number | null;
  isBelow: boolean;
};
export type FunnelRow = { product: ProductFunnel; steps: Step[] };
export type Funnel = { rows: FunnelRow[]; medians: Record<StepName, number | null> };

export function funnelOf(products: readonly ProductFunnel[], viewers: number): Funnel {
  const medianOf = (name: StepName) => {
    const fit = products.filter((product) => takesPart(product, name, viewers));
    if (fit.length < PRODUCTS_MIN) return null;
    return median(fit.map((product) => product[name] / baseOf(product, name, viewers)));
  };
  const medians = {
    opened: medianOf("opened"),
    checkouts: medianOf("checkouts"),
    paid: medianOf("paid"),
  };
  const stepOf = (product: ProductFunnel, name: StepName): Step => {
    const base = baseOf(product, name, viewers);
    const count = product[name];
    const middle = medians[name];
    const isBelow =
      middle !== null && takesPart(product, name, viewers) && middle * base - count >= ONE_PERSON;
    return { name, count, rate: base === 0 ? null : count / base, isBelow };
  };
  const rows = products.map((product) => ({
    product,
    steps: STEPS.map((name) => stepOf(product, name)),
  }));
  return { rows, medians };
}

/** The value in the middle; between two of them half-way. Null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [high, low] = [sorted[middle], sorted[middle - 1]];
  if (high === undefined) return null;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}

function baseOf(product: ProductFunnel, name: StepName, viewers: number): number {
  switch (name) {
    case "opened":
      return viewers;
    case "checkouts":
      return product.opened;
    case "paid":
      return product.checkouts;
  }
}

function takesPart(product: ProductFunnel, name: StepName, viewers: number): boolean {
  return product.was_shown && baseOf(product, name, viewers) >= BASE_MIN;
}
