import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";

/** Requests to one service. */
export interface Calls {
  readonly calls: number;
  readonly writes: number;
}

/** One job of a run; of a matrix one per combination. Jobs that were skipped are left out. */
export interface JobRecord {
  /** Name of the job, which is the name of its check. */
  readonly name: string;
  readonly conclusion: string;
  /** What its actions put out as `outcome`, in the order of the steps. */
  readonly outcomes: readonly string[];
  /** All outputs of its steps by their names; of equal names the last. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Time of its steps in milliseconds. */
  readonly workMs: number;
  /** Markdown; empty if it wrote none. */
  readonly summary: string;
}

/** One attempt of a workflow run, as the table at the end shows it. */
export interface RunRecord {
  readonly id: number;
  readonly attempt: number;
  /** Name of the workflow file. */
  readonly workflow: string;
  readonly conclusion: string;
  readonly jobs: readonly JobRecord[];
  readonly workMs: number;
  readonly retell: Calls;
  /** REST and GraphQL, without git. */
  readonly github: Calls;
  /** The run in the lab, for looking at it and for running it again. */
  readonly lab: LabRun;
}

/** The job of that name. @throws {Error} if the run has none. */
export function jobNamed(run: RunRecord, name: string): JobRecord {
  const found = run.jobs.find((job) => job.name === name);
  if (found === undefined) throw new Error(`${run.workflow} ran no job "${name}"; it ran ${run.jobs.map((job) => job.name).join(", ")}.`);
  return found;
}

/** The run without one of its jobs, which another chapter has shown. */
export function without(run: RunRecord, name: string): RunRecord {
  return { ...run, jobs: run.jobs.filter((job) => job.name !== name) };
}

/** Outcomes of all jobs, each once, in order. */
export function outcomesOf(run: RunRecord): readonly string[] {
  return [...new Set(run.jobs.flatMap(({ outcomes }) => outcomes))];
}

/** The only outcome of a run with one action; several are joined by a comma. */
export function outcomeOf(run: RunRecord): string {
  return outcomesOf(run).join(", ");
}

/** Records the runs of a scene, with the requests that each of them sent. */
export class Recorder {
  readonly #scene: WorkflowScene;
  readonly #recorded = new Set<string>();
  /** Where the requests begin that belong to no recorded run. */
  #mark = { retell: 0, github: 0 };

  constructor(scene: WorkflowScene) {
    this.#scene = scene;
  }

  /**
   * Lets something happen, waits until nothing goes on by itself, and returns the runs that have ended since the last call,
   * in the order of their starts. A run that waits for its reviewer is returned by a later call, with all of its requests.
   * @throws {Error} if a request belongs to none of the runs, or to several.
   */
  async during(happening: () => unknown): Promise<readonly RunRecord[]> {
    const { actions, retell } = this.#scene;
    await happening();
    await actions.idle();
    const ended = actions.runs.filter(({ run }) => !this.#recorded.has(`${run.id}/${run.attempt}`));
    const records = ended.map((run) => this.#record(run, ended));
    if (actions.approvals.environments.length > 0) return [];
    this.#assertAllCounted(records);
    for (const { id, attempt } of records) this.#recorded.add(`${id}/${attempt}`);
    this.#mark = { retell: retell.requests.length, github: this.#scene.jobRequests().length };
    return records;
  }

  #assertAllCounted(records: readonly RunRecord[]): void {
    const sent = { retell: this.#scene.retell.requests.length - this.#mark.retell, github: this.#scene.jobRequests().length - this.#mark.github };
    for (const service of ["retell", "github"] as const) {
      const counted = records.reduce((sum, record) => sum + record[service].calls, 0);
      if (counted !== sent[service]) throw new Error(`${sent[service]} requests were sent to ${service}, and ${counted} were counted for ${records.length} runs.`);
    }
  }

  #record(lab: LabRun, ended: readonly LabRun[]): RunRecord {
    const jobs = Object.values(lab.jobs).flatMap(({ legs }) => legs.filter(({ conclusion }) => conclusion !== "skipped").map(jobRecord));
    const retell = this.#scene.retell.requests.slice(this.#mark.retell).filter(({ organization }) => ended.length === 1 || (organization === "org_staging") === deploysStaging(lab));
    return {
      id: lab.run.id,
      attempt: lab.run.attempt,
      workflow: lab.workflow.split("/").at(-1) ?? lab.workflow,
      conclusion: lab.conclusion,
      jobs,
      workMs: jobs.reduce((sum, { workMs }) => sum + workMs, 0),
      retell: count(retell),
      github: count(this.#scene.jobRequests().slice(this.#mark.github).filter(({ run }) => run === lab.run.id)),
      lab,
    };
  }
}

/** Two runs at a time are only ever one of production and the deploy of staging that it started. */
function deploysStaging({ workflow }: LabRun): boolean {
  return workflow.endsWith("/retell-deploy-staging.yml");
}

function jobRecord(leg: LabRun["jobs"][string]["legs"][number]): JobRecord {
  const outputs = leg.steps.map((step) => step.outputs);
  return {
    name: leg.name,
    conclusion: leg.conclusion,
    outcomes: outputs.flatMap(({ outcome }) => (outcome === undefined || outcome === "" ? [] : [outcome])),
    outputs: Object.assign({}, ...outputs) as Record<string, string>,
    workMs: leg.steps.reduce((sum, { durationMs }) => sum + durationMs, 0),
    summary: leg.steps.map(({ summary }) => summary).join("\n"),
  };
}

function count(requests: readonly { readonly write: boolean }[]): Calls {
  return { calls: requests.length, writes: requests.filter(({ write }) => write).length };
}
