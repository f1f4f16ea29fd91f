/**
 * Where everything stands in the chart of a show: the line of viewers, bars of sales, flags of pins.
 *
 * Pure; a place is a share from 0 to 1 of the width, and of the height counted from below.
 */
import type { PinFlag, SalesBar, ShowFigures } from "../../lib/types";

/** Bars stay below the line, so that both can be read. */
const BARS_HEIGHT = 0.45;
/** Times below the chart at most. */
const TICKS_MAX = 5;
const MINUTE_MS = 60_000;
/** Distances of the times in minutes, as a clock face has them. */
const TICK_MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440] as const;

export type Point = { x: number; y: number };
export type Bar = { x: number; width: number; height: number };
export type Flag = { x: number; pin: PinFlag };
/** One moment that can be read from the chart. */
export type Moment = {
  x: number;
  atMs: number;
  viewers: number | null;
  sale: SalesBar | null;
  pins: PinFlag[];
};
export type Chart = {
  /** The line in pieces; where nobody counted it is broken. */
  lines: Point[][];
  bars: Bar[];
  flags: Flag[];
  moments: Moment[];
  ticks: { x: number; atMs: number }[];
  /** The highest bar, in minor units. */
  best: number;
};

/** Null before the show went live. */
export function chartOf(figures: ShowFigures): Chart | null {
  if (figures.starts_at === null) return null;
  const span = spanOf(figures, figures.starts_at);
  const best = Math.max(0, ...figures.sales.bars.map(({ total }) => total.amount));
  const pins = figures.pins.map((pin) => ({ x: span.place(Date.parse(pin.at)), pin }));
  return {
    lines: linesOf(figures, span),
    bars: barsOf(figures, span, best),
    flags: pins,
    moments: momentsOf(figures, span),
    ticks: ticksOf(span),
    best,
  };
}

type Span = { fromMs: number; untilMs: number; place: (atMs: number) => number };

function spanOf(figures: ShowFigures, startsAt: string): Span {
  const fromMs = Date.parse(startsAt);
  // A show that just began has a minute to be drawn in.
  const untilMs = Math.max(Date.parse(figures.ends_at ?? figures.as_of), fromMs + MINUTE_MS);
  const place = (atMs: number) => Math.min(1, Math.max(0, (atMs - fromMs) / (untilMs - fromMs)));
  return { fromMs, untilMs, place };
}

function linesOf({ viewers }: ShowFigures, span: Span): Point[][] {
  const everyMs = viewers.every_secs * 1000;
  const from = Date.parse(viewers.from);
  const top = Math.max(viewers.peak, 1);
  const lines: Point[][] = [];
  let line: Point[] = [];
  viewers.counts.forEach((count, index) => {
    if (count === null) {
      line = [];
      return;
    }
    if (line.length === 0) lines.push(line);
    line.push({ x: span.place(from + (index + 0.5) * everyMs), y: count / top });
  });
  return lines;
}

function barsOf({ sales }: ShowFigures, span: Span, best: number): Bar[] {
  return sales.bars.map(({ at, total }) => {
    const atMs = Date.parse(at);
    const x = span.place(atMs);
    const height = best > 0 ? (total.amount / best) * BARS_HEIGHT : 0;
    return { x, width: span.place(atMs + sales.every_secs * 1000) - x, height };
  });
}

/** Each stretch in which sales are told together, and each pin, in their order. */
function momentsOf(figures: ShowFigures, span: Span): Moment[] {
  const everyMs = figures.sales.every_secs * 1000;
  const times = new Set(figures.pins.map(({ at }) => Date.parse(at)));
  const first = Math.floor(span.fromMs / everyMs) * everyMs;
  for (let at = first; at <= span.untilMs; at += everyMs) times.add(Math.max(at, span.fromMs));
  return [...times]
    .sort((one, other) => one - other)
    .map((atMs) => ({
      x: span.place(atMs),
      atMs,
      viewers: viewersAt(figures, atMs),
      sale: saleAt(figures, atMs),
      pins: figures.pins.filter(({ at }) => Date.parse(at) === atMs),
    }));
}

function viewersAt({ viewers }: ShowFigures, atMs: number): number | null {
  const index = Math.floor((atMs - Date.parse(viewers.from)) / (viewers.every_secs * 1000));
  return viewers.counts[index] ?? null;
}

function saleAt({ sales }: ShowFigures, atMs: number): SalesBar | null {
  const everyMs = sales.every_secs * 1000;
  const isIn = ({ at }: SalesBar) => Math.floor((atMs - Date.parse(at)) / everyMs) === 0;
  return sales.bars.find(isIn) ?? null;
}

function ticksOf({ fromMs, untilMs, place }: Span): { x: number; atMs: number }[] {
  const fits = (minutes: number) => (untilMs - fromMs) / (minutes * MINUTE_MS) < TICKS_MAX;
  const everyMs =
    (TICK_MINUTES.find(fits) ?? Math.ceil((untilMs - fromMs) / MINUTE_MS / 4)) * MINUTE_MS;
  const ticks = [];
  for (let at = Math.ceil(fromMs / everyMs) * everyMs; at <= untilMs; at += everyMs) {
    ticks.push({ x: place(at), atMs: at });
  }
  return ticks;
}

/** A row of the chart told as a table: one for each stretch in which sales are told together. */
export type TableRow = Omit<Moment, "x">;

/** The rows of a chart, with the most viewers and all pins of each stretch. */
export function tableOf(figures: ShowFigures): TableRow[] {
  const chart = chartOf(figures);
  if (chart === null) return [];
  const everyMs = figures.sales.every_secs * 1000;
  const rows = new Map<number, TableRow>();
  for (const { x: _, ...moment } of chart.moments) {
    const stretch = Math.floor(moment.atMs / everyMs);
    const row = rows.get(stretch);
    if (row === undefined) rows.set(stretch, { ...moment, pins: [...moment.pins] });
    else row.pins.push(...moment.pins);
  }
  for (const [stretch, row] of rows) row.viewers = mostIn(figures, stretch * everyMs, everyMs);
  return [...rows.values()];
}

function mostIn({ viewers }: ShowFigures, fromMs: number, lengthMs: number): number | null {
  const from = Date.parse(viewers.from);
  const everyMs = viewers.every_secs * 1000;
  const counts = viewers.counts.filter((count, index) => {
    const at = from + index * everyMs;
    return count !== null && at >= fromMs && at < fromMs + lengthMs;
  });
  return counts.length === 0 ? null : Math.max(...counts.map((count) => count ?? 0));
}

/** The moment that is meant by a place in the chart; a pin that is near is meant rather than another. */
export function nearest(moments: readonly Moment[], x: number): number {
  const NEAR = 0.012;
  const distance = ({ x: at, pins }: Moment) => {
    const far = Math.abs(at - x);
    return pins.length > 0 && far <= NEAR ? far - NEAR : far;
  };
  let best = 0;
  moments.forEach((moment, index) => {
    const leader = moments[best];
    if (leader !== undefined && distance(moment) < distance(leader)) best = index;
  });
  return best;
}
