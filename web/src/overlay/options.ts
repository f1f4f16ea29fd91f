/**
 * How an overlay looks, from the query of its address; what cannot be read has its default.
 *
 * docs/overlay.md describes each option.
 */
import { isLang, type Lang } from "../lib/i18n";

export const POSITIONS = [
  "bottom-left",
  "bottom-right",
  "top-left",
  "top-right",
  "bottom",
  "top",
] as const;
export const THEMES = ["light", "dark"] as const;
/** Parts that can be left out. */
export const PARTS = ["picture", "timer", "stock", "qr", "code"] as const;

export type Part = (typeof PARTS)[number];
export type OverlayOptions = {
  position: (typeof POSITIONS)[number];
  theme: (typeof THEMES)[number];
  /** `#rrggbb`; null takes the shop's colour. */
  accent: string | null;
  /** Below 0.75 telephones across a room no longer read the QR code. */
  scale: number;
  /** Distance from the sides and from top or bottom, in pixels of the full-size picture. */
  x: number;
  y: number;
  hidden: ReadonlySet<Part>;
  /** Null takes the shop's language. */
  lang: Lang | null;
  /** Shows edges and state while it is being set up. */
  hasGuide: boolean;
};

const SCALE = { min: 0.75, max: 2, usual: 1 };
/** Half of the larger side, so that the card never leaves the picture. */
const MARGIN = { min: 0, max: 900, usual: 48 };

export function readOptions(search: string): OverlayOptions {
  const query = new URLSearchParams(search);
  const lang = query.get("lang");
  const accent = `#${query.get("accent")?.replace(/^#/, "") ?? ""}`;
  const hidden = query.get("hide")?.split(",") ?? [];
  return {
    position: oneOf(POSITIONS, query.get("position")),
    theme: oneOf(THEMES, query.get("theme")),
    accent: /^#[0-9a-f]{6}$/i.test(accent) ? accent.toLowerCase() : null,
    scale: numberIn(SCALE, query.get("scale")),
    x: numberIn(MARGIN, query.get("x")),
    y: numberIn(MARGIN, query.get("y")),
    hidden: new Set(PARTS.filter((part) => hidden.includes(part))),
    lang: isLang(lang) ? lang : null,
    hasGuide: query.get("guide") === "1",
  };
}

/** The first value is the default. */
function oneOf<T extends string>(values: readonly [T, ...T[]], text: string | null): T {
  return values.find((value) => value === text) ?? values[0];
}

function numberIn(range: { min: number; max: number; usual: number }, text: string | null): number {
  const number = text === null || text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) return range.usual;
  return Math.min(range.max, Math.max(range.min, number));
}

/** The key behind the `#`; it goes nowhere but into headers and the first frame of the socket. */
export function readKey(hash: string): string | null {
  const key = new URLSearchParams(hash.replace(/^#/, "")).get("key");
  return key === null || key === "" ? null : key;
}
