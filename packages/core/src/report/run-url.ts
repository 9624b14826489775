import type { JobContext } from "../ports/runner.ts";

/** The page of a run of this repository; of the run at hand unless another one is named. */
export function runUrl(job: Pick<JobContext, "serverUrl" | "repository" | "runId">, runId = job.runId): string {
  return `${job.serverUrl}/${job.repository}/actions/runs/${runId}`;
}
