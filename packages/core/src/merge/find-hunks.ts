import { matchSequences, type Sequence } from "./match-sequences.ts";

/** A stretch of `base` that a side replaces: `base[b0…b1)` by `side[s0…s1)`. At least one base element stands between two hunks. */
export interface Hunk {
  readonly b0: number;
  readonly b1: number;
  readonly s0: number;
  readonly s1: number;
  /**
   * The first place in base at which the change may as well have been made: of three equal paragraphs, nobody can tell
   * which one was deleted. Differs from `b0` only where more than blanks repeat. Its last place is `b1`.
   */
  readonly low: number;
}

/**
 * What `side` changed in `base`, in order. A change that can stand at several places with the same result stands at the
 * last of them, as in git. Elements in `layout` are blanks. They are matched last, and a blank line ends a rewritten
 * paragraph; with `asGit` they are like any other element there.
 */
export function findHunks({ base, side, layout, asGit }: { readonly base: Sequence; readonly side: Sequence; readonly layout: ReadonlySet<number>; readonly asGit: boolean }): Hunk[] {
  const raw = rawHunks(base, matchSequences({ base, side, last: asGit ? new Set() : layout }), side.length);
  const settled = slideDown(base, side, asGit ? raw : raw.flatMap((hunk) => splitAtBlank({ base, side, hunk, layout })));
  return settled.map((hunk, index) => ({ ...hunk, low: lowestPlace({ base, side, hunk, bound: settled[index - 1]?.b1 ?? 0, layout }) }));
}

type Place = Omit<Hunk, "low">;

function rawHunks(base: Sequence, partner: Int32Array, sideLength: number): Place[] {
  const hunks: Place[] = [];
  let [b0, s0] = [0, 0];
  for (let i = 0; i <= base.length; i++) {
    const s1 = i === base.length ? sideLength : (partner[i] ?? -1);
    if (s1 < 0) continue;
    if (i > b0 || s1 > s0) hunks.push({ b0, b1: i, s0, s1 });
    [b0, s0] = [i + 1, s1 + 1];
  }
  return hunks;
}

/**
 * A paragraph that was rewritten and another one inserted behind it are two changes, with the blank line that was there
 * between them; the shortest script takes the later of the two equal blank lines. The same for a paragraph that was removed.
 */
function splitAtBlank({ base, side, hunk, layout }: { base: Sequence; side: Sequence; hunk: Place; layout: ReadonlySet<number> }): Place[] {
  const { b0, b1, s0, s1 } = hunk;
  const blank = base[b1];
  if (b0 === b1 || s0 === s1 || blank === undefined || !layout.has(blank)) return [hunk];
  for (let j = s0 + 1; j < s1; j++) if (side[j] === blank) return [{ b0, b1, s0, s1: j }, { b0: b1 + 1, b1: b1 + 1, s0: j + 1, s1: s1 + 1 }];
  for (let i = b0 + 1; i < b1; i++) if (base[i] === blank) return [{ b0, b1: i, s0, s1 }, { b0: i + 1, b1: b1 + 1, s0: s1 + 1, s1: s1 + 1 }];
  return [hunk];
}

/** Moves insertions and deletions down as far as the texts allow; hunks that meet become one. */
function slideDown(base: Sequence, side: Sequence, hunks: readonly Place[]): Place[] {
  const settled: Place[] = [];
  for (const hunk of [...hunks].reverse()) {
    let { b0, b1, s0, s1 } = hunk;
    for (;;) {
      const next = settled.at(-1);
      const end = next?.b0 ?? base.length;
      while (b1 < end && ((b0 === b1 && base[b1] === side[s0]) || (s0 === s1 && base[b0] === base[b1]))) [b0, b1, s0, s1] = [b0 + 1, b1 + 1, s0 + 1, s1 + 1];
      if (next === undefined || b1 < end) break;
      [b1, s1] = [next.b1, next.s1];
      settled.pop();
    }
    settled.push({ b0, b1, s0, s1 });
  }
  return settled.reverse();
}

/** See {@link Hunk.low}; `bound` is where the hunk before ends. */
function lowestPlace({ base, side, hunk, bound, layout }: { base: Sequence; side: Sequence; hunk: Place; bound: number; layout: ReadonlySet<number> }): number {
  const { b0, b1, s0, s1 } = hunk;
  let low = b0;
  let passedText = false;
  for (let by = 1; b0 - by >= bound; by++) {
    const passed = base[b0 - by];
    if (!((b0 === b1 && passed === side[s1 - by]) || (s0 === s1 && passed === base[b1 - by]))) break;
    low = b0 - by;
    passedText ||= passed === undefined || !layout.has(passed);
  }
  return passedText ? low : b0;
}
