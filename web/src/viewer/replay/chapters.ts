/** What a replay offers to jump to: the moments at which products came on screen, and where hearts were many. */
import type { HeartStrip, ProductView, ViewerEvent } from "../../lib/types";

export type Chapter = { productId: string; handle: string; title: string; secs: number };

/** A pin that is repeated within this time is the same moment. */
const SAME_SECS = 5;

/** The pins of a log in their order, in seconds of the recording; what came before it is at its start. */
export function chaptersOf(
  events: readonly ViewerEvent[],
  startMs: number,
  products: readonly ProductView[],
): Chapter[] {
  const names = new Map(products.map((product) => [product.id, product]));
  const chapters: Chapter[] = [];
  for (const event of events) {
    if (event.type === "lineup.changed") {
      for (const product of event.data.lineup) {
        if (!names.has(product.id)) names.set(product.id, product);
      }
    }
    if (event.type !== "product.featured") continue;
    const productId = event.data.product_id;
    const product = names.get(productId);
    if (!product) continue;
    const secs = Math.max(0, Math.floor((Date.parse(event.at) - startMs) / 1000));
    const last = chapters.at(-1);
    if (last?.productId === productId && secs - last.secs < SAME_SECS) continue;
    chapters.push({ productId, handle: product.handle, title: product.title, secs });
  }
  return chapters;
}

/** The chapter that runs at a second; null before the first. */
export function chapterAt(chapters: readonly Chapter[], secs: number): Chapter | null {
  return chapters.filter((chapter) => chapter.secs <= secs).at(-1) ?? null;
}

/** Where the address asks the replay to begin: `?t=754`, or `#handle` for a product. */
export type Wish = { secs: number | null; handle: string | null };

export function wishOf(search: string, hash: string): Wish {
  const t = new URLSearchParams(search).get("t");
  const secs = t !== null && /^\d{1,6}$/.test(t) ? Number(t) : null;
  let handle: string | null = null;
  try {
    handle = decodeURIComponent(hash.replace(/^#/, "")) || null;
  } catch {
    // Whatever stands there names no product.
  }
  return { secs, handle };
}

/** Heights between 0 and 1, one for each bar of the strip. */
export function heatBars(
  strip: HeartStrip,
  startMs: number,
  lengthSecs: number,
  bars: number,
): number[] {
  const sums = Array.from({ length: bars }, () => 0);
  if (lengthSecs <= 0) return sums;
  for (const { at, hearts } of strip.counts) {
    // A stretch counts where its middle lies.
    const secs = (Date.parse(at) - startMs) / 1000 + strip.every_secs / 2;
    const bar = Math.floor((secs / lengthSecs) * bars);
    if (bar >= 0 && bar < bars) sums[bar] = (sums[bar] ?? 0) + hearts;
  }
  const most = Math.max(...sums, 1);
  return sums.map((sum) => sum / most);
}
