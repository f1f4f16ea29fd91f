/** The texts of links and overlays in the member's language, and names made of them. */
import { linksEn } from "../../i18n/links.en";
import { linksIt } from "../../i18n/links.it";
import type { Link, LinkSource } from "../../lib/types";
import { dictionary } from "../../ui/lang";

export const linkTexts = dictionary({ en: linksEn, it: linksIt });

/** In the order in which shops use them most. */
export const SOURCES: readonly LinkSource[] = [
  "instagram",
  "tiktok",
  "youtube",
  "facebook",
  "whatsapp",
  "newsletter",
  "print",
  "other",
];

export function sourceOptions(): { value: LinkSource; label: string }[] {
  const { sources } = linkTexts.value;
  return SOURCES.map((value) => ({ value, label: sources[value] }));
}

/** What a link opens, first the product, as short as a table needs it. */
export function nameOf(link: Link): string {
  const { gone, wholeShow } = linkTexts.value;
  if (link.product_id === null) return link.show_title ?? `${wholeShow} (${gone})`;
  const product = link.product_title ?? gone;
  return link.variant_title ? `${product}, ${link.variant_title}` : product;
}

/** Where it opens: the second line of the name. */
export function placeOf(link: Link): string {
  const { anyShow, gone, wholeShow } = linkTexts.value;
  if (link.product_id === null) return wholeShow;
  if (link.show_id === null) return anyShow;
  return link.show_title ?? gone;
}
