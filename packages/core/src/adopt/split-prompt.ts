import { SEPARATOR } from "../prompt/build-prompt.ts";
import { align } from "./align.ts";
import { pairSimilar } from "./similar-lines.ts";

/**
 * The new text of every piece; or between which two pieces the blank line is gone, and which pieces seem to have been
 * taken out with theirs: no line of them is left.
 */
export type SplitPrompt = { readonly texts: readonly string[] } | { readonly between: readonly [number, number]; readonly gone: readonly number[] };

/**
 * Cuts the console's text into as many pieces as the prompt is built from, at blank lines: at the one that stood there
 * before, else at the one next to the line that stayed. Lines that stayed, or that are still much alike, stay in their
 * piece; what was inserted between two pieces as a paragraph goes to the later one, and as a line to the one that it
 * touches. Joined again, the pieces are the text.
 */
export function splitAtSeparators(built: readonly string[], live: string): SplitPrompt {
  const after = live.split("\n");
  const before = built.join(SEPARATOR).split("\n");
  const partner = align(before, after);
  const anchors = anchorLines({ before, after, partner });
  const separators: number[] = [];
  for (const text of built.slice(0, -1)) separators.push((separators.at(-1) ?? -1) + 1 + lineCount(text));
  const blanks = after.flatMap((line, index) => (line === "" ? [index] : []));
  const ranges = rangesOf({ separators, partner, anchors, count: after.length });
  // Of a text in which nothing is left of any piece, nobody can say which piece is which.
  const isKnown = anchors.some((at) => at >= 0);
  const isGone = (piece: number): boolean => {
    if (!isKnown) return false;
    const [start, end] = [(separators[piece - 1] ?? -1) + 1, separators[piece] ?? before.length];
    for (let line = start; line < end; line += 1) if ((anchors[line] ?? -1) >= 0) return false;
    return true;
  };
  const chosen = chooseCuts({ ranges, blanks, isGone });
  if (!("cuts" in chosen)) return chosen;
  const starts = [0, ...chosen.cuts.map((cut) => cut + 1)];
  return { texts: starts.map((start, index) => after.slice(start, chosen.cuts[index] ?? after.length).join("\n")) };
}

function lineCount(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** By old line: the new line that it became, -1 if none. Blank lines are all alike: which one of them stayed says nothing. */
function anchorLines(lines: { readonly before: readonly string[]; readonly after: readonly string[]; readonly partner: Int32Array }): Int32Array {
  const anchors = lines.partner.map((at, line) => (lines.before[line] === "" ? -1 : at));
  pairSimilar({ ...lines, anchors });
  return anchors;
}

/** Where a separator may be: between the lines that stayed before and behind it. */
interface CutRange {
  readonly lowest: number;
  readonly highest: number;
  /** The line that the blank line itself became. */
  readonly same: number;
  /** The lower end is the better one. */
  readonly fromEnd: boolean;
}

function rangesOf(search: { readonly separators: readonly number[]; readonly partner: Int32Array; readonly anchors: Int32Array; readonly count: number }): CutRange[] {
  const { separators, partner, anchors, count } = search;
  const nextAnchor = new Int32Array(anchors.length + 1).fill(count);
  for (let line = anchors.length - 1; line >= 0; line -= 1) nextAnchor[line] = (anchors[line] ?? -1) >= 0 ? (anchors[line] ?? 0) : (nextAnchor[line + 1] ?? count);
  let [line, lowest] = [0, 1];
  return separators.map((separator) => {
    for (; line < separator; line += 1) if ((anchors[line] ?? -1) >= 0) lowest = (anchors[line] ?? 0) + 1;
    const highest = Math.min(count - 2, (nextAnchor[separator + 1] ?? count) - 1);
    const stayed = (at: number): boolean => (partner[at] ?? -1) >= 0;
    return { lowest, highest, same: partner[separator] ?? -1, fromEnd: !stayed(separator - 1) && stayed(separator + 1) };
  });
}

/** Ranges in the order of the separators, the blank lines of the new text, and whether a piece has no line left. */
interface CutSearch {
  readonly ranges: readonly CutRange[];
  readonly blanks: readonly number[];
  readonly isGone: (piece: number) => boolean;
}

type LostSeparator = Extract<SplitPrompt, { readonly between: unknown }>;

/** One blank line of each range, in order, with at least one line between them; the best of those that leave room for the rest. */
function chooseCuts(search: CutSearch): { readonly cuts: readonly number[] } | LostSeparator {
  const { ranges, blanks } = search;
  const lost = lostSeparator(search);
  if (lost !== undefined) return lost;
  const latest: number[] = [];
  let limit = Infinity;
  for (const { highest } of [...ranges].reverse()) {
    const last = lastUpTo(blanks, Math.min(highest, limit)) ?? -1;
    latest.push(last);
    limit = last - 2;
  }
  latest.reverse();
  const cuts: number[] = [];
  for (const [index, { lowest, same, fromEnd }] of ranges.entries()) {
    const first = Math.max(lowest, (cuts.at(-1) ?? -2) + 2);
    const last = latest[index] ?? -1;
    const best = fromEnd ? lastUpTo(blanks, last) : firstFrom(blanks, first);
    cuts.push(same >= first && same <= last ? same : (best ?? last));
  }
  return { cuts };
}

/** The first separator for which no blank line is left, and the pieces without which all others have one. */
function lostSeparator({ ranges, blanks, isGone }: CutSearch): LostSeparator | undefined {
  const gone = new Set<number>();
  let stuck: number | undefined;
  let previous = -2;
  for (const [index, { lowest, highest }] of ranges.entries()) {
    const cut = firstFrom(blanks, Math.max(lowest, previous + 2));
    if (cut !== undefined && cut <= highest) {
      previous = cut;
      continue;
    }
    stuck ??= index;
    const piece = [index, index + 1].find((one) => !gone.has(one) && isGone(one));
    if (piece === undefined) return { between: [index, index + 1], gone: [] };
    gone.add(piece);
  }
  return stuck === undefined ? undefined : { between: [stuck, stuck + 1], gone: [...gone] };
}

/** The first of sorted numbers that is not below a limit. */
function firstFrom(sorted: readonly number[], limit: number): number | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}

/** The last of sorted numbers that is not above a limit. */
function lastUpTo(sorted: readonly number[], limit: number): number | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}
