import type { ReasonCode } from "../outcome.ts";
import type { AgentPlan } from "../plan/plan.ts";
import type { Workspace } from "../project/workspace.ts";

/** What became of one command line. */
export type CommandAnswer =
  | { readonly kind: "done"; readonly line: string; readonly agents: readonly DecidedAgent[] }
  | {
      readonly kind: "refused";
      readonly line: string;
      readonly reason: ReasonCode;
      readonly message: string;
      /** True if it could not be decided because something could not be read: nobody's choice is at fault. */
      readonly unread?: true;
      /** Agents to show afresh. */
      readonly fresh: readonly FreshAgent[];
    }
  | { readonly kind: "diff"; readonly line: string; readonly full: boolean; readonly agents: readonly FreshAgent[] }
  | { readonly kind: "status"; readonly line: string; readonly workspaces: readonly WorkspaceStatus[] }
  | {
      readonly kind: "help";
      readonly line: string;
      /** Why help is shown, where it was not asked for. */
      readonly message: string | undefined;
    };

/** One agent after a decision: each field is in exactly one list. */
export interface DecidedAgent {
  readonly workspace: string;
  readonly name: string;
  /** Fields whose console value is in the files now. */
  readonly adopted: readonly string[];
  /** Fields of which the files now have what both sides made of it, and whose console value Git may overwrite. */
  readonly merged: readonly string[];
  /** Fields for which Git may overwrite exactly the value that was read. */
  readonly overwrites: readonly string[];
  /** Fields that Git had as decided already. */
  readonly already: readonly string[];
  /** Fields left undecided, and why (sentence without capital and full stop). */
  readonly left: readonly { readonly field: string; readonly reason: string }[];
  /** Section files copied for this agent. */
  readonly forked: readonly { readonly from: string; readonly to: string }[];
  /** Shared files that were changed, and the agents whom that reaches. */
  readonly reaches: readonly { readonly file: string; readonly agents: readonly string[] }[];
  /** Names of secrets to create, without `RETELL_SECRET_`. */
  readonly secretsToCreate: readonly string[];
  /** Overwrite entries that were removed because they were spent. */
  readonly removedEntries: readonly string[];
}

/** An agent as it is now, to be shown with its commands. */
export interface FreshAgent {
  readonly workspace: Workspace;
  readonly plan: AgentPlan;
}

export interface WorkspaceStatus {
  readonly workspace: Workspace;
  readonly agents: readonly AgentPlan[];
  readonly unmanaged: number | undefined;
  /** Why the workspace could not be read; its agents are empty then. */
  readonly problem: string | undefined;
  /** `endedAt` in epoch milliseconds. */
  readonly lastDriftCheck: { readonly endedAt: number; readonly conclusion: string; readonly url: string } | undefined;
}

/** Everything that is said about the commands of one comment or of one run by hand. */
export interface Answer {
  readonly commands: readonly CommandAnswer[];
  /** The commit that carries the decisions, and where it is; undefined where nothing was committed. */
  readonly commit: { readonly sha: string; readonly url: string; readonly branch: string; readonly pullRequest: { readonly number: number; readonly url: string } | undefined } | undefined;
  /** What the check of the new head said; undefined where nothing was committed. */
  readonly check: { readonly outcome: string; readonly sentence: string | undefined } | undefined;
  readonly sharedSections: ReadonlyMap<string, readonly string[]>;
  readonly folder: string;
  /** Login of who wrote the commands. */
  readonly author: string;
}
