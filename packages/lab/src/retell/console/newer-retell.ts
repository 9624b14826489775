import { findAgent, findAgentVersion, pairedEngine } from "../model/lookups.ts";
import type { World } from "../model/world.ts";
import type { Fields } from "../schema/schema.ts";
import { isObject } from "../schema/validate.ts";

/** A value that the lab's Retell does not know yet, at its place in the fields of an agent or its engine. */
export interface NewerValue {
  readonly part: "agent" | "engine";
  readonly at: readonly (string | number)[];
  readonly value: unknown;
}

/**
 * What a newer Retell holds: unknown fields, types and values, written into the latest version past validation and
 * without a time stamp. Throws where the way to the value does not exist.
 */
export function putNewer(world: World, agentId: string, values: readonly NewerValue[]): void {
  const version = findAgentVersion(world, findAgent(world, agentId), "latest");
  const paired = pairedEngine(world.data, version);
  for (const { part, at, value } of values) {
    const holder = part === "agent" ? version : paired?.version;
    if (holder === undefined) throw new Error(`Agent ${agentId} has no engine that Retell holds.`);
    holder.fields = put(structuredClone(holder.fields), at, value);
  }
}

function put(fields: Fields, at: readonly (string | number)[], value: unknown): Fields {
  const last = at.at(-1);
  let node: unknown = fields;
  for (const key of at.slice(0, -1)) node = isObject(node) || Array.isArray(node) ? (node as Fields)[key] : undefined;
  if (last === undefined || !(isObject(node) || Array.isArray(node))) throw new Error(`There is no place for ${at.join(".")}.`);
  (node as Fields)[last] = structuredClone(value);
  return fields;
}
