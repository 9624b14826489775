import type { ResourceKind } from "../canonical/resource-symbols.ts";
import type { ReasonCode } from "../outcome.ts";
import type { Plan } from "../plan/plan.ts";
import type { Problem } from "../project/problem.ts";

/** What one workspace's section of a report is made of. */
export interface WorkspaceReport {
  readonly plan: Plan;
  /** Agents whose content this change touches; undefined means all count. */
  readonly touched: ReadonlySet<string> | undefined;
  /** A run that is deploying to the workspace at the moment. */
  readonly busyWith: { readonly run: string; readonly url: string } | undefined;
}

/** The report of a validation: files first, then a section per workspace. */
export interface ValidationReport {
  readonly outcome: "passed" | "passed-offline" | "invalid" | "conflicts" | "staging-required" | "failed";
  readonly reason: ReasonCode;
  /** One sentence for people where the outcome needs one (why offline, what failed). */
  readonly explanation: string | undefined;
  readonly problems: readonly Problem[];
  readonly agentCount: number;
  readonly workspaces: readonly WorkspaceReport[];
  /** The branch that the change goes to. */
  readonly targetBranch: string;
  /** The commit that was checked and the run that checked it. Only the summary shows them: the comment must not change when nothing changed. */
  readonly commit: string;
  readonly runUrl: string;
  /** Section files that several agents use, with their names. */
  readonly sharedSections: ReadonlyMap<string, readonly string[]>;
}

/** What deploy did with one agent. */
export interface AgentResult {
  readonly name: string;
  /** `left-alone`: blocked, see the plan. `cancelled`: not started because the run was stopped. */
  readonly status: "created" | "updated" | "replaced" | "recorded" | "deleted" | "unchanged" | "drifted" | "left-alone" | "failed" | "cancelled" | "planned";
  readonly reason: ReasonCode;
  /** One sentence where something went wrong or is worth knowing. */
  readonly message: string | undefined;
  readonly agentId: string | null;
  readonly engineId: string | null;
  readonly version: number | null;
  /** True if a part was written although the agent as a whole was not finished. */
  readonly partly?: boolean;
  /** Side effects and edits seen around the write: both values, credentials already as symbols. */
  readonly observed: readonly ObservedChange[];
  /** Names of fields that were sent and that Retell dropped without a word. */
  readonly notKept?: readonly string[];
}

/** What deploy did with one shared resource. */
export interface ResourceResult {
  readonly kind: ResourceKind;
  readonly symbol: string;
  readonly name: string;
  readonly status: AgentResult["status"];
  readonly reason: ReasonCode;
  readonly message: string | undefined;
  readonly id: string | null;
}

/** A key that Retell changed beside what was sent: a side effect, or somebody's edit within the window of the write. */
export interface ObservedChange {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
  /** True if Git mentions the field: then it stays a console edit. */
  readonly mentioned: boolean;
}

/** The report of a deploy. */
export interface DeployReport {
  readonly outcome: string;
  readonly reason: ReasonCode;
  readonly explanation: string | undefined;
  readonly plan: Plan | undefined;
  readonly results: readonly AgentResult[];
  /** Absent where the plan has no shared resources. */
  readonly resources?: readonly ResourceResult[];
  readonly problems: readonly Problem[];
  readonly dryRun: boolean;
  readonly commit: string;
  readonly runUrl: string;
  readonly stateCommit: string | undefined;
}
