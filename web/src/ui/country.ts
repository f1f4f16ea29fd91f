/** Countries by the names that readers know. */
import { localeOf } from "../lib/i18n";

const names = new Map<string, Intl.DisplayNames>();

/** The name of a country in a language; its code where the browser knows none. */
export function countryName(code: string, lang: string): string {
  let known = names.get(lang);
  if (!known) {
    known = new Intl.DisplayNames([localeOf(lang)], { type: "region" });
    names.set(lang, known);
  }
  try {
    return known.of(code) ?? code;
  } catch {
    // `of` throws where the text has not the shape of a code.
    return code;
  }
}
