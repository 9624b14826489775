import { findCredentials } from "../canonical/credentials.ts";
import { buildPrompt, type PromptBuild, type PromptPiece } from "../prompt/build-prompt.ts";
import { isSection, nameFault, type Section, type SectionStore } from "../prompt/sections.ts";
import type { BuiltPrompt } from "../prompt/source-map.ts";
import { SYSTEM_VARIABLE_NAMES } from "../prompt/system-variables.ts";
import { findTags } from "../prompt/tags.ts";
import { withExtractionTool } from "./extraction-tool.ts";
import { memberOf, pointerOf, textOf, toPointer, withMember, type ObjectNode, type ScalarNode } from "./json-node.ts";
import type { ProblemSink } from "./problem-sink.ts";
import { readPromptConfig, wrongType, type ConfigVariable, type PromptConfig } from "./prompt-config.ts";
import { runtimeNames } from "./runtime-names.ts";
import type { FilePosition } from "./source-text.ts";
import { positionsInString } from "./string-position.ts";
import { suggest } from "../schema/suggest.ts";
import { quoted } from "./quoted.ts";
import { reportUnreplaced } from "./unreplaced-variables.ts";

/** The LLM with its prompts built, `prompt_config` gone. */
export interface AgentPrompts {
  readonly llm: ObjectNode;
  /** By JSON pointer into the content. */
  readonly prompts: ReadonlyMap<string, BuiltPrompt>;
  /** The section files used. */
  readonly files: readonly string[];
}

type PositionedPiece = PromptPiece & { readonly position: (offset: number) => FilePosition };

/** Builds general_prompt, state prompts and begin_message of one agent; see `buildPrompt` for the rules. */
export function buildAgentPrompts(parts: { readonly agent: ObjectNode; readonly llm: ObjectNode; readonly sections: SectionStore }, sink: ProblemSink): AgentPrompts {
  const configNode = memberOf(parts.llm, "prompt_config");
  if (configNode !== undefined && configNode.kind !== "object") wrongType("prompt_config", "an object", configNode.origin, sink);
  const config = configNode?.kind === "object" ? readPromptConfig(configNode, sink) : undefined;
  const variables = config?.variables ?? new Map<string, ConfigVariable>();
  const atRunTime = runtimeNames({ agent: parts.agent, llm: parts.llm, config });
  const isExplained = (name: string): boolean => atRunTime(name) !== undefined || config?.leftToRunTime.has(name) === true;
  reportRuntimeNames(variables, atRunTime, sink);

  const used = new Set<string>();
  const prompts = new Map<string, BuiltPrompt>();
  const files = new Set<string>();
  const build = (pointer: string, pieces: readonly PositionedPiece[], sections: readonly string[]): string => {
    const built = buildPrompt({ pieces, variables, sections });
    for (const name of built.used) used.add(name);
    reportTags({ built, pieces, isExplained, variables }, sink);
    prompts.set(pointer, built.prompt);
    return built.prompt.text;
  };

  let llm = withMember(parts.llm, "prompt_config", undefined);
  const general = memberOf(llm, "general_prompt");
  if (config?.sections !== undefined) {
    if (general !== undefined) {
      sink.error({
        code: "two-prompts",
        at: general.origin,
        message: "Both general_prompt and prompt_config.sections are set.",
        hint: 'Keep one of them; an overlay drops the other with "prompt_config": null or "general_prompt": null.',
      });
    }
    const pieces = sectionPieces({ config, store: parts.sections, files }, sink);
    const value = build("/llm/general_prompt", pieces, pieces.map((piece) => piece.section));
    llm = withMember(llm, "general_prompt", { kind: "scalar", value, origin: config.origin });
  }
  for (const path of inlinePaths(llm, config)) {
    llm = mapText(llm, path, (node, text) => {
      reportCredentials(node, sink);
      return build(toPointer(["llm", ...path]), [inlinePiece(node, text)], []);
    });
  }
  reportTagsInValues({ variables, used, isExplained }, sink);
  for (const { node } of [...variables.values(), ...(config?.overrides.values() ?? [])]) reportCredentials(node, sink);
  reportUnreplaced({ name: "agent", node: parts.agent, variables, built: prompts }, sink);
  reportUnreplaced({ name: "llm", node: llm, variables, built: prompts }, sink);
  if (config !== undefined) {
    reportUnused(config, used, sink);
    llm = withExtractionTool(llm, config, sink);
  }
  return { llm, prompts, files: [...files] };
}

function inlinePaths(llm: ObjectNode, config: PromptConfig | undefined): (string | number)[][] {
  const states = memberOf(llm, "states");
  const count = states?.kind === "array" ? states.items.length : 0;
  return [
    ...(config?.sections === undefined ? [["general_prompt"]] : []),
    ["begin_message"],
    ...Array.from({ length: count }, (_, index) => ["states", index, "state_prompt"]),
  ];
}

function mapText(node: ObjectNode, path: readonly (string | number)[], change: (node: ScalarNode, text: string) => string): ObjectNode {
  const [step, ...rest] = path;
  const child = memberOf(node, String(step));
  const [index, ...inner] = rest;
  if (child?.kind === "array" && typeof index === "number") {
    const item = child.items[index];
    if (item?.kind !== "object") return node;
    return withMember(node, String(step), { ...child, items: child.items.with(index, mapText(item, inner, change)) });
  }
  const text = textOf(child);
  if (child?.kind !== "scalar" || text === undefined) return node;
  return withMember(node, String(step), { ...child, value: change(child, text) });
}

