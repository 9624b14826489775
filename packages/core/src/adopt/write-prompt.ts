import type { Content } from "../canonical/content.ts";
import { formatPath, type FieldPath } from "../diff/field-path.ts";
import { fileSteps } from "./agent-files.ts";
import { changedValues } from "./changed-values.ts";
import { fieldOf } from "./expected-content.ts";
import { flattenPrompt } from "./flatten-prompt.ts";
import { mapPieces, type CutPrompt, type VariableValues } from "./map-prompt.ts";
import { VARIABLES, type AgentPrompts } from "./read-prompts.ts";
import type { Draft, Drafted } from "./draft.ts";
import { writeField, type Reach } from "./write-field.ts";
import { writeSections, type SectionsWrite, type SharedSections } from "./write-sections.ts";

/** One of the ways in which edits of prompts can be written; they are tried in order, and the first that verifies counts. */
export interface PromptWay {
  /** True if variables may get other values. */
  readonly values: boolean;
  readonly shared: SharedSections;
  /** general_prompt becomes one text: where the edit belongs, or in the overlay in any case. */
  readonly flat?: Reach;
}

/** An agent's prompts, and what an attempt wants them to be. */
export interface PromptContext {
  readonly prompts: AgentPrompts;
  /** Cuts a general_prompt into what its sections shall be built to. */
  readonly cut: (live: string) => CutPrompt;
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
  const texts = prompts.texts.flatMap(({ path, text }) => {
    const wanted = fieldOf(expected, path);
    return typeof wanted === "string" ? [{ text, wanted }] : [];
  });
  const general = fieldOf(expected, ["llm", "general_prompt"]);
  if (prompts.sections === undefined || typeof general !== "string") return changedValues({ texts, variables });
  const found = cut(general);
  if ("fault" in found) return new Map();
  const pieces = prompts.sections.flatMap(({ text }, index) => {
    const wanted = found.wanted[index];
    return wanted === undefined ? [] : [{ text, wanted }];
  });
  return changedValues({ texts: [...pieces, ...texts], variables });
}

/** Writes other values of variables. */
export function writeValues(draft: Draft, values: VariableValues, reach: Reach): Drafted {
  let { files } = draft;
  for (const [name, value] of values) {
    const written = writeField(files, { steps: [...VARIABLES, name], value }, reach);
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

/** Puts an edited prompt back into the texts that it is built from: inline text, section files, overrides. */
export function writePrompt(context: PromptContext, write: PromptWrite, draft: Draft): Drafted {
  const { prompts, way } = context;
  const isGeneral = formatPath(write.path) === "llm.general_prompt";
  if (isGeneral && way.flat !== undefined) {
    const written = flattenPrompt({ files: draft.files, prompts, live: write.live, reach: way.flat === "alone" ? "alone" : write.reach });
    return "fault" in written ? written : { ...draft, files: written.files };
  }
  return isGeneral && prompts.sections !== undefined ? writeSectioned(context, write, draft) : writeInline(context, write, draft);
}

function writeInline({ prompts, variables }: PromptContext, { path, live, reach }: PromptWrite, draft: Draft): Drafted {
  const steps = fileSteps(path);
  if (steps === undefined) return { fault: "no file has this prompt" };
  // A text where there was none is checked like any other: it may hold tags that would be replaced.
  const name = formatPath(path);
  const text = prompts.texts.find((one) => formatPath(one.path) === name)?.text;
  const mapped = mapPieces({ pieces: [{ section: undefined, text: text ?? "" }], variables, wanted: [live] });
  if ("fault" in mapped) return mapped;
  // The text may stay as it is, where another value of a variable is the whole edit.
  if (text !== undefined && !mapped.texts.has(0)) return draft;
  const written = writeField(draft.files, { steps, value: mapped.texts.get(0) ?? "" }, reach);
  return "fault" in written ? written : { ...draft, files: written.files };
}

function writeSectioned({ prompts, cut, sections, way, variables }: PromptContext, { live, reach }: PromptWrite, draft: Draft): Drafted {
  const pieces = prompts.sections ?? [];
  const found = cut(live);
  if ("fault" in found) return found;
  const mapped = mapPieces({ pieces, variables, wanted: found.wanted });
  if ("fault" in mapped) return mapped;
  const written = writeSections({ ...sections, files: draft.files, pieces, texts: mapped.texts, order: found.order, reach, shared: way.shared });
  return "fault" in written ? written : { files: written.files, others: new Map([...draft.others, ...written.others]), forked: [...draft.forked, ...written.forked] };
}
