import { mergeWords } from "./merge-words.ts";
import { compareThreeWays, type Sides, type Span, type Stretch } from "./three-way.ts";
import { versionsOf, type Version } from "./versions.ts";

/** A run of a merged text. A conflict has whole lines of each side, as few as show all that is in doubt. */
export type MergeChunk =
  | { readonly kind: "merged"; readonly text: string }
  | { readonly kind: "conflict"; readonly base: string; readonly git: string; readonly console: string };

export interface MergedText {
  /** In order; merged runs with one side of each conflict are a whole text that differs from that side only in what the other one changed elsewhere. */
  readonly chunks: readonly MergeChunk[];
  /** The merged text; undefined if there is a conflict. */
  readonly text: string | undefined;
}

/**
 * Merges two versions of a text that began as `base`. By lines first, and there at least as careful as git: changes with
 * no unchanged line between them are a conflict, and so is a change to text of which the other side removed or added a
 * copy, since nobody can tell which copy was meant. A conflict then gets a second look ({@link mergeWords}), and a merge
 * has to stand its proof: merged once more with either side it gives itself. With `words: false` lines have the last word.
 *
 * Nothing is lost in silence: what either side changed is in the merged runs, or in a conflict. The order of the sides
 * means nothing. Line ends are compared as they are; a missing last one makes another line, as in git.
 */
export function mergeText({ base, git, console, words = true }: Sides<string> & { readonly words?: boolean }): MergedText {
  if (git === console || base === console) return whole(git);
  if (base === git) return whole(console);
  const versions = versionsOf({ base, cut: linesOf, isBlank: (line) => line.trim() === "", asGit: !words });
  const sides = { base: versions.base, git: versions.read(git), console: versions.read(console) };
  const mergeWith = (doubts: readonly Span[]): MergedText => assemble(compare(sides, doubts).flatMap((stretch) => mergeStretch({ sides, stretch, words })));
  const result = mergeWith([]);
  if (!words || result.text === undefined) return result;
  const merged = versions.read(result.text);
  for (const reach of [1, 2]) {
    const doubts = [...findDoubts({ sides: { ...sides, git: merged }, merged: "git", reach }), ...findDoubts({ sides: { ...sides, console: merged }, merged: "console", reach })];
    if (doubts.length === 0) return result;
    const doubted = mergeWith(doubts);
    if (doubted.text === undefined) return doubted;
  }
  return assemble(trimConflict({ base: sides.base.elements, git: sides.git.elements, console: sides.console.elements }));
}

function whole(text: string): MergedText {
  return { chunks: text === "" ? [] : [{ kind: "merged", text }], text };
}

/** By lines: one unchanged line sets changes apart. */
function compare(versions: Sides<Version>, doubts: readonly Span[] = []): Stretch[] {
  return compareThreeWays({ versions, separates: () => true, doubts });
}

function mergeStretch({ sides, stretch, words }: { readonly sides: Sides<Version>; readonly stretch: Stretch; readonly words: boolean }): MergeChunk[] {
  const linesOn = (side: keyof Sides<unknown>): readonly string[] => sides[side].elements.slice(...stretch[side]);
  if (stretch.kind !== "conflict" && stretch.kind !== "doubt") return [{ kind: "merged", text: linesOn(stretch.kind === "console" ? "console" : "git").join("") }];
  const lines = { base: linesOn("base"), git: linesOn("git"), console: linesOn("console") };
  const text = words && stretch.kind === "conflict" ? lookAgain(lines) : undefined;
  return text === undefined ? trimConflict(lines) : [{ kind: "merged", text }];
}

/**
 * The proof of a merge: a merged text (on the side `merged`) merged again with one of its sides has to be itself. Where it is
 * not, the places of the changes are not certain. Answers those, each with its `reach` nearest neighbours, as spans of base.
 */
