import { diffArrays } from "diff";

/**
 * Beyond this many changed tokens between two anchors the shortest script costs too much (its search is quadratic in it):
 * what lies between them then counts as replaced. Not a time limit, since the same input has to give the same bytes.
 */
const MOST_EDITS = 400;

/**
 * For each token of `old` the index of its partner in `now`, or -1. Partners are equal and stand in the same order.
 * Tokens that both sides have exactly once are anchors, and where there is none, those that both have equally often;
 * between them the shortest script decides. So the time grows with the length of the texts, and with the square of changes
 * only where they stand close together.
 */
export function align(old: readonly string[], now: readonly string[]): Int32Array {
  const ids = new Map<string, number>();
  const idOf = (token: string): number => {
    const known = ids.get(token);
    if (known !== undefined) return known;
    ids.set(token, ids.size);
    return ids.size - 1;
  };
  const sides: Sides = { a: Int32Array.from(old, idOf), b: Int32Array.from(now, idOf), partner: new Int32Array(old.length).fill(-1), ...scratch(old.length + now.length) };
  const open: Region[] = [{ a: [0, old.length], b: [0, now.length] }];
  for (let region = open.pop(); region !== undefined; region = open.pop()) {
    const left = trimmed(sides, region);
    if (left.a[0] === left.a[1] || left.b[0] === left.b[1]) continue;
    const unique = anchorsOf(sides, left);
    const anchors = unique.length > 0 || isSmall(left) ? unique : repeatedAnchors(sides, left);
    if (anchors.length === 0) matchShortest(sides, left);
    let [a, b] = [left.a[0], left.b[0]];
    for (const [atA, atB] of anchors) {
      sides.partner[atA] = atB;
      open.push({ a: [a, atA], b: [b, atB] });
      [a, b] = [atA + 1, atB + 1];
    }
    if (anchors.length > 0) open.push({ a: [a, left.a[1]], b: [b, left.b[1]] });
  }
  return sides.partner;
}

/** Half-open ranges of both sides. */
interface Region {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

interface Sides {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly partner: Int32Array;
  /** By token: how often it is in the region at hand, and where last; zero between regions. */
  readonly countA: Int32Array;
  readonly countB: Int32Array;
  readonly placeB: Int32Array;
}

function scratch(size: number): Pick<Sides, "countA" | "countB" | "placeB"> {
  return { countA: new Int32Array(size), countB: new Int32Array(size), placeB: new Int32Array(size) };
}

/** Pairs what is equal at both ends; the rest is what is between. */
function trimmed({ a, b, partner }: Sides, region: Region): Region {
  let [[startA, endA], [startB, endB]] = [region.a, region.b];
  while (startA < endA && startB < endB && a[startA] === b[startB]) partner[startA++] = startB++;
  while (startA < endA && startB < endB && a[endA - 1] === b[endB - 1]) partner[--endA] = --endB;
  return { a: [startA, endA], b: [startB, endB] };
}

/** Tokens that each side of the region has once, as many as stand in the same order. */
function anchorsOf(sides: Sides, region: Region): (readonly [number, number])[] {
  const { a, b, countA, countB, placeB } = sides;
  const at = (side: Int32Array, index: number): number => side[index] ?? 0;
  for (let index = region.a[0]; index < region.a[1]; index += 1) countA[at(a, index)] = at(countA, at(a, index)) + 1;
  for (let index = region.b[0]; index < region.b[1]; index += 1) {
    countB[at(b, index)] = at(countB, at(b, index)) + 1;
    placeB[at(b, index)] = index;
  }
  const pairs: (readonly [number, number])[] = [];
  for (let index = region.a[0]; index < region.a[1]; index += 1) {
    const token = at(a, index);
    if (countA[token] === 1 && countB[token] === 1) pairs.push([index, at(placeB, token)]);
  }
  for (let index = region.a[0]; index < region.a[1]; index += 1) countA[at(a, index)] = 0;
  for (let index = region.b[0]; index < region.b[1]; index += 1) countB[at(b, index)] = 0;
  return rising(pairs);
}

/** The first of tokens that both sides have equally often with the first, the second with the second: for text that repeats itself. */
function repeatedAnchors({ a, b }: Sides, region: Region): (readonly [number, number])[] {
  const placesOf = (side: Int32Array, [start, end]: readonly [number, number]): Map<number, number[]> => {
    const places = new Map<number, number[]>();
    for (let index = start; index < end; index += 1) {
      const token = side[index] ?? 0;
      const known = places.get(token);
      if (known === undefined) places.set(token, [index]);
      else known.push(index);
    }
    return places;
  };
  const inB = placesOf(b, region.b);
  const pairs = [...placesOf(a, region.a)].flatMap(([token, places]) => {
    const others = inB.get(token) ?? [];
    return others.length === places.length ? places.map((place, rank) => [place, others[rank] ?? 0] as const) : [];
  });
  return rising(pairs.sort(([left], [right]) => left - right));
}

/** The longest run of pairs whose second numbers rise. */
function rising(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const tails: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  for (const [index, [, value]] of pairs.entries()) {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.[1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[index] = tails[low - 1] ?? -1;
    tails[low] = index;
  }
  const run: (readonly [number, number])[] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const pair = pairs[index];
    if (pair !== undefined) run.push(pair);
  }
  return run.reverse();
}

/** Up to this many pairs of tokens a table is filled, which is quicker than a search. */
const SMALL = 4_096;

function isSmall({ a, b }: Region): boolean {
  return (a[1] - a[0]) * (b[1] - b[0]) <= SMALL;
}

function matchShortest(sides: Sides, region: Region): void {
  if (isSmall(region)) return matchByTable(sides, region);
  const { a, b, partner } = sides;
  const script = diffArrays([...a.subarray(...region.a)], [...b.subarray(...region.b)], { maxEditLength: MOST_EDITS });
  let [atA, atB] = [region.a[0], region.b[0]];
  for (const { value, added, removed } of script ?? []) {
    if (removed) atA += value.length;
    else if (added) atB += value.length;
    else for (let count = value.length; count > 0; count -= 1) partner[atA++] = atB++;
  }
}

/** The longest common subsequence; of several the one whose pairs come first. */
function matchByTable({ a, b, partner }: Sides, region: Region): void {
  const [[startA, endA], [startB, endB]] = [region.a, region.b];
  const width = endB - startB + 1;
  const longest = new Uint16Array((endA - startA + 1) * width);
  const at = (i: number, j: number): number => longest[(i - startA) * width + (j - startB)] ?? 0;
  for (let i = endA - 1; i >= startA; i -= 1) {
    for (let j = endB - 1; j >= startB; j -= 1) longest[(i - startA) * width + (j - startB)] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  for (let [i, j] = [startA, startB]; i < endA && j < endB; ) {
    if (a[i] === b[j]) partner[i++] = j++;
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
}
