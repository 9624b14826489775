/** Gaps with more pairs of lines than this are not compared: the time grows with their number. */
const MOST_PAIRS = 10_000;

/** Two lines that share at least this part of their words are one line, edited. */
const ALIKE = 0.5;

/** Lines of both sides, and by old line its partner, -1 if none; between two partners lie the gaps. */
export interface LinesToPair {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Is filled in. */
  readonly anchors: Int32Array;
}

/** Gives lines without a partner the one between their neighbours' partners that is most like them, in order. */
export function pairSimilar({ before, after, anchors }: LinesToPair): void {
  let [start, from] = [0, 0];
  for (let line = 0; line <= before.length; line += 1) {
    const partner = line === before.length ? after.length : (anchors[line] ?? -1);
    if (partner < 0) continue;
    pairGap({ before, after, anchors }, { old: [start, line], now: [from, partner] });
    [start, from] = [line + 1, partner + 1];
  }
}

function pairGap({ before, after, anchors }: LinesToPair, gap: { readonly old: readonly [number, number]; readonly now: readonly [number, number] }): void {
  const filled = (lines: readonly string[], [start, end]: readonly [number, number]): number[] => {
    const found: number[] = [];
    for (let line = start; line < end; line += 1) if (lines[line]?.trim() !== "") found.push(line);
    return found;
  };
  if (gap.old[0] >= gap.old[1] || gap.now[0] >= gap.now[1]) return;
  const [old, now] = [filled(before, gap.old), filled(after, gap.now)];
  if (old.length === 0 || now.length === 0 || old.length * now.length > MOST_PAIRS) return;
  const wordsOf = (lines: readonly string[], at: readonly number[]): Map<string, number>[] => at.map((line) => countWords(lines[line] ?? ""));
  const [left, right] = [wordsOf(before, old), wordsOf(after, now)];
  // best[i][j]: the highest sum of likeness of lines from i and j on.
  const width = now.length + 1;
  const best = new Float64Array((old.length + 1) * width);
  const likeness = new Float64Array(old.length * now.length);
  const at = (i: number, j: number): number => best[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const alike = likenessOf(left[i], right[j]);
      likeness[i * now.length + j] = alike;
      best[i * width + j] = Math.max(at(i + 1, j), at(i, j + 1), alike >= ALIKE ? at(i + 1, j + 1) + alike : 0);
    }
  }
  for (let [i, j] = [0, 0]; i < old.length && j < now.length; ) {
    const alike = likeness[i * now.length + j] ?? 0;
    if (alike >= ALIKE && at(i, j) === at(i + 1, j + 1) + alike) anchors[old[i++] ?? 0] = now[j++] ?? -1;
    else if (at(i, j) === at(i + 1, j)) i += 1;
    else j += 1;
  }
}

function countWords(line: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of line.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Twice the common words by all words of both: 0 for nothing in common, 1 for the same words. */
function likenessOf(a: ReadonlyMap<string, number> | undefined, b: ReadonlyMap<string, number> | undefined): number {
  if (a === undefined || b === undefined) return 0;
  let [common, all] = [0, 0];
  for (const [word, count] of a) {
    common += Math.min(count, b.get(word) ?? 0);
    all += count;
  }
  for (const count of b.values()) all += count;
  return all === 0 ? 0 : (2 * common) / all;
}
