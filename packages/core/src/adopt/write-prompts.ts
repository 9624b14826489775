import type { Content } from "../canonical/content.ts";
import { formatPath, type FieldPath } from "../diff/field-path.ts";
import { fileSteps } from "./agent-files.ts";
import { changedValues } from "./changed-values.ts";
import { fieldOf } from "./expected-content.ts";
import { flattenPrompts, type FlatPrompt } from "./flatten-prompts.ts";
import { buildText, mapPieces, type CutPrompt, type VariableValues } from "./map-prompt.ts";
import type { AgentPrompts, InlinePrompt, ListedPrompt } from "./read-prompts.ts";
import type { Draft, Drafted } from "./draft.ts";
import { writeField, type Reach } from "./write-field.ts";
import { writeSections, type ListWrite, type SectionsWrite, type SharedSections } from "./write-sections.ts";

/** One of the ways in which edits of prompts can be written; they are tried in order, and the first that verifies counts. */
export interface PromptWay {
  /** True if variables may get other values. */
  readonly values: boolean;
  readonly shared: SharedSections;
  /** Prompts become one text each: those that fit no sections, or `every` one that was edited. */
  readonly flat?: FlatWay;
}

/** `reach` is where the texts go: where each edit belongs, or the overlay in any case. */
export interface FlatWay {
  readonly reach: Reach;
  readonly every: boolean;
}

/** An agent's prompts, and what an attempt wants them to be. */
export interface PromptContext {
  readonly prompts: AgentPrompts;
  /** Cuts a prompt into what its sections shall be built to. */
  readonly cut: (prompt: ListedPrompt, live: string) => CutPrompt;
  readonly sections: Pick<SectionsWrite, "project" | "prefix" | "agent" | "usersOf">;
  readonly way: PromptWay;
  /** Values of all variables after the attempt. */
  readonly variables: VariableValues;
}

/** New values of variables that explain the edits of an agent's prompts; none where the way does not allow it. */
export function valuesFor(context: Omit<PromptContext, "variables">, expected: Content): Map<string, string> {
  const { prompts, cut, way } = context;
  const { variables } = prompts;
  if (!way.values || way.flat !== undefined || variables.size === 0) return new Map();
  const texts: { text: string; wanted: string }[] = prompts.fixed.map(({ text }) => ({ text, wanted: buildText(text, variables) }));
  for (const prompt of prompts.listed) {
    const live = fieldOf(expected, prompt.path);
    if (typeof live !== "string") continue;
    const found = cut(prompt, live);
    if ("fault" in found) return new Map();
    for (const [index, { text }] of prompt.pieces.entries()) {
      const wanted = found.wanted[index];
      if (wanted !== undefined) texts.push({ text, wanted });
    }
  }
  for (const { path, text } of prompts.texts) {
    const wanted = fieldOf(expected, path);
    if (typeof wanted === "string") texts.push({ text, wanted });
  }
  return changedValues({ texts, variables });
}

/** Writes other values of variables. */
export function writeValues(draft: Draft, values: VariableValues, { prompts, reach }: { readonly prompts: AgentPrompts; readonly reach: Reach }): Drafted {
  let { files } = draft;
  for (const [name, value] of values) {
    const written = writeField(files, { steps: [...prompts.config.variables, name], value }, reach);
    if ("fault" in written) return written;
    files = written.files;
  }
  return { ...draft, files };
}

/** A prompt that shall be built to something else. */
export interface PromptWrite {
  readonly path: FieldPath;
  readonly live: string;
  readonly reach: Reach;
}

/**
 * Puts edited prompts back into the texts that they are built from: inline texts, section files, overrides. All at once,
 * since one section may stand in several of them. `expected` is the content that all of the attempt's edits make.
 */
