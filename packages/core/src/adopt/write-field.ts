import { isJsonObject, objectFrom, own, type Json } from "../canonical/json.ts";
import { REMOVE } from "../project/merge-patch.ts";
import { memberOf, textOf, valueOf, type JsonNode } from "../project/json-node.ts";
import { childOf, fileListKey, isNamedList, named, nested, nodeAtSteps, reach, readAgentFiles, withText, type AgentFiles, type AgentNodes, type FileStep } from "./agent-files.ts";
import { insertJsonItem, jsonAt, removeJson, setJson, type JsonPath } from "./edit-json.ts";
import { layoutOfText } from "./json-layout.ts";
import { patchFor, removal } from "./overlay-patch.ts";

/** One value of an agent's files. */
export interface FieldWrite {
  readonly steps: readonly FileStep[];
  /** Undefined takes it out. */
  readonly value: Json | undefined;
  /** Names of a list's items in the order that a new one is to be found at its place in. */
  readonly order?: readonly string[] | undefined;
}

/**
 * Who may see the change: `all` workspaces that are deployed from the branch, or this one (`alone`). Where the overlay
 * has the say already, it is the overlay in both cases.
 */
export type Reach = "all" | "alone";

/** The files after a write, or why there is no such write. */
export type Written = { readonly files: AgentFiles } | { readonly fault: string };

/** Writes one value where it belongs, see {@link Reach}; all other bytes of the files stay. */
export function writeField(files: AgentFiles, write: FieldWrite, reachOf: Reach): Written {
  const nodes = readAgentFiles(files);
  if (nodes === undefined) return { fault: "the agent's files cannot be read" };
  if (reachOf === "alone" || overlayDecides(nodes, write.steps)) return writeOverlay(files, nodes, write);
  return writeBase(files, nodes, write);
}

/**
 * True if the overlay says what stands at a path: it sets or removes the value or replaces what is above it, or only the
 * overlay has the object that the value would go into.
 */
export function overlayDecides({ base, overlay }: AgentNodes, steps: readonly FileStep[]): boolean {
  if (overlay === undefined) return false;
  let [over, under]: [JsonNode, JsonNode | undefined] = [overlay.node, base.node];
  for (const [index, step] of steps.entries()) {
    if (!isPatched(over, under, step, steps.slice(0, index))) return true;
    const next = childOf(over, step);
    if (next === undefined) return !isHolder(under, step);
    if (isRemoval(next)) return true;
    [over, under] = [next, childOf(under, step)];
  }
  return true;
}

/** True if the overlay's node is merged with the base's below it; otherwise it stands for itself. */
function isPatched(over: JsonNode, under: JsonNode | undefined, step: FileStep, steps: readonly FileStep[]): boolean {
  if (typeof step === "string") return over.kind === "object";
  if (over.kind !== "array" || over.items.length === 0 || fileListKey(steps) !== step.key) return false;
  return isNamedList(over, step.key) && (under === undefined || isNamedList(under, step.key));
}

function isHolder(node: JsonNode | undefined, step: FileStep): boolean {
  return node?.kind === (typeof step === "string" ? "object" : "array");
}

function isRemoval(node: JsonNode): boolean {
  return memberOf(node, REMOVE) !== undefined;
}

function writeBase(files: AgentFiles, { base }: AgentNodes, write: FieldWrite): Written {
  const { steps, value } = write;
  const { depth, node, file, path } = reach(base, steps);
  const text = file === files.flow?.file ? files.flow.text : files.base.text;
  const put = (edited: string): Written => ({ files: withText(files, { file, text: edited }) });
  if (depth === steps.length) return put(value === undefined ? removeJson(text, path) : setJson(text, { path, value }));
  if (value === undefined) return { fault: "the files do not set it, so there is nothing to take out" };
  const [step, ...rest] = steps.slice(depth);
  if (step === undefined || !isHolder(node, step)) {
    const isUnset = node.kind === "scalar" && node.value === null && step !== undefined;
    return isUnset ? put(setJson(text, { path, value: nested([step, ...rest], value) })) : { fault: "the files have another kind of value there" };
  }
  if (typeof step === "string") return put(setJson(text, { path: [...path, step], value: nested(rest, value) }));
  const item = named(step, nested(rest, value));
  return put(insertJsonItem(text, { path, index: placeOf(node, step, write.order), value: likeSiblings(item, node) }));
}

/** The index at which a new item stands behind the one that it follows in `order`. */
function placeOf(list: JsonNode, { item, key }: Exclude<FileStep, string>, order: readonly string[] | undefined): number {
  if (list.kind !== "array") return 0;
  const names = list.items.map((other) => textOf(memberOf(other, key)));
  const at = order?.indexOf(item) ?? -1;
  if (order === undefined || at === -1) return names.length;
  const before = order.slice(0, at).findLast((name) => names.includes(name));
  if (before !== undefined) return names.indexOf(before) + 1;
  const after = order.slice(at + 1).find((name) => names.includes(name));
  return after === undefined ? names.length : names.indexOf(after);
}

/** The fields of a new item in the order in which its siblings have them. */
function likeSiblings(item: Json, list: JsonNode): Json {
  if (!isJsonObject(item) || list.kind !== "array") return item;
  const known = [...new Set([...list.items.flatMap((other) => (other.kind === "object" ? [...other.members.keys()] : [])), ...FIRST_KEYS])];
  const rank = (key: string): number => (known.includes(key) ? known.indexOf(key) : known.length);
  return objectFrom(Object.entries(item).sort(([a], [b]) => rank(a) - rank(b)));
}

