import { contentHash } from "../canonical/content-hash.ts";
import type { Json } from "../canonical/json.ts";
import type { ResourceSymbol } from "../canonical/resource-symbols.ts";
import type { DesiredResource } from "../project/desired-resources.ts";
import type { ResourceRecord } from "../state/resource-records.ts";
import type { LiveReading } from "./live.ts";
import { knowledgeContent } from "./plan-knowledge.ts";
import type { Block } from "./plan.ts";
import type { ResourcePlan } from "./resource-plan.ts";
import type { ResourceSnapshot } from "./resource-snapshot.ts";
import type { PublishedVersions } from "./uses.ts";
import { stagingRequired, stagingUnreadable, wasDeployed, type StagingEvidence } from "./staging-gate.ts";

/** Staging first, by content, also for what agents share: a change of it reaches callers without any version between. */
export function resourceStagingBlock(resource: ResourcePlan, { staging, built }: { staging: StagingEvidence; built: ResourceSnapshot["staging"] }): Block | undefined {
  const { desired, state } = resource.material;
  if (desired !== undefined && wasDeployed(state, resourceHash(desired))) return undefined;
  const record = staging.recorded.resources?.get(resource.symbol);
  if (record?.kind === "unreadable" || staging.recorded.workspace.kind === "unreadable") return stagingUnreadable(staging.name);
  const there = built?.get(resource.symbol);
  if (there !== undefined && wasDeployed(stateOf(record), resourceHash(there))) return undefined;
  return stagingRequired(staging.name);
}

/** The hash that stands for a resource's content in states. */
export function resourceHash(resource: DesiredResource): string {
  return contentHash(resource.kind === "knowledge" ? knowledgeContent(resource) : ((resource.content.component ?? {}) as Json));
}

function stateOf(record: ResourceRecord | undefined) {
  return record === undefined || record.kind === "unreadable" ? undefined : record.state;
}

/** Why a resource whose files are gone must not be deleted all the same. What cannot be known counts as a reason. */
export function resourceDeleteBlock(resource: ResourcePlan, evidence: { live: ReadonlyMap<string, LiveReading>; resources: ResourceSnapshot; published: PublishedVersions | undefined }): Block | undefined {
  const { id } = resource;
  if (id === null) return undefined;
  const { live, resources, published } = evidence;
  if (resources.engines === undefined) return { reason: "still-in-use", message: "It is not known whether an agent uses it: the workspace's engines could not be read." };
  if (resource.kind === "component" && resource.material.linkedFlows > 0) {
    return { reason: "still-in-use", message: `${resource.material.linkedFlows} ${resource.material.linkedFlows === 1 ? "flow uses" : "flows use"} it. Deploy without that reference first. Retell counts every version of a flow, so an older or published version may be the one that uses it; while callers can reach that version, the component has to stay.` };
  }
  const users = [...live].filter(([, reading]) => reading.kind === "present" && holds(reading.content as Json, id)).map(([name]) => name).sort();
  if (users.length > 0) return { reason: "still-in-use", message: `${users.join(", ")} still ${users.length === 1 ? "uses" : "use"} it. Deploy without that reference first.` };
  if (published?.kind === "unknown") return { reason: "still-in-use", message: `It is not known whether a published version of an agent uses it: ${published.problem}` };
  const callers = (published?.all ?? []).filter(({ raws }) => raws.some((raw) => holds(raw, id))).map(({ holder }) => holder);
  if (callers.length > 0) return { reason: "still-in-use", message: `${callers.sort().join("; ")}: still ${callers.length === 1 ? "uses" : "use"} it. Publish a version without that reference first.` };
  if (resources.components.kind === "unreadable") return { reason: "still-in-use", message: `It is not known whether a shared component uses it: ${resources.components.problem}` };
  const components = resources.components.all.filter((other) => other.id !== id && holds(other.raw, id));
  if (components.length > 0 || resources.engines.some((engine) => holds(engine, id))) {
    return { reason: "still-in-use", message: "An engine or component in this workspace that is not deployed from here uses it. Take it out there first." };
  }
  return undefined;
}

function holds(value: Json, text: string): boolean {
  if (typeof value === "string") return value === text;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => holds(inner as Json, text));
}

/** The first resource that something refers to and that could not be used, as a block. */
export function blockedResource(symbols: readonly ResourceSymbol[], usable: (symbol: ResourceSymbol) => boolean): Block | undefined {
  const obstacle = symbols.find((symbol) => !usable(symbol));
  return obstacle === undefined ? undefined : { reason: "blocked-reference", message: `It refers to ${obstacle}, which is left alone.` };
}
