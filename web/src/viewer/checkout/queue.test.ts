import { expect, it } from "vitest";
import { spokenPlace } from "./queue";

it("reads out the last ten one by one", () => {
  for (let place = 1; place <= 10; place += 1) expect(spokenPlace(place)).toBe(place);
});

it("never promises a better place than there is, and speaks seldom in a long queue", () => {
  const spoken = new Set<number>();
  for (let place = 1; place <= 2_000; place += 1) {
    expect(spokenPlace(place)).toBeGreaterThanOrEqual(place);
    spoken.add(spokenPlace(place));
  }
  expect(spoken.size).toBeLessThan(30);
});
