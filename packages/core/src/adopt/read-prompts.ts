import { formatPath, type FieldPath } from "../diff/field-path.ts";
import type { ProjectFiles } from "../project/files.ts";
import { memberOf, textOf, type JsonNode, type ScalarNode } from "../project/json-node.ts";
import { NAMED_PROMPT, namedSections } from "../project/named-prompt.ts";
import { problemSink } from "../project/problem-sink.ts";
import { readPromptConfig } from "../project/prompt-config.ts";
import { isPromptText, MAIN_PROMPT } from "../project/prompt-texts.ts";
import { isSection, sectionStore } from "../prompt/sections.ts";
import { ENGINE_KEYS, fileListKey, isNamedList, nodeAtSteps, type AgentNodes, type FileStep } from "./agent-files.ts";
import type { VariableValues, WrittenPiece } from "./map-prompt.ts";

/** A listed section as it is written. */
export interface SectionPiece extends WrittenPiece {
  readonly section: string;
  /** The section file that the text stands in; undefined for an override. */
  readonly file: string | undefined;
}

/** A prompt that is put together from sections. */
export interface ListedPrompt {
  readonly path: FieldPath;
  /** `formatPath(path)`. */
  readonly name: string;
  /** Where the names of its sections stand: `prompt_config.sections` of the main prompt, else `$prompt` in place of the text. */
  readonly list: readonly FileStep[];
  readonly isMain: boolean;
  /** True for one name that stands without a list. */
  readonly isOne: boolean;
  readonly pieces: readonly SectionPiece[];
}

/** A prompt that is one text. */
export interface InlinePrompt {
  readonly path: FieldPath;
  readonly name: string;
  readonly text: string;
}

/** Everything of an agent in which build-time variables are replaced, as the files of one workspace have it. */
export interface AgentPrompts {
  readonly config: ConfigSteps;
  readonly variables: VariableValues;
  readonly listed: readonly ListedPrompt[];
  readonly texts: readonly InlinePrompt[];
  /** What stands in lists whose items have no names, so that it can only be written with all of its list. */
  readonly fixed: readonly { readonly section: string | undefined; readonly text: string }[];
}

/** Where the files have the list of sections, their overrides, and the values of variables. */
export interface ConfigSteps {
  readonly config: readonly string[];
  readonly sections: readonly string[];
  readonly overrides: readonly string[];
  readonly variables: readonly string[];
}

/** Where `prompt_config` of an engine stands. */
export function configSteps(part: keyof typeof ENGINE_KEYS): ConfigSteps {
  const config = [ENGINE_KEYS[part], "prompt_config"];
  return { config, sections: [...config, "sections"], overrides: [...config, "overrides"], variables: [...config, "variables"] };
}

/** Reads an agent's prompts; `prefix` is empty or ends with a slash. */
export function readPrompts({ nodes, project, prefix }: { readonly nodes: AgentNodes; readonly project: ProjectFiles; readonly prefix: string }): AgentPrompts {
  const part = memberOf(nodes.merged, ENGINE_KEYS.llm) === undefined && memberOf(nodes.merged, ENGINE_KEYS.flow) !== undefined ? "flow" : "llm";
  const steps = configSteps(part);
  const configNode = nodeAtSteps(nodes.merged, steps.config);
  const config = configNode?.kind === "object" ? readPromptConfig(configNode, problemSink()) : undefined;
  const store = sectionStore(project, prefix);
  const overrides = nodeAtSteps(nodes.merged, steps.overrides);
  const pieceOf = (node: ScalarNode): SectionPiece => {
    const section = textOf(node) ?? "";
    const override = textOf(memberOf(overrides, section));
    if (override !== undefined) return { section, text: override, file: undefined };
    const found = store.get(section);
    return isSection(found) ? { section, text: found.text, file: found.file } : { section, text: "", file: undefined };
  };
  const listed: ListedPrompt[] = [];
  const texts: InlinePrompt[] = [];
  const fixed: { section: string | undefined; text: string }[] = [];
  const main: FieldPath = [part, MAIN_PROMPT[part]];
  if (config?.sections !== undefined) {
    listed.push({ path: main, name: formatPath(main), list: steps.sections, isMain: true, isOne: false, pieces: config.sections.map(pieceOf) });
  }
  const visit = (node: JsonNode, at: Place): void => {
    const name = at.field === undefined ? undefined : formatPath([part, ...at.field.path]);
    if (config?.sections !== undefined && name === formatPath(main)) return;
    const names = namedSections(node, problemSink());
    if (names !== undefined) {
      const pieces = names.map(pieceOf);
      if (at.field === undefined || name === undefined) fixed.push(...pieces);
      else listed.push({ path: [part, ...at.field.path], name, list: [...at.field.steps, NAMED_PROMPT], isMain: false, isOne: memberOf(node, NAMED_PROMPT)?.kind === "scalar", pieces });
      return;
    }
    const text = textOf(node);
    if (text !== undefined) {
      if (!isPromptText(part, at.steps)) return;
      if (at.field === undefined || name === undefined) fixed.push({ section: undefined, text });
      else texts.push({ path: [part, ...at.field.path], name, text });
    } else for (const [child, place] of placesBelow(node, at)) visit(child, place);
  };
  const engine = memberOf(nodes.merged, ENGINE_KEYS[part]);
  if (engine !== undefined) visitMembers(engine, { steps: [], field: { path: [], steps: [ENGINE_KEYS[part]] } }, visit);
  return { config: steps, variables: new Map([...(config?.variables ?? [])].map(([name, { value }]) => [name, value] as const)), listed, texts, fixed };
}

/** A place in the engine: by keys and indexes, and as a field, if its lists all have names. */
interface Place {
  readonly steps: readonly (string | number)[];
  readonly field: { readonly path: FieldPath; readonly steps: readonly FileStep[] } | undefined;
}

function visitMembers(engine: JsonNode, at: Place, visit: (node: JsonNode, at: Place) => void): void {
  for (const [node, place] of placesBelow(engine, at)) if (place.steps[0] !== "prompt_config") visit(node, place);
}

function placesBelow(node: JsonNode, { steps, field }: Place): (readonly [JsonNode, Place])[] {
  if (node.kind === "scalar") return [];
  if (node.kind === "object") {
    return [...node.members].map(([key, { value }]) => [value, { steps: [...steps, key], field: field && { path: [...field.path, key], steps: [...field.steps, key] } }] as const);
  }
  const key = field && fileListKey(field.steps);
  const isNamed = key !== undefined && isNamedList(node, key);
  return node.items.map((item, index) => {
    const name = isNamed ? textOf(memberOf(item, key)) : undefined;
    const named = field === undefined || key === undefined || name === undefined ? undefined : { path: [...field.path, { item: name }], steps: [...field.steps, { item: name, key }] };
    return [item, { steps: [...steps, index], field: named }] as const;
  });
}
