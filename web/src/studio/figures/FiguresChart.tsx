/** Viewers as a line, sales as bars, pins as flags; any moment of it can be read out. */
import { useMemo, useState } from "preact/hooks";
import type { ShowFigures } from "../../lib/types";
import { count, money, time } from "../texts";
import { type Chart, chartOf, type Moment, nearest, type Point } from "./chart";
import { figureTexts } from "./texts";

export function FiguresChart({ figures }: { figures: ShowFigures }) {
  const text = figureTexts.value;
  const chart = useMemo(() => chartOf(figures), [figures]);
  const [atMs, setAt] = useState<number | null>(null);
  if (chart === null) return <p class="chart__none">{text.waiting}</p>;
  // The moment stays the same when a further one is added behind it.
  const index = chart.moments.findIndex((moment) => moment.atMs === atMs);
  const moment = chart.moments[index] ?? null;
  const select = (next: number) => setAt(chart.moments[next]?.atMs ?? null);
  return (
    <figure class="chart" aria-label={text.chart}>
      <figcaption class="chart__caption">
        {moment === null ? (
          <Legend figures={figures} chart={chart} />
        ) : (
          <output>{momentText(moment, figures)}</output>
        )}
      </figcaption>
      <div
        class="chart__plot"
        role="slider"
        tabIndex={0}
        aria-label={text.cursor}
        aria-description={text.keysHint}
        aria-valuemin={0}
        aria-valuemax={chart.moments.length - 1}
        aria-valuenow={index === -1 ? chart.moments.length - 1 : index}
        aria-valuetext={moment ? momentText(moment, figures) : summaryOf(figures)}
        onPointerMove={(event) => select(nearest(chart.moments, placeOf(event)))}
        onPointerDown={(event) => select(nearest(chart.moments, placeOf(event)))}
        onPointerLeave={(event) => event.pointerType === "mouse" && setAt(null)}
        onBlur={() => setAt(null)}
        onKeyDown={(event) => {
          const next = keyed(event.key, chart.moments, index);
          if (next === null) return;
          event.preventDefault();
          event.stopPropagation();
          if (next === -1) setAt(null);
          else select(next);
        }}
      >
        <Drawing chart={chart} />
        {chart.flags.map(({ x, pin }) => (
          <span
            key={`${pin.at}${pin.product_id}`}
            class={moment?.pins.includes(pin) ? "chart__flag chart__flag--on" : "chart__flag"}
            style={{ insetInlineStart: share(x) }}
            data-product={pin.product_id}
          />
        ))}
        {moment !== null && (
          <span class="chart__cursor" style={{ insetInlineStart: share(moment.x) }} />
        )}
      </div>
      <div class="chart__ticks numeric" aria-hidden="true">
        {chart.ticks.map((tick) => (
          <span
            key={tick.atMs}
            style={{ insetInlineStart: share(tick.x), translate: `-${share(tick.x)}` }}
          >
            {time(new Date(tick.atMs).toISOString())}
          </span>
        ))}
      </div>
    </figure>
  );
}

function Drawing({ chart }: { chart: Chart }) {
  return (
    <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
      {chart.lines.map((line) => (
        <polygon key={line[0]?.x} class="chart__area" points={area(line)} />
      ))}
      {chart.bars.map(({ x, width, height }) => (
        <rect
          key={x}
          class="chart__bar"
          x={round(x * 1000)}
          y={round(100 - height * 100)}
          width={Math.max(2, round(width * 1000) - 1)}
          height={round(height * 100)}
        />
      ))}
      {chart.lines.map((line) => (
        <polyline key={line[0]?.x} class="chart__line" points={points(line)} />
      ))}
      <line class="chart__base" x1="0" y1="100" x2="1000" y2="100" />
    </svg>
  );
}

function Legend({ figures, chart }: { figures: ShowFigures; chart: Chart }) {
  const text = figureTexts.value;
  const best = { amount: chart.best, currency: figures.totals.total.currency };
  return (
    <ul class="chart__legend">
      <li class="chart__key chart__key--viewers">
        {text.viewersLine} <span class="numeric">{text.peak(count(figures.viewers.peak))}</span>
      </li>
      <li class="chart__key chart__key--sales">
        {text.salesBars(figures.sales.every_secs / 60)}{" "}
        {chart.best > 0 && <span class="numeric">{text.best(money(best))}</span>}
      </li>
      <li class="chart__key chart__key--pins">{text.pins}</li>
    </ul>
  );
}

function summaryOf({ viewers }: ShowFigures): string {
  const text = figureTexts.value;
  return `${text.viewersLine} ${text.peak(count(viewers.peak))}`;
}

/** All that is known of a moment, in one line. */
function momentText(moment: Moment, figures: ShowFigures): string {
  const text = figureTexts.value;
  const { viewers, sale } = moment;
  const told = sale && text.sale(sale.orders, count(sale.orders), money(sale.total));
  return [
    time(new Date(moment.atMs).toISOString()),
    viewers === null ? null : text.viewers(viewers, count(viewers)),
    told ?? text.noSale,
    ...moment.pins.map(({ product_id }) => text.pinned(titleOf(figures, product_id))),
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

export function titleOf({ products }: ShowFigures, id: string): string {
  return products.find((product) => product.product_id === id)?.title ?? figureTexts.value.gone;
}

/** The moment that a key leads to; -1 lets go, null is no key of the chart's. */
function keyed(key: string, moments: readonly Moment[], index: number): number | null {
  const last = moments.length - 1;
  const here = index === -1 ? last + 1 : index;
  const pins = moments.flatMap((moment, at) => (moment.pins.length > 0 ? [at] : []));
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(0, here - 1);
    case "ArrowRight":
    case "ArrowUp":
      return Math.min(last, here + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    case "PageUp":
      return pins.findLast((at) => at < here) ?? Math.max(0, index);
    case "PageDown":
      return pins.find((at) => at > here) ?? Math.min(last, here);
    case "Escape":
      return index === -1 ? null : -1;
    default:
      return null;
  }
}

function placeOf(event: PointerEvent & { currentTarget: HTMLElement }): number {
  const { left, width } = event.currentTarget.getBoundingClientRect();
  return (event.clientX - left) / Math.max(width, 1);
}

function points(line: readonly Point[]): string {
  // A single count is drawn as a short stroke.
  const drawn =
    line.length === 1 ? [...line, ...line.map(({ x, y }) => ({ x: x + 0.004, y }))] : line;
  return drawn.map(({ x, y }) => `${round(x * 1000)},${round(98 - y * 92)}`).join(" ");
}

function area(line: readonly Point[]): string {
  const [first, last] = [line[0], line.at(-1)];
  if (first === undefined || last === undefined) return "";
  return `${round(first.x * 1000)},100 ${points(line)} ${round(last.x * 1000)},100`;
}

function share(x: number): string {
  return `${round(x * 100)}%`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
