import { describe, expect, it } from "vitest";
import { chartOf, nearest, tableOf } from "./chart";
import { figures, minute } from "./figures.fixture";

function chart(change: Parameters<typeof figures>[0] = {}) {
  const made = chartOf(figures(change));
  if (made === null) throw new Error("the show has begun");
  return made;
}

describe("the chart", () => {
  it("is there once the show went live", () => {
    expect(chartOf(figures({ starts_at: null }))).toBeNull();
    expect(tableOf(figures({ starts_at: null }))).toEqual([]);
  });

  it("draws the line from left to right, broken where nobody counted", () => {
    const { lines } = chart();
    expect(lines.map((line) => line.length)).toEqual([20, 9]);
    expect(lines[0]?.[0]).toEqual({ x: 0.5 / 30, y: 0.5 });
    expect(lines[0]?.[12]?.y).toBe(1);
    for (const point of lines.flat()) expect(point.x).toBeGreaterThanOrEqual(0);
    expect(Math.max(...lines.flat().map(({ x }) => x))).toBeLessThanOrEqual(1);
  });

  it("draws bars as wide as their time and lower than the line", () => {
    const { bars, best } = chart();
    expect(best).toBe(8_000);
    expect(bars.map(({ x }) => x * 30)).toEqual([6, 13]);
    expect(bars[0]?.width).toBeCloseTo(1 / 30);
    expect(bars[1]?.height).toBeLessThan(0.5);
    expect(bars[0]?.height).toBeCloseTo((bars[1]?.height ?? 0) / 4);
  });

  it("has a flag for each pin, at its moment", () => {
    const { flags, moments } = chart();
    expect(flags.map(({ x, pin }) => [x * 30, pin.product_id])).toEqual([
      [5, "scarf"],
      [12.5, "bag"],
    ]);
    const pinned = moments.filter(({ pins }) => pins.length > 0);
    expect(pinned.map(({ viewers, sale }) => [viewers, sale])).toEqual([
      [40, null],
      [80, null],
    ]);
    // Each minute, the one that it is in, and the pin between two minutes.
    expect(moments).toHaveLength(32);
    expect(moments.map(({ atMs }) => atMs)).toEqual([...moments.map(({ atMs }) => atMs)].sort());
  });

  it("draws a show without anything in it", () => {
    const empty = chart({
      as_of: minute(0),
      viewers: { every_secs: 10, from: minute(0), counts: [null], peak: 0 },
      sales: { every_secs: 60, bars: [] },
      pins: [],
    });
    expect([empty.lines, empty.bars, empty.flags, empty.best]).toEqual([[], [], [], 0]);
    expect(empty.moments).toHaveLength(2);
    expect(empty.moments[0]).toMatchObject({ x: 0, viewers: null, sale: null, pins: [] });
  });

  it("has few times below, on the marks of a clock", () => {
    for (const minutes of [0, 3, 7, 30, 61, 200, 900, 3_000, 90_000]) {
      const { ticks } = chart({ as_of: minute(minutes) });
      expect(ticks.length, `${minutes}`).toBeLessThanOrEqual(5);
      expect(ticks.length, `${minutes}`).toBeGreaterThan(0);
      for (const { x } of ticks) expect(x >= 0 && x <= 1).toBe(true);
    }
    expect(chart().ticks.map(({ atMs }) => atMs)).toEqual(
      [0, 10, 20, 30].map((n) => Date.parse(minute(n))),
    );
  });

  it("means a pin that is near rather than the minute beside it", () => {
    const { moments } = chart({
      pins: [{ at: new Date(Date.parse(minute(5)) + 15_000).toISOString(), product_id: "scarf" }],
    });
    const product = (x: number) => moments[nearest(moments, x)]?.pins[0]?.product_id;
    expect(product(5.1 / 30)).toBe("scarf");
    expect(product(4.4 / 30)).toBeUndefined();
    expect(moments[nearest(moments, 0.999)]?.x).toBe(1);
    expect(nearest([], 0.5)).toBe(0);
  });
});

describe("the chart as a table", () => {
  it("has a row for each minute, with its most viewers, its sales and its pins", () => {
    const rows = tableOf(figures());
    expect(rows).toHaveLength(31);
    expect(rows.map(({ sale }) => sale?.orders ?? 0).filter((orders) => orders > 0)).toEqual([
      1, 2,
    ]);
    expect(rows[12]).toMatchObject({ viewers: 80, pins: [{ product_id: "bag" }] });
    expect(rows[20]?.viewers).toBeNull();
  });

  it("takes the peak of a stretch with several counts", () => {
    const counts = [1, 9, 3, 4, 5, 2, 7];
    const line = { every_secs: 10, from: minute(0), counts, peak: 9 };
    const rows = tableOf(figures({ viewers: line, as_of: minute(1), pins: [] }));
    expect(rows.map(({ viewers }) => viewers)).toEqual([9, 7]);
  });
});
