import { visible } from "./escape.ts";
import { diffLines, hunksOf, type DiffLine } from "./line-diff.ts";
import type { PromptPlace } from "./prompt-places.ts";
import { diffWords } from "./word-diff.ts";

/** A line longer than this is cut in the report. */
const LONGEST_LINE = 1_200;

export interface TextDiff {
  readonly added: number;
  readonly removed: number;
  /** Hunks for a `diff` fence, each under `@@ file:line @@`. */
  readonly text: string;
  /** Files that the changed lines belong to, in order of appearance. */
  readonly files: readonly string[];
}

/**
 * Two texts compared by lines, changed lines again by words (`!` lines). `places` tells which file each line of `before`
 * is written in; a hunk that goes from one section into the next is split there.
 */
export function diffText(before: string, after: string, places: readonly (PromptPlace | undefined)[]): TextDiff {
  const lines = diffLines(before, after);
  const out: string[] = [];
  const files = new Set<string>();
  for (const hunk of hunksOf(lines)) {
    for (const { place, chunk } of bySection(hunk, places)) {
      if (place !== undefined) files.add(place.file);
      out.push(heading(chunk[0], place));
      for (const group of groups(chunk)) {
        for (const line of group) out.push(SIGNS[line.kind] + cut(line.text));
        out.push(...secondLook(group));
      }
    }
  }
  let added = 0;
  let removed = 0;
  for (const { kind } of lines) {
    if (kind === "added") added += 1;
    if (kind === "removed") removed += 1;
  }
  return { added, removed, text: out.join("\n"), files: [...files] };
}

const SIGNS: Record<DiffLine["kind"], string> = { same: " ", removed: "-", added: "+" };

function heading(first: DiffLine | undefined, place: PromptPlace | undefined): string {
  if (place !== undefined) return `@@ ${visible(place.file).replace(/\s/g, " ")}${place.line === undefined ? "" : `:${place.line}`} @@`;
  return `@@ line ${(first?.before ?? first?.after ?? 0) + 1} @@`;
}

interface Chunk {
  /** The place of its first line. */
  readonly place: PromptPlace | undefined;
  readonly chunk: DiffLine[];
}

/** A hunk, split where one file ends and the next begins; parts that are only context of a neighbour are left out. */
function bySection(hunk: readonly DiffLine[], places: readonly (PromptPlace | undefined)[]): Chunk[] {
  const chunks: Chunk[] = [];
  const next = hunk.find(({ before }) => before !== undefined)?.before;
  const first = places[next ?? places.length - 1];
  // Lines that are added at a hunk's very start stand before the first line whose number is known.
  let place = first && hunk[0]?.before === undefined ? { file: first.file, line: undefined } : first;
  for (const line of hunk) {
    if (line.before !== undefined) place = places[line.before] ?? place;
    const last = chunks.at(-1);
    if (last !== undefined && last.place?.file === place?.file) last.chunk.push(line);
    else chunks.push({ place, chunk: [line] });
  }
  return chunks.filter(({ chunk }) => chunk.some(({ kind }) => kind !== "same"));
}

/** Runs of unchanged lines, and runs of removed and added ones together. */
function groups(hunk: readonly DiffLine[]): DiffLine[][] {
  const result: DiffLine[][] = [];
  for (const line of hunk) {
    const last = result.at(-1);
    if (last?.[0] !== undefined && (last[0].kind === "same") === (line.kind === "same")) last.push(line);
    else result.push([line]);
  }
  return result;
}

/** Removed and added lines of a run in pairs, if there are as many of both and few. */
function secondLook(group: readonly DiffLine[]): string[] {
  const removed = group.filter(({ kind }) => kind === "removed");
  const added = group.filter(({ kind }) => kind === "added");
  if (removed.length !== added.length || removed.length > 20) return [];
  return removed.flatMap(({ text }, index) => {
    const look = diffWords(text, added[index]?.text ?? "");
    return look === undefined ? [] : [`! ${cut(look)}`];
  });
}

function cut(line: string): string {
  if (line.length <= LONGEST_LINE) return line;
  const kept = line.slice(0, LONGEST_LINE).toWellFormed();
  return `${kept}… (${line.length - LONGEST_LINE} more characters)`;
}
