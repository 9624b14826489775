import type { Channel } from "@retell-actions/core/canonical/content";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { AgentListing, EngineKind, RemoteAgent, RemoteEngine } from "@retell-actions/core/ports/retell";

export interface StoredVersion {
  fields: JsonObject;
  modifiedAt: number;
  isPublished: boolean;
  /** 0 while unpublished. */
  publishedAt: number;
  baseVersion: number | null;
}

export interface StoredAgent {
  readonly id: string;
  readonly channel: Channel;
  readonly engineKind: EngineKind;
  /** Null for a custom LLM. */
  readonly engineId: string | null;
  /** The reference as it was sent; answers for a custom LLM repeat it. */
  readonly customEngine: JsonObject;
  readonly versions: Map<number, StoredVersion>;
}

export interface StoredEngine {
  readonly id: string;
  readonly kind: EngineKind;
  readonly versions: Map<number, { fields: JsonObject; modifiedAt: number }>;
}

/** One version as the API would show it; `raw` has the fields of the wire. The version must exist. */
export function agentAnswer(agent: StoredAgent, version: number): RemoteAgent {
  const stored = agent.versions.get(version);
  if (stored === undefined) throw new RangeError(`no version ${version}`);
  const { fields, isPublished, baseVersion, modifiedAt } = stored;
  const idKey = agent.engineKind === "retell-llm" ? "llm_id" : "conversation_flow_id";
  const reference = agent.engineId === null ? (fields["response_engine"] ?? agent.customEngine) : { type: agent.engineKind, [idKey]: agent.engineId, version };
  const title = fields["version_title"];
  return {
    agentId: agent.id,
    channel: agent.channel,
    version,
    isPublished,
    baseVersion,
    modifiedAt,
    title: typeof title === "string" ? title : null,
    engine: { kind: agent.engineKind, id: agent.engineId, version: agent.engineId === null ? null : version },
    raw: {
      ...fields,
      agent_id: agent.id,
      version,
      is_published: isPublished,
      base_version: baseVersion,
      last_modification_timestamp: modifiedAt,
      response_engine: reference,
    },
  };
}

export function engineAnswer(engine: StoredEngine, version: number): RemoteEngine {
  const stored = engine.versions.get(version);
  if (stored === undefined) throw new RangeError(`no version ${version}`);
  const idKey = engine.kind === "retell-llm" ? "llm_id" : "conversation_flow_id";
  return {
    kind: engine.kind,
    id: engine.id,
    version,
    modifiedAt: stored.modifiedAt,
    raw: { ...stored.fields, [idKey]: engine.id, version, last_modification_timestamp: stored.modifiedAt },
  };
}

export function listingAnswer(agent: StoredAgent, version: number): AgentListing {
  const stored = agent.versions.get(version);
  const name = stored?.fields["agent_name"];
  return { agentId: agent.id, name: typeof name === "string" ? name : "", channel: agent.channel, modifiedAt: stored?.modifiedAt ?? 0 };
}
