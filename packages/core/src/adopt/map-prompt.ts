import { buildPrompt, SEPARATOR, type PromptVariable } from "../prompt/build-prompt.ts";
import { findTags } from "../prompt/tags.ts";
import { keepTags } from "./keep-tags.ts";
import { splitAtSeparators } from "./split-prompt.ts";

/** One piece of a built prompt, as it is written: a section's text, an override, or the whole of an inline prompt. */
export interface WrittenPiece {
  /** Undefined for an inline prompt. */
  readonly section: string | undefined;
  /** With its `{{tags}}`; line ends are LF. */
  readonly text: string;
  /** False for a text that others use too: what was inserted beside it rather goes to its other neighbour. */
  readonly isFree?: boolean;
}

/** Values of build-time variables by name. */
export type VariableValues = ReadonlyMap<string, string>;

/** A prompt as Git builds it, and as it shall be built. */
export interface PromptEdit {
  readonly pieces: readonly WrittenPiece[];
  readonly variables: VariableValues;
  /** Line ends are LF. */
  readonly live: string;
}

/**
 * By piece what it shall be built to, undefined for one that was taken out with its blank line, and the others in the order
 * in which they shall stand; or why the prompt cannot be cut so.
 */
export type CutPrompt = { readonly wanted: readonly (string | undefined)[]; readonly order: readonly number[] } | { readonly fault: string };

/** New texts by index of the piece, only of those that change; or why the edit cannot be written. */
export type MappedPrompt = { readonly texts: ReadonlyMap<number, string> } | { readonly fault: string };

/**
 * Cuts a prompt into what its pieces shall be built to; joined, they are the prompt. Each edit goes to the piece that it
 * stands in. Where the pieces only stand in another order, that is all that changes. A piece of which no line is left is
 * taken out where there is no blank line for it, as long as something of another one is left.
 */
export function cutPrompt({ pieces, variables, live }: PromptEdit): CutPrompt {
  const built = pieces.map(({ text }) => buildText(text, variables));
  const moved = orderOf(built, live);
  if (moved !== undefined) return { wanted: built, order: moved };
  let present = [...pieces.keys()];
  for (;;) {
    const split = splitAtSeparators(present.map((index) => built[index] ?? ""), live);
    if ("texts" in split) {
      const wanted: (string | undefined)[] = pieces.map(() => undefined);
      for (const [at, index] of present.entries()) wanted[index] = split.texts[at];
      return { wanted: towardsFree({ pieces, built, wanted: aboveHeadings({ pieces, built, wanted, present }), present }), order: present };
    }
    const { gone, between } = split;
    const left = present.filter((_, at) => !gone.includes(at));
    if (gone.length === 0 || left.length === 0) return { fault: lostSeparator({ pieces, live, between: [present[between[0]] ?? 0, present[between[1]] ?? 0] }) };
    present = left;
  }
}

/**
 * Finds the texts of the pieces that build exactly what was wanted of each. Tags of variables whose values stand there stay
 * tags. Never nearly: what cannot be written character by character is a fault.
 */
export function mapPieces({ pieces, variables, wanted }: Omit<PromptEdit, "live"> & { readonly wanted: readonly (string | undefined)[] }): MappedPrompt {
  const texts = new Map<number, string>();
  for (const [index, { text }] of pieces.entries()) {
    const after = wanted[index];
    if (after !== undefined && buildText(text, variables) !== after) {
      const written = [keepTags({ text, variables, after }), after].find((candidate) => buildText(candidate, variables) === after);
      if (written === undefined) return { fault: typedTag(after, variables) };
      texts.set(index, written);
    }
  }
  return { texts };
}

/** What a written text is built to. */
export function buildText(text: string, variables: VariableValues): string {
  if (!text.includes("{{")) return text;
  const values = new Map<string, PromptVariable>();
  for (const { name } of findTags(text)) {
    const value = variables.get(name);
    if (value !== undefined) values.set(name, { value, file: "", pointer: "" });
  }
  return buildPrompt({ pieces: [{ text, origin: { kind: "inline", file: "", pointer: "", offset: 0 } }], variables: values, sections: [] }).prompt.text;
}

