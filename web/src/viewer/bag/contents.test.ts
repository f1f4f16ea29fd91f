import { expect, it } from "vitest";
import { eur, product, variant } from "../../lib/testing/builders";
import { bagOf, goneFrom } from "./contents";
import type { KeptLine } from "./record";

const LINEUP = [
  product({ variants: [variant({ available: 3 }), variant({ id: "v9", available: 0 })] }),
  product({ id: "p2", title: "Bag", variants: [variant({ id: "v2", price: eur(5000) })] }),
];

function kept(change: Partial<KeptLine> = {}): KeptLine {
  return {
    productId: "p1",
    variantId: "v1",
    title: "Scarf",
    units: 2,
    price: eur(1990),
    ...change,
  };
}

it("adds up today's prices of what is there", () => {
  const bag = bagOf([kept(), kept({ productId: "p2", variantId: "v2", units: 1 })], LINEUP);
  expect(bag.units).toBe(3);
  expect(bag.subtotal).toEqual(eur(2 * 1990 + 5000));
});

it("says what it cost when it was put in, where that is another price", () => {
  const bag = bagOf([kept(), kept({ productId: "p2", variantId: "v2" })], LINEUP);
  expect(bag.lines.map((line) => line.priceBefore)).toEqual([null, eur(1990)]);
});

it("holds no more than there is, and leaves sold out pieces out of the sum", () => {
  const bag = bagOf([kept({ units: 5 }), kept({ variantId: "v9" })], LINEUP);
  expect(bag.lines.map(({ units, wanted }) => [units, wanted])).toEqual([
    [3, 5],
    [0, 2],
  ]);
  expect(bag.subtotal).toEqual(eur(3 * 1990));
  expect(bagOf([kept({ variantId: "v9" })], LINEUP).subtotal).toBeNull();
});

it("tells apart what the shop no longer offers", () => {
  const off = [product({ variants: [variant({ on_sale: false })] })];
  const lines = [kept(), kept({ variantId: "gone" }), kept({ productId: "gone" })];
  expect(goneFrom(lines, LINEUP)).toEqual(lines.slice(1));
  expect(goneFrom(lines, off)).toEqual(lines);
  expect(bagOf(lines, off).lines).toEqual([]);
});
