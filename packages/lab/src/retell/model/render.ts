import type { AgentRecord, AgentVersion, ComponentRecord, EngineRecord, PhoneNumberRecord, VersionRecord } from "../data.ts";
import type { RetellLabOptions } from "../options.ts";
import type { Fields } from "../schema/schema.ts";
import { isSet } from "../schema/validate.ts";

/** A full agent as the API returns it; a chat agent keeps its `version_description` to the list of versions. */
export function renderAgent(agent: AgentRecord, version: AgentVersion, options: RetellLabOptions): Fields {
  const tags = assignedTags(agent, version.version);
  const fields = structuredClone(version.fields);
  if (agent.channel === "chat") delete fields["version_description"];
  return withoutNulls(
    {
      agent_id: agent.id,
      version: version.version,
      base_version: version.baseVersion,
      is_published: version.publication !== null,
      response_engine: renderEngineReference(version),
      ...fields,
      last_modification_timestamp: version.modified,
      ...(tags.length > 0 ? { assigned_tags: tags } : {}),
    },
    options,
  );
}

/** A light item of `v2/list-agents`. */
export function renderAgentItem(agent: AgentRecord, latest: AgentVersion): Fields {
  const tags = Object.entries(agent.tags).map(([name, tag]) => [name, tag.version === null ? {} : { version: tag.version }]);
  return {
    agent_id: agent.id,
    agent_name: latest.fields["agent_name"] ?? "",
    channel: agent.channel,
    user_modified_timestamp: agent.userModified,
    tags: Object.fromEntries(tags) as Fields,
  };
}

/** A summary of `list-agent-versions`. */
export function renderVersionItem(version: AgentVersion): Fields {
  const { version_title: title, version_description: description } = version.fields;
  return {
    version: version.version,
    is_published: version.publication !== null,
    last_modification_timestamp: version.modified,
    ...(version.baseVersion === null ? {} : { base_version: version.baseVersion }),
    ...(isSet(title) ? { version_title: title } : {}),
    ...(isSet(description) ? { version_description: description } : {}),
  };
}

/** A full LLM or conversation flow as the API returns it. */
export function renderEngine(engine: EngineRecord, version: VersionRecord, options: RetellLabOptions): Fields {
  const isLlm = engine.kind === "retell-llm";
  return withoutNulls(
    {
      ...(isLlm ? { llm_id: engine.id } : { conversation_flow_id: engine.id }),
      version: version.version,
      ...(isLlm || options.flowsTellPublished ? { is_published: version.publication !== null } : {}),
      ...structuredClone(version.fields),
      last_modification_timestamp: version.modified,
    },
    options,
  );
}

/** A shared component as the API returns it. */
export function renderComponent(component: ComponentRecord, linked: readonly EngineRecord[], options: RetellLabOptions): Fields {
  return withoutNulls(
    {
      conversation_flow_component_id: component.id,
      ...structuredClone(component.fields),
      linked_conversation_flow_ids: linked.map((flow) => flow.id),
      user_modified_timestamp: component.modified,
    },
    options,
  );
}

/** A full phone number as the API returns it. */
export function renderPhoneNumber(record: PhoneNumberRecord, options: RetellLabOptions): Fields {
  return withoutNulls(
    {
      phone_number: record.number,
      phone_number_type: "retell-twilio",
      ...structuredClone(record.fields),
      last_modification_timestamp: record.modified,
    },
    options,
  );
}

/** `response_engine` with the version, which equals the agent's. Source: field reports. */
export function renderEngineReference(version: AgentVersion): Fields {
  const { engine } = version;
  if (engine.type === "custom-llm") return { ...engine };
  const id = engine.type === "retell-llm" ? { llm_id: engine.id } : { conversation_flow_id: engine.id };
  return { type: engine.type, ...id, version: version.version };
}

/** The tags on a version, the most recently assigned first. */
function assignedTags(agent: AgentRecord, version: number): string[] {
  return Object.entries(agent.tags)
    .filter(([, tag]) => tag.version === version)
    .sort(([, a], [, b]) => b.assigned - a.assigned)
    .map(([name]) => name);
}

function withoutNulls(fields: Fields, options: RetellLabOptions): Fields {
  if (!options.nullAsAbsent) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
