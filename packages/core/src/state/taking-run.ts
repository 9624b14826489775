import type { JobContext } from "../ports/runner.ts";
import type { PendingRun } from "./workspace-state.ts";

/** How long a run holds the workspace at most when GitHub does not tell whether it is over. */
const LOCK_HOURS = 2;

/** The entry by which the run at hand takes a workspace; `now` in epoch milliseconds. Which agents it takes is filled in later. */
export function takingRun(job: Pick<JobContext, "runId" | "runAttempt" | "job">, { commit, now }: { readonly commit: string; readonly now: number }): PendingRun {
  return { run: job.runId, attempt: job.runAttempt, job: job.job, until: isoSeconds(now + LOCK_HOURS * 3_600_000), commit, agents: [] };
}

/** An ISO time in whole seconds, as state files have it. */
export function isoSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, "Z");
}
