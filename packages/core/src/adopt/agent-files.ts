import { contentPath, mergeOverlay, prepare } from "../project/build-desired.ts";
import type { Json } from "../canonical/json.ts";
import { namedListKey } from "../diff/named-lists.ts";
import { pathPattern, type FieldPath } from "../diff/field-path.ts";
import { memberOf, nodeAt, textOf, type JsonNode, type ObjectNode, type Origin } from "../project/json-node.ts";
import { parseJson } from "../project/parse-json.ts";
import { problemSink } from "../project/problem-sink.ts";
import type { JsonPath } from "./edit-json.ts";

/** The two JSON files that one agent in one workspace is written in. */
export interface AgentFiles {
  readonly base: { readonly file: string; readonly text: string };
  /** `text` is undefined where there is no such file. */
  readonly overlay: { readonly file: string; readonly text: string | undefined };
}

/** One file, read. */
export interface ReadFile {
  /** As it is written. */
  readonly written: ObjectNode;
  /** With today's names of fields; origins tell where each value is written. */
  readonly node: ObjectNode;
}

/** An agent's files, read. */
export interface AgentNodes {
  readonly base: ReadFile;
  readonly overlay: ReadFile | undefined;
  readonly merged: ObjectNode;
}

/** A step into agent.json: a key, or the item of a named list. */
export type FileStep = string | { readonly item: string; readonly key: "name" | "id" };

/** Reads both files; undefined if one cannot be read (its agent has errors then). */
export function readAgentFiles({ base, overlay }: AgentFiles): AgentNodes | undefined {
  const config = parseJson(base).root;
  const patch = overlay.text === undefined ? undefined : parseJson({ file: overlay.file, text: overlay.text }).root;
  if (config?.kind !== "object" || (overlay.text !== undefined && patch?.kind !== "object")) return undefined;
  const sink = problemSink();
  const overlayNode = patch?.kind === "object" ? patch : undefined;
  return {
    base: { written: config, node: prepare(config, sink) },
    overlay: overlayNode && { written: overlayNode, node: prepare(overlayNode, sink) },
    merged: mergeOverlay({ config, overlay: overlayNode }, sink),
  };
}

/** Where agent.json writes a field of the content; undefined for what no file says by itself. */
export function fileSteps(path: FieldPath): FileStep[] | undefined {
  const steps: FileStep[] = path[0] === "llm" ? ["llm_config"] : [];
  if (path[0] !== "llm" && path[0] !== "agent") return undefined;
  for (const [index, step] of path.entries()) {
    if (index === 0) continue;
    if (typeof step === "string") steps.push(step);
    else {
      const key = namedListKey(pathPattern(path.slice(0, index)));
      if (key === undefined) return undefined;
      steps.push({ item: step.item, key });
    }
  }
  return steps;
}

/** The name that tells the items of a list in agent.json apart. */
export function fileListKey(steps: readonly FileStep[]): "name" | "id" | undefined {
  return namedListKey(contentPath(steps.map((step) => (typeof step === "string" ? step : "[]"))));
}

/** One step down; undefined where there is nothing. */
export function childOf(node: JsonNode | undefined, step: FileStep): JsonNode | undefined {
  if (typeof step === "string") return memberOf(node, step);
  return node?.kind === "array" ? node.items.find((item) => textOf(memberOf(item, step.key)) === step.item) : undefined;
}

/** The node at a path; undefined where there is none. */
export function nodeAtSteps(root: JsonNode | undefined, steps: readonly FileStep[]): JsonNode | undefined {
  return steps.reduce<JsonNode | undefined>(childOf, root);
}

/** True for a list whose items all have a name of their own, so that an overlay patches it by name. */
export function isNamedList(node: JsonNode, key: "name" | "id"): boolean {
  if (node.kind !== "array") return false;
  const names = node.items.map((item) => textOf(memberOf(item, key)));
  return names.every((name) => name !== undefined) && new Set(names).size === names.length;
}

/** How far a path leads in a file. */
export interface Reached {
  /** Steps that lead to something that is written in the file; all of them if the value is there. */
  readonly depth: number;
  readonly node: JsonNode;
  readonly path: JsonPath;
}

/** Follows a path to the last value that is written in the file; an object that only a former name made up is not. */
export function reach({ written, node: root }: ReadFile, steps: readonly FileStep[]): Reached {
  let reached: Reached = { depth: 0, node: root, path: [] };
  let node: JsonNode | undefined = root;
  for (const [index, step] of steps.entries()) {
    node = childOf(node, step);
    if (node === undefined) break;
    const path = pathOf(node.origin);
    if (nodeAt(written, path)?.kind === node.kind) reached = { depth: index + 1, node, path };
  }
  return reached;
}

function pathOf(origin: Origin): JsonPath {
  const steps: (string | number)[] = [];
  for (let at = origin; at.parent !== undefined; at = at.parent) steps.push(at.step);
  return steps.reverse();
}

/** The value that, put at the end of the first step, makes the rest of a path lead to `value`. */
export function nested(steps: readonly FileStep[], value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const inner = nested(rest, value);
  if (typeof step === "string") return Object.fromEntries([[step, inner]]);
  return [named(step, inner)];
}

/** An item of a named list with its name, which stands first. */
export function named({ item, key }: Exclude<FileStep, string>, value: Json): Json {
  const fields = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  return fields.some(([name]) => name === key) ? Object.fromEntries(fields) : Object.fromEntries([[key, item], ...fields]);
}
