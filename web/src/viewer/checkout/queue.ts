/**
 * The place in the queue as it is read out: up to ten exactly, above rounded up to one digit.
 *
 * Each look would otherwise speak another number; so a queue of thousands is told in some thirty words.
 */
export function spokenPlace(place: number): number {
  const step = 10 ** (String(place).length - 1);
  return Math.ceil(place / step) * step;
}
