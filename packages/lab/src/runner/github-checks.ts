import type { CheckRun } from "../github/model/records.ts";
import type { Repository } from "../github/model/repository.ts";
import { timestamp } from "../github/model/timestamp.ts";
import { htmlUrl } from "../github/view/repository.ts";
import type { JobConclusion, JobRequest } from "./host.ts";

/**
 * Shows every job as a check run of the commit that its run is about: what required checks look at (docs
 * "Troubleshooting required status checks").
 */
export class JobChecks {
  readonly #repository: Repository;
  /** Run and attempt that a check run belongs to, for their order. */
  readonly #origins = new Map<CheckRun, { readonly run: number; readonly attempt: number }>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  start(job: JobRequest, sha: string): void {
    Object.assign(this.#checkOf(job, sha), { status: "in_progress", startedAt: timestamp() });
  }

  /** Also for jobs that never started: skipped, or cancelled while they waited. */
  finish(job: JobRequest, sha: string, conclusion: JobConclusion): void {
    Object.assign(this.#checkOf(job, sha), { status: "completed", conclusion, completedAt: timestamp() });
  }

  #checkOf({ run, name }: JobRequest, sha: string): CheckRun {
    const { checkRuns, world } = this.#repository;
    const known = [...this.#origins].find(([check, origin]) => check.name === name && origin.run === run.id && origin.attempt === run.attempt);
    if (known !== undefined) return known[0];
    const id = world.nextId();
    const check: CheckRun = {
      id,
      name,
      headSha: sha,
      status: "queued",
      conclusion: null,
      startedAt: null,
      completedAt: null,
      detailsUrl: `${htmlUrl(this.#repository)}/actions/runs/${run.id}/job/${id}`,
      externalId: null,
      output: { title: null, summary: null, text: null },
      annotations: [],
    };
    // The newest check of a name decides: one of an older run, cancelled before it began, must not come last.
    const later = checkRuns.findIndex((other) => {
      const origin = this.#origins.get(other);
      return origin !== undefined && (origin.run > run.id || (origin.run === run.id && origin.attempt > run.attempt));
    });
    checkRuns.splice(later < 0 ? checkRuns.length : later, 0, check);
    this.#origins.set(check, { run: run.id, attempt: run.attempt });
    return check;
  }
}
