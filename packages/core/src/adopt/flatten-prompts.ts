import { isJsonObject, type Json } from "../canonical/json.ts";
import { LEFT_TO_RUN_TIME } from "../project/prompt-config.ts";
import { valueOf } from "../project/json-node.ts";
import { SEPARATOR } from "../prompt/build-prompt.ts";
import { findTags } from "../prompt/tags.ts";
import { fileSteps, nodeAtSteps, reach, readAgentFiles, withText, type AgentFiles, type AgentNodes } from "./agent-files.ts";
import { removeJson } from "./edit-json.ts";
import { keepTags } from "./keep-tags.ts";
import { buildText } from "./map-prompt.ts";
import type { AgentPrompts, ConfigSteps, InlinePrompt, ListedPrompt } from "./read-prompts.ts";
import { overlayDecides, writeField, type FieldWrite, type Reach, type Written } from "./write-field.ts";

/** A prompt that becomes one text, and what that shall be built to. */
export interface FlatPrompt {
  readonly prompt: ListedPrompt | InlinePrompt;
  readonly live: string;
  readonly reach: Reach;
}

/** Prompts of an agent that become one text each. */
export interface FlatPrompts {
  readonly files: AgentFiles;
  readonly prompts: AgentPrompts;
  readonly flat: readonly FlatPrompt[];
}

/**
 * Writes each of the prompts as one text in place of its sections, and takes out the overrides that no other prompt has.
 * Variables stay, and so do the tags whose values stand in the text; a variable whose tag stands in the text itself is left
 * to run time, if no other prompt needs its value.
 */
export function flattenPrompts({ files, prompts, flat }: FlatPrompts): Written {
  const nodes = readAgentFiles(files);
  if (nodes === undefined) return { fault: "the agent's files cannot be read" };
  const texts = flatTexts(prompts, flat);
  if ("fault" in texts) return texts;
  const { config } = prompts;
  const writes: (FieldWrite & { readonly reach: Reach })[] = [];
  const common: Reach = flat.every(({ reach: own }) => own === "all") ? "all" : "alone";
  const unused = unusedOverrides(nodes, prompts, flat);
  // Where an overlay has the list, the base may have one too, and would then have two prompts.
  const placeOf = ({ prompt, reach: own }: FlatPrompt): Reach => ("pieces" in prompt && prompt.isMain && overlayDecides(nodes, config.sections) ? "alone" : own);
  const main = flat.find(({ prompt }) => "pieces" in prompt && prompt.isMain);
  if (main !== undefined) writes.push({ steps: config.sections, value: undefined, reach: placeOf(main) });
  writes.push(...unused.map((steps) => ({ steps, value: undefined, reach: main === undefined ? common : placeOf(main) })));
  writes.push(...texts.toRunTime.map((name) => ({ steps: [...config.variables, name], value: LEFT_TO_RUN_TIME, reach: common })));
  for (const [index, one] of flat.entries()) {
    const steps = fileSteps(one.prompt.path);
    if (steps === undefined) return { fault: "no file has this prompt" };
    writes.push({ steps, value: texts.texts[index], reach: placeOf(one) });
  }
  let current = files;
  for (const { reach: own, ...write } of writes) {
    const written = writeField(current, write, own);
    if ("fault" in written) return written;
    current = written.files;
  }
  return { files: withoutEmptyConfig(files, current, config) };
}

/** Overrides of the prompts that become texts; all at once, where no other prompt has any. */
function unusedOverrides(nodes: AgentNodes, { config, listed, fixed }: AgentPrompts, flat: readonly FlatPrompt[]): (readonly string[])[] {
  const node = nodeAtSteps(nodes.merged, config.overrides);
  if (node?.kind !== "object") return [];
  const gone = new Set<ListedPrompt | InlinePrompt>(flat.map(({ prompt }) => prompt));
  const sectionsOf = (prompts: readonly ListedPrompt[]): string[] => prompts.flatMap(({ pieces }) => pieces.map(({ section }) => section));
  const left = new Set([...sectionsOf(listed.filter((prompt) => !gone.has(prompt))), ...fixed.map(({ section }) => section)]);
  const names = [...node.members.keys()];
  const ended = new Set(sectionsOf(listed.filter((prompt) => gone.has(prompt))));
  if (!names.some((name) => left.has(name)) && names.some((name) => ended.has(name))) return [config.overrides];
  return names.filter((name) => ended.has(name) && !left.has(name)).map((name) => [...config.overrides, name]);
}

type FlatTexts = { readonly texts: readonly string[]; readonly toRunTime: readonly string[] } | { readonly fault: string };

function flatTexts({ listed, texts, fixed, variables }: AgentPrompts, flat: readonly FlatPrompt[]): FlatTexts {
  const tagsIn = (text: string): string[] => findTags(text).map(({ name }) => name);
  const typed = [...new Set(flat.flatMap(({ live }) => tagsIn(live)))].filter((name) => variables.has(name));
  const gone = new Set<ListedPrompt | InlinePrompt>(flat.map(({ prompt }) => prompt));
  const others = [...listed.filter((prompt) => !gone.has(prompt)).flatMap(({ pieces }) => pieces), ...texts.filter((prompt) => !gone.has(prompt)), ...fixed];
  const needed = new Set(others.flatMap(({ text }) => tagsIn(text)));
  for (const toRunTime of [[], typed.filter((name) => !needed.has(name))]) {
    const left = new Map([...variables].filter(([name]) => !toRunTime.includes(name)));
    const found = flat.flatMap(({ prompt, live }) => [keepTags({ text: writtenText(prompt), variables: left, after: live }), live].find((candidate) => buildText(candidate, left) === live) ?? []);
    if (found.length === flat.length) return { texts: found, toRunTime };
  }
  return { fault: `the text has the tag {{${typed.find((name) => needed.has(name)) ?? typed[0] ?? ""}}}, and another prompt of the agent needs the value of that build-time variable` };
}

function writtenText(prompt: ListedPrompt | InlinePrompt): string {
  return "pieces" in prompt ? prompt.pieces.map(({ text }) => text).join(SEPARATOR) : prompt.text;
}

/** Takes `prompt_config` out of the base where nothing of it is left. */
function withoutEmptyConfig(before: AgentFiles, files: AgentFiles, { config }: ConfigSteps): AgentFiles {
  const isEmpty = (value: Json | undefined): boolean => isJsonObject(value) && Object.keys(value).length === 0;
  const configIn = (one: AgentFiles): Json | undefined => {
    const node = nodeAtSteps(readAgentFiles(one)?.base.node, config);
    return node && valueOf(node);
  };
  if (!isEmpty(configIn(files)) || isEmpty(configIn(before))) return files;
  const nodes = readAgentFiles(files);
  if (nodes === undefined) return files;
  const { file, path } = reach(nodes.base, config);
  return withText(files, { file, text: removeJson(file === files.flow?.file ? files.flow.text : files.base.text, path) });
}
