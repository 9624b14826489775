import { diffArrays } from "diff";

/** Elements of a text as numbers; equal elements have equal numbers. */
export type Sequence = readonly number[];

/** Up to this many elements on both sides together the shortest script is looked for at once; above, unique elements split first. */
const SMALL = 2_000;
/** No script longer than this is looked for: the search is quadratic in it. */
const MOST_EDITS = 500;
/**
 * Elements times edits that all searches of one comparison may cost together. Not a time limit, since the same input has
 * to give the same bytes. What is left when it is spent counts as replaced: more conflicts, never a wrong merge.
 */
const MOST_WORK = 10_000_000;
/** Longest run of elements that is looked for where no single one is unique. */
const LONGEST_RUN = 16;
const DEEPEST = 40;

/** A stretch of both sequences, ends excluded. */
interface Range {
  readonly b0: number;
  readonly b1: number;
  readonly s0: number;
  readonly s1: number;
  readonly depth: number;
}

/**
 * For each element of `base` the index of the element of `side` that it is, or -1. Matched elements are equal and in the
 * same order on both sides. Short stretches are matched by the shortest script, long ones first at elements (or runs of
 * them) that occur once on each side; so the cost stays near linear, whatever comes in. Elements that are in `last` are
 * matched after all others: a blank line tells nothing about where a text has gone.
 */
export function matchSequences({ base, side, last }: { readonly base: Sequence; readonly side: Sequence; readonly last: ReadonlySet<number> }): Int32Array {
  const work = { left: MOST_WORK };
  if (last.size === 0) return matchRanges({ base, side, ranges: [{ b0: 0, b1: base.length, s0: 0, s1: side.length, depth: 0 }], work });
  const [inBase, inSide] = [base, side].map((sequence) => [...sequence.keys()].filter((index) => !last.has(sequence[index] ?? -1)));
  const [old, now] = [inBase ?? [], inSide ?? []];
  const first = matchRanges({
    base: old.map((index) => base[index] ?? -1),
    side: now.map((index) => side[index] ?? -1),
    ranges: [{ b0: 0, b1: old.length, s0: 0, s1: now.length, depth: 0 }],
    work,
  });
  const anchors: Anchor[] = [];
  for (const [k, other] of first.entries()) if (other >= 0) anchors.push([old[k] ?? -1, now[other] ?? -1]);
  const partner = new Int32Array(base.length).fill(-1);
  const ranges = split({ b0: 0, b1: base.length, s0: 0, s1: side.length, depth: 0 }, anchors, partner);
  return matchRanges({ base, side, ranges, work, partner });
}

function matchRanges({ base, side, ranges, work, partner = new Int32Array(base.length).fill(-1) }: {
  readonly base: Sequence;
  readonly side: Sequence;
  readonly ranges: readonly Range[];
  readonly work: { left: number };
  readonly partner?: Int32Array;
}): Int32Array {
  const stack = [...ranges];
  for (let range = stack.pop(); range !== undefined; range = stack.pop()) {
    const middle = matchEnds({ base, side, partner, range });
    if (middle.b0 === middle.b1 || middle.s0 === middle.s1) continue;
    const isSmall = middle.b1 - middle.b0 + middle.s1 - middle.s0 <= SMALL;
    if (isSmall && matchShortest({ base, side, partner, range: middle, work })) continue;
    const anchors = middle.depth < DEEPEST ? findAnchors(base, side, middle) : [];
    if (anchors.length > 0) for (const part of split(middle, anchors, partner)) stack.push(part);
    else if (!isSmall) matchShortest({ base, side, partner, range: middle, work });
  }
  return partner;
}

interface Task {
  readonly base: Sequence;
  readonly side: Sequence;
  readonly partner: Int32Array;
  readonly range: Range;
}

/** Matches what both sides begin and end with; what remains is returned. */
function matchEnds({ base, side, partner, range }: Task): Range {
  let { b0, b1, s0, s1 } = range;
  while (b0 < b1 && s0 < s1 && base[b0] === side[s0]) partner[b0++] = s0++;
  while (b0 < b1 && s0 < s1 && base[b1 - 1] === side[s1 - 1]) partner[--b1] = --s1;
  return { b0, b1, s0, s1, depth: range.depth };
}

