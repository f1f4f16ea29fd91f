import { expect, it } from "vitest";
import { offerOf, withPrices } from "./offers";
import { eur, product, show, variant } from "./testing/builders";
import type { OfferView } from "./types";

const LOW = { variant_id: "a", lowest: eur(4500), lowest_days: 30, percent: 11 };
const HIGH = { variant_id: "b", lowest: eur(4990), lowest_days: 30, percent: 19 };

function offer(change: Partial<OfferView> = {}): OfferView {
  return {
    id: "o1",
    product_id: "p1",
    price: eur(3992),
    starts_at: "2026-11-21T20:00:00.000Z",
    ends_at: null,
    units: null,
    units_left: null,
    units_per_buyer: null,
    variants: [HIGH, LOW],
    ...change,
  };
}

const REDUCTION = { lowest: eur(6000), lowest_days: 30, percent: 16 };

const LINEUP = [
  product({
    variants: ["a", "b", "c"].map((id) => variant({ id, price: eur(4990), reduction: REDUCTION })),
  }),
  product({ id: "p2" }),
];

const NONE = new Map<string, { amount: number; currency: string }>();

const prices = (offers: OfferView[], repriced = NONE) =>
  withPrices(show({ lineup: LINEUP, offers }), repriced).lineup[0]?.variants.map(
    ({ price }) => price.amount,
  );

it("leaves a show without offers as it is", () => {
  const plain = show({ lineup: LINEUP });
  expect(withPrices(plain, NONE)).toBe(plain);
});

it("lays the offer over the variants that it covers, and no other reduction beside it", () => {
  const priced = withPrices(show({ lineup: LINEUP, offers: [offer()] }), NONE).lineup[0];
  expect(priced?.variants.map(({ price }) => price.amount)).toEqual([3992, 3992, 4990]);
  expect(priced?.variants.map(({ reduction }) => reduction?.lowest.amount ?? null)).toEqual([
    null,
    null,
    6000,
  ]);
  expect(priced?.variants[0]?.offer).toMatchObject({ id: "o1", percent: 11, lowest: eur(4500) });
  // What is said of the product is what holds for each of its variants.
  expect(priced && offerOf(priced)?.variant_id).toBe("a");
});

it("asks the catalogue's price where the offer has no pieces left or is dearer", () => {
  expect(prices([offer({ units_left: 0 })])).toEqual([4990, 4990, 4990]);
  expect(prices([offer({ price: eur(5000) })])).toEqual([4990, 4990, 4990]);
  expect(prices([offer({ product_id: "p2" })])).toEqual([4990, 4990, 4990]);
});

it("believes what the server named last", () => {
  expect(prices([offer()], new Map([["a", eur(4990)]]))).toEqual([4990, 3992, 4990]);
});
