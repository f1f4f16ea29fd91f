/** The texts of figures in the member's language. */
import { figuresEn } from "../../i18n/figures.en";
import { figuresIt } from "../../i18n/figures.it";
import { localeOf } from "../../lib/i18n";
import { dictionary, lang } from "../../ui/lang";

export const figureTexts = dictionary({ en: figuresEn, it: figuresIt });

/** A share as per cent; below ten with one decimal, since a funnel is narrow there. */
export function percent(share: number): string {
  const digits = share < 0.0995 ? 1 : 0;
  return new Intl.NumberFormat(localeOf(lang.value), {
    style: "percent",
    maximumFractionDigits: digits,
  }).format(share);
}
