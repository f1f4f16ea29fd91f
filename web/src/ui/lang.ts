/**
 * The language of this page as a signal, and the dictionaries that follow it.
 */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { commonEn } from "../i18n/common.en";
import { commonIt } from "../i18n/common.it";
import { chooseLang, type Lang, textOf } from "../lib/i18n";
import type { ApiProblem } from "../lib/problem";
import { readStored, writeStored } from "./storage";

const STORED_AS = "vetrina.lang";

export const lang = signal<Lang>(
  chooseLang({
    search: location.search,
    stored: readStored(STORED_AS),
    preferred: navigator.languages,
  }),
);

effect(() => {
  document.documentElement.lang = lang.value;
});

/** Remembers the choice; an earlier `?lang` goes from the address, or a reload would undo it. */
export function setLang(next: Lang): void {
  lang.value = next;
  writeStored(STORED_AS, next);
  const url = new URL(location.href);
  if (!url.searchParams.has("lang")) return;
  url.searchParams.delete("lang");
  history.replaceState(history.state, "", url);
}

/** Texts in the language of the page: `const texts = dictionary({ en, it })`, then `texts.value.title`. */
export function dictionary<T>(texts: Record<Lang, T>): ReadonlySignal<T> {
  return computed(() => texts[lang.value]);
}

export const common = dictionary({ en: commonEn, it: commonIt });

/** Says what a problem means and what to do, in the reader's language. */
export function problemText(problem: Pick<ApiProblem, "code">): string {
  const { problems } = common.value;
  return textOf(problems, problem.code) ?? problems.internal;
}
