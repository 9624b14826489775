import { buildPrompt } from "../prompt/build-prompt.ts";
import type { SectionStore } from "../prompt/sections.ts";
import type { BuiltPrompt } from "../prompt/source-map.ts";
import { suggest } from "../schema/suggest.ts";
import type { HeldEngine } from "./agent-parts.ts";
import { withExtractionTool } from "./extraction-tool.ts";
import { memberOf, textOf, toPointer, withMember, type JsonMember, type JsonNode, type ObjectNode, type ScalarNode } from "./json-node.ts";
import { namedSections } from "./named-prompt.ts";
import type { ProblemSink } from "./problem-sink.ts";
import { readPromptConfig, wrongType, type ConfigVariable, type PromptConfig } from "./prompt-config.ts";
import { inlinePiece, sectionPieces, type PositionedPiece } from "./prompt-pieces.ts";
import { reportCredentials, reportRuntimeNames, reportTags, reportTagsInValues, reportUnusedVariables } from "./prompt-problems.ts";
import { isPromptText, MAIN_PROMPT } from "./prompt-texts.ts";
import { quoted } from "./quoted.ts";
import { runtimeNames } from "./runtime-names.ts";
import { reportUnreplaced } from "./unreplaced-variables.ts";

/** The engine with its prompts built, `prompt_config` and `$prompt` gone. */
export interface EnginePrompts {
  readonly engine: ObjectNode;
  /** By JSON pointer into the content. */
  readonly prompts: ReadonlyMap<string, BuiltPrompt>;
  /** The section files used. */
  readonly files: readonly string[];
}

/**
 * Builds all prompts of one agent's engine; see `buildPrompt` for the rules. `prompt_config.sections` are the engine's main
 * prompt; sections can stand in the place of any other text as `{"$prompt": …}`.
 */
export function buildEnginePrompts(from: { readonly agent: ObjectNode; readonly held: HeldEngine; readonly sections: SectionStore }, sink: ProblemSink): EnginePrompts {
  const { part, node } = from.held;
  const config = readConfig(node, sink);
  const variables = config?.variables ?? new Map<string, ConfigVariable>();
  const overrides: PromptConfig["overrides"] = config?.overrides ?? new Map();
  const atRunTime = runtimeNames({ agent: from.agent, engine: node, config });
  const isExplained = (name: string): boolean => atRunTime(name) !== undefined || config?.leftToRunTime.has(name) === true;
  reportRuntimeNames(variables, atRunTime, sink);

  const used = new Set<string>();
  const listed = new Set<string>();
  const prompts = new Map<string, BuiltPrompt>();
  const files = new Set<string>();
  const build = (pointer: string, pieces: readonly PositionedPiece[], sections: readonly string[]): string => {
    const built = buildPrompt({ pieces, variables, sections });
    for (const name of built.used) used.add(name);
    reportTags({ built, pieces, isExplained, variables }, sink);
    prompts.set(pointer, built.prompt);
    return built.prompt.text;
  };
  const buildSections = (pointer: string, names: readonly ScalarNode[]): string => {
    for (const name of names) listed.add(textOf(name) ?? "");
    const pieces = sectionPieces({ names, overrides, store: from.sections, files }, sink);
    return build(pointer, pieces, pieces.map((piece) => piece.section));
  };

  const main = MAIN_PROMPT[part];
  let engine = withMember(node, "prompt_config", undefined);
  if (config?.sections !== undefined) {
    const written = memberOf(engine, main);
    if (written !== undefined) {
      sink.error({
        code: "two-prompts",
        at: written.origin,
        message: `Both ${main} and prompt_config.sections are set.`,
        hint: `Keep one of them; an overlay drops the other with "prompt_config": null or "${main}": null.`,
      });
    }
    const value = buildSections(toPointer([part, main]), config.sections);
    engine = withMember(engine, main, { kind: "scalar", value, origin: config.origin });
  }
  engine = mapTexts(engine, [], (text, path) => {
    const pointer = toPointer([part, ...path]);
    if (prompts.has(pointer)) return text;
    const names = namedSections(text, sink);
    if (names !== undefined) return { kind: "scalar", value: buildSections(pointer, names), origin: text.origin };
    const inline = textOf(text);
    if (text.kind !== "scalar" || inline === undefined || !isPromptText(part, path)) return undefined;
    reportCredentials(text, sink);
    return { ...text, value: build(pointer, [inlinePiece(text, inline)], []) };
  });
  reportUnusedOverrides(overrides, listed, sink);
  reportTagsInValues({ variables, used, isExplained }, sink);
  for (const { node: text } of [...variables.values(), ...overrides.values()]) reportCredentials(text, sink);
  reportUnreplaced({ name: "agent", node: from.agent, variables, built: prompts }, sink);
  reportUnreplaced({ name: part, node: engine, variables, built: prompts }, sink);
  if (config !== undefined) {
    reportUnusedVariables(config, used, sink);
    if (part === "llm") engine = withExtractionTool(engine, config, sink);
    else reportExtraction(config, sink);
  }
  return { engine, prompts, files: [...files] };
}

function readConfig(engine: ObjectNode, sink: ProblemSink): PromptConfig | undefined {
  const node = memberOf(engine, "prompt_config");
  if (node === undefined || node.kind === "object") return node && readPromptConfig(node, sink);
  wrongType("prompt_config", "an object", node.origin, sink);
  return undefined;
}

/** Asks for each value what stands in its place; undefined goes on into it. What does not change is the same object as before. */
function mapTexts<Node extends JsonNode>(node: Node, path: readonly (string | number)[], replace: (node: JsonNode, path: readonly (string | number)[]) => JsonNode | undefined): Node {
  const visit = (child: JsonNode, step: string | number): JsonNode => replace(child, [...path, step]) ?? mapTexts(child, [...path, step], replace);
  if (node.kind === "scalar") return node;
  if (node.kind === "array") {
    const items = node.items.map(visit);
    return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
  }
  const members = new Map([...node.members].map(([key, member]): [string, JsonMember] => [key, { key: member.key, value: visit(member.value, key) }]));
  return [...members].every(([key, { value }]) => value === node.members.get(key)?.value) ? node : { ...node, members };
}

function reportUnusedOverrides(overrides: PromptConfig["overrides"], listed: ReadonlySet<string>, sink: ProblemSink): void {
  for (const [name, { key }] of overrides) {
    if (listed.has(name)) continue;
    const near = suggest(name, [...listed]);
    sink.warn({
      code: "unused-override",
      at: key,
      message: `No section ${quoted(name)} is listed, so this override does nothing.`,
      hint: near === undefined ? "Use the full name of a listed section." : `Did you mean ${quoted(near)}?`,
    });
  }
}

function reportExtraction(config: PromptConfig, sink: ProblemSink): void {
  for (const { key, extract } of config.declared.values()) {
    if (!extract) continue;
    sink.error({
      code: "extract-in-flow",
      at: key,
      message: "A conversation flow extracts variables in a node of its own.",
      hint: 'Add a node of the type "extract_dynamic_variables" and remove "extract" here.',
    });
  }
}
