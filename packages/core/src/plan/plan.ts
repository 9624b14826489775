import type { Channel, Content } from "../canonical/content.ts";
import type { Baseline, FieldChange, FieldClass } from "../diff/classify.ts";
import type { ReasonCode } from "../outcome.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { Workspace } from "../project/workspace.ts";
import type { AgentState } from "../state/agent-state.ts";
import type { LastChange } from "../state/last-change.ts";
import type { ResourcePlan } from "./resource-plan.ts";

/** An agent's class is the worst of its fields, or one of the situations in which there is nothing to compare. */
export type AgentClass =
  | FieldClass
  | "not-deployed"
  | "missing-remote"
  | "version-deleted"
  | "removed-from-git"
  | "unreadable";

/** What deploy does with an agent. `record` writes nothing to Retell, only to the state. */
export type Operation = "none" | "create" | "update" | "replace" | "record" | "delete";

/** Why an agent is left alone although Git wants to change it. */
export interface Block {
  readonly reason: ReasonCode;
  /** What stands in the way and what to do, as a sentence. */
  readonly message: string;
}

/** The one decision about an agent: what preview, report, fingerprint and apply all use. */
export interface AgentPlan {
  readonly name: string;
  readonly class: AgentClass;
  readonly operation: Operation;
  /** True if Git wants to change the agent in Retell; only such an agent can be blocked. */
  readonly wanted: boolean;
  /** Fields that are not in sync, in the order of their paths. */
  readonly changes: readonly FieldChange[];
  /** Non-empty: the agent is left alone, whatever the operation says. */
  readonly blocks: readonly Block[];
  /** True if the content was never on staging and `require-staging: false` lets it through all the same. */
  readonly skipsStaging?: true;
  /** True if nothing but our ownership mark is written: the agent is taken over as it is. */
  readonly onlyMark?: true;
  /** Things to know that block nothing. */
  readonly notes: readonly string[];
  readonly agentId: string | null;
  /** How the agent of that id is reached; where there is none, how the desired one will be. */
  readonly channel: Channel;
  readonly engineId: string | null;
  /** The version that Retell holds now. */
  readonly version: number | null;
  readonly isPublished: boolean;
  /** Epoch milliseconds of the last change in Retell; null where there is nothing. */
  readonly modifiedAt: number | null;
  /** Set where this run did not read the agent, since nothing says that it changed: epoch milliseconds of a moment at or after which it was last read. */
  readonly notReadSince?: number;
  /** Canonical hashes, in symbols; null where that side does not exist. */
  readonly hashes: { readonly seen: string | null; readonly desired: string | null; readonly live: string | null };
  /** What apply works with; never rendered. */
  readonly material: AgentMaterial;
}

/** The sides of the comparison and the record behind them. */
export interface AgentMaterial {
  readonly desired: DesiredAgent | undefined;
  readonly state: AgentState | undefined;
  /** The baseline after a dead run was explained, in clear symbols; null without one. */
  readonly baseline: Baseline | null;
  /** Live in symbols. */
  readonly live: Content | undefined;
  /** `latest_published` in Retell, where it was asked for. */
  readonly publishedVersion?: number | null | undefined;
  /** The last change of what `live` shows. */
  readonly lastChange?: LastChange | undefined;
  /** Id of an engine that a dead run created for this agent, to be used instead of a new one. */
  readonly lostEngineId: string | undefined;
  /** Names that it was moved from and under which it is recorded still; what is recorded next is recorded under its own. */
  readonly formerRecords?: readonly string[];
}

/** Everything that one run decides about one workspace. Plain data, agents sorted by name. */
export interface Plan {
  readonly workspace: Workspace;
  readonly agents: readonly AgentPlan[];
  /** What agents share; absent where the project and the state have none. */
  readonly resources?: readonly ResourcePlan[];
  /** Agents in Retell that no folder and no state knows: counted, never drift. Undefined if they were not listed. */
  readonly unmanaged: number | undefined;
  /** `sha256:…` over the agents that would be written, bound to repository and workspace. */
  readonly fingerprint: string;
  /** Reasons for which nothing at all may be written. */
  readonly stops: readonly Block[];
}

/** True if apply would write the agent, or the shared resource, to Retell. */
export function isWritten(agent: Pick<AgentPlan, "blocks" | "operation">): boolean {
  return agent.blocks.length === 0 && (agent.operation === "create" || agent.operation === "update" || agent.operation === "replace" || agent.operation === "delete");
}
