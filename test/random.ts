/** Seed of all that tests choose at random: `SEED`, or the same each time, so that a change fails by what it changes alone. */
export const seed = Number(process.env.SEED ?? 1);

/** One of several, by a number from 0 to 1. */
export const pickBy =
  (next: () => number) =>
  <T>(items: readonly T[]): T =>
    items[Math.floor(next() * items.length)] as T;

/** Numbers from 0 to 1 that a seed decides (mulberry32), so that a run that failed can be repeated. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
