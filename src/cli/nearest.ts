function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + swap);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The word that was probably meant; null when nothing is near. */
export function nearest(typed: string, words: readonly string[]): string | null {
  const short = typed.slice(0, 40).toLowerCase();
  const ranked = words
    .map((word) => ({ word, distance: word.startsWith(short) && short ? 0.5 : distance(short, word) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, short.length * 0.34) ? best.word : null;
}