function inlinePiece(node: ScalarNode, text: string): PositionedPiece {
  const origin = { kind: "inline", file: node.origin.source.file, pointer: pointerOf(node.origin), offset: 0 } as const;
  return { text, origin, position: positionsInString(node) };
}

function sectionPieces(
  from: { readonly config: PromptConfig; readonly store: SectionStore; readonly files: Set<string> },
  sink: ProblemSink,
): (PositionedPiece & { readonly section: string })[] {
  const { config, store, files } = from;
  const names = new Set((config.sections ?? []).map(textOf));
  for (const [name, { key }] of config.overrides) {
    if (names.has(name)) continue;
    const near = suggest(name, [...names].filter((known) => known !== undefined));
    sink.warn({
      code: "unused-override",
      at: key,
      message: `No section ${quoted(name)} is listed, so this override does nothing.`,
      hint: near === undefined ? "Use the full name of a listed section." : `Did you mean ${quoted(near)}?`,
    });
  }
  return (config.sections ?? []).flatMap((node) => {
    const name = textOf(node) ?? "";
    const override = config.overrides.get(name);
    const fault = nameFault(name);
    if (override !== undefined && fault === undefined) return [{ ...inlinePiece(override.node, textOf(override.node) ?? ""), section: name }];
    const found = fault ?? store.get(name);
    if (!isSection(found)) {
      sink.error({ code: found.code, at: node.origin, message: found.message, hint: found.hint });
      return [];
    }
    files.add(found.file);
    sink.add(found.problems);
    return [{ ...filePiece(found), section: name }];
  });
}

function filePiece(section: Section): PositionedPiece {
  return {
    text: section.text,
    tags: section.tags,
    origin: { kind: "file", file: section.file, offset: section.offset },
    position: (offset) => section.source.position(offset),
  };
}

/** Section files are searched once, when they are read; this is for texts that stand in JSON files. */
function reportCredentials(node: ScalarNode, sink: ProblemSink): void {
  const position = positionsInString(node);
  for (const found of findCredentials(textOf(node) ?? "")) {
    sink.error({
      code: "literal-credential",
      at: position(found.start),
      message: `The text contains what looks like a ${found.kind}.`,
      hint: "Remove it and revoke it, since it is in Git's history; pass secrets to tools by secret://NAME in their headers.",
    });
  }
}

/** Each name once in each piece, where it stands first. */
function reportTags(
  from: {
    readonly built: PromptBuild;
    readonly pieces: readonly PositionedPiece[];
    readonly isExplained: (name: string) => boolean;
    readonly variables: ReadonlyMap<string, ConfigVariable>;
  },
  sink: ProblemSink,
): void {
  const reported = new Set<string>();
  for (const tag of from.built.remaining) {
    const key = `${tag.piece} ${tag.name}`;
    if (reported.has(key) || from.isExplained(tag.name)) continue;
    reported.add(key);
    const at = from.pieces[tag.piece]?.position(tag.start);
    if (at === undefined) continue;
    const near = suggest(tag.name, [...from.variables.keys(), ...SYSTEM_VARIABLE_NAMES]);
    sink.warn({
      code: "unexplained-tag",
      at,
      message: `Nothing in these files gives {{${tag.name}}} a value, so a caller may hear the braces.`,
      hint: near === undefined ? `Declare it under prompt_config.dynamic_variables or default_dynamic_variables.` : `Did you mean {{${near}}}? Otherwise declare it under dynamic_variables.`,
    });
  }
}

/** Values are not searched for variables, so a tag in one goes to run time like any other. */
function reportTagsInValues(
  from: { readonly variables: ReadonlyMap<string, ConfigVariable>; readonly used: ReadonlySet<string>; readonly isExplained: (name: string) => boolean },
  sink: ProblemSink,
): void {
  for (const [name, variable] of from.variables) {
    if (!from.used.has(name)) continue;
    const position = positionsInString(variable.node);
    for (const tag of findTags(variable.value)) {
      if (from.isExplained(tag.name)) continue;
      sink.warn({
        code: "unexplained-tag",
        at: position(tag.start),
        message: `Nothing in these files gives {{${tag.name}}} a value, so a caller may hear the braces.`,
        hint: from.variables.has(tag.name) ? "Variables are not replaced inside the values of variables; write the text itself." : "Declare it under prompt_config.dynamic_variables or default_dynamic_variables.",
      });
    }
  }
}

function reportRuntimeNames(variables: ReadonlyMap<string, ConfigVariable>, atRunTime: (name: string) => string | undefined, sink: ProblemSink): void {
  for (const [name, variable] of variables) {
    const owner = atRunTime(name);
    if (owner === undefined) continue;
    sink.error({
      code: "runtime-variable-name",
      at: variable.key,
      message: `The build-time variable ${quoted(name)} bears a name that gets its value at run time from ${owner}.`,
      hint: 'Rename it, or give it the value "OVERRIDE" to leave its tags to run time.',
    });
  }
}

function reportUnused(config: PromptConfig, used: ReadonlySet<string>, sink: ProblemSink): void {
  for (const [name, variable] of config.variables) {
    if (used.has(name)) continue;
    sink.warn({
      code: "unused-variable",
      at: variable.key,
      message: `No prompt contains {{${name}}}.`,
      hint: "Variables are replaced in the prompt, in state prompts and in begin_message only; remove it, or correct its name.",
    });
  }
}
