import type { AgentVersion, EngineKind, EngineReference } from "../data.ts";
import { businessError, messages } from "../http/errors.ts";
import type { Fields } from "../schema/schema.ts";
import { isObject } from "../schema/validate.ts";
import { agentsOf, findEngine, findEngineVersion } from "./lookups.ts";
import type { World } from "./world.ts";

/**
 * The engine of a new agent. It must exist and belong to no other agent: the numbers of agent and engine move together,
 * which two agents on one engine could not keep (inferred; the documentation does not say).
 */
export function engineForCreate(world: World, value: unknown): EngineReference {
  const wanted = parse(isObject(value) ? value : {});
  if (wanted.type === "custom-llm") return wanted;
  const engine = findEngine(world, wanted.id, wanted.type);
  // A new agent starts at version 0, and so must what it answers with.
  if (wanted.version !== undefined && wanted.version !== 0) throw businessError(400, messages.engineVersionOrType);
  findEngineVersion(world, engine, 0);
  if (agentsOf(world.data, wanted.id).length > 0) throw businessError(400, messages.engineShared);
  return { type: wanted.type, id: wanted.id };
}

/**
 * Refuses another engine than the one of the version: the reference is frozen from the start. The address of a custom
 * LLM may change, as Retell holds nothing behind it (inferred).
 */
export function checkSameEngine(version: AgentVersion, value: Fields): EngineReference {
  const wanted = parse(value);
  const current = version.engine;
  if (wanted.type !== current.type) throw businessError(400, messages.engineVersionOrType);
  if (wanted.type === "custom-llm" || current.type === "custom-llm") return wanted.type === "custom-llm" ? wanted : current;
  if (wanted.id !== current.id) throw businessError(400, messages.engineChanged);
  if (wanted.version !== undefined && wanted.version !== version.version) {
    throw businessError(400, messages.engineVersionOrType);
  }
  return current;
}

type Wanted =
  | { type: "custom-llm"; llm_websocket_url: string }
  | { type: EngineKind; id: string; version: number | undefined };

/** The value has passed the schema, so its keys are there. */
function parse(value: Fields): Wanted {
  const type = value["type"];
  const version = typeof value["version"] === "number" ? value["version"] : undefined;
  if (type === "retell-llm") return { type, id: String(value["llm_id"]), version };
  if (type === "conversation-flow") return { type, id: String(value["conversation_flow_id"]), version };
  return { type: "custom-llm", llm_websocket_url: String(value["llm_websocket_url"]) };
}
