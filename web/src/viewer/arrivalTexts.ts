/** Words for links that led elsewhere, in the language of the page. */
import { arrivalEn } from "../i18n/arrival.en";
import { arrivalIt } from "../i18n/arrival.it";
import { textOf } from "../lib/i18n";
import { dictionary } from "../ui/lang";

export const arrivalTexts = dictionary({ en: arrivalEn, it: arrivalIt });

/** Says why; null for a reason that only a newer server knows. */
export function noticeText(notice: string | null): string | null {
  return notice === null ? null : textOf(arrivalTexts.value.why, notice);
}
