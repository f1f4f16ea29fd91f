/** How many pieces of one variant an order may hold; the server's limit per line. */
export const UNITS_MAX = 10;

/** The most that can be had of a variant now. */
export function unitsMax(available: number): number {
  return Math.max(0, Math.min(UNITS_MAX, available));
}