const FIRST_KEYS = ["type", "name", "id", "description", "url"];

function writeOverlay(files: AgentFiles, nodes: AgentNodes, write: FieldWrite): Written {
  const { steps, value } = write;
  const layout = layoutOfText(files.base.text);
  const text = files.overlay.text ?? `{}${layout.eol}`;
  const put = (edited: string): Written => ({ files: { ...files, overlay: { ...files.overlay, text: edited } } });
  const place = placeInOverlay(nodes, steps);
  const under = nodeAtSteps(nodes.base.node, steps.slice(0, place.depth));
  const below = under && valueOf(under);
  if (place.kind === "replaced") {
    const held = nodeAtSteps(nodes.merged, steps.slice(0, place.depth));
    const whole = withValue(held && valueOf(held), steps.slice(place.depth), value);
    if (whole === undefined) return { fault: "the overlay takes it out already" };
    const last = steps[place.depth - 1];
    const patch = patchFor({ base: below, value: whole, steps: steps.slice(0, place.depth) });
    return put(setJson(text, { path: place.path, value: last === undefined || typeof last === "string" ? patch : named(last, patch), layout }));
  }
  const before = nodeAtSteps(nodes.base.node, steps);
  const last = steps.at(-1);
  if (last === undefined) return { fault: "the whole file cannot be replaced" };
  if (value === undefined && before === undefined) {
    if (place.kind !== "present") return { fault: "the files do not set it, so there is nothing to take out" };
    return put(withoutEntry(text, place.path));
  }
  const patch = value === undefined ? null : patchFor({ base: before && valueOf(before), value, steps });
  const entry = typeof last === "string" ? patch : value === undefined ? removal(last) : named(last, patch);
  if (place.kind === "present") return put(setJson(text, { path: place.path, value: entry, layout }));
  const [step, ...rest] = steps.slice(place.depth);
  if (step === undefined) return { fault: "the overlay has another kind of value there" };
  const isItem = typeof step !== "string";
  const inner = rest.length === 0 ? entry : nestedEntry(rest, entry);
  if (!isItem) return put(setJson(text, { path: [...place.path, step], value: inner, layout }));
  return put(insertJsonItem(text, { path: place.path, index: Infinity, value: named(step, inner), layout }));
}

/** {@link nested}, where the entry of a last item has its name already. */
function nestedEntry(steps: readonly FileStep[], entry: Json): Json {
  const last = steps.at(-1);
  if (last === undefined || typeof last === "string") return nested(steps, entry);
  return nested(steps.slice(0, -1), [entry]);
}

/**
 * `present`: the overlay has the value; `absent`: it has the object or list at `depth`, and nothing below; `replaced`: what it has at
 * `depth` stands for itself, without the base.
 */
interface OverlayPlace {
  readonly kind: "present" | "absent" | "replaced";
  readonly depth: number;
  readonly path: JsonPath;
}

function placeInOverlay({ base, overlay }: AgentNodes, steps: readonly FileStep[]): OverlayPlace {
  if (overlay === undefined) return { kind: "absent", depth: 0, path: [] };
  let [over, under]: [JsonNode, JsonNode | undefined] = [overlay.node, base.node];
  for (const [index, step] of steps.entries()) {
    const { path } = reach(overlay, steps.slice(0, index));
    if (isRemoval(over) || !isPatched(over, under, step, steps.slice(0, index))) return { kind: "replaced", depth: index, path };
    const next = childOf(over, step);
    if (next === undefined) {
      const reached = reach(overlay, steps);
      return { kind: "absent", depth: reached.depth, path: reached.path };
    }
    [over, under] = [next, childOf(under, step)];
  }
  return { kind: "present", depth: steps.length, path: reach(overlay, steps).path };
}

/** Removes an entry, and what becomes empty by it: an empty list in an overlay would take all items out. */
function withoutEntry(text: string, path: JsonPath): string {
  const edited = removeJson(text, path);
  const parent = path.slice(0, -1);
  const left = jsonAt(edited, parent);
  const isEmpty = typeof left === "object" && left !== null && Object.keys(left).length === 0;
  return isEmpty && parent.length > 0 ? withoutEntry(edited, parent) : edited;
}

/** A plain value with something set or taken out below it. */
function withValue(whole: Json | undefined, steps: readonly FileStep[], value: Json | undefined): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === "string") {
    const object = isJsonObject(whole) ? whole : undefined;
    if (object === undefined && value === undefined) return whole;
    const next = withValue(own(object, step), rest, value);
    const entries = Object.entries(object ?? {});
    return objectFrom(Object.hasOwn(object ?? {}, step) ? entries.map(([key, item]) => [key, key === step ? next : item] as const) : [...entries, [step, next] as const]);
  }
  const list = Array.isArray(whole) ? whole : [];
  const index = list.findIndex((item) => isJsonObject(item) && own(item, step.key) === step.item);
  const next = withValue(list[index], rest, value);
  if (next === undefined) return list.filter((_, position) => position !== index);
  const item = named(step, next);
  return index < 0 ? [...list, item] : list.with(index, item);
}
