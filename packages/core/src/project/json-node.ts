import { objectFrom, type Json } from "../canonical/json.ts";
import type { FilePosition, SourceText } from "./source-text.ts";

/** Where a value or key is written. Nodes keep it through overlays and renames, so every problem can name its place. */
export interface Origin {
  readonly source: SourceText;
  readonly offset: number;
  /** The enclosing value and the key or index in it; undefined at the root. */
  readonly parent: Origin | undefined;
  readonly step: string | number;
}

/** A member of an object: the value, and where its key is written. */
export interface JsonMember {
  readonly key: Origin;
  readonly value: JsonNode;
}

export interface ScalarNode {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  readonly origin: Origin;
}
export interface ArrayNode {
  readonly kind: "array";
  readonly items: readonly JsonNode[];
  readonly origin: Origin;
}
export interface ObjectNode {
  readonly kind: "object";
  readonly members: ReadonlyMap<string, JsonMember>;
  readonly origin: Origin;
}
/** A JSON value that remembers where it is written. Immutable. */
export type JsonNode = ScalarNode | ArrayNode | ObjectNode;

/** The plain value; objects have own properties only, whatever their keys are. */
export function valueOf(node: JsonNode): Json {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "array") return node.items.map(valueOf);
  return objectFrom([...node.members].map(([key, member]) => [key, valueOf(member.value)] as const));
}

/** Line and column, from 1. */
export function positionOf(origin: Origin): FilePosition {
  return origin.source.position(origin.offset);
}

/** JSON pointer (RFC 6901) of the value within the file where it is written. */
export function pointerOf(origin: Origin): string {
  const steps: (string | number)[] = [];
  for (let at = origin; at.parent !== undefined; at = at.parent) steps.push(at.step);
  return toPointer(steps.reverse());
}

/** JSON pointer (RFC 6901) of a path. */
export function toPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The member's value, if this is an object that has it. */
export function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.kind === "object" ? node.members.get(key)?.value : undefined;
}

/** The text of a string node. */
export function textOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** The node at a path, or undefined. */
export function nodeAt(root: JsonNode, path: readonly (string | number)[]): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const step of path) {
    if (node?.kind === "object") node = node.members.get(String(step))?.value;
    else node = node?.kind === "array" && typeof step === "number" ? node.items[step] : undefined;
  }
  return node;
}

/** Where a path is written: the key of a member, the start of an item; for what is absent, its nearest existing ancestor. */
export function originAt(root: JsonNode, path: readonly (string | number)[]): Origin {
  let node = root;
  let origin = root.origin;
  for (const step of path) {
    const member = node.kind === "object" ? node.members.get(String(step)) : undefined;
    const next: JsonNode | undefined = member?.value ?? (node.kind === "array" && typeof step === "number" ? node.items[step] : undefined);
    if (next === undefined) return origin;
    origin = member?.key ?? next.origin;
    node = next;
  }
  return origin;
}

/** The object with one member set (undefined removes it). The key keeps its place and origin if it was there. */
export function withMember(object: ObjectNode, key: string, value: JsonNode | undefined): ObjectNode {
  const members = new Map(object.members);
  if (value === undefined) members.delete(key);
  else members.set(key, { key: members.get(key)?.key ?? value.origin, value });
  return { ...object, members };
}

/** A node for a plain value that is written nowhere itself; problems in it point to `origin`. */
export function nodeFrom(value: Json, origin: Origin): JsonNode {
  if (Array.isArray(value)) return { kind: "array", items: value.map((item) => nodeFrom(item, origin)), origin };
  if (typeof value !== "object" || value === null) return { kind: "scalar", value, origin };
  const members = Object.entries(value).map(([key, item]) => [key, { key: origin, value: nodeFrom(item, origin) }] as const);
  return { kind: "object", members: new Map(members), origin };
}

/** The tree with each string replaced; parts without a change are shared with the original. */
export function mapStrings(node: JsonNode, change: (text: string) => string): JsonNode {
  if (node.kind === "scalar") {
    if (typeof node.value !== "string") return node;
    const value = change(node.value);
    return value === node.value ? node : { ...node, value };
  }
  if (node.kind === "array") {
    const items = node.items.map((item) => mapStrings(item, change));
    return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
  }
  let changed = false;
  const members = new Map<string, JsonMember>();
  for (const [key, member] of node.members) {
    const value = mapStrings(member.value, change);
    changed ||= value !== member.value;
    members.set(key, value === member.value ? member : { key: member.key, value });
  }
  return changed ? { ...node, members } : node;
}
