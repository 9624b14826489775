import type { AgentRecord, EngineRecord, OrganizationData, VersionRecord } from "../data.ts";
import { latest, latestPublished } from "../model/lookups.ts";
import { renderEngineReference } from "../model/render.ts";
import type { Fields } from "../schema/schema.ts";
import { isObject } from "../schema/validate.ts";

/** A picture of an organisation in which equal states are equal: no time stamps, no ids, keys sorted. */
export interface Snapshot {
  readonly agents: readonly unknown[];
  readonly engines: readonly unknown[];
  readonly phoneNumbers: readonly unknown[];
}

/**
 * Pictures an organisation. Ids, also those inside fields, become `<agent-0>`, `<llm-0>`, …: in the order of names (the
 * display name, then the content), and of creation among equals, because several agents made at the same time come in
 * any order. Engines follow their agents; those without one come last. What was deleted leaves no gap.
 */
export function snapshot(data: OrganizationData): Snapshot {
  const all = new Set([...data.agents.keys(), ...data.engines.keys()]);
  const masked = (text: string) => mask(text, new Map([...all].map((id) => [id, "<id>"])));
  // Sorting is stable and maps are in order of creation, which therefore decides among equals.
  const agents = [...data.agents.values()].sort((a, b) => order(agentKey(a, masked), agentKey(b, masked)));
  const engines = sortedEngines(data, agents, masked);
  const names = new Map<string, string>([
    ...agents.map((agent, index): [string, string] => [agent.id, `<agent-${index}>`]),
    ...engines.map((engine, index): [string, string] => [engine.id, `<${engine.kind === "retell-llm" ? "llm" : "flow"}-${index}>`]),
  ]);
  const picture: Snapshot = {
    agents: agents.map(agentPicture),
    engines: engines.map((engine) => ({ id: engine.id, versions: [...engine.versions].sort(byVersion).map(versionPicture) })),
    phoneNumbers: [...data.phoneNumbers.values()]
      .sort((a, b) => order(a.number, b.number))
      .map((record) => ({ phone_number: record.number, ...record.fields })),
  };
  return JSON.parse(mask(JSON.stringify(sortKeys(picture)), names)) as Snapshot;
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

function content(versions: readonly VersionRecord[], masked: (text: string) => string): string {
  return masked(JSON.stringify(sortKeys([...versions].sort(byVersion).map((version) => version.fields))));
}

function mask(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(/\b[a-z_]+_[0-9a-f]{28}\b/g, (id) => names.get(id) ?? id);
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
