/**
 * Makes any brand colour usable: text on it and text of it stay readable (WCAG 2.2 AA).
 */

type Rgb = [number, number, number];

/** The contrast that normal text needs. */
const CONTRAST_MIN = 4.5;

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

export type BrandColours = {
  /** Fills: buttons, bars. */
  fill: string;
  /** Text on the fill. */
  onFill: string;
  /** The brand as text on a light page, darkened until it can be read. */
  inkOnLight: string;
  /** The brand as text on a dark page, lightened until it can be read. */
  inkOnDark: string;
};

/** Derives the colours in use from the one a shop chose; null when it is no `#rrggbb`. */
export function brandColours(hex: string): BrandColours | null {
  const brand = parse(hex);
  if (!brand) return null;
  const onFill = contrast(brand, WHITE) >= contrast(brand, BLACK) ? WHITE : BLACK;
  return {
    fill: format(brand),
    onFill: format(onFill),
    inkOnLight: format(readable(brand, parse("#f4f1ec") ?? WHITE, BLACK)),
    inkOnDark: format(readable(brand, parse("#262229") ?? BLACK, WHITE)),
  };
}

/** Contrast of two `#rrggbb` colours, from 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [a, b] = [parse(one), parse(other)];
  return a && b ? contrast(a, b) : 1;
}

function readable(colour: Rgb, page: Rgb, towards: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, towards, share);
    if (contrast(mixed, page) >= CONTRAST_MIN) return mixed;
  }
  return towards;
}

function mix([r, g, b]: Rgb, [r2, g2, b2]: Rgb, share: number): Rgb {
  const blend = (from: number, to: number) => Math.round(from + (to - from) * share);
  return [blend(r, r2), blend(g, g2), blend(b, b2)];
}

function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance([r, g, b]: Rgb): number {
  const linear = (channel: number) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function parse(hex: string): Rgb | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (!match) return null;
  const channel = (at: number) => Number.parseInt(match[at] ?? "0", 16);
  return [channel(1), channel(2), channel(3)];
}

function format(colour: Rgb): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}
