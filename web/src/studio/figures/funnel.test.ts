import { describe, expect, it } from "vitest";
import { figures, funnelProduct } from "./figures.fixture";
import { funnelOf, median } from "./funnel";

describe("the median", () => {
  it("is the value in the middle, or half-way between two", () => {
    expect(median([])).toBeNull();
    expect(median([3])).toBe(3);
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 9])).toBe(3);
  });
});

describe("the funnel", () => {
  const below = (products: Parameters<typeof funnelOf>[0], viewers = 100) =>
    funnelOf(products, viewers).rows.flatMap(({ product, steps }) =>
      steps.filter((step) => step.isBelow).map((step) => `${product.title} ${step.name}`),
    );

  it("sets each step against the one before and the median of the show", () => {
    const { rows, medians } = funnelOf(figures().products, 100);
    expect(rows[0]?.steps.map(({ count, rate }) => [count, rate])).toEqual([
      [30, 0.3],
      [12, 0.4],
      [9, 0.75],
    ]);
    // Only two products had ten checkouts.
    expect(medians).toEqual({ opened: 0.3, checkouts: 0.4, paid: null });
    expect(below(figures().products)).toEqual(["Hat opened", "Hat checkouts"]);
  });

  it("says nothing of products that were not on screen or that few people saw", () => {
    const unseen = figures().products.map((product) => ({ ...product, was_shown: false }));
    expect(below(unseen)).toEqual([]);
    expect(below(figures().products, 9)).toEqual(["Hat checkouts"]);
    expect(below(figures().products.slice(0, 2))).toEqual([]);
  });

  it("does not call a product bad for less than a person", () => {
    const of = (...opened: number[]) => opened.map((count) => funnelProduct({ opened: count }));
    expect(below(of(10, 10, 9)).length).toBe(1);
    // The median is 10.5 of 100: one of 10 is half a person behind.
    expect(below(of(10, 10, 11, 11))).toEqual([]);
    expect(below(of(7, 7, 7))).toEqual([]);
  });

  it("has no rates where nobody was", () => {
    const [row] = funnelOf([funnelProduct()], 0).rows;
    expect(row?.steps.map(({ rate, isBelow }) => [rate, isBelow])).toEqual([
      [null, false],
      [null, false],
      [null, false],
    ]);
    expect(funnelOf([], 0)).toEqual({
      rows: [],
      medians: { opened: null, checkouts: null, paid: null },
    });
  });
});
