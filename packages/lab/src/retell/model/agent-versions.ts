import type { AgentRecord, AgentVersion, VersionRecord } from "../data.ts";
import { businessError, messages } from "../http/errors.ts";
import type { Fields } from "../schema/schema.ts";
import { touch } from "./agents.ts";
import { findAgent, findAgentVersion, findEngine, findEngineVersion, latest, pairedEngine } from "./lookups.ts";
import { boundToVersion } from "./phone-numbers.ts";
import { nextNumber } from "./world.ts";
import type { World } from "./world.ts";

/**
 * Makes a draft from any version, published or not: agent and engine are cloned together and get the same number.
 * Source: Docs, Agent Version; equal numbers from field reports.
 */
export function forkVersion(world: World, id: string, base: number): { agent: AgentRecord; version: AgentVersion } {
  const agent = findAgent(world, id);
  const from = findAgentVersion(world, agent, base);
  const number = nextVersion(world, agent, from);
  const version: AgentVersion = { ...clone(from, number), engine: from.engine };
  if (!world.options.forkClonesTitle) {
    delete version.fields["version_title"];
    delete version.fields["version_description"];
  }
  forkEngine(world, from, number);
  agent.versions.push(version);
  agent.nextVersion = number + 1;
  touch(world, agent, version);
  return { agent, version };
}

/** Publishes a draft in place, with its engine: the number stays, no follow-up draft appears. */
export function publishVersion(world: World, request: { id: string; version: number; titles: Fields }): void {
  const agent = findAgent(world, request.id);
  const version = findAgentVersion(world, agent, request.version);
  if (version.publication !== null && world.options.republish === "refuse") throw businessError(400, messages.alreadyPublished);
  Object.assign(version.fields, request.titles);
  if (version.publication === null) {
    version.publication = nextNumber(world);
    const paired = pairedEngine(world.data, version)?.version;
    if (paired !== undefined && paired.publication === null) {
      paired.publication = version.publication;
      paired.modified = world.clock.stamp();
    }
  }
  touch(world, agent, version);
}

/** Deletes one version with the engine version that belongs to it; bound ones and the last one are refused. */
export function deleteVersion(world: World, id: string, number: number): void {
  const agent = findAgent(world, id);
  const version = findAgentVersion(world, agent, number);
  const tagged = Object.values(agent.tags).some((tag) => tag.version === number);
  if (tagged || boundToVersion(world.data, id, number).length > 0) throw businessError(400, messages.versionBound);
  if (agent.versions.length === 1) throw businessError(400, messages.onlyVersion);
  const paired = pairedEngine(world.data, version);
  if (paired !== undefined) paired.engine.versions.splice(paired.engine.versions.indexOf(paired.version), 1);
  agent.versions.splice(agent.versions.indexOf(version), 1);
  agent.userModified = world.clock.stamp();
}

/** Numbers are never used twice, neither for the agent nor for its engine. */
function nextVersion(world: World, agent: AgentRecord, from: AgentVersion): number {
  const engine = from.engine.type === "custom-llm" ? undefined : world.data.engines.get(from.engine.id);
  const highest = engine === undefined ? undefined : latest(engine.versions)?.version;
  return Math.max(agent.nextVersion, highest === undefined ? 0 : highest + 1);
}

function forkEngine(world: World, from: AgentVersion, number: number): void {
  if (from.engine.type === "custom-llm") return;
  const engine = findEngine(world, from.engine.id, from.engine.type);
  const base = findEngineVersion(world, engine, from.version);
  engine.versions.push({ ...clone(base, number), modified: world.clock.stamp() });
}

function clone(from: VersionRecord, number: number): VersionRecord {
  return { version: number, baseVersion: from.version, publication: null, modified: from.modified, fields: structuredClone(from.fields) };
}
