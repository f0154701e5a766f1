/** Words that are meant by others: what is written is often but for a letter or two what there is. */

/** The word of a list that another is most likely meant to be: it differs by two letters at most, and by less than half; undefined where none does. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  let found: string | undefined;
  let least = 3;
  for (const one of words) {
    if (Math.abs(one.length - word.length) >= least) continue;
    const letters = distance(word.toLowerCase(), one.toLowerCase());
    if (letters >= least || letters * 2 >= Math.max(word.length, one.length)) continue;
    [found, least] = [one, letters];
  }
  return found;
}

/** Words, those first that are most like another. */
export function nearestFirst(word: string, words: readonly string[]): string[] {
  const letters = new Map(words.map((one) => [one, distance(word.toLowerCase(), one.toLowerCase())]));
  return [...words].sort((a, b) => (letters.get(a) ?? 0) - (letters.get(b) ?? 0));
}

/** Letters to change, add, take away or swap with their neighbour, to make a word of another. */
function distance(a: string, b: string): number {
  const row = (length: number, first: number) =>
    Array.from({ length: length + 1 }, (_, i) => (i === 0 ? first : i));
  let [older, before] = [row(b.length, 0), row(b.length, 0)];
  for (let i = 1; i <= a.length; i++) {
    const now = row(b.length, i);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      now[j] = Math.min(
        (before[j] ?? 0) + 1,
        (now[j - 1] ?? 0) + 1,
        (before[j - 1] ?? 0) + same,
        swapped ? (older[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [older, before] = [before, now];
  }
  return before[b.length] ?? 0;
}
