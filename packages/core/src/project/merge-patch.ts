import type { Json } from "../canonical/json.ts";
import { namedListKey } from "../diff/named-lists.ts";
import { memberOf, nodeFrom, positionOf, textOf, valueOf, type ArrayNode, type JsonMember, type JsonNode, type ObjectNode, type Origin } from "./json-node.ts";
import type { Problem } from "./problem.ts";
import { sourceText } from "./source-text.ts";
import { quoted } from "./quoted.ts";

/** The key that removes an item of a named list: `{"name": "x", "$remove": true}`. */
export const REMOVE = "$remove";

/** The name that tells the items of the list at a path apart; undefined for a list that is one value. */
export type ListKey = (path: readonly string[]) => "name" | "id" | undefined;

/** The result keeps where each value is written: in the base, or in the patch that set it. */
export interface MergedNode {
  readonly node: JsonNode;
  readonly problems: readonly Problem[];
}

/**
 * JSON Merge Patch (RFC 7396: objects by key, `null` removes, everything else replaces), except that lists of named
 * things are patched by name: an item of that name is patched, a new one is added at the end, and `"$remove": true`
 * removes. A list is replaced whole, as the RFC says, where it has no such names, where base or patch holds an item
 * without a name of its own, and where the patch is the empty list. A value that the base has already is a warning: it
 * keeps later changes of the base away from this workspace.
 */
export function applyPatch(base: JsonNode, patch: JsonNode, listKey: ListKey = namedListKey): MergedNode {
  const problems: Problem[] = [];
  const node = merge({ base, patch, path: [] }, { listKey, problems });
  return { node, problems };
}

/** {@link applyPatch} for plain values; misused `$remove` is ignored. */
export function mergePatch(base: Json, patch: Json, listKey: ListKey = namedListKey): Json {
  const origin: Origin = { source: sourceText("", ""), offset: 0, parent: undefined, step: "" };
  return valueOf(applyPatch(nodeFrom(base, origin), nodeFrom(patch, origin), listKey).node);
}

interface Step {
  readonly base: JsonNode | undefined;
  readonly patch: JsonNode;
  readonly path: readonly string[];
  /** The key that only says which item of a list is meant. */
  readonly identity?: string;
}

interface Context {
  readonly listKey: ListKey;
  readonly problems: Problem[];
}

function merge(step: Step, context: Context): JsonNode {
  const { base, patch, path } = step;
  if (patch.kind === "object") return mergeObject({ ...step, patch }, context);
  if (patch.kind === "array") {
    const key = context.listKey(path);
    const merged = key === undefined ? undefined : mergeNamed({ base, patch, path, key }, context);
    if (merged) return merged;
    return { ...patch, items: patch.items.map((item) => withoutRemove(item, context)) };
  }
  return patch;
}

function mergeObject(step: Step & { readonly patch: ObjectNode }, context: Context): ObjectNode {
  const base = step.base?.kind === "object" ? step.base : undefined;
  const members = new Map<string, JsonMember>(base?.members);
  for (const [key, member] of step.patch.members) {
    if (key === REMOVE) reportRemove(member, context);
    else if (member.value.kind === "scalar" && member.value.value === null) members.delete(key);
    else {
      const earlier = members.get(key);
      if (key !== step.identity) reportRepeated({ member, earlier: earlier?.value, path: [...step.path, key] }, context);
      const value = merge({ base: earlier?.value, patch: member.value, path: [...step.path, key] }, context);
      members.set(key, { key: value.origin === earlier?.value.origin ? earlier.key : member.key, value });
    }
  }
  return { kind: "object", members, origin: base?.origin ?? step.patch.origin };
}

function mergeNamed(
  step: { readonly base: JsonNode | undefined; readonly patch: ArrayNode; readonly path: readonly string[]; readonly key: string },
  context: Context,
): ArrayNode | undefined {
  const before = step.base === undefined ? new Map<string, JsonNode>() : itemsByName(step.base, step.key);
  const patches = itemsByName(step.patch, step.key);
  if (before === undefined || patches === undefined || patches.size === 0) return undefined;
  const path = [...step.path, "[]"];
  const merged = new Map(before);
  for (const [name, patch] of patches) {
    const base = merged.get(name);
    if (memberOf(patch, REMOVE) === undefined) merged.set(name, merge({ base, patch, path, identity: step.key }, context));
    else if (isRemoval(patch)) {
      if (!merged.delete(name)) {
        context.problems.push({
          code: "overlay-removes-nothing",
          severity: "warning",
          ...positionOf(patch.origin),
          message: `There is no item ${quoted(name)} to remove.`,
          hint: "Remove this entry, or correct its name.",
        });
      }
    } else merged.set(name, merge({ base, patch, path, identity: step.key }, context));
  }
  return { kind: "array", items: [...merged.values()], origin: step.base?.origin ?? step.patch.origin };
}

/** Objects and lists of named things are looked into: what counts is what the patch says of the single value. */
function reportRepeated({ member, earlier, path }: { readonly member: JsonMember; readonly earlier: JsonNode | undefined; readonly path: readonly string[] }, context: Context): void {
  const { value } = member;
  if (earlier === undefined || value.kind === "object" || (value.kind === "array" && context.listKey(path) !== undefined)) return;
  if (JSON.stringify(valueOf(value)) !== JSON.stringify(valueOf(earlier))) return;
  context.problems.push({
    code: "overlay-repeats-base",
    severity: "warning",
    ...positionOf(member.key),
    message: `${quoted(path.at(-1) ?? "")} has the value that agent.json gives it already.`,
    hint: "Remove it here, or changes in agent.json will not reach this workspace.",
  });
}

function isRemoval(patch: JsonNode): boolean {
  const remove = memberOf(patch, REMOVE);
  return remove?.kind === "scalar" && remove.value === true;
}

function itemsByName(list: JsonNode, key: string): Map<string, JsonNode> | undefined {
  if (list.kind !== "array") return undefined;
  const items = new Map<string, JsonNode>();
  for (const item of list.items) {
    const name = textOf(memberOf(item, key));
    if (name === undefined || items.has(name)) return undefined;
    items.set(name, item);
  }
  return items;
}

function withoutRemove(node: JsonNode, context: Context): JsonNode {
  if (node.kind === "scalar") return node;
  if (node.kind === "array") return { ...node, items: node.items.map((item) => withoutRemove(item, context)) };
  const members = new Map<string, JsonMember>();
  for (const [key, member] of node.members) {
    if (key === REMOVE) reportRemove(member, context);
    else members.set(key, { key: member.key, value: withoutRemove(member.value, context) });
  }
  return { ...node, members };
}

function reportRemove(member: JsonMember, context: Context): void {
  context.problems.push({
    code: "overlay-remove-misplaced",
    severity: "error",
    ...positionOf(member.key),
    message: `"${REMOVE}" works only as {"name": "…", "${REMOVE}": true} (or "id") in a list whose items all have a name of their own.`,
    hint: "To remove a key of an object, set it to null; any other list is replaced whole.",
  });
}
