import type { AgentRecord, ComponentRecord, EngineRecord, KnowledgeBaseRecord, OrganizationData, VersionRecord } from "../data.ts";
import { latest, latestPublished } from "../model/lookups.ts";
import { renderEngineReference } from "../model/render.ts";
import type { Fields } from "../schema/schema.ts";
import { isObject } from "../schema/validate.ts";
import { knowledgeSnapshot } from "./knowledge-snapshot.ts";

/** A picture of an organisation in which equal states are equal: no time stamps, no ids, keys sorted. */
export interface Snapshot {
  readonly agents: readonly unknown[];
  readonly engines: readonly unknown[];
  readonly components: readonly unknown[];
  readonly phoneNumbers: readonly unknown[];
  readonly knowledgeBases: readonly unknown[];
}

/** Ids of tools that were sent without one, and of components that were shared until they were deleted. */
const partIds = /\b(?:tool_[0-9a-f]{28}|conversation_flow_component_[0-9a-f]{12})\b/g;

/**
 * Pictures an organisation. Ids, also those inside fields, become `<agent-0>`, `<llm-0>`, `<knowledge-base-0>`, …: in the order of names (the
 * display name, then the content), and of creation among equals, because several agents made at the same time come in
 * any order. Engines follow their agents; those without one come last. What was deleted leaves no gap.
 */
export function snapshot(data: OrganizationData): Snapshot {
  const all = new Set([...data.agents.keys(), ...data.engines.keys(), ...data.components.keys(), ...data.knowledgeBases.keys()]);
  const masked = (text: string) => mask(text, new Map([...all].map((id) => [id, "<id>"])));
  // Sorting is stable and maps are in order of creation, which therefore decides among equals.
  const agents = [...data.agents.values()].sort((a, b) => order(agentKey(a, masked), agentKey(b, masked)));
  const engines = sortedEngines(data, agents, masked);
  const components = [...data.components.values()].sort((a, b) => order(componentKey(a, masked), componentKey(b, masked)));
  const knowledge = [...data.knowledgeBases.values()].sort((a, b) => order(knowledgeKey(a), knowledgeKey(b)));
  const names = new Map<string, string>([
    ...knowledge.map((record, index): [string, string] => [record.id, `<knowledge-base-${index}>`]),
    ...components.map((component, index): [string, string] => [component.id, `<component-${index}>`]),
    ...agents.map((agent, index): [string, string] => [agent.id, `<agent-${index}>`]),
    ...engines.map((engine, index): [string, string] => [engine.id, `<${engine.kind === "retell-llm" ? "llm" : "flow"}-${index}>`]),
  ]);
  const picture: Snapshot = {
    agents: agents.map(agentPicture),
    engines: engines.map((engine) => ({ id: engine.id, versions: [...engine.versions].sort(byVersion).map(versionPicture) })),
    components: components.map(({ id, fields }) => ({ id, fields })),
    phoneNumbers: [...data.phoneNumbers.values()]
      .sort((a, b) => order(a.number, b.number))
      .map((record) => ({ phone_number: record.number, ...record.fields })),
    knowledgeBases: knowledge.map((record) => ({ id: record.id, ...knowledgeSnapshot(record) })),
  };
  return JSON.parse(numbered(mask(JSON.stringify(sortKeys(picture)), names))) as Snapshot;
}

function agentPicture(agent: AgentRecord): unknown {
  const tags = Object.entries(agent.tags).map(([name, tag]) => [name, tag.version]);
  return {
    id: agent.id,
    channel: agent.channel,
    tags: Object.fromEntries(tags) as Fields,
    latest_published: latestPublished(agent.versions)?.version ?? null,
    versions: [...agent.versions]
      .sort(byVersion)
      .map((version) => ({ ...versionPicture(version), response_engine: renderEngineReference(version) })),
  };
}

function versionPicture(version: VersionRecord): Fields {
  return {
    version: version.version,
    base_version: version.baseVersion,
    is_published: version.publication !== null,
    fields: version.fields,
  };
}

/** Engines in the order of the agents that they answer for, then the rest. */
function sortedEngines(data: OrganizationData, agents: readonly AgentRecord[], masked: (text: string) => string): EngineRecord[] {
  const used = agents.flatMap((agent) => agent.versions.flatMap(({ engine }) => (engine.type === "custom-llm" ? [] : [engine.id])));
  const ids = [...new Set(used)];
  const owned = ids.flatMap((id) => data.engines.get(id) ?? []);
  const rest = [...data.engines.values()]
    .filter((engine) => !ids.includes(engine.id))
    .sort((a, b) => order(content(a.versions, masked), content(b.versions, masked)));
  return [...owned, ...rest];
}

function agentKey(agent: AgentRecord, masked: (text: string) => string): string {
  const name = latest(agent.versions)?.fields["agent_name"];
  return `${typeof name === "string" ? name : ""}\u0000${content(agent.versions, masked)}`;
}

function componentKey(component: ComponentRecord, masked: (text: string) => string): string {
  return `${String(component.fields["name"])}\u0000${masked(JSON.stringify(sortKeys(component.fields))).replace(partIds, "<id>")}`;
}

function knowledgeKey(record: KnowledgeBaseRecord): string {
  return JSON.stringify(knowledgeSnapshot(record));
}

function content(versions: readonly VersionRecord[], masked: (text: string) => string): string {
  return masked(JSON.stringify(sortKeys([...versions].sort(byVersion).map((version) => version.fields)))).replace(partIds, "<id>");
}

function mask(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(/\b[a-z_]+_[0-9a-f]{12}(?:[0-9a-f]{16})?\b/g, (id) => names.get(id) ?? id);
}

/** Ids that the service gave to parts of fields, which have no name: numbered as they appear. */
function numbered(text: string): string {
  const seen = new Map<string, string>();
  return text.replace(partIds, (id) => {
    const name = seen.get(id) ?? `<${id.startsWith("tool") ? "tool" : "local-component"}-${seen.size}>`;
    seen.set(id, name);
    return name;
  });
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => order(a, b))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}

function byVersion(a: VersionRecord, b: VersionRecord): number {
  return a.version - b.version;
}

/** By code units: the same on every machine. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
