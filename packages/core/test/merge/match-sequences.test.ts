import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { findHunks } from "@retell-actions/core/merge/find-hunks";
import { matchSequences, type Sequence } from "@retell-actions/core/merge/match-sequences";

const match = (base: Sequence, side: Sequence, last: readonly number[] = []): number[] => [...matchSequences({ base, side, last: new Set(last) })];
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const NONE = -1;

/** What every matching promises: equal elements, in one order. */
function expectMatching(base: Sequence, side: Sequence, partner: readonly number[]): void {
  expect(partner).toHaveLength(base.length);
  let before = -1;
  for (const [index, other] of partner.entries()) {
    if (other === NONE) continue;
    expect(other).toBeGreaterThan(before);
    expect(side[other]).toBe(base[index]);
    before = other;
  }
}

describe("short sequences: the shortest script", () => {
  test.each<[string, number[], number[], number[]]>([
    ["equal", [1, 2, 3], [1, 2, 3], [0, 1, 2]],
    ["nothing in common", [1, 2], [3, 4], [NONE, NONE]],
    ["empty", [], [1], []],
    ["all deleted", [1, 2], [], [NONE, NONE]],
    ["put in at the start", [1, 2], [9, 1, 2], [1, 2]],
    ["put in at the end", [1, 2], [1, 2, 9], [0, 1]],
    ["put in between", [1, 2], [1, 9, 2], [0, 2]],
    ["deleted between", [1, 2, 3], [1, 3], [0, NONE, 1]],
    ["replaced between", [1, 2, 3], [1, 9, 3], [0, NONE, 2]],
    ["one end is the other's start", [1, 2, 1], [1], [0, NONE, NONE]],
    ["two apart", [1, 2, 3, 4, 5], [1, 8, 3, 9, 5], [0, NONE, 2, NONE, 4]],
    ["the longest in common", [7, 1, 2, 3, 8], [9, 2, 3, 1, 9], [NONE, NONE, 1, 2, NONE]],
    ["ends in common, once what only one side has is left out", [8, 1, 5, 2, 9], [6, 1, 4, 2, 7], [NONE, 1, NONE, 3, NONE]],
    ["turned round", [1, 2, 3], [3, 2, 1], [NONE, NONE, 0]],
  ])("%s", (_name, base, side, expected) => {
    const partner = match(base, side);
    expectMatching(base, side, partner);
    expect(partner).toEqual(expected);
  });

  test("elements in `last` are matched after all others: a blank line tells nothing about where a text has gone", () => {
    expect(match([0, 1, 0, 2], [2, 0, 1, 0], [0])).toEqual([NONE, NONE, NONE, 0]);
    expect(match([1, 0, 2], [0, 2, 0, 1], [0])).toEqual([NONE, 0, 1]);
    expect(match([0, 5], [0, 5], [0])).toEqual([0, 1]);
    expect(match([0, 0, 1], [1, 0, 0], [0])).toEqual([NONE, NONE, 0]);
  });
});

describe("long sequences: first what is unique", () => {
  const long = range(0, 1_200);

  test("a block that was moved stays where most of the rest is", () => {
    const side = [...range(1_000, 1_200), ...range(0, 1_000)];
    const partner = match(long, side);
    expectMatching(long, side, partner);
    expect(partner.filter((other) => other !== NONE)).toHaveLength(1_000);
  });

  test("edits at both ends and between", () => {
    const side = [9_000, ...range(1, 600), 9_001, 9_002, ...range(601, 1_199), 9_003];
    const partner = match(long, side);
    expect(partner).toEqual([NONE, ...range(1, 600), NONE, ...range(602, 1_200), NONE]);
  });

  test("an element that repeats is no anchor; runs of them are", () => {
    // Each pair of neighbours occurs once: 0 1, 1 2 … beside their turned-round copies.
    const base = [7_000, ...range(0, 700).flatMap((index) => [index % 40, 100 + (index % 41)]), 7_001];
    const side = [8_000, ...base.slice(1, 500), 8_002, ...base.slice(500, -1), 8_001];
    const partner = match(base, side);
    expectMatching(base, side, partner);
    expect(partner.slice(1, 500)).toEqual(range(1, 500));
    expect(partner.slice(500, -1)).toEqual(range(501, base.length));
  });

  test("where nothing is unique, the shortest script all the same", () => {
    const base = [5, ...Array.from({ length: 1_100 }, () => 1), 6];
    const side = [7, ...Array.from({ length: 1_110 }, () => 1), 8];
    const partner = match(base, side);
    expectMatching(base, side, partner);
    expect(partner.filter((other) => other !== NONE)).toHaveLength(1_100);
  });

  test("what costs too much counts as replaced, never as something else", () => {
    const random = (seed: number): number[] => Array.from({ length: 1_500 }, (_, index) => (Math.imul(index + seed, 2654435761) >>> 13) % 2);
    const [base, side] = [[5, ...random(1), 6], [7, ...random(4), 8]];
    expectMatching(base, side, match(base, side));
  });

  test("with blanks, the texts between them first", () => {
    const base = range(1, 800).flatMap((index) => [index, 0]);
    const side = [0, ...range(400, 800).flatMap((index) => [index, 0]), ...range(1, 400).flatMap((index) => [index, 0])];
    const partner = match(base, side, [0]);
    expectMatching(base, side, partner);
    // 400 of the texts with the blanks between them.
    expect(partner.filter((other, index) => other !== NONE && base[index] !== 0)).toHaveLength(400);
    expect(partner.filter((other) => other !== NONE).length).toBeGreaterThanOrEqual(799);
  });
});