export function writePrompts(context: PromptContext, { writes, expected }: { readonly writes: readonly PromptWrite[]; readonly expected: Content }, draft: Draft): Drafted {
  const { prompts, way } = context;
  const flat: FlatPrompt[] = [];
  const inline: (PromptWrite & { readonly text: string | undefined })[] = [];
  const lists = new Map<string, ListWrite>();
  for (const write of writes) {
    const name = formatPath(write.path);
    const listed = prompts.listed.find((one) => one.name === name);
    const text = prompts.texts.find((one) => one.name === name)?.text;
    const wanted = listed === undefined ? { fault: faultOfInline(context, { ...write, text }) } : listWrite(context, listed, write);
    const fault = "fault" in wanted ? wanted.fault : undefined;
    if (way.flat === undefined && fault !== undefined) return { fault };
    if (way.flat !== undefined && (way.flat.every || fault !== undefined)) {
      const prompt: ListedPrompt | InlinePrompt = listed ?? { path: write.path, name, text: text ?? "" };
      flat.push({ prompt: prompts.texts.find((one) => one.name === name) ?? prompt, live: write.live, reach: way.flat.reach === "alone" ? "alone" : write.reach });
    } else if ("prompt" in wanted) lists.set(name, wanted);
    else inline.push({ ...write, text });
  }
  let current: Drafted = draft;
  if (flat.length > 0) {
    const written = flattenPrompts({ files: draft.files, prompts, flat });
    if ("fault" in written) return written;
    current = { ...draft, files: written.files };
  }
  for (const write of inline) {
    current = writeInline(context, write, current);
    if ("fault" in current) return current;
  }
  if (lists.size === 0) return current;
  const gone = new Set<ListedPrompt | InlinePrompt>(flat.map(({ prompt }) => prompt));
  // A prompt that goes as a whole does not keep a section as it is.
  const staying = prompts.listed.filter((prompt) => !gone.has(prompt) && typeof fieldOf(expected, prompt.path) === "string");
  const all = staying.map((prompt): ListWrite => lists.get(prompt.name) ?? { prompt, texts: new Map(), order: [...prompt.pieces.keys()], reach: "all" });
  const written = writeSections({ ...context.sections, config: prompts.config, files: current.files, lists: all, fixed: prompts.fixed.flatMap(({ section }) => section ?? []), shared: way.shared });
  return "fault" in written ? written : { files: written.files, others: new Map([...current.others, ...written.others]), forked: [...current.forked, ...written.forked] };
}

type InlineWrite = PromptWrite & { readonly text: string | undefined };

// A text where there was none is checked like any other: it may hold tags that would be replaced.
const mapInline = ({ variables }: PromptContext, { text, live }: InlineWrite) => mapPieces({ pieces: [{ section: undefined, text: text ?? "" }], variables, wanted: [live] });

function faultOfInline(context: PromptContext, write: InlineWrite): string | undefined {
  const mapped = mapInline(context, write);
  return "fault" in mapped ? mapped.fault : undefined;
}

function writeInline(context: PromptContext, write: InlineWrite, draft: Draft): Drafted {
  const { path, reach, text } = write;
  const steps = fileSteps(path);
  if (steps === undefined) return { fault: "no file has this prompt" };
  const mapped = mapInline(context, write);
  if ("fault" in mapped) return mapped;
  // The text may stay as it is, where another value of a variable is the whole edit.
  if (text !== undefined && !mapped.texts.has(0)) return draft;
  const written = writeField(draft.files, { steps, value: mapped.texts.get(0) ?? "" }, reach);
  return "fault" in written ? written : { ...draft, files: written.files };
}

function listWrite({ cut, variables }: PromptContext, prompt: ListedPrompt, { live, reach }: PromptWrite): ListWrite | { readonly fault: string } {
  const found = cut(prompt, live);
  if ("fault" in found) return found;
  const mapped = mapPieces({ pieces: prompt.pieces, variables, wanted: found.wanted });
  return "fault" in mapped ? mapped : { prompt, texts: mapped.texts, order: found.order, reach };
}
