import { validationError } from "../http/errors.ts";
import { fillResource } from "../normalize/fill-defaults.ts";
import { applyNormalisation, defaultOf, sideEffectOf } from "../normalize/inventions.ts";
import { normalise } from "../normalize/normalise.ts";
import { knownFields } from "../schema/known-keys.ts";
import type { Resource } from "../schema/resource.ts";
import type { FieldTable, Fields } from "../schema/schema.ts";
import { bodyProblems, isObject } from "../schema/validate.ts";
import type { World } from "./world.ts";

/** Which resource is written, with its table. */
export interface ResourceKind {
  readonly on: Resource;
  readonly table: FieldTable;
  readonly required: readonly string[];
}

/** Who writes: the invented side effect is a habit of the API only, so that console edits of tests stay exact. */
export type Writer = "api" | "console";

/** The fields of a new resource, as stored. Throws a validation error that lists every problem. */
export function createFields(world: World, request: { kind: ResourceKind; body: Fields; writer: Writer }): Fields {
  const { kind, body, writer } = request;
  check(kind, body, kind.required);
  const sent = prepared(world, request);
  const effect = writer === "api" ? sideEffectOf(world.inventions, kind.on, sent) : {};
  const filled = fillResource(kind.on, { ...sent, ...effect }, world.options.writtenDefaults);
  return { ...filled, ...defaultOf(world.inventions, kind.on, { ...sent, ...effect }) };
}

/** The fields after a PATCH: sent top-level keys replace stored ones, the rest stays. Source: API reference, updates. */
export function updateFields(
  world: World,
  request: { kind: ResourceKind; body: Fields; writer: Writer; stored: Fields },
): Fields {
  const { kind, body, stored, writer } = request;
  check(kind, body, []);
  const sent: Fields = {};
  for (const [key, value] of Object.entries(prepared(world, request))) {
    if (kind.table[key]?.createOnly === true) continue;
    const before = stored[key];
    sent[key] = mergesByKey(world, key) && isObject(value) && isObject(before) ? { ...before, ...value } : value;
  }
  const effect = writer === "api" ? sideEffectOf(world.inventions, kind.on, sent) : {};
  return { ...stored, ...sent, ...effect };
}

function check(kind: ResourceKind, body: Fields, required: readonly string[]): void {
  const found = bodyProblems(kind.table, body, required);
  if (found.length > 0) throw validationError(found);
}

function prepared(world: World, request: { kind: ResourceKind; body: Fields }): Fields {
  const { kind, body } = request;
  const known = knownFields(kind.table, body, world.options.nestedUnknownKeys);
  return applyNormalisation(world.inventions, kind.on, normalise(known, world.options.writtenDefaults));
}

/** `contact_memory_config` is documented to merge; of the other nested objects nothing is known. */
function mergesByKey(world: World, key: string): boolean {
  return key === "contact_memory_config" || (world.options.nestedPatch === "merge" && key.endsWith("_config"));
}