/** The shortest script, by Myers; false if it costs too much. Elements that only one side has take no part in the search. */
function matchShortest({ base, side, partner, range, work }: Task & { readonly work: { left: number } }): boolean {
  const { b0, b1, s0, s1 } = range;
  const [inBase, inSide] = [new Set<number>(), new Set<number>()];
  for (let i = b0; i < b1; i++) inBase.add(base[i] ?? -1);
  for (let j = s0; j < s1; j++) inSide.add(side[j] ?? -1);
  const old: number[] = [];
  const now: number[] = [];
  for (let i = b0; i < b1; i++) if (inSide.has(base[i] ?? -1)) old.push(i);
  for (let j = s0; j < s1; j++) if (inBase.has(side[j] ?? -1)) now.push(j);
  let [start, end] = [0, 0];
  const isSame = (i: number | undefined, j: number | undefined): boolean => i !== undefined && j !== undefined && base[i] === side[j];
  while (start < old.length && start < now.length && isSame(old[start], now[start])) start += 1;
  while (end < old.length - start && end < now.length - start && isSame(old[old.length - 1 - end], now[now.length - 1 - end])) end += 1;
  const middle = { old: old.slice(start, old.length - end), now: now.slice(start, now.length - end) };
  const elements = middle.old.length + middle.now.length;
  const maxEditLength = Math.min(MOST_EDITS, Math.floor(work.left / Math.max(elements, 1)));
  const script =
    middle.old.length === 0 || middle.now.length === 0
      ? []
      : diffArrays(
          middle.old.map((i) => base[i] ?? -1),
          middle.now.map((j) => side[j] ?? -1),
          { maxEditLength },
        );
  work.left -= elements * (script?.reduce((sum, { added, removed, count }) => sum + (added || removed ? count : 0), 1) ?? maxEditLength);
  if (script === undefined) return false;
  const pair = (at: number, other: number): void => {
    const [i, j] = [old[at], now[other]];
    if (i !== undefined && j !== undefined) partner[i] = j;
  };
  for (let k = 0; k < start; k++) pair(k, k);
  let [at, other] = [start, start];
  for (const { added, removed, count } of script) {
    if (!added && !removed) for (let k = 0; k < count; k++) pair(at + k, other + k);
    if (!added) at += count;
    if (!removed) other += count;
  }
  for (let k = 1; k <= end; k++) pair(old.length - k, now.length - k);
  return true;
}

/** A place that is the same on both sides: indexes into base and side. */
type Anchor = readonly [number, number];

/** Elements that occur once on each side, in an order that both have; if there are none, runs of 2, 4, … elements. */
function findAnchors(base: Sequence, side: Sequence, { b0, b1, s0, s1 }: Range): Anchor[] {
  let old = base.slice(b0, b1);
  let now = side.slice(s0, s1);
  for (let size = 1; size <= LONGEST_RUN; size *= 2) {
    if (size > 1) {
      if (Math.min(old.length, now.length) <= size / 2) return [];
      const runs = new Map<number, number>();
      old = joinPairs(old, size / 2, runs);
      now = joinPairs(now, size / 2, runs);
    }
    const found = longestIncreasing(uniquePairs(old, now));
    if (found.length > 0) return found.map(([i, j]) => [b0 + i, s0 + j]);
  }
  return [];
}

/** Numbers for runs of double length: equal runs have equal numbers. */
function joinPairs(sequence: Sequence, distance: number, runs: Map<number, number>): number[] {
  const joined: number[] = [];
  for (let i = 0; i + distance < sequence.length; i++) {
    const key = (sequence[i] ?? 0) * 2 ** 26 + (sequence[i + distance] ?? 0);
    const known = runs.get(key) ?? runs.size;
    if (known === runs.size) runs.set(key, known);
    joined.push(known);
  }
  return joined;
}

function uniquePairs(old: Sequence, now: Sequence): Anchor[] {
  const places = new Map<number, number>();
  for (const [j, id] of now.entries()) places.set(id, places.has(id) ? -1 : j);
  const counts = new Map<number, number>();
  for (const id of old) counts.set(id, (counts.get(id) ?? 0) + 1);
  const pairs: Anchor[] = [];
  for (const [i, id] of old.entries()) {
    const j = counts.get(id) === 1 ? places.get(id) : undefined;
    if (j !== undefined && j >= 0) pairs.push([i, j]);
  }
  return pairs;
}

/** The most pairs that are in order on both sides; they come in order of the first. */
function longestIncreasing(pairs: readonly Anchor[]): Anchor[] {
  const ends: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  const placeOf = (index: number | undefined): number => (index === undefined ? -1 : (pairs[index]?.[1] ?? -1));
  for (const [index, [, place]] of pairs.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const half = (low + high) >> 1;
      if (placeOf(ends[half]) < place) low = half + 1;
      else high = half;
    }
    if (low > 0) before[index] = ends[low - 1] ?? -1;
    ends[low] = index;
  }
  const chain: Anchor[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const pair = pairs[index];
    if (pair !== undefined) chain.push(pair);
  }
  return chain.reverse();
}

/** Matches the anchors, and answers the stretches between them. */
function split({ b0, b1, s0, s1, depth }: Range, anchors: readonly Anchor[], partner: Int32Array): Range[] {
  const ranges: Range[] = [];
  let [b, s] = [b0, s0];
  for (const [i, j] of anchors) {
    ranges.push({ b0: b, b1: i, s0: s, s1: j, depth: depth + 1 });
    partner[i] = j;
    [b, s] = [i + 1, j + 1];
  }
  ranges.push({ b0: b, b1, s0: s, s1, depth: depth + 1 });
  return ranges;
}
