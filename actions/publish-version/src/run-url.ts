import type { JobContext } from "@retell-actions/core/ports/runner";

/** The page of a run of this repository; of the run at hand unless another one is named. */
export function runUrl(job: JobContext, runId = job.runId): string {
  return `${job.serverUrl}/${job.repository}/actions/runs/${runId}`;
}
