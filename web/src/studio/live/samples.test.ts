import { describe, expect, it } from "vitest";
import { linePoints, peakOf, SAMPLE_MS, SAMPLES_MAX, withSample } from "./samples";

describe("viewers over time", () => {
  it("keeps one point per interval, the newest figure of it", () => {
    let samples = withSample([], 10, 0);
    samples = withSample(samples, 12, 500);
    expect(samples).toEqual([{ atMs: 0, viewers: 12 }]);
    samples = withSample(samples, 20, SAMPLE_MS);
    expect(samples).toHaveLength(2);
  });

  it("forgets the oldest beyond half an hour", () => {
    let samples = withSample([], 0, 0);
    for (let n = 1; n <= SAMPLES_MAX; n += 1) samples = withSample(samples, n, n * SAMPLE_MS);
    expect(samples).toHaveLength(SAMPLES_MAX);
    expect(samples[0]?.viewers).toBe(1);
  });

  it("draws from left to right, the peak at the top", () => {
    const samples = [
      { atMs: 0, viewers: 0 },
      { atMs: 10, viewers: 50 },
      { atMs: 20, viewers: 100 },
    ];
    expect(linePoints(samples, 100, 40)).toBe("0,40 50,20 100,0");
    expect(peakOf(samples)).toBe(100);
    expect(linePoints(samples.slice(0, 1), 100, 40)).toBe("");
  });
});
