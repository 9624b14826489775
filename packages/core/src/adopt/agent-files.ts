import { contentPath, mergeOverlay, prepare } from "../project/build-desired.ts";
import type { Json } from "../canonical/json.ts";
import { namedListKey } from "../diff/named-lists.ts";
import { pathPattern, type FieldPath } from "../diff/field-path.ts";
import type { ProjectFiles } from "../project/files.ts";
import { FLOW_FILE, FLOW_STATEMENT, withFlowFile } from "../project/flow-file.ts";
import { memberOf, nodeAt, textOf, type JsonNode, type ObjectNode, type Origin } from "../project/json-node.ts";
import { parseJson } from "../project/parse-json.ts";
import { problemSink } from "../project/problem-sink.ts";
import type { JsonPath } from "./edit-json.ts";

/** A file with its text. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** The JSON files that one agent in one workspace is written in. */
export interface AgentFiles {
  readonly base: TextFile;
  /** The flow's own file, where agent.json names it. */
  readonly flow: TextFile | undefined;
  /** `text` is undefined where there is no such file. */
  readonly overlay: { readonly file: string; readonly text: string | undefined };
}

/** An agent's base or its overlay, read. */
export interface ReadFile {
  /** As it is written, by file: the flow may stand in one of its own. */
  readonly written: ReadonlyMap<string, ObjectNode>;
  /** With today's names of fields; origins tell where each value is written. */
  readonly node: ObjectNode;
}

/** An agent's files, read. */
export interface AgentNodes {
  readonly base: ReadFile;
  readonly overlay: ReadFile | undefined;
  readonly merged: ObjectNode;
}

/** Where agent.json has the engine of a part. */
export const ENGINE_KEYS = { llm: "llm_config", flow: "conversation_flow" } as const;

/** A step into agent.json: a key, or the item of a named list. */
export type FileStep = string | { readonly item: string; readonly key: "name" | "id" };

/** The files of an agent in a workspace; undefined where there is no agent.json. `folder` is the agent's. */
export function agentFilesOf({ files, folder, workspace }: { readonly files: ProjectFiles; readonly folder: string; readonly workspace: string }): AgentFiles | undefined {
  const [base, overlay, flow] = [`${folder}/agent.json`, `${folder}/agent.${workspace}.json`, `${folder}/${FLOW_FILE}`];
  const [text, flowText] = [files.get(base)?.text, files.get(flow)?.text];
  if (text === undefined) return undefined;
  const isNamed = flowText !== undefined && textOf(memberOf(parseJson({ file: base, text }).root, "conversation_flow")) === FLOW_STATEMENT;
  return { base: { file: base, text }, flow: isNamed ? { file: flow, text: flowText } : undefined, overlay: { file: overlay, text: files.get(overlay)?.text } };
}

/** The files with another text of agent.json or of the flow's file. */
export function withText(files: AgentFiles, { file, text }: TextFile): AgentFiles {
  return file === files.flow?.file ? { ...files, flow: { file, text } } : { ...files, base: { file, text } };
}

/** Reads the files; undefined if one cannot be read (its agent has errors then). */
export function readAgentFiles({ base, flow, overlay }: AgentFiles): AgentNodes | undefined {
  const [config, flowNode, patch] = [base, flow, overlay].map((one) => (one?.text === undefined ? undefined : parseJson({ file: one.file, text: one.text }).root));
  if (config?.kind !== "object" || (flow !== undefined && flowNode?.kind !== "object") || (overlay.text !== undefined && patch?.kind !== "object")) return undefined;
  const sink = problemSink();
  const overlayNode = patch?.kind === "object" ? patch : undefined;
  const ownFlow = flowNode?.kind === "object" ? flowNode : undefined;
  const whole = withFlowFile({ config, flow: ownFlow }, sink) ?? config;
  return {
    base: { written: new Map([[base.file, config], ...(flow === undefined || ownFlow === undefined ? [] : [[flow.file, ownFlow] as const])]), node: prepare(whole, sink) },
    overlay: overlayNode && { written: new Map([[overlay.file, overlayNode]]), node: prepare(overlayNode, sink) },
    merged: mergeOverlay({ config: whole, overlay: overlayNode }, sink),
  };
}

/** Where agent.json writes a field of the content; undefined for what no file says by itself. */
export function fileSteps(path: FieldPath): FileStep[] | undefined {
  const [part] = path;
  if (part !== "agent" && part !== "llm" && part !== "flow") return undefined;
  const steps: FileStep[] = part === "agent" ? [] : [ENGINE_KEYS[part]];
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
  /** The file that it is written in, and the path in that. */
  readonly file: string;
  readonly path: JsonPath;
}

/** Follows a path to the last value that is written in the file; an object that only a former name made up is not. */
export function reach({ written, node: root }: ReadFile, steps: readonly FileStep[]): Reached {
  let reached: Reached = { depth: 0, node: root, file: root.origin.source.file, path: [] };
  let node: JsonNode | undefined = root;
  for (const [index, step] of steps.entries()) {
    node = childOf(node, step);
    if (node === undefined) break;
    const path = pathOf(node.origin);
    const { file } = node.origin.source;
    const there = written.get(file);
    if (there !== undefined && nodeAt(there, path)?.kind === node.kind) reached = { depth: index + 1, node, file, path };
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
