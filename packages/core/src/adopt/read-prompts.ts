import type { FieldPath } from "../diff/field-path.ts";
import type { ProjectFiles } from "../project/files.ts";
import { memberOf, textOf } from "../project/json-node.ts";
import { problemSink } from "../project/problem-sink.ts";
import { readPromptConfig } from "../project/prompt-config.ts";
import { isSection, sectionStore } from "../prompt/sections.ts";
import { nodeAtSteps, type AgentNodes } from "./agent-files.ts";
import type { VariableValues, WrittenPiece } from "./map-prompt.ts";

/** A listed section as it is written. */
export interface SectionPiece extends WrittenPiece {
  readonly section: string;
  /** The section file that the text stands in; undefined for an override. */
  readonly file: string | undefined;
}

/** Everything of an agent in which build-time variables are replaced, as it is written. */
export interface AgentPrompts {
  readonly variables: VariableValues;
  /** Undefined where general_prompt is one text, or there is none. */
  readonly sections: readonly SectionPiece[] | undefined;
  /** Prompts that are one text each: general_prompt, begin_message, those of states; of the files of one workspace. */
  readonly texts: readonly { readonly path: FieldPath; readonly text: string }[];
}

/** Where the files have the list of sections, their overrides, and the values of variables. */
export const PROMPT_CONFIG = ["llm_config", "prompt_config"] as const;
export const SECTIONS = [...PROMPT_CONFIG, "sections"] as const;
export const OVERRIDES = [...PROMPT_CONFIG, "overrides"] as const;
export const VARIABLES = [...PROMPT_CONFIG, "variables"] as const;

/** Reads an agent's prompts; `prefix` is empty or ends with a slash. */
export function readPrompts({ nodes, project, prefix }: { readonly nodes: AgentNodes; readonly project: ProjectFiles; readonly prefix: string }): AgentPrompts {
  const llm = memberOf(nodes.merged, "llm_config");
  const configNode = nodeAtSteps(nodes.merged, PROMPT_CONFIG);
  const config = configNode?.kind === "object" ? readPromptConfig(configNode, problemSink()) : undefined;
  const store = sectionStore(project, prefix);
  const overrides = nodeAtSteps(nodes.merged, OVERRIDES);
  const sections = config?.sections?.map((node): SectionPiece => {
    const section = textOf(node) ?? "";
    const override = textOf(memberOf(overrides, section));
    if (override !== undefined) return { section, text: override, file: undefined };
    const found = store.get(section);
    return isSection(found) ? { section, text: found.text, file: found.file } : { section, text: "", file: undefined };
  });
  const states = memberOf(llm, "states");
  const paths: FieldPath[] = [
    ...(sections === undefined ? [["llm", "general_prompt"]] : []),
    ["llm", "begin_message"],
    ...(states?.kind === "array" ? states.items.map((state) => ["llm", "states", { item: textOf(memberOf(state, "name")) ?? "" }, "state_prompt"]) : []),
  ];
  const textAt = (path: FieldPath): string | undefined => textOf(nodeAtSteps(llm, path.slice(1).map((step) => (typeof step === "string" ? step : { ...step, key: "name" as const }))));
  return {
    variables: new Map([...(config?.variables ?? [])].map(([name, { value }]) => [name, value] as const)),
    sections,
    texts: paths.flatMap((path) => {
      const text = textAt(path);
      return text === undefined ? [] : [{ path, text }];
    }),
  };
}