test("property: what is matched is equal, and in one order", () => {
  const sequence = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 });
  fc.assert(fc.property(sequence, sequence, fc.subarray([0, 1]), (base, side, last) => expectMatching(base, side, match(base, side, last))));
});

describe("findHunks", () => {
  const hunks = (base: number[], side: number[], given: { layout?: number[]; asGit?: boolean } = {}) =>
    findHunks({ base, side, layout: new Set(given.layout ?? []), asGit: given.asGit ?? true }).map(({ b0, b1, s0, s1, low }) => [b0, b1, s0, s1, low]);

  test.each<[string, number[], number[], number[][]]>([
    ["nothing", [1, 2], [1, 2], []],
    ["a replacement", [1, 2, 3], [1, 9, 3], [[1, 2, 1, 2, 1]]],
    ["a deletion", [1, 2, 3], [1, 3], [[1, 2, 1, 1, 1]]],
    ["an insertion", [1, 2], [1, 9, 2], [[1, 1, 1, 2, 1]]],
    ["at the end", [1], [1, 2], [[1, 1, 1, 2, 1]]],
    ["at the start", [1], [2, 1], [[0, 0, 0, 1, 0]]],
    ["all of it", [1], [2], [[0, 1, 0, 1, 0]]],
    ["one of three equal deleted: the last, and it may be the first", [1, 1, 1], [1, 1], [[2, 3, 2, 2, 0]]],
    ["a copy put in: the last, and it may be the first", [5, 1, 1, 6], [5, 1, 1, 1, 6], [[3, 3, 3, 4, 1]]],
    ["a copy of a pair put in", [1, 2, 3], [1, 2, 1, 2, 3], [[2, 2, 2, 4, 0]]],
    ["two that meet when they slide are one", [1, 2, 1, 3], [2, 1], [[0, 1, 0, 0, 0], [3, 4, 2, 2, 3]]],
  ])("%s", (_name, base, side, expected) => expect(hunks(base, side)).toEqual(expected));

  test("a rewritten paragraph ends at its blank line, one that was put behind it is another change", () => {
    const [paragraph, other] = [[1, 0, 2], [3, 0, 4, 0, 2]];
    expect(hunks(paragraph, other, { layout: [0], asGit: false })).toEqual([[0, 1, 0, 1, 0], [2, 2, 2, 4, 2]]);
    expect(hunks(other, paragraph, { layout: [0], asGit: false })).toEqual([[0, 1, 0, 1, 0], [2, 4, 2, 2, 2]]);
    expect(hunks(paragraph, other, { layout: [0] })).toEqual([[0, 1, 0, 3, 0]]);
    expect(hunks(paragraph, [3, 5, 2], { layout: [0], asGit: false })).toEqual([[0, 2, 0, 2, 0]]);
  });

  test("where only blanks repeat, the place is certain", () => {
    expect(hunks([1, 0, 0, 2], [1, 0, 2], { layout: [0], asGit: false })).toEqual([[2, 3, 2, 2, 2]]);
    expect(hunks([1, 0, 0, 2], [1, 0, 2])).toEqual([[2, 3, 2, 2, 1]]);
  });
});
