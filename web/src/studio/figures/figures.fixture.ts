/** A show of half an hour for tests: four products, two pins, three sales. */
import type { ProductFunnel, ShowFigures } from "../../lib/types";

const START = Date.parse("2026-11-21T19:30:00Z");

export function minute(n: number): string {
  return new Date(START + n * 60_000).toISOString();
}

export function funnelProduct(change: Partial<ProductFunnel> = {}): ProductFunnel {
  return {
    product_id: "scarf",
    title: "Silk scarf",
    was_shown: true,
    opened: 0,
    checkouts: 0,
    paid: 0,
    units: 0,
    total: { amount: 0, currency: "EUR" },
    ...change,
  };
}

export function figures(change: Partial<ShowFigures> = {}): ShowFigures {
  const money = (amount: number) => ({ amount, currency: "EUR" });
  return {
    starts_at: minute(0),
    ends_at: null,
    as_of: minute(30),
    viewers: {
      every_secs: 60,
      from: minute(0),
      counts: [...Array(30).fill(40), null].map((count, n) =>
        n === 12 ? 80 : n === 20 ? null : count,
      ),
      peak: 80,
    },
    sales: {
      every_secs: 60,
      bars: [
        { at: minute(6), orders: 1, units: 1, total: money(2_000) },
        { at: minute(13), orders: 2, units: 3, total: money(8_000) },
      ],
    },
    pins: [
      { at: minute(5), product_id: "scarf" },
      { at: new Date(START + 12.5 * 60_000).toISOString(), product_id: "bag" },
    ],
    products: [
      funnelProduct({ opened: 30, checkouts: 12, paid: 9 }),
      funnelProduct({ product_id: "bag", title: "Bag", opened: 50, checkouts: 20, paid: 19 }),
      funnelProduct({ product_id: "hat", title: "Hat", opened: 10, checkouts: 2, paid: 0 }),
      funnelProduct({ product_id: "belt", title: "Belt", was_shown: false }),
    ],
    totals: {
      viewers: 100,
      orders: 3,
      units: 4,
      total: money(10_000),
      refunded: money(0),
      direct_orders: 3,
      direct_total: money(10_000),
      later_orders: 0,
      later_total: money(0),
    },
    ...change,
  };
}
