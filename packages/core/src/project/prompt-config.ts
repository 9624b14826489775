import { memberOf, pointerOf, textOf, type JsonNode, type ObjectNode, type Origin, type ScalarNode } from "./json-node.ts";
import type { PromptVariable } from "../prompt/build-prompt.ts";
import type { ProblemSink } from "./problem-sink.ts";
import { suggest } from "../schema/suggest.ts";
import { quoted } from "./quoted.ts";

/** The value of a build-time variable that leaves its tag to Retell's run time. */
export const LEFT_TO_RUN_TIME = "OVERRIDE";

/** A variable of `prompt_config` that is replaced at build time. */
export interface ConfigVariable extends PromptVariable {
  readonly key: Origin;
  readonly node: ScalarNode;
}

/** A run-time variable that the user declares; `extract` makes it one that the conversation yields. */
export interface DeclaredVariable {
  readonly key: Origin;
  readonly node: JsonNode;
  readonly extract: boolean;
}

/** `prompt_config`, read. */
export interface PromptConfig {
  readonly origin: Origin;
  /** Undefined where the key is absent. */
  readonly sections: readonly ScalarNode[] | undefined;
  readonly overrides: ReadonlyMap<string, { readonly key: Origin; readonly node: ScalarNode }>;
  readonly variables: ReadonlyMap<string, ConfigVariable>;
  /** Names of variables whose value is {@link LEFT_TO_RUN_TIME}. */
  readonly leftToRunTime: ReadonlySet<string>;
  readonly declared: ReadonlyMap<string, DeclaredVariable>;
}

const KEYS = ["sections", "overrides", "variables", "dynamic_variables"];

/** Reads `prompt_config`; what has the wrong form is a problem and left out. */
export function readPromptConfig(node: ObjectNode, sink: ProblemSink): PromptConfig {
  for (const [key, member] of node.members) {
    if (KEYS.includes(key)) continue;
    const near = suggest(key, KEYS);
    sink.warn({
      code: "unknown-key",
      at: member.key,
      message: `prompt_config has no ${quoted(key)}; it is ignored.`,
      hint: near === undefined ? `Known are ${KEYS.join(", ")}.` : `Did you mean ${quoted(near)}?`,
    });
  }
  const overrides = new Map<string, { key: Origin; node: ScalarNode }>();
  for (const text of texts({ node, key: "overrides" }, sink)) overrides.set(text.name, text);
  const variables = new Map<string, ConfigVariable>();
  const leftToRunTime = new Set<string>();
  for (const { name, key, node: value, text } of texts({ node, key: "variables" }, sink)) {
    if (!isVariableName(name)) invalidVariable(name, key, sink);
    else if (text === LEFT_TO_RUN_TIME) leftToRunTime.add(name);
    else variables.set(name, { value: text, file: value.origin.source.file, pointer: pointerOf(value.origin), key, node: value });
  }
  return { origin: node.origin, sections: readSections(node, sink), overrides, variables, leftToRunTime, declared: readDeclared(node, sink) };
}

function isVariableName(name: string): boolean {
  return name !== "" && name.trim() === name && !/[{}\r\n]/.test(name);
}

function invalidVariable(name: string, at: Origin, sink: ProblemSink): void {
  sink.error({
    code: "invalid-variable-name",
    at,
    message: `${quoted(name)} cannot name a variable.`,
    hint: "Names are not empty, have no blanks at their ends, and contain neither braces nor line breaks.",
  });
}

function readSections(node: ObjectNode, sink: ProblemSink): ScalarNode[] | undefined {
  const sections = memberOf(node, "sections");
  if (sections === undefined) return undefined;
  if (sections.kind !== "array") {
    wrongType("prompt_config.sections", "a list of section names", sections.origin, sink);
    return [];
  }
  if (sections.items.length === 0) {
    sink.error({ code: "empty-sections", at: sections.origin, message: "prompt_config.sections is empty.", hint: "Name at least one section, or remove the key." });
  }
  const seen = new Set<string>();
  return sections.items.flatMap((item) => {
    const name = textOf(item);
    if (item.kind !== "scalar" || name === undefined) {
      wrongType("A section", "a text, the file's path below prompts/ without extension", item.origin, sink);
      return [];
    }
    if (seen.has(name)) {
      sink.warn({ code: "duplicate-section", at: item.origin, message: `The section ${quoted(name)} is listed twice.`, hint: "Remove one, unless the prompt shall repeat it." });
    }
    seen.add(name);
    return [item];
  });
}

function readDeclared(node: ObjectNode, sink: ProblemSink): Map<string, DeclaredVariable> {
  const declared = new Map<string, DeclaredVariable>();
  const variables = memberOf(node, "dynamic_variables");
  if (variables === undefined) return declared;
  if (variables.kind !== "object") {
    wrongType("prompt_config.dynamic_variables", 'an object like {"caller_mood": {"type": "string", "description": "…"}}', variables.origin, sink);
    return declared;
  }
  for (const [name, { key, value }] of variables.members) {
    if (!isVariableName(name)) {
      invalidVariable(name, key, sink);
      continue;
    }
    if (value.kind !== "object" && textOf(value) === undefined) {
      wrongType(`The dynamic variable ${quoted(name)}`, "a description or an object", value.origin, sink);
    }
    const extract = memberOf(value, "extract");
    if (extract !== undefined && (extract.kind !== "scalar" || typeof extract.value !== "boolean")) {
      wrongType("extract", "true or false", extract.origin, sink);
    }
    declared.set(name, { key, node: value, extract: extract?.kind === "scalar" && extract.value === true });
  }
  return declared;
}

interface NamedText {
  readonly name: string;
  readonly key: Origin;
  readonly node: ScalarNode;
  readonly text: string;
}

function texts(from: { readonly node: ObjectNode; readonly key: string }, sink: ProblemSink): NamedText[] {
  const map = memberOf(from.node, from.key);
  if (map === undefined) return [];
  if (map.kind !== "object") {
    wrongType(`prompt_config.${from.key}`, "an object of texts", map.origin, sink);
    return [];
  }
  return [...map.members].flatMap(([name, { key, value }]) => {
    const text = textOf(value);
    if (value.kind === "scalar" && text !== undefined) return [{ name, key, node: value, text }];
    wrongType(`prompt_config.${from.key}.${name}`, "a text", value.origin, sink);
    return [];
  });
}

/** Reports a value of the wrong type. */
export function wrongType(subject: string, wanted: string, at: Origin, sink: ProblemSink): void {
  sink.error({ code: "wrong-type", at, message: `${subject} has to be ${wanted}.` });
}
