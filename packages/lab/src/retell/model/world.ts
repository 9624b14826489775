import type { Clock } from "../clock.ts";
import type { OrganizationData } from "../data.ts";
import { makeId } from "../ids.ts";
import type { Inventions } from "../normalize/inventions.ts";
import type { RetellLabOptions } from "../options.ts";

/** What the domain functions need: the data they change, and the rules of the lab. */
export interface World {
  readonly organization: string;
  readonly data: OrganizationData;
  readonly options: RetellLabOptions;
  readonly inventions: Inventions;
  readonly clock: Clock;
  /** How many reads have seen an indexing under way, by its id. Beside the data, because reads of an old state count too. */
  readonly indexingReads: Map<string, number>;
}

/** The next running number of the organisation. */
export function nextNumber(world: World): number {
  return world.data.sequence++;
}

/** A new id and its creation number. */
export function newIdentity(world: World, prefix: string): { id: string; created: number } {
  const created = nextNumber(world);
  return { id: makeId({ seed: world.options.seed, organization: world.organization, prefix, created }), created };
}
