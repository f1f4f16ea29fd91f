/**
 * Judges how long a password would resist guessing, without pretending to know.
 *
 * Counts length and variety and looks for what everybody tries first; it sends nothing anywhere.
 */

/** The server refuses less; the form says so before it is asked. */
export const PASSWORD_LENGTH_MIN = 8;

export type PasswordHint = "too-short" | "guessable" | "fair" | "good";

/** Beginnings of the passwords that guessing programs try first, in both languages. */
const COMMON = [
  "password",
  "passwort",
  "12345",
  "qwerty",
  "abc123",
  "letmein",
  "iloveyou",
  "welcome",
  "admin",
  "juventus",
  "andrea",
  "francesca",
  "napoli",
  "ciao",
  "negozio",
  "vetrina",
];

/** Says what a guesser would make of a password, given words that belong to the member. */
export function hintFor(password: string, ownWords: readonly string[] = []): PasswordHint {
  if ([...password].length < PASSWORD_LENGTH_MIN) return "too-short";
  const folded = password.toLowerCase();
  const distinct = new Set(folded).size;
  if (distinct < 5 || isBuiltOn(folded, COMMON) || isBuiltOn(folded, wordsOf(ownWords))) {
    return "guessable";
  }
  return password.length >= 16 && distinct >= 8 ? "good" : "fair";
}

/** A known word counts when it is most of the password; inside a long phrase it does no harm. */
function isBuiltOn(folded: string, words: readonly string[]): boolean {
  return words.some((word) => folded.includes(word) && folded.length - word.length < 8);
}

function wordsOf(texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= 4);
}
