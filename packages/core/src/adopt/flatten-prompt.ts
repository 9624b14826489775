import { isJsonObject } from "../canonical/json.ts";
import { LEFT_TO_RUN_TIME } from "../project/prompt-config.ts";
import { SEPARATOR } from "../prompt/build-prompt.ts";
import { findTags } from "../prompt/tags.ts";
import { nodeAtSteps, readAgentFiles, type AgentFiles } from "./agent-files.ts";
import { jsonAt, removeJson } from "./edit-json.ts";
import { keepTags } from "./keep-tags.ts";
import { buildText } from "./map-prompt.ts";
import { OVERRIDES, PROMPT_CONFIG, SECTIONS, VARIABLES, type AgentPrompts } from "./read-prompts.ts";
import { overlayDecides, writeField, type FieldWrite, type Reach, type Written } from "./write-field.ts";

/** A prompt that becomes one text. */
export interface FlatPrompt {
  readonly files: AgentFiles;
  readonly prompts: AgentPrompts;
  /** What general_prompt shall be built to. */
  readonly live: string;
  readonly reach: Reach;
}

/**
 * Writes general_prompt as one text in place of sections and overrides. Variables stay, and so do the tags whose values
 * stand in the text; a variable whose tag stands in the text itself is left to run time, if no other prompt needs its value.
 */
export function flattenPrompt({ files, prompts, live, reach }: FlatPrompt): Written {
  const nodes = readAgentFiles(files);
  if (nodes === undefined) return { fault: "the agent's files cannot be read" };
  const flat = flatText(prompts, live);
  if ("fault" in flat) return flat;
  // Where an overlay has the list, the base may have one too, and would then have two prompts.
  const place: Reach = overlayDecides(nodes, SECTIONS) ? "alone" : reach;
  const isThere = (steps: readonly string[]): boolean => nodeAtSteps(nodes.merged, steps) !== undefined;
  const writes: FieldWrite[] = [
    ...[SECTIONS, OVERRIDES].filter(isThere).map((steps) => ({ steps, value: undefined })),
    ...flat.toRunTime.map((name) => ({ steps: [...VARIABLES, name], value: LEFT_TO_RUN_TIME })),
    { steps: GENERAL_PROMPT, value: flat.text },
  ];
  let current = files;
  for (const write of writes) {
    const written = writeField(current, write, place);
    if ("fault" in written) return written;
    current = written.files;
  }
  return { files: { ...current, base: { ...current.base, text: withoutEmptyConfig(files.base.text, current.base.text) } } };
}

const GENERAL_PROMPT = ["llm_config", "general_prompt"] as const;

function flatText({ sections, texts, variables }: AgentPrompts, live: string): { readonly text: string; readonly toRunTime: readonly string[] } | { readonly fault: string } {
  const isGeneral = (path: readonly unknown[]): boolean => path.length === 2 && path[1] === "general_prompt";
  const written = sections?.map((piece) => piece.text).join(SEPARATOR) ?? texts.find(({ path }) => isGeneral(path))?.text ?? "";
  const typed = [...new Set(findTags(live).map(({ name }) => name))].filter((name) => variables.has(name));
  const needed = new Set(texts.filter(({ path }) => !isGeneral(path)).flatMap(({ text }) => findTags(text).map(({ name }) => name)));
  for (const toRunTime of [[], typed.filter((name) => !needed.has(name))]) {
    const left = new Map([...variables].filter(([name]) => !toRunTime.includes(name)));
    const text = [keepTags({ text: written, variables: left, after: live }), live].find((candidate) => buildText(candidate, left) === live);
    if (text !== undefined) return { text, toRunTime };
  }
  return { fault: `the text has the tag {{${typed.find((name) => needed.has(name)) ?? typed[0] ?? ""}}}, and another prompt of the agent needs the value of that build-time variable` };
}

function withoutEmptyConfig(before: string, text: string): string {
  const isEmpty = (json: string): boolean => {
    const config = jsonAt(json, PROMPT_CONFIG);
    return isJsonObject(config) && Object.keys(config).length === 0;
  };
  return before !== text && isEmpty(text) && !isEmpty(before) ? removeJson(text, PROMPT_CONFIG) : text;
}
