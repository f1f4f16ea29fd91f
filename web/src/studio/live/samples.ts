/**
 * How many watched, minute by minute, since this screen was opened.
 *
 * Pure; the live store hands in figures and times.
 */

export type ViewerSample = { atMs: number; viewers: number };

/** A point every ten seconds draws a smooth line; signals come up to four times a second. */
export const SAMPLE_MS = 10_000;
/** Half an hour of points. */
export const SAMPLES_MAX = 180;

/** Adds a figure; within one interval the newest replaces the last. */
export function withSample(
  samples: readonly ViewerSample[],
  viewers: number,
  atMs: number,
): readonly ViewerSample[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return [{ atMs, viewers }];
  const slot = Math.floor((last.atMs - first.atMs) / SAMPLE_MS);
  if (Math.floor((atMs - first.atMs) / SAMPLE_MS) === slot) {
    return [...samples.slice(0, -1), { atMs: last.atMs, viewers }];
  }
  return [...samples, { atMs, viewers }].slice(-SAMPLES_MAX);
}

/** The line as points of an SVG polyline in a box of the given size; empty below two samples. */
export function linePoints(
  samples: readonly ViewerSample[],
  width: number,
  height: number,
): string {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || first === last) return "";
  const span = last.atMs - first.atMs;
  const top = Math.max(peakOf(samples), 1);
  return samples
    .map(({ atMs, viewers }) => {
      const x = ((atMs - first.atMs) / span) * width;
      const y = height - (viewers / top) * height;
      return `${round(x)},${round(y)}`;
    })
    .join(" ");
}

export function peakOf(samples: readonly ViewerSample[]): number {
  return samples.reduce((peak, { viewers }) => Math.max(peak, viewers), 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
