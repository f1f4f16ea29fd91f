import { expect, it } from "vitest";
import { formatSpan, ServerClock } from "./time";

it("counts by the server's clock, however wrong the phone's is", () => {
  let local = Date.parse("2026-11-21T18:00:00.000Z");
  const clock = new ServerClock(() => local);
  clock.sync("2026-11-21T20:00:00.000Z");
  expect(clock.msUntil("2026-11-21T20:10:00.000Z")).toBe(600_000);
  local += 60_000;
  expect(clock.msUntil("2026-11-21T20:10:00.000Z")).toBe(540_000);
  expect(clock.msUntil("2026-11-21T19:00:00.000Z")).toBe(0);
  clock.sync("not a time");
  expect(clock.msUntil("2026-11-21T20:10:00.000Z")).toBe(540_000);
});

it("writes spans as clocks do", () => {
  expect([0, 1, 59_001, 60_000, 599_400, 3_725_000].map(formatSpan)).toEqual([
    "0:00",
    "0:01",
    "1:00",
    "1:00",
    "10:00",
    "1:02:05",
  ]);
});
