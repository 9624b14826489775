import type { ReferenceValues } from "../canonical/symbols.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { AgentRecord } from "../state/recorded.ts";
import type { LiveReading } from "./live.ts";
import type { PlanContext } from "./options.ts";

/** Everything that is known of one agent when it is decided about. */
export interface AgentSides {
  readonly name: string;
  /** Undefined for a folder that Git has removed. */
  readonly desired: DesiredAgent | undefined;
  readonly record: AgentRecord | undefined;
  readonly live: LiveReading;
  readonly lostEngineId: string | undefined;
  /** Names that the agent was moved from and under which it is recorded still. */
  readonly formerRecords: readonly string[];
  /** Why it is not certain that the recorded id is this agent's; undefined where no other one claims it. */
  readonly sharedId: string | undefined;
  readonly agentIds: ReadonlyMap<string, string>;
  readonly formerIds: ReadonlyMap<string, ReadonlySet<string>>;
  readonly goneIds: ReadonlyMap<string, string>;
  /** Of shared resources, by symbol. */
  readonly resourceIds: ReadonlyMap<string, string>;
  readonly formerResourceIds: ReadonlyMap<string, ReadonlySet<string>>;
  /** Folder names whose marks count as ours: the agent's own and those it was moved from. */
  readonly ownFolders: readonly string[];
}

/** What the references in an agent's content stand for. */
export function referencesOf({ agentIds, formerIds, goneIds, resourceIds, formerResourceIds }: AgentSides, { secrets, fingerprint }: PlanContext): ReferenceValues {
  return { secrets, fingerprint, agentIds, formerIds, goneIds, resourceIds, formerResourceIds };
}