/** The order in which the pieces, all of them as they are, make up the text; undefined if they do not, or stand in it already. */
function orderOf(built: readonly string[], live: string): number[] | undefined {
  const length = built.reduce((sum, text) => sum + text.length + SEPARATOR.length, -SEPARATOR.length);
  if (built.length < 2 || length !== live.length || built.join(SEPARATOR) === live) return undefined;
  const left = [...built.keys()].sort((a, b) => (built[b]?.length ?? 0) - (built[a]?.length ?? 0) || a - b);
  const order: number[] = [];
  for (let at = 0; left.length > 0; ) {
    const next = left.findIndex((index) => {
      const end = at + (built[index]?.length ?? 0);
      return live.startsWith(built[index] ?? "", at) && (left.length === 1 ? end === live.length : live.startsWith(SEPARATOR, end));
    });
    const [index] = next < 0 ? [] : left.splice(next, 1);
    if (index === undefined) return undefined;
    order.push(index);
    at += (built[index]?.length ?? 0) + SEPARATOR.length;
  }
  return order;
}

interface Cuts {
  readonly pieces: readonly WrittenPiece[];
  readonly built: readonly string[];
  readonly wanted: readonly (string | undefined)[];
  /** Indexes of the pieces that are left. */
  readonly present: readonly number[];
}

/** A Markdown heading, a line in bold, or an opening tag: what stands above it belongs to what came before. */
const HEADING = /^(?:#{1,6}\s|\*\*|__|<[A-Za-z])/;

/** Moves paragraphs that were inserted above a section's own heading to the end of the section before, unless others use that. */
function aboveHeadings({ pieces, built, wanted, present }: Cuts): (string | undefined)[] {
  const moved = [...wanted];
  for (const [at, later] of present.entries()) {
    const earlier = present[at - 1];
    const [after, was] = [moved[later] ?? "", built[later] ?? ""];
    if (earlier === undefined || (pieces[earlier]?.isFree === false && pieces[later]?.isFree !== false)) continue;
    if (!HEADING.test(was) || !after.endsWith(SEPARATOR + was)) continue;
    const inserted = after.slice(0, after.length - SEPARATOR.length - was.length);
    if (HEADING.test(inserted)) continue;
    moved[earlier] = (moved[earlier] ?? "") + SEPARATOR + inserted;
    moved[later] = was;
  }
  return moved;
}

/** Moves paragraphs that were inserted between two pieces from one that others use too to one that nobody else uses. */
function towardsFree({ pieces, built, wanted, present }: Cuts): (string | undefined)[] {
  const moved = [...wanted];
  const isFree = (index: number): boolean => pieces[index]?.isFree !== false;
  for (const [at, later] of present.entries()) {
    const earlier = present[at - 1];
    if (earlier === undefined || isFree(earlier) === isFree(later)) continue;
    const [before, after] = [moved[earlier] ?? "", moved[later] ?? ""];
    const [wasBefore, wasAfter] = [built[earlier] ?? "", built[later] ?? ""];
    if (isFree(earlier) && after.endsWith(SEPARATOR + wasAfter)) {
      moved[earlier] = before + SEPARATOR + after.slice(0, after.length - SEPARATOR.length - wasAfter.length);
      moved[later] = wasAfter;
    } else if (isFree(later) && before.startsWith(wasBefore + SEPARATOR)) {
      moved[later] = before.slice(wasBefore.length + SEPARATOR.length) + SEPARATOR + after;
      moved[earlier] = wasBefore;
    }
  }
  return moved;
}

function lostSeparator({ pieces, live, between: [before, after] }: { readonly pieces: readonly WrittenPiece[]; readonly live: string; readonly between: readonly [number, number] }): string {
  if (live.trim() === "") return "nothing is left of the prompt, which is put together from sections";
  const name = (index: number): string => JSON.stringify(pieces[index]?.section ?? "");
  return `the blank line between the sections ${name(before)} and ${name(after)} is gone, and the files always put one there`;
}

function typedTag(text: string, variables: VariableValues): string {
  const typed = findTags(text).find((tag) => variables.has(tag.name));
  if (typed === undefined) return "its text cannot be written together with the build-time variables of this agent";
  return `the text has the tag {{${typed.name}}}, and here that is a build-time variable, which would be replaced`;
}
