import type { CheckRun } from "../github/model/records.ts";
import type { Repository } from "../github/model/repository.ts";
import { timestamp } from "../github/model/timestamp.ts";
import { htmlUrl } from "../github/view/repository.ts";
import type { JobEnd, JobRequest } from "./host.ts";
import type { Annotation } from "./step-log.ts";

/** Annotations of one job that GitHub keeps, over all steps (toolkit docs "problem-matchers"); also the most that one Checks API request may bring. */
export const annotationsPerJob = 50;

const levels = { error: "failure", warning: "warning", notice: "notice" } as const;

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
  finish(job: JobRequest, sha: string, { conclusion, annotations }: JobEnd): void {
    const shown = annotations.slice(0, annotationsPerJob).map(annotationOfCheck);
    Object.assign(this.#checkOf(job, sha), { status: "completed", conclusion, completedAt: timestamp(), annotations: shown });
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

/**
 * An annotation in the words of the Checks API. One without a file stands in `.github` (field reports of the answers of
 * "List check run annotations"; GitHub also counts the line of the log there, the lab says 1).
 */
function annotationOfCheck({ level, message, title, file, line = 1, endLine = line, col, endColumn }: Annotation): Record<string, unknown> {
  return {
    path: file ?? ".github",
    start_line: line,
    end_line: endLine,
    ...(col !== undefined && { start_column: col, end_column: endColumn ?? col }),
    annotation_level: levels[level],
    message,
    ...(title !== undefined && { title }),
  };
}
