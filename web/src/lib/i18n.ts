/**
 * Languages: which one to speak, and dictionaries the compiler completes.
 *
 * English is the type of every dictionary; a missing Italian key does not compile.
 */

export const LANGS = ["it", "en"] as const;
export type Lang = (typeof LANGS)[number];

/** A text store such as `localStorage`; private windows may refuse to write. */
export type TextStore = Pick<Storage, "getItem" | "setItem">;

export function isLang(value: string | null | undefined): value is Lang {
  return LANGS.some((lang) => lang === value);
}

export type LangSources = {
  /** `location.search`. */
  search: string;
  stored: string | null;
  /** `navigator.languages`. */
  preferred: readonly string[];
};

/** Chooses: `?lang`, then the stored choice, then what the browser prefers, then Italian's neighbour English. */
export function chooseLang({ search, stored, preferred }: LangSources): Lang {
  const asked = new URLSearchParams(search).get("lang");
  if (isLang(asked)) return asked;
  if (isLang(stored)) return stored;
  for (const tag of preferred) {
    const base = tag.toLowerCase().split("-")[0];
    if (isLang(base)) return base;
  }
  return "en";
}

/** Whose customs dates and money follow: English readers of a European shop expect 20:30, not 8:30 PM. */
export function localeOf(lang: string): string {
  return lang === "en" ? "en-GB" : lang;
}

/** One and many; Italian and English need no other form. */
export function plural(n: number, one: string, other: string): string {
  return n === 1 ? one : other;
}

/** A count with the language's separators: `1,243` or `1.243`. */
export function formatCount(n: number, lang: Lang): string {
  // Italian leaves four digits together by default, which beside English figures reads as an oversight.
  return new Intl.NumberFormat(localeOf(lang), { useGrouping: "always" }).format(n);
}

/** Looks up a text by a key that came over the wire. */
export function textOf(texts: Record<string, string>, key: string): string | null {
  return Object.hasOwn(texts, key) ? (texts[key] ?? null) : null;
}
