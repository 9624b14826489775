import type { FieldChange } from "../diff/classify.ts";
import type { ReasonCode } from "../outcome.ts";
import type { AgentPlan } from "../plan/plan.ts";
import type { Workspace } from "../project/workspace.ts";

/** What happened to an agent outside Git. */
export type FindingKind =
  /** The draft that Git deployed was edited in place. */
  | "draft-edited"
  /** A draft above the deployed version holds other content; callers of the published version do not get it. */
  | "new-draft"
  /** A version above the deployed one holds other content and is published. */
  | "new-version-published"
  /** A published version, which nobody can edit, holds other values: Retell migrated it. */
  | "migrated"
  /** Another version than the one that Git published last is what callers get. */
  | "published-elsewhere"
  /** No version is published any more. */
  | "published-version-deleted"
  | "version-deleted"
  | "missing-remote"
  /** Git and the console changed the same field, and Git's change is not deployed yet. */
  | "conflict";

export interface DriftFinding {
  readonly kind: FindingKind;
  /** The version that the finding is about; null where there is none. */
  readonly version: number | null;
  /** One sentence for people, plain text. */
  readonly sentence: string;
}

/** One agent that Retell holds differently from what Git deployed. */
export interface AgentDrift {
  readonly name: string;
  /** At least one. */
  readonly findings: readonly DriftFinding[];
  /** Fields that the console changed, conflicts among them; empty where only versions differ. */
  readonly fields: readonly FieldChange[];
  readonly plan: AgentPlan;
}

/** A shared resource that Retell holds differently from what Git deployed. */
export interface ResourceDrift {
  /** `knowledge://faq`. */
  readonly symbol: string;
  /** What differs and what to do, as sentences. */
  readonly sentence: string;
  /** Names of the sources or fields that the console changed. */
  readonly changed: readonly string[];
}

/** Everything that one look at a workspace found. Plain data, agents sorted by name. */
export interface WorkspaceDrift {
  readonly workspace: Workspace;
  readonly agents: readonly AgentDrift[];
  /** Knowledge bases and components that the console changed: told, not adopted. Absent where there are none. */
  readonly resources?: readonly ResourceDrift[];
  /** Agents of which nothing is known: never in sync. */
  readonly unreadable: readonly { readonly name: string; readonly reason: ReasonCode; readonly problem: string }[];
  /** Agents that another run is deploying at the moment: not judged. */
  readonly deploying: readonly string[];
  /** Agents whose content on the branch is not deployed yet. */
  readonly undeployed: readonly string[];
  /** Agents that were read and hold what was deployed. */
  readonly inSync: number;
  /**
   * Agents that were not read, since nothing says that they changed: in sync as far as Retell's lists tell. `since` is a moment at or
   * after which they were last read, epoch milliseconds. Absent where all were read.
   */
  readonly notRead?: readonly { readonly name: string; readonly since: number }[];
  /** Agents in Retell that Git does not know; undefined if they were not counted. */
  readonly unmanaged: number | undefined;
  /** Names the drift by its content: equal drifts have equal digests whenever they are found. Undefined without drift. */
  readonly digest: string | undefined;
}
