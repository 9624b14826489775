import type { EngineRecord, VersionRecord } from "../data.ts";
import { businessError, messages } from "../http/errors.ts";
import { llmFields } from "../schema/llm-fields.ts";
import type { Fields } from "../schema/schema.ts";
import { isSet } from "../schema/validate.ts";
import { checkLlm } from "./llm-rules.ts";
import { agentsOf, findEngine, findEngineVersion } from "./lookups.ts";
import { newIdentity } from "./world.ts";
import type { World } from "./world.ts";
import { createFields, updateFields } from "./write-fields.ts";
import type { ResourceKind, Writer } from "./write-fields.ts";

const kind: ResourceKind = { on: "retell-llm", table: llmFields, required: [] };

/** Creates an LLM with draft version 0. Refuses what the validator and `checkLlm` refuse. */
export function createLlm(world: World, body: Fields, writer: Writer): { engine: EngineRecord; version: VersionRecord } {
  const required = world.options.startSpeakerRequired ? ["start_speaker"] : [];
  const fields = createFields(world, { kind: { ...kind, required }, body, writer });
  checkLlm(world, { fields, sent: body });
  const version: VersionRecord = { version: 0, baseVersion: null, publication: null, modified: world.clock.stamp(), fields };
  const engine: EngineRecord = { ...newIdentity(world, "llm"), kind: "retell-llm", versions: [version] };
  world.data.engines.set(engine.id, engine);
  return { engine, version };
}

/** Edits one version of an LLM in place; without `version`, the latest. Published versions are refused. */
export function updateLlm(
  world: World,
  request: { id: string; version: number | undefined; body: Fields; writer: Writer },
): { engine: EngineRecord; version: VersionRecord } {
  const engine = findEngine(world, request.id, "retell-llm");
  const version = findEngineVersion(world, engine, request.version);
  if (version.publication !== null) throw businessError(400, messages.publishedLlm);
  const stored = withExclusiveModel(world, version.fields, request.body);
  const fields = updateFields(world, { kind, body: request.body, writer: request.writer, stored });
  checkLlm(world, { fields, sent: request.body });
  version.fields = fields;
  version.modified = world.clock.stamp();
  if (world.options.engineEditsTouchAgent) touchAgents(world, engine.id, version);
  return { engine, version };
}

/** Deletes an LLM; one that an agent uses only with `force`. Source: API reference, Delete Retell LLM. */
export function deleteLlm(world: World, id: string, force: boolean): void {
  const engine = findEngine(world, id, "retell-llm");
  if (!force && agentsOf(world.data, id).length > 0) throw businessError(400, messages.engineInUse);
  world.data.engines.delete(engine.id);
}

/** Unless the lab insists on an explicit `null`, choosing one kind of model lets go of the other. */
function withExclusiveModel(world: World, stored: Fields, body: Fields): Fields {
  const kept = { ...stored };
  if (world.options.exclusiveModels === "stored") return kept;
  if (isSet(body["model"]) && !isSet(body["s2s_model"])) delete kept["s2s_model"];
  if (isSet(body["s2s_model"]) && !isSet(body["model"])) delete kept["model"];
  return kept;
}

function touchAgents(world: World, engineId: string, version: VersionRecord): void {
  for (const agent of agentsOf(world.data, engineId)) {
    agent.userModified = version.modified;
    for (const one of agent.versions) if (one.version === version.version) one.modified = version.modified;
  }
}
