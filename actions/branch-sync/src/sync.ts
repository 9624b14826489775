import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { CommitComparison } from "@retell-actions/core/ports/github";
import type { BranchRole, SyncedTarget } from "@retell-actions/core/report/sync-report";
import type { SyncInputs } from "./inputs.ts";
import type { Source } from "./find-source.ts";

/** What the steps of one run share. */
export interface Sync {
  readonly inputs: SyncInputs;
  readonly ports: ActionPorts;
  /** Normalised working directory. */
  readonly directory: string;
  readonly source: Source;
}

/** One target as it was found. */
export interface Target {
  readonly role: BranchRole;
  readonly branch: string;
  readonly tip: string;
  /** The branch of its pull request, and where that is; undefined if it does not exist. */
  readonly request: { readonly branch: string; readonly tip: string | undefined };
}

/** A target of which nothing more is known than its name, to be filled in. */
export function untouched(target: Pick<Target, "role" | "branch"> & { readonly tip?: string }): SyncedTarget {
  return {
    role: target.role,
    branch: target.branch,
    status: "unchanged",
    how: undefined,
    reason: "nothing-to-do",
    message: undefined,
    before: target.tip,
    after: target.tip,
    pullRequest: undefined,
    backup: undefined,
    brought: [],
    left: [],
    deploy: undefined,
  };
}

/** Where `head` stands seen from `base`, without a question for equal commits. */
export async function relationOf(ports: ActionPorts, base: string, head: string): Promise<CommitComparison["status"]> {
  return base === head ? "identical" : (await ports.repository.compare(base, head)).status;
}

/** True if every commit of `commit` is in `tip`. */
export async function contains(ports: ActionPorts, tip: string, commit: string): Promise<boolean> {
  const relation = await relationOf(ports, tip, commit);
  return relation === "identical" || relation === "behind";
}

/** To be called before each write: none starts after a signal. */
export function assertGoing(ports: ActionPorts): void {
  if (ports.signal.aborted) throw new ActionError("cancelled", "The run was cancelled before this branch was synced. What is done stays; run again for the rest.");
}

/** True in a re-run: the attempt before may have been killed between moving a branch and what follows from it. */
export function isRerun(ports: ActionPorts): boolean {
  return ports.job.runAttempt > 1;
}

export function repositoryUrl({ job }: ActionPorts): string {
  return `${job.serverUrl}/${job.repository}`;
}
