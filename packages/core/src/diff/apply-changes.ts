import { PARTS, type Content, type Part } from "../canonical/content.ts";
import { isJsonObject, objectFrom, own, type Json, type JsonObject } from "../canonical/json.ts";
import type { FieldChange } from "./classify.ts";
import { isWithin, itemsByName, pathPattern, type FieldPath, type Step } from "./field-path.ts";
import { namedListKey } from "./named-lists.ts";

/** The top-level keys to send for each part, with their whole new values. */
export type Writes = Partial<Record<Part, JsonObject>>;

/**
 * The smallest write that brings live to where the given changes point: only top-level keys that change, each the live
 * value with the changes applied, so that what Git does not mention stays as Retell holds it.
 *
 * `removed` are nodes that Git has taken out as a whole (see {@link removedNodes}); they go with everything in them, also
 * what only Retell had put there.
 */
export function buildWrites(input: { live: Content; desired: Content; changes: readonly FieldChange[]; removed: readonly RemovedNode[] }): Writes {
  const writes: Writes = {};
  for (const part of PARTS) {
    const changes = input.changes.filter((change) => change.path[0] === part);
    const keys = [...new Set(changes.map((change) => change.path[1]).filter((step) => typeof step === "string"))];
    if (keys.length === 0) continue;
    const live = input.live[part];
    const desired = input.desired[part];
    writes[part] = objectFrom(
      keys.map((key) => {
        let value = own(live ?? {}, key);
        const below = changes.filter((change) => change.path[1] === key);
        for (const change of below) value = withTarget(value, change.path, 2, change.target);
        for (const { path, reset } of input.removed) {
          if (path[0] !== part || path[1] !== key) continue;
          if (path.length > 2) value = withTarget(value, path, 2, undefined);
          else if (reset !== undefined) value = reset;
        }
        return [key, inDesiredOrder(value ?? null, own(desired ?? {}, key), [part, key])] as const;
      }),
    );
  }
  return writes;
}

/**
 * Changes below a node that live does not have at all become one change that brings the whole node: what Git says there
 * is sent in full, also where it equals a documented default. A default is knowledge about reading, and may be outdated;
 * and a new object without its required keys would be refused.
 */
export function withWholeNewNodes(changes: readonly FieldChange[], { live, desired }: { live: Content; desired: Content }): FieldChange[] {
  const whole = new Map<string, FieldChange>();
  for (const change of changes) {
    const length = change.target === undefined ? undefined : newNodeLength(change.path, live);
    const node = length === undefined ? undefined : nodeAt(desired as JsonObject, change.path.slice(0, length));
    // Where Git is silent (what was seen is being restored), there is only the leaf.
    const path = node === undefined ? change.path : change.path.slice(0, length);
    const target = node ?? change.target;
    if (!whole.has(JSON.stringify(path))) whole.set(JSON.stringify(path), { ...change, path, target });
  }
  return [...whole.values()];
}

/** How long the path of the topmost node is that live lacks, if that is above the leaf; a part itself is never new. */
function newNodeLength(path: FieldPath, live: Content): number | undefined {
  for (let length = 2; length < path.length; length += 1) {
    if ((nodeAt(live as JsonObject, path.slice(0, length)) ?? null) === null) return length;
  }
  return undefined;
}

/** The value at a path, items of named lists by their names; undefined where there is none. */
export function nodeAt(value: Json | undefined, path: FieldPath): Json | undefined {
  let node = value;
  for (const [index, step] of path.entries()) {
    if (typeof step === "string") {
      node = isJsonObject(node) ? own(node, step) : undefined;
      continue;
    }
    const key = namedListKey(pathPattern(path.slice(0, index)));
    node = key === undefined || !Array.isArray(node) ? undefined : node.find((item) => isJsonObject(item) && own(item, key) === step.item);
  }
  return node;
}

/** A node that Git has taken out. `reset` is what clears a top-level key: `null`, or its documented default. */
export interface RemovedNode {
  readonly path: FieldPath;
  readonly reset?: Json | undefined;
}

/** The topmost nodes that `sent` has and `desired` has not. */
export function removedNodes(sent: Content | undefined, desired: Content): FieldPath[] {
  if (sent === undefined) return [];
  return PARTS.flatMap((part) =>
    Object.entries(sent[part] ?? {}).flatMap(([key, value]) => removedBelow(value, own(desired[part] ?? {}, key), [part, key])),
  );
}

function removedBelow(sent: Json, desired: Json | undefined, path: FieldPath): FieldPath[] {
  if (desired === undefined) return [path];
  if (isJsonObject(sent) && isJsonObject(desired)) {
    return Object.entries(sent).flatMap(([key, value]) => removedBelow(value, own(desired, key), [...path, key]));
  }
  const key = namedListKey(pathPattern(path));
  if (key === undefined || !Array.isArray(sent) || !Array.isArray(desired)) return [];
  const desiredItems = desired.filter(isJsonObject);
  return sent.filter(isJsonObject).flatMap((item) => {
    const name = own(item, key);
    if (typeof name !== "string") return [];
    return removedBelow(item, desiredItems.find((other) => own(other, key) === name), [...path, { item: name }]);
  });
}

