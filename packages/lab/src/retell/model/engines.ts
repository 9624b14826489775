import type { EngineKind, EngineRecord, VersionRecord } from "../data.ts";
import { businessError, messages } from "../http/errors.ts";
import type { Fields } from "../schema/schema.ts";
import { agentsOf, findEngine, findEngineVersion } from "./lookups.ts";
import { newIdentity } from "./world.ts";
import type { World } from "./world.ts";
import { createFields, updateFields } from "./write-fields.ts";
import type { ResourceKind, Writer } from "./write-fields.ts";

/** What one kind of engine has of its own; versions, publication and deletion are alike. */
export interface EngineRules {
  readonly kind: EngineKind;
  readonly idPrefix: string;
  /** Text of the refusal to edit a published version. */
  readonly published: string;
  resource(world: World): ResourceKind;
  /** The stored fields that a PATCH starts from. */
  before(world: World, stored: Fields, sent: Fields): Fields;
  /** Throws the refusal of what would be stored. */
  check(world: World, written: { fields: Fields; sent: Fields }): void;
  /** Accepted fields with what the service adds; `stored` is what they replace. */
  complete(world: World, written: { fields: Fields; stored: Fields }): Fields;
}

/** An engine with the version that was written. */
export interface WrittenEngine {
  readonly engine: EngineRecord;
  readonly version: VersionRecord;
}

/** Creates an engine with draft version 0. */
export function createEngine(world: World, rules: EngineRules, request: { body: Fields; writer: Writer }): WrittenEngine {
  const checked = createFields(world, { kind: rules.resource(world), ...request });
  rules.check(world, { fields: checked, sent: request.body });
  const fields = rules.complete(world, { fields: checked, stored: {} });
  const version: VersionRecord = { version: 0, baseVersion: null, publication: null, modified: world.clock.stamp(), fields };
  const engine: EngineRecord = { ...newIdentity(world, rules.idPrefix), kind: rules.kind, versions: [version] };
  world.data.engines.set(engine.id, engine);
  return { engine, version };
}

/** Edits one version of an engine in place; without `version`, the latest. Published versions are refused. */
export function updateEngine(
  world: World,
  rules: EngineRules,
  request: { id: string; version: number | undefined; body: Fields; writer: Writer },
): WrittenEngine {
  const { body, writer } = request;
  const engine = findEngine(world, request.id, rules.kind);
  const version = findEngineVersion(world, engine, request.version);
  if (version.publication !== null) throw businessError(400, rules.published);
  const stored = rules.before(world, version.fields, body);
  const fields = updateFields(world, { kind: rules.resource(world), body, writer, stored });
  rules.check(world, { fields, sent: body });
  version.fields = rules.complete(world, { fields, stored });
  version.modified = world.clock.stamp();
  if (world.options.engineEditsTouchAgent) touchAgents(world, engine.id, version);
  return { engine, version };
}

/**
 * Deletes an engine with all its versions; one that an agent uses only with `force`, which leaves the agent without it.
 * Source: API reference, Delete Retell LLM and Delete Conversation Flow.
 */
export function deleteEngine(world: World, kind: EngineKind, request: { id: string; force: boolean }): void {
  const engine = findEngine(world, request.id, kind);
  if (!request.force && agentsOf(world.data, engine.id).length > 0) throw businessError(400, messages.engineInUse);
  world.data.engines.delete(engine.id);
}

function touchAgents(world: World, engineId: string, version: VersionRecord): void {
  for (const agent of agentsOf(world.data, engineId)) {
    agent.userModified = version.modified;
    for (const one of agent.versions) if (one.version === version.version) one.modified = version.modified;
  }
}
