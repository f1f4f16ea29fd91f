/** Chance that comes again with its seed, for tests of properties. */

/** The generator of Tommy Ettinger that is known as mulberry32. */
export function randomOf(seed: number) {
  let a = seed + 0x9e3779b9;
  const next = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { below, pick: <T>(items: readonly T[]) => items[below(items.length)] as T };
}

export type Random = ReturnType<typeof randomOf>;