/** True if somebody's console edit lies inside the node, so that it cannot go as a whole. */
export function holdsConsoleEdit(node: FieldPath, changes: readonly FieldChange[]): boolean {
  return changes.some((change) => (change.class === "console-edit" || change.class === "conflict") && isWithin(change.path, node));
}

/** The content with one field set, or taken out by `undefined`. */
export function setLeaf(content: Content, path: FieldPath, value: Json | undefined): Content {
  return withTarget(content as JsonObject, path, 0, value) as Content;
}

/**
 * The content with other values at many of its places, found in one walk: as {@link setLeaf} for one after the other. They have to be
 * leaves of that content, in the order of a walk; of two values for one place the later counts.
 */
export function replaceLeaves(content: Content, leaves: readonly NewLeaf[]): Content {
  return withLeaves(content as JsonObject, leaves, 0) as Content;
}

/** A leaf that a content has, and its new value. */
export interface NewLeaf {
  readonly path: FieldPath;
  readonly value: Json;
}

function withLeaves(value: Json | undefined, leaves: readonly NewLeaf[], depth: number): Json | undefined {
  const last = leaves.at(-1);
  if (last === undefined) return value;
  if (last.path.length === depth) return last.value;
  const below = Map.groupBy(leaves, ({ path }) => nameOfStep(path[depth]));
  if (Array.isArray(value)) {
    const key = namedListKey(pathPattern(last.path.slice(0, depth)));
    return value.map((item) => {
      const name = key !== undefined && isJsonObject(item) ? own(item, key) : undefined;
      return withLeaves(item, typeof name === "string" ? (below.get(name) ?? []) : [], depth + 1) ?? item;
    });
  }
  const object = isJsonObject(value) ? value : {};
  const kept = Object.entries(object).filter(([key]) => !below.has(key));
  return objectFrom([...kept, ...[...below].map(([key, inner]) => [key, withLeaves(own(object, key), inner, depth + 1)] as const)]);
}

function nameOfStep(step: Step | undefined): string {
  return typeof step === "object" ? step.item : (step ?? "");
}

/** `value` with `target` at `path[from…]`; undefined removes, and lists or objects that become empty by it stay. */
function withTarget(value: Json | undefined, path: FieldPath, from: number, target: Json | undefined): Json | undefined {
  const step = path[from];
  if (step === undefined) return target;
  if (typeof step === "string") {
    const object = isJsonObject(value) ? value : undefined;
    if (object === undefined && target === undefined) return value;
    const next = withTarget(own(object ?? {}, step), path, from + 1, target);
    return objectFrom([...Object.entries(object ?? {}).filter(([key]) => key !== step), [step, next] as const]);
  }
  return withItem(value, { path, from, target, step });
}

function withItem(value: Json | undefined, at: { path: FieldPath; from: number; target: Json | undefined; step: Exclude<Step, string> }): Json | undefined {
  const key = namedListKey(pathPattern(at.path.slice(0, at.from)));
  if (key === undefined) throw new TypeError(`no named list at ${JSON.stringify(at.path)}`);
  const list = Array.isArray(value) ? value : [];
  const index = list.findIndex((item) => isJsonObject(item) && own(item, key) === at.step.item);
  if (index < 0 && at.target === undefined) return value;
  const item = index < 0 ? objectFrom([[key, at.step.item]]) : list[index];
  const next = withTarget(item, at.path, at.from + 1, at.target);
  const gone = next === undefined || (isJsonObject(next) && own(next, key) === undefined);
  if (index < 0) return gone ? list : [...list, next];
  return list.flatMap((other, position) => (position !== index ? [other] : gone ? [] : [next]));
}

/** Items of named lists in Git's order, what only Retell has after them; everything else as it is. */
function inDesiredOrder(value: Json, desired: Json | undefined, path: FieldPath): Json {
  if (isJsonObject(value) && isJsonObject(desired)) {
    return objectFrom(Object.entries(value).map(([key, field]) => [key, inDesiredOrder(field, own(desired, key), [...path, key])] as const));
  }
  const key = namedListKey(pathPattern(path));
  if (key === undefined || !Array.isArray(value) || !Array.isArray(desired)) return value;
  // A list that cannot be read by names is one value: Git's order is part of it.
  if (itemsByName(value, key) === undefined || itemsByName(desired, key) === undefined) return value;
  const rank = new Map(desired.filter(isJsonObject).map((item, index) => [own(item, key), index] as const));
  const nameOf = (item: Json): Json | undefined => (isJsonObject(item) ? own(item, key) : undefined);
  return value
    .map((item, index) => ({ item, rank: rank.get(nameOf(item)) ?? desired.length + index }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => {
      const name = nameOf(item);
      const other = desired.find((candidate) => isJsonObject(candidate) && own(candidate, key) === name);
      return typeof name === "string" ? inDesiredOrder(item, other, [...path, { item: name }]) : item;
    });
}
