import { diffLines, type DiffLine } from "../report/line-diff.ts";
import { SEPARATOR } from "../prompt/build-prompt.ts";

/** The new text of every piece; or between which two pieces the blank line is gone, and which piece went as a whole. */
export type SplitPrompt = { readonly texts: readonly string[] } | { readonly between: readonly [number, number]; readonly gone: number | undefined };

/**
 * Cuts the console's text into as many pieces as the prompt is built from, at blank lines: at the one that stood there
 * before, else at the one next to the line that stayed. Lines that stayed stay in their piece. Joined again, the pieces
 * are the text.
 */
export function splitAtSeparators(built: readonly string[], live: string): SplitPrompt {
  const after = live.split("\n");
  const before = built.join(SEPARATOR).split("\n");
  const kept = keptLines(before.join("\n"), live);
  const separators: number[] = [];
  for (const text of built.slice(0, -1)) separators.push((separators.at(-1) ?? -1) + 1 + text.split("\n").length);
  const ranges = separators.map((line) => blankLines({ line, kept, before, after }));
  const found = chooseCuts(ranges);
  if ("stuckAt" in found) return { between: [found.stuckAt, found.stuckAt + 1], gone: goneBeside({ built, index: found.stuckAt, first: (separators[found.stuckAt - 1] ?? -1) + 1, kept }) };
  const starts = [0, ...found.cuts.map((cut) => cut + 1)];
  return { texts: starts.map((start, index) => after.slice(start, found.cuts[index] ?? after.length).join("\n")) };
}

/** By line of the old text: its line in the new one; undefined for lines that are gone. */
type KeptLines = readonly (number | undefined)[];

function keptLines(before: string, after: string): KeptLines {
  const kept: (number | undefined)[] = [];
  const isOld = (line: DiffLine): boolean => line.before !== undefined;
  for (const line of diffLines(before, after).filter(isOld)) kept.push(line.kind === "same" ? line.after : undefined);
  return kept;
}

/** Blank lines of the new text at which it may be cut in place of an old blank line, the best first. */
function blankLines(search: { readonly line: number; readonly kept: KeptLines; readonly before: readonly string[]; readonly after: readonly string[] }): number[] {
  const { line, kept, before, after } = search;
  // Blank lines are all alike: which one of them stayed says nothing.
  const anchor = (at: number): number | undefined => (before[at] === "" ? undefined : kept[at]);
  let lowest = 1;
  for (let at = line - 1; at >= 0 && lowest === 1; at -= 1) lowest = (anchor(at) ?? 0) + 1;
  let highest = after.length - 2;
  for (let at = line + 1; at < before.length; at += 1) {
    const stays = anchor(at);
    if (stays === undefined) continue;
    highest = Math.min(highest, stays - 1);
    break;
  }
  const blank: number[] = [];
  for (let at = lowest; at <= highest; at += 1) if (after[at] === "") blank.push(at);
  if (kept[line - 1] === undefined && kept[line + 1] !== undefined) blank.reverse();
  const same = kept[line];
  return same !== undefined && blank.includes(same) ? [same, ...blank.filter((at) => at !== same)] : blank;
}

/** One cut of each range, in order, with at least one line between them; or at which separator there is none. */
function chooseCuts(ranges: readonly (readonly number[])[]): { readonly cuts: readonly number[] } | { readonly stuckAt: number } {
  const hopeless = new Set<string>();
  let stuckAt = 0;
  const choose = (index: number, from: number): number[] | undefined => {
    const range = ranges[index];
    if (range === undefined) return [];
    if (hopeless.has(`${index} ${from}`)) return undefined;
    stuckAt = Math.max(stuckAt, index);
    for (const cut of range) {
      const rest = cut < from ? undefined : choose(index + 1, cut + 2);
      if (rest !== undefined) return [cut, ...rest];
    }
    hopeless.add(`${index} ${from}`);
    return undefined;
  };
  const cuts = choose(0, 1);
  return cuts === undefined ? { stuckAt } : { cuts };
}

/** The piece before or after the lost blank line of which no line is left; undefined if something of both is. */
function goneBeside(search: { readonly built: readonly string[]; readonly index: number; readonly first: number; readonly kept: KeptLines }): number | undefined {
  const { built, index, first, kept } = search;
  const lines = (text: string): string[] => text.split("\n");
  const isGone = (start: number, text: string): boolean => lines(text).every((content, offset) => content.trim() === "" || kept[start + offset] === undefined);
  const [here, next] = [built[index] ?? "", built[index + 1] ?? ""];
  if (isGone(first, here)) return index;
  return isGone(first + lines(here).length + 1, next) ? index + 1 : undefined;
}
