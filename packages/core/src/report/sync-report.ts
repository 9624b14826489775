import type { ReasonCode, SyncOutcome } from "../outcome.ts";
import type { CommitLine } from "../ports/github.ts";
import type { WorkspacesFile } from "../project/workspace.ts";

/** A branch by what it is for; which branch that is, workspaces.json says. */
export type BranchRole = keyof WorkspacesFile["branches"];

/** What became of one target. */
export interface SyncedTarget {
  readonly role: BranchRole;
  readonly branch: string;
  /** `synced`: moved by this run, and contains the source. `unchanged`: there was nothing to bring over. */
  readonly status: "synced" | "unchanged" | "pull-request" | "failed";
  /** How it was moved; undefined if it was not. */
  readonly how: "fast-forward" | "merge" | "force" | undefined;
  /** Also where `status` is good: why its deploy was not started, or why there is a pull request. */
  readonly reason: ReasonCode;
  /** A sentence, or several lines, on what a person has to do or to know. */
  readonly message: string | undefined;
  /** Tip that the run found, and tip that it left. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly pullRequest: { readonly number: number; readonly url: string } | undefined;
  /** Branch that keeps the old tip. */
  readonly backup: string | undefined;
  /** Commits that the target lacked, and commits that it no longer has; oldest first. */
  readonly brought: readonly CommitLine[];
  readonly left: readonly CommitLine[];
  readonly deploy: "started" | "failed" | undefined;
}

/** A run of branch-sync, whole. */
export interface SyncReport {
  readonly outcome: SyncOutcome;
  readonly reason: ReasonCode;
  readonly explanation: string;
  readonly source: { readonly role: BranchRole; readonly branch: string; readonly commit: string };
  readonly strategy: "safe" | "force";
  readonly targets: readonly SyncedTarget[];
  /** Address of the repository's page, without a slash at its end. */
  readonly repositoryUrl: string;
  readonly runUrl: string;
}
