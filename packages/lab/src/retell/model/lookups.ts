import type { AgentRecord, AgentVersion, Channel, EngineRecord, OrganizationData, VersionRecord } from "../data.ts";
import { missing } from "../http/errors.ts";
import type { World } from "./world.ts";

/** A way to name a version. Source: Docs, Agent Version; OpenAPI document of 2026-10-04. */
export type VersionReference = number | string | undefined;

/** The agent, or the "missing" refusal. */
export function findAgent(world: World, id: string): AgentRecord {
  const agent = world.data.agents.get(id);
  if (agent === undefined) throw missing(world.options.missingStatus, { id, from: "agent" });
  return agent;
}

/** The agent, if people reach it that way; otherwise it is missing like one that does not exist. */
export function findAgentOf(world: World, channel: Channel, id: string): AgentRecord {
  const agent = findAgent(world, id);
  if (agent.channel !== channel) throw missing(world.options.missingStatus, { id, from: "agent" });
  return agent;
}

/** The same for reading, where the lab may be told to answer whatever the channel. */
export function findReadableAgent(world: World, channel: Channel, id: string): AgentRecord {
  return world.options.crossChannelRead === "answer" ? findAgent(world, id) : findAgentOf(world, channel, id);
}

/** The engine, or the "missing" refusal. */
export function findEngine(world: World, id: string, kind: EngineRecord["kind"]): EngineRecord {
  const engine = world.data.engines.get(id);
  if (engine?.kind !== kind) throw missing(world.options.missingStatus, { id, from: kind });
  return engine;
}

/**
 * The version that a reference means: a number; nothing or `latest`, the highest number, drafts included;
 * `latest_published`, the one published last; a tag, what it is assigned to, and `latest` while unassigned.
 */
export function findAgentVersion(world: World, agent: AgentRecord, reference: VersionReference): AgentVersion {
  const found = resolve(agent, reference);
  if (found === undefined) throw missing(world.options.missingStatus, { id: agent.id, from: "agent" });
  return found;
}

/** The version of an engine: a number, or the highest. */
export function findEngineVersion(world: World, engine: EngineRecord, version: number | undefined): VersionRecord {
  const found = version === undefined ? latest(engine.versions) : byNumber(engine.versions, version);
  if (found === undefined) throw missing(world.options.missingStatus, { id: engine.id, from: engine.kind });
  return found;
}

/** The highest version. */
export function latest<Version extends VersionRecord>(versions: readonly Version[]): Version | undefined {
  return versions.reduce<Version | undefined>((best, one) => (best === undefined || one.version > best.version ? one : best), undefined);
}

/** The version published last, by time and not by number. */
export function latestPublished<Version extends VersionRecord>(versions: readonly Version[]): Version | undefined {
  return versions
    .filter((one) => one.publication !== null)
    .reduce<Version | undefined>(
      (best, one) => (best === undefined || Number(one.publication) > Number(best.publication) ? one : best),
      undefined,
    );
}

/** The version with this number. */
export function byNumber<Version extends VersionRecord>(versions: readonly Version[], version: number): Version | undefined {
  return versions.find((one) => one.version === version);
}

/** The agents whose versions answer with this engine. */
export function agentsOf(data: OrganizationData, engineId: string): AgentRecord[] {
  return [...data.agents.values()].filter((agent) =>
    agent.versions.some((version) => version.engine.type !== "custom-llm" && version.engine.id === engineId),
  );
}

/** The engine version that belongs to an agent version; undefined for custom LLMs and engines deleted by force. */
export function pairedEngine(data: OrganizationData, version: AgentVersion): { engine: EngineRecord; version: VersionRecord } | undefined {
  if (version.engine.type === "custom-llm") return undefined;
  const engine = data.engines.get(version.engine.id);
  const paired = engine === undefined ? undefined : byNumber(engine.versions, version.version);
  return engine === undefined || paired === undefined ? undefined : { engine, version: paired };
}

function resolve(agent: AgentRecord, reference: VersionReference): AgentVersion | undefined {
  if (typeof reference === "number") return byNumber(agent.versions, reference);
  if (reference === undefined || reference === "latest") return latest(agent.versions);
  if (reference === "latest_published") return latestPublished(agent.versions);
  const tag = Object.hasOwn(agent.tags, reference) ? agent.tags[reference] : undefined;
  if (tag === undefined) return undefined;
  return tag.version === null ? latest(agent.versions) : byNumber(agent.versions, tag.version);
}
