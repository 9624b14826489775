import type { Channel } from "@retell-actions/core/canonical/content";
import { objectFrom, type JsonObject } from "@retell-actions/core/canonical/json";
import { PlatformError } from "@retell-actions/core/errors";
import type { EngineKind, EngineReference } from "@retell-actions/core/ports/retell";
import type { StoredAgent, StoredEngine, StoredVersion } from "./memory-retell-answers.ts";

/** The rules of a Retell workspace over plain maps; refusals are `PlatformError`s with the API's status and text. */
export interface MemoryWorkspace {
  readonly agents: Map<string, StoredAgent>;
  readonly engines: Map<string, StoredEngine>;
  /** Top-level keys that this Retell does not know: dropped without a word. */
  readonly unknownKeys: Set<string>;
  createEngine(kind: EngineKind, content: JsonObject): StoredEngine;
  createAgent(channel: Channel, content: JsonObject): StoredAgent;
  /** The new version's number. */
  createVersion(agentId: string, baseVersion: number): number;
  changeAgent(agentId: string, version: number, changes: JsonObject): StoredAgent;
  changeEngine(reference: EngineReference, changes: JsonObject): StoredEngine;
  publish(agentId: string, version: number): void;
  deleteEngine(id: string): boolean;
}

/** The highest version of an agent or engine; -1 if it has none. */
export function highestVersion(stored: { versions: ReadonlyMap<number, unknown> } | undefined): number {
  return Math.max(-1, ...(stored?.versions.keys() ?? []));
}

export function createMemoryWorkspace({ now, defaults }: { now: () => number; defaults: { agent?: JsonObject; engine?: JsonObject } | undefined }): MemoryWorkspace {
  const agents = new Map<string, StoredAgent>();
  const engines = new Map<string, StoredEngine>();
  const unknownKeys = new Set<string>();
  const known = (fields: JsonObject): JsonObject => objectFrom(Object.entries(fields).filter(([key]) => !unknownKeys.has(key)));
  let ids = 0;
  const agentOf = (id: string): StoredAgent => agents.get(id) ?? refuse(404, `Item ${id} not found from agent`);
  const versionOf = (agent: StoredAgent, version: number): StoredVersion => agent.versions.get(version) ?? refuse(404, `Item ${agent.id} version ${version} not found from agent`);
  const usersOf = (engineId: string): StoredAgent[] => [...agents.values()].filter((agent) => agent.engineId === engineId);
  const engineOf = (id: string | null): StoredEngine => engines.get(id ?? "") ?? refuse(404, `Item ${id ?? ""} not found`);
  const draft = (fields: JsonObject, baseVersion: number | null): StoredVersion => ({ fields: structuredClone(fields), isPublished: false, publishedAt: 0, baseVersion, modifiedAt: now() });

  function change(target: { fields: JsonObject; modifiedAt: number }, changes: JsonObject): void {
    // null clears; everything else is replaced whole, also objects and arrays.
    target.fields = objectFrom(Object.entries({ ...target.fields, ...structuredClone(known(changes)) }).filter(([, value]) => value !== null));
    target.modifiedAt = now();
  }

  return {
    agents,
    engines,
    unknownKeys,
    createEngine(kind, content) {
      const engine: StoredEngine = { id: `${kind === "retell-llm" ? "llm" : "conversation_flow"}_${(ids += 1)}`, kind, versions: new Map() };
      engine.versions.set(0, { fields: structuredClone({ ...defaults?.engine, ...known(content) }), modifiedAt: now() });
      engines.set(engine.id, engine);
      return engine;
    },
    createAgent(channel, content) {
      const { response_engine: reference, ...fields } = content as { response_engine?: JsonObject } & JsonObject;
      const kind = reference?.["type"] as EngineKind | undefined;
      if (reference === undefined || kind === undefined) return refuse(400, "request/body must have required property 'response_engine'");
      const engineId = kind === "custom-llm" ? null : engineOf((reference["llm_id"] ?? reference["conversation_flow_id"] ?? null) as string | null).id;
      const agent: StoredAgent = { id: `agent_${(ids += 1)}`, channel, engineKind: kind, engineId, customEngine: structuredClone(reference), versions: new Map() };
      agent.versions.set(0, draft({ ...defaults?.agent, ...known(fields) }, null));
      agents.set(agent.id, agent);
      return agent;
    },
    createVersion(agentId, baseVersion) {
      const agent = agentOf(agentId);
      const base = versionOf(agent, baseVersion);
      const number = highestVersion(agent) + 1;
      agent.versions.set(number, draft(base.fields, baseVersion));
      const engine = agent.engineId === null ? undefined : engines.get(agent.engineId);
      const source = engine?.versions.get(baseVersion);
      if (source !== undefined) engine?.versions.set(number, { fields: structuredClone(source.fields), modifiedAt: now() });
      return number;
    },
    changeAgent(agentId, version, changes) {
      const agent = agentOf(agentId);
      const target = versionOf(agent, version);
      const engine = changes["response_engine"];
      if (engine !== undefined && (agent.engineKind !== "custom-llm" || (engine as JsonObject)["type"] !== "custom-llm")) refuse(400, "Cannot update response engine after agent versions have been created");
      if (target.isPublished && Object.keys(changes).some((key) => key !== "version_title")) refuse(422, "Cannot update published agent other than version title");
      change(target, changes);
      return agent;
    },
    changeEngine(reference, changes) {
      const engine = engineOf(reference.id);
      const version = reference.version ?? highestVersion(engine);
      const target = engine.versions.get(version) ?? refuse(404, `Item ${engine.id} version ${version} not found`);
      const isPublished = usersOf(engine.id).some((agent) => agent.versions.get(version)?.isPublished === true);
      if (isPublished) refuse(400, `Cannot update published ${engine.kind === "retell-llm" ? "LLM" : "conversation flow"}`);
      change(target, changes);
      return engine;
    },
    publish(agentId, version) {
      const time = now();
      Object.assign(versionOf(agentOf(agentId), version), { isPublished: true, publishedAt: time, modifiedAt: time });
    },
    deleteEngine(id) {
      if (usersOf(id).length > 0) refuse(400, "The engine is used by an agent");
      return engines.delete(id);
    },
  };
}

function refuse(status: number, message: string): never {
  throw new PlatformError({ platform: "retell", reason: "retell-rejected", status }, `Retell refused the request (${status}): ${message}`);
}
