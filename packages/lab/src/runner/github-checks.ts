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
  /** By run, attempt and name of the job. */
  readonly #checks = new Map<string, CheckRun>();

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
    const key = `${run.id}/${run.attempt}/${name}`;
    const known = this.#checks.get(key);
    if (known !== undefined) return known;
    const id = this.#repository.world.nextId();
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
    this.#checks.set(key, check);
    // The last check of a name decides. A run that makes way for a newer one ends its jobs before that one begins.
    this.#repository.checkRuns.push(check);
    return check;
  }
}
