import { resourcesIn, type ResourceSymbol } from "../canonical/resource-symbols.ts";
import type { Json } from "../canonical/json.ts";
import type { RemoteComponent } from "../ports/components.ts";
import type { RemoteKnowledgeBase } from "../ports/knowledge-bases.ts";
import { referredBy } from "../project/build-resources.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { DesiredResources } from "../project/desired-resources.ts";
import type { ResourceRecords } from "../state/resource-records.ts";
import type { ResourceList } from "./find-resource.ts";

/** What planning reads of shared resources; absent in a snapshot where the project and the state have none. Plain data. */
export interface ResourceSnapshot {
  readonly desired: DesiredResources;
  /** Built for staging from the same commit; undefined where no staging is required. */
  readonly staging: DesiredResources | undefined;
  readonly selected: ReadonlySet<ResourceSymbol>;
  readonly knowledge: ResourceList<RemoteKnowledgeBase>;
  readonly components: ResourceList<RemoteComponent>;
  /** True if the reader has waited for knowledge bases that Retell is indexing, as long as it may. */
  readonly hasWaited: boolean;
  /** Raw engines of the whole workspace, read only where a resource is to be deleted; undefined if they could not be. */
  readonly engines: readonly Json[] | undefined;
}

/**
 * The resources that a run is about: all of them; with a narrow choice of agents only what those refer to, since nothing else
 * of theirs is asked for.
 */
export function selectResources(from: {
  readonly desired: DesiredResources;
  readonly records: ResourceRecords | undefined;
  readonly agents: ReadonlyMap<string, DesiredAgent>;
  /** Undefined where all agents are chosen. */
  readonly chosen: ReadonlySet<string> | undefined;
}): Set<ResourceSymbol> {
  const { desired, records, agents, chosen } = from;
  if (chosen === undefined) return new Set([...new Set([...desired.keys(), ...(records?.keys() ?? [])])].sort());
  const wanted = new Set<ResourceSymbol>();
  const open = [...chosen].flatMap((name) => resourcesIn(agents.get(name)?.content as Json | undefined));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (wanted.has(next)) continue;
    wanted.add(next);
    const resource = desired.get(next);
    if (resource?.kind === "component") open.push(...referredBy(resource));
  }
  return new Set([...wanted].sort());
}
