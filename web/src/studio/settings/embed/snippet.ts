/** The lines that a shop copies into a page of its own. */
import type { Lang } from "../../../lib/i18n";

export const LAYOUTS = ["inline", "overlay", "floating"] as const;
export const CARTS = ["checkout", "shop"] as const;

export type Snippet = {
  /** Of this server. */
  origin: string;
  /** URL part of the show. */
  show: string;
  layout: (typeof LAYOUTS)[number];
  lang: Lang;
  cart: (typeof CARTS)[number];
};

/** Keeps the place free before the script has come, so that nothing on the page jumps. */
const STYLES = {
  inline: "display:block;max-width:420px;aspect-ratio:9/16",
  // The button that opens it.
  overlay: "display:block;min-height:44px",
  floating: null,
};

export function snippetOf({ origin, show, layout, lang, cart }: Snippet): string {
  const style = STYLES[layout];
  const attributes = Object.entries({ show, layout, lang, cart, ...(style && { style }) }).map(
    ([name, value]) => `${name}="${escaped(value)}"`,
  );
  return [
    `<script async src="${escaped(origin)}/embed.js"></script>`,
    `<vetrina-show ${attributes.join(" ")}></vetrina-show>`,
  ].join("\n");
}

/** The sites in a text of one per line. */
export function sitesIn(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
}
