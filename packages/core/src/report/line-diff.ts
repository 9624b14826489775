import { diffArrays } from "diff";

/** A line of a comparison. Indexes count from 0 and are absent on the side that lacks the line. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Changed lines with the lines around them. */
export type Hunk = readonly DiffLine[];

/**
 * Beyond this many changed lines the shortest script costs too much (its search is quadratic in it): what lies between
 * the common start and end then counts as replaced. Not a time limit, since the same input has to give the same bytes.
 */
const MOST_EDITS = 800;

/** Lines around a change. */
const CONTEXT = 2;

/** All lines of both texts in order; removed ones before added ones. A final line break makes a last, empty line. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = before === "" ? [] : before.split("\n");
  const now = after === "" ? [] : after.split("\n");
  const start = commonStart(old, now);
  const end = commonEnd(old, now, start);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  const same = (text: string): void => void lines.push({ kind: "same", text, before: i++, after: j++ });
  const removed = (text: string): void => void lines.push({ kind: "removed", text, before: i++, after: undefined });
  const added = (text: string): void => void lines.push({ kind: "added", text, before: undefined, after: j++ });
  old.slice(0, start).forEach(same);
  const middle = { old: old.slice(start, old.length - end), now: now.slice(start, now.length - end) };
  const script = diffArrays(middle.old, middle.now, { maxEditLength: MOST_EDITS });
  if (script === undefined) {
    middle.old.forEach(removed);
    middle.now.forEach(added);
  } else {
    for (const { value, added: isNew, removed: isOld } of script) value.forEach(isNew ? added : isOld ? removed : same);
  }
  old.slice(old.length - end).forEach(same);
  return lines;
}

/** The changed lines, each with two lines of context; neighbours whose contexts touch are one hunk. */
export function hunksOf(lines: readonly DiffLine[]): Hunk[] {
  const hunks: DiffLine[][] = [];
  let shown = -1;
  for (const [index, line] of lines.entries()) {
    if (line.kind === "same") continue;
    const from = Math.max(shown + 1, index - CONTEXT);
    if (hunks.length === 0 || from > shown + 1) hunks.push([]);
    hunks.at(-1)?.push(...lines.slice(from, index + 1));
    shown = Math.max(shown, index);
    const next = lines.slice(index + 1, index + 1 + CONTEXT);
    const until = next.findIndex(({ kind }) => kind !== "same");
    const tail = until < 0 ? next : next.slice(0, until);
    hunks.at(-1)?.push(...tail);
    shown += tail.length;
  }
  return hunks;
}

/** How many lines were added and removed. */
export function countLines(lines: readonly DiffLine[]): { readonly added: number; readonly removed: number } {
  return { added: lines.filter(({ kind }) => kind === "added").length, removed: lines.filter(({ kind }) => kind === "removed").length };
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

function commonEnd(a: readonly string[], b: readonly string[], start: number): number {
  let length = 0;
  while (length < a.length - start && length < b.length - start && a[a.length - 1 - length] === b[b.length - 1 - length]) length += 1;
  return length;
}
