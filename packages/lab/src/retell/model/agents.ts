import type { AgentRecord, AgentVersion, Channel, EngineReference } from "../data.ts";
import { businessError, messages } from "../http/errors.ts";
import { agentFields, agentRequired } from "../schema/agent-fields.ts";
import { chatAgentFields, chatAgentRequired } from "../schema/chat-agent-fields.ts";
import type { Fields } from "../schema/schema.ts";
import { isObject } from "../schema/validate.ts";
import { checkSameEngine, engineForCreate } from "./engine-reference.ts";
import { findAgentVersion } from "./lookups.ts";
import type { VersionReference } from "./lookups.ts";
import { boundToAgent } from "./phone-numbers.ts";
import { newIdentity } from "./world.ts";
import type { World } from "./world.ts";
import { createFields, updateFields } from "./write-fields.ts";
import type { ResourceKind, Writer } from "./write-fields.ts";

const kinds: Readonly<Record<Channel, ResourceKind>> = {
  voice: { on: "agent", table: agentFields, required: agentRequired },
  chat: { on: "chat-agent", table: chatAgentFields, required: chatAgentRequired },
};

/** Tags that every agent has from the start. Source: Docs, Agent Version. */
const initialTags = ["prod", "staging"];

/** Creates an agent with draft version 0 on an engine that no other agent uses. */
export function createAgent(
  world: World,
  request: { channel: Channel; body: Fields; writer: Writer },
): { agent: AgentRecord; version: AgentVersion } {
  const { channel, body, writer } = request;
  const all = createFields(world, { kind: kinds[channel], body, writer });
  const { response_engine: wanted, ...fields } = all;
  const engine = engineForCreate(world, wanted);
  const modified = world.clock.stamp();
  const version: AgentVersion = { version: 0, baseVersion: null, publication: null, modified, fields, engine };
  const agent: AgentRecord = {
    ...newIdentity(world, "agent"),
    channel,
    versions: [version],
    nextVersion: 1,
    userModified: modified,
    tags: Object.fromEntries(initialTags.map((tag) => [tag, { version: null, assigned: 0 }])),
  };
  world.data.agents.set(agent.id, agent);
  return { agent, version };
}

/**
 * Edits one version in place; without `version`, the latest. A published version takes nothing but `version_title`,
 * and no draft is made for it.
 */
export function updateAgent(
  world: World,
  request: { agent: AgentRecord; version: VersionReference; body: Fields; writer: Writer },
): { agent: AgentRecord; version: AgentVersion } {
  const { agent, body, writer } = request;
  const version = findAgentVersion(world, agent, request.version);
  const { response_engine: wanted, ...fields } = updateFields(world, {
    kind: kinds[agent.channel],
    body,
    writer,
    stored: version.fields,
  });
  if (version.publication !== null && Object.keys(body).some((key) => key !== "version_title")) {
    throw businessError(422, messages.publishedAgent);
  }
  const engine: EngineReference = isObject(wanted) ? checkSameEngine(version, wanted) : version.engine;
  version.fields = fields;
  version.engine = engine;
  touch(world, agent, version);
  return { agent, version };
}

/** Deletes an agent with all its versions; the engine survives. One that answers a phone number is refused. */
export function deleteAgent(world: World, agent: AgentRecord): void {
  if (boundToAgent(world.data, agent.id).length > 0) throw businessError(400, messages.agentBound);
  world.data.agents.delete(agent.id);
}

/** Moves the time stamps of a version and its agent strictly forward. */
export function touch(world: World, agent: AgentRecord, version: AgentVersion): void {
  version.modified = world.clock.stamp();
  agent.userModified = version.modified;
}
