import { describe, expect, it } from "vitest";
import { eur } from "../../lib/testing/builders";
import { BAG_LINES_MAX, isStale, type KeptLine, readBag, writeBag } from "./record";

const DAY_MS = 86_400_000;

function line(change: Partial<KeptLine> = {}): KeptLine {
  return {
    productId: "p1",
    variantId: "v1",
    title: "Scarf",
    units: 2,
    price: eur(1990),
    ...change,
  };
}

function lines(n: number): KeptLine[] {
  return Array.from({ length: n }, (_, at) => line({ variantId: `v${at}` }));
}

describe("a kept bag", () => {
  it("is read as it was written", () => {
    const kept = lines(BAG_LINES_MAX);
    expect(readBag(writeBag(kept, 5), 6)).toEqual(kept);
  });

  it("is forgotten after a month", () => {
    const text = writeBag(lines(1), 0);
    expect(readBag(text, 29 * DAY_MS)).toHaveLength(1);
    expect(readBag(text, 31 * DAY_MS)).toEqual([]);
    expect(isStale(text, 29 * DAY_MS)).toBe(false);
    expect(isStale(text, 31 * DAY_MS)).toBe(true);
  });

  it.each([
    ["nothing", null],
    ["no JSON", "{"],
    ["another kind of value", "[]"],
    ["another version", JSON.stringify({ v: 2, at: 0, lines: lines(1) })],
    ["no time", JSON.stringify({ v: 1, lines: lines(1) })],
    ["too many lines", JSON.stringify({ v: 1, at: 0, lines: lines(BAG_LINES_MAX + 1) })],
    ["a variant twice", JSON.stringify({ v: 1, at: 0, lines: [line(), line()] })],
    ["no pieces", writeBag([line({ units: 0 })], 0)],
    ["too many pieces", writeBag([line({ units: 11 })], 0)],
    ["half a piece", writeBag([line({ units: 1.5 })], 0)],
    ["a negative price", writeBag([line({ price: eur(-1) })], 0)],
    ["no currency", writeBag([line({ price: { amount: 1, currency: "euro" } })], 0)],
    ["an empty title", writeBag([line({ title: "" })], 0)],
    ["an endless title", writeBag([line({ title: "x".repeat(601) })], 0)],
    ["a line that is none", JSON.stringify({ v: 1, at: 0, lines: [null] })],
  ])("is dropped when it is %s", (_, text) => {
    expect(readBag(text, 1)).toEqual([]);
  });
});
