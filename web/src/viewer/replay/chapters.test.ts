import { describe, expect, it } from "vitest";
import { at, product } from "../../lib/testing/builders";
import type { ViewerEvent } from "../../lib/types";
import { chapterAt, chaptersOf, heatBars, wishOf } from "./chapters";

const START = Date.parse(at(0));
const pin = (seq: number, secs: number, product_id: string): ViewerEvent => ({
  seq,
  at: at(secs),
  type: "product.featured",
  data: { product_id, featured: [product_id] },
});
const lineup = [product(), product({ id: "p2", handle: "bag", title: "Bag" })];
const changed: ViewerEvent = {
  seq: 1,
  at: at(-60),
  type: "lineup.changed",
  data: { lineup, featured: [] },
};

describe("chapters", () => {
  it("are the pins, under the names of today where there are some", () => {
    const today = [product({ title: "Silk scarf" })];
    const events = [
      changed,
      pin(2, -3, "p1"),
      pin(3, 30, "p2"),
      pin(4, 32, "p2"),
      pin(5, 90, "p1"),
    ];
    expect(chaptersOf(events, START, today).map(({ title, secs }) => [title, secs])).toEqual([
      ["Silk scarf", 0],
      ["Bag", 30],
      ["Silk scarf", 90],
    ]);
  });

  it("leave out what nobody can name", () => {
    expect(chaptersOf([pin(1, 5, "p9")], START, [])).toEqual([]);
  });

  it("run until the next one", () => {
    const chapters = chaptersOf([changed, pin(2, 10, "p1"), pin(3, 30, "p2")], START, []);
    expect([9, 10, 29, 30].map((secs) => chapterAt(chapters, secs)?.title)).toEqual([
      undefined,
      "Scarf",
      "Scarf",
      "Bag",
    ]);
  });
});

describe("an address", () => {
  it("asks for a second or a product", () => {
    expect(wishOf("?t=754", "")).toEqual({ secs: 754, handle: null });
    expect(wishOf("?lang=it", "#bag")).toEqual({ secs: null, handle: "bag" });
    expect(wishOf("?t=12m", "#%E0%A4%A")).toEqual({ secs: null, handle: null });
  });
});

describe("the strip of hearts", () => {
  it("is highest where they were many and leaves out what is not recorded", () => {
    const counts = [
      { at: at(-30), hearts: 90 },
      { at: at(0), hearts: 4 },
      { at: at(50), hearts: 8 },
      { at: at(500), hearts: 90 },
    ];
    expect(heatBars({ every_secs: 10, counts }, START, 100, 4)).toEqual([0.5, 0, 1, 0]);
    expect(heatBars({ every_secs: 10, counts }, START, 0, 2)).toEqual([0, 0]);
  });
});
