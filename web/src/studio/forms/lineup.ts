/** Moves products inside a lineup; the order is a list of product ids. */

/** Puts the entry at `from` to `to`; out of range changes nothing. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const copy = [...list];
  if (from < 0 || from >= copy.length || to < 0 || to >= copy.length) return copy;
  const [entry] = copy.splice(from, 1);
  if (entry !== undefined) copy.splice(to, 0, entry);
  return copy;
}

/** The product after the newest featured one; the first when none is on screen, null at the end. */
export function nextInLineup(
  lineup: readonly string[],
  featured: readonly string[],
): string | null {
  const [primary] = featured;
  if (primary === undefined) return lineup[0] ?? null;
  return lineup[lineup.indexOf(primary) + 1] ?? null;
}