function findDoubts({ sides, merged, reach }: { readonly sides: Sides<Version>; readonly merged: "git" | "console"; readonly reach: number }): Span[] {
  const stretches = compare(sides);
  const doubts: Span[] = [];
  for (const [index, stretch] of stretches.entries()) {
    if (stretch.kind === "same" || stretch.kind === merged || stretch.kind === "both") continue;
    const chunks = mergeStretch({ sides, stretch, words: true });
    const text = assemble(chunks).text;
    if (text === sides[merged].elements.slice(...stretch[merged]).join("")) continue;
    const near = [stretches[index - 2], stretches[index + 2]].filter((other) => other !== undefined);
    near.sort((a, b) => distance(a, stretch) - distance(b, stretch));
    const spans = [stretch, ...near.slice(0, reach)].map(({ base }) => base);
    doubts.push([Math.min(...spans.map(([from]) => from)), Math.max(...spans.map(([, to]) => to))]);
  }
  return doubts;
}

function distance(a: Stretch, b: Stretch): number {
  return Math.max(a.base[0] - b.base[1], b.base[0] - a.base[1]);
}

function lookAgain(lines: Sides<readonly string[]>): string | undefined {
  const { before, middle: { base, git, console }, after } = trim(lines);
  // What both put at the end or start of the place is one change; it may be all that one of them did.
  const end = commonEnd(git, console);
  const start = commonStart(git.slice(0, git.length - end), console.slice(0, console.length - end));
  const rest = (side: readonly string[]): string => side.slice(start, side.length - end).join("");
  const own = base.join("");
  const side = own === "" ? undefined : rest(git) === own ? console : rest(console) === own ? git : undefined;
  if (side !== undefined) return [...before, ...side, ...after].join("");
  return mergeWords({ base: lines.base.join(""), git: lines.git.join(""), console: lines.console.join("") });
}

/** Lines with their ends; only LF ends a line. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const next = end < 0 ? text.length : end + 1;
    lines.push(text.slice(from, next));
    from = next;
  }
  return lines;
}

/** Lines at both ends of a conflict that all three sides have are none. */
function trimConflict(lines: Sides<readonly string[]>): MergeChunk[] {
  const { before, middle, after } = trim(lines);
  return [
    { kind: "merged", text: before.join("") },
    { kind: "conflict", base: middle.base.join(""), git: middle.git.join(""), console: middle.console.join("") },
    { kind: "merged", text: after.join("") },
  ];
}

function trim({ base, git, console }: Sides<readonly string[]>): { readonly before: readonly string[]; readonly middle: Sides<readonly string[]>; readonly after: readonly string[] } {
  const start = Math.min(commonStart(base, git), commonStart(base, console));
  const [rest, ...others] = [base.slice(start), git.slice(start), console.slice(start)] as const;
  const end = Math.min(...others.map((other) => commonEnd(rest, other)));
  const middle = (side: readonly string[]): readonly string[] => side.slice(start, side.length - end);
  return { before: base.slice(0, start), middle: { base: middle(base), git: middle(git), console: middle(console) }, after: rest.slice(rest.length - end) };
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[a.length - 1 - length] === b[b.length - 1 - length]) length += 1;
  return length;
}

/** Neighbouring merged runs are one, empty ones none. */
function assemble(chunks: readonly MergeChunk[]): MergedText {
  const joined: MergeChunk[] = [];
  let pending: string[] = [];
  const flush = (): void => {
    const text = pending.join("");
    if (text !== "") joined.push({ kind: "merged", text });
    pending = [];
  };
  for (const chunk of chunks) {
    if (chunk.kind === "merged") pending.push(chunk.text);
    else {
      flush();
      joined.push(chunk);
    }
  }
  flush();
  const hasConflict = joined.some(({ kind }) => kind === "conflict");
  return { chunks: joined, text: hasConflict ? undefined : joined.map((chunk) => (chunk.kind === "merged" ? chunk.text : "")).join("") };
}
