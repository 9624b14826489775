import { buildPrompt, SEPARATOR } from "../prompt/build-prompt.ts";
import { findTags } from "../prompt/tags.ts";
import { splitAtSeparators } from "./split-prompt.ts";
import { keepTags } from "./keep-tags.ts";

/** One piece of a built prompt, as it is written: a section's text, an override, or the whole of an inline prompt. */
export interface WrittenPiece {
  /** Undefined for an inline prompt. */
  readonly section: string | undefined;
  /** With its `{{tags}}`; line ends are LF. */
  readonly text: string;
}

/** A prompt as Git builds it, and as the console shows it. */
export interface PromptEdit {
  readonly pieces: readonly WrittenPiece[];
  /** Values of the build-time variables by name. */
  readonly variables: ReadonlyMap<string, string>;
  /** Line ends are LF. */
  readonly live: string;
}

/** New texts by index of the piece, only of those that change; or why the edit cannot be written. */
export type MappedPrompt = { readonly texts: ReadonlyMap<number, string> } | { readonly fault: string };

/**
 * Finds the texts of the pieces from which the prompt is built exactly as the console shows it. Each edit goes to the
 * piece that it stands in; tags of variables whose values it leaves alone stay tags. Never nearly: what cannot be mapped
 * character by character is a fault.
 */
export function mapPrompt({ pieces, variables, live }: PromptEdit): MappedPrompt {
  const built = pieces.map((piece) => build(piece.text, variables));
  const now = splitAtSeparators(built, live);
  if ("between" in now) return { fault: lostSeparator(pieces, now) };
  const texts = new Map<number, string>();
  for (const [index, piece] of pieces.entries()) {
    const [before, after] = [built[index] ?? "", now.texts[index] ?? ""];
    if (before === after) continue;
    const text = [keepTags({ text: piece.text, variables, after }), after].find((candidate) => build(candidate, variables) === after);
    if (text === undefined) return { fault: typedTag(after, variables) };
    texts.set(index, text);
  }
  const result = pieces.map((piece, index) => build(texts.get(index) ?? piece.text, variables)).join(SEPARATOR);
  return result === live ? { texts } : { fault: "its text cannot be put together from these pieces" };
}

function build(text: string, variables: ReadonlyMap<string, string>): string {
  const values = new Map([...variables].map(([name, value]) => [name, { value, file: "", pointer: "" }] as const));
  return buildPrompt({ pieces: [{ text, origin: { kind: "inline", file: "", pointer: "", offset: 0 } }], variables: values, sections: [] }).prompt.text;
}

function lostSeparator(pieces: readonly WrittenPiece[], { between: [before, after], gone }: { readonly between: readonly [number, number]; readonly gone: number | undefined }): string {
  const name = (index: number): string => JSON.stringify(pieces[index]?.section ?? "");
  if (gone !== undefined) return `the console took the section ${name(gone)} out as a whole; take its name out of prompt_config.sections`;
  return `the console removed the blank line between the sections ${name(before)} and ${name(after)}, which always stands there`;
}

function typedTag(text: string, variables: ReadonlyMap<string, string>): string {
  const typed = findTags(text).find((tag) => variables.has(tag.name));
  if (typed === undefined) return "its text cannot be written together with the build-time variables of this agent";
  return `the console's text has the tag {{${typed.name}}}, and here that is a build-time variable, which would be replaced`;
}
