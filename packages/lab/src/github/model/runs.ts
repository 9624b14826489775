import { timestamp } from "./timestamp.ts";

/** What the workflow runner says when it queues or re-runs a run. */
export interface RunRequest {
  /** Path of the workflow file, e.g. `.github/workflows/deploy.yml`. */
  workflow: string;
  event: string;
  /** Name shown for the workflow; default: the file's name. */
  name?: string;
  headBranch?: string | null;
  headSha?: string;
  actor?: string;
  /** Id of the run to re-run: a new attempt. */
  rerunOf?: number;
  status?: "queued" | "in_progress";
  /** Creation and start, ISO 8601; default now. */
  at?: string;
}

/** A job of an attempt, as far as `/attempts/{n}/jobs` shows it. */
export interface RunJob {
  id: number;
  name: string;
  status: "queued" | "in_progress" | "completed" | "waiting";
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  labels: string[];
}

/** One attempt of a run. */
export interface RunAttempt {
  attempt: number;
  status: "queued" | "in_progress" | "completed" | "waiting";
  conclusion: string | null;
  runStartedAt: string;
  updatedAt: string;
  actor: string;
  jobs: RunJob[];
}

/** A workflow run with all its attempts. */
export interface WorkflowRun {
  id: number;
  runNumber: number;
  workflow: string;
  name: string;
  event: string;
  headBranch: string | null;
  headSha: string;
  createdAt: string;
  actor: string;
  attempts: RunAttempt[];
}

/** Registry of the runs of one repository. */
export class RunRegistry {
  readonly runs = new Map<number, WorkflowRun>();
  readonly #nextId: () => number;

  constructor(nextId: () => number) {
    this.#nextId = nextId;
  }

  /** Registers a run, or a further attempt of one. */
  start(request: RunRequest & { headSha: string }): { id: number; attempt: number } {
    const at = request.at ?? timestamp();
    const run = request.rerunOf === undefined ? this.#create(request, at) : this.get(request.rerunOf);
    run.attempts.push({
      attempt: run.attempts.length + 1,
      status: request.status ?? "in_progress",
      conclusion: null,
      runStartedAt: at,
      updatedAt: at,
      actor: request.actor ?? run.actor,
      jobs: [],
    });
    return { id: run.id, attempt: run.attempts.length };
  }

  #create(request: RunRequest & { headSha: string }, at: string): WorkflowRun {
    const run: WorkflowRun = {
      id: this.#nextId(),
      runNumber: [...this.runs.values()].filter(({ workflow }) => workflow === request.workflow).length + 1,
      workflow: request.workflow,
      name: request.name ?? request.workflow.split("/").at(-1) ?? request.workflow,
      event: request.event,
      headBranch: request.headBranch ?? null,
      headSha: request.headSha,
      createdAt: at,
      actor: request.actor ?? "octocat",
      attempts: [],
    };
    this.runs.set(run.id, run);
    return run;
  }

  /** The run; throws if there is none, since that is a mistake of the test. */
  get(id: number): WorkflowRun {
    const run = this.runs.get(id);
    if (run === undefined) throw new Error(`There is no run ${id}.`);
    return run;
  }

  /** One attempt of a run. */
  attempt(id: number, attempt: number): RunAttempt {
    const found = this.get(id).attempts[attempt - 1];
    if (found === undefined) throw new Error(`Run ${id} has no attempt ${attempt}.`);
    return found;
  }

  /** Ends an attempt. */
  finish(id: number, attempt: number, conclusion: string, at: string = timestamp()): void {
    const found = this.attempt(id, attempt);
    Object.assign(found, { status: "completed", conclusion, updatedAt: at });
    for (const job of found.jobs.filter((candidate) => candidate.status !== "completed")) {
      Object.assign(job, { status: "completed", conclusion, completedAt: at });
    }
  }

  /** Changes the status of an attempt that has not ended. */
  setStatus(id: number, attempt: number, status: "queued" | "in_progress" | "waiting", at: string = timestamp()): void {
    Object.assign(this.attempt(id, attempt), { status, updatedAt: at });
  }

  /** Adds a job, or changes the one of that name. */
  setJob(id: number, attempt: number, job: Partial<RunJob> & { name: string }): RunJob {
    const { jobs } = this.attempt(id, attempt);
    let found = jobs.find(({ name }) => name === job.name);
    if (found === undefined) {
      found = { id: this.#nextId(), name: job.name, status: "queued", conclusion: null, startedAt: null, completedAt: null, labels: ["ubuntu-latest"] };
      jobs.push(found);
    }
    return Object.assign(found, job);
  }
}
