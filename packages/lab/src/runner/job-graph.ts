/**
 * The jobs of a run: who waits for whom, conditions, matrices. Source: docs "Workflow syntax" (`needs`, `if`, `strategy`), "Contexts".
 * `success()` and `failure()` of a job look at all its ancestors, not only at `needs` (docs "Expressions", status check functions).
 */
import { evaluate, evaluateTree, interpolate, isTruthy, toText } from "./expressions.ts";
import type { JobConclusion, RunIdentity } from "./host.ts";
import { runLeg, survivesCancel, type LegOptions, type LegResult } from "./job-leg.ts";
import { expandMatrix, legName, type MatrixLeg } from "./matrix.ts";
import type { RawMapping, Workflow, WorkflowJob } from "./parse-workflow.ts";
import { tokenPermissions, type Permissions } from "./permissions.ts";
import type { StepResult } from "./job-run.ts";
import type { Annotation } from "./step-log.ts";

/** Result of a job; `legs` has one entry per combination of its matrix, or one. */
export interface JobResult {
  readonly id: string;
  readonly conclusion: JobConclusion;
  /** `needs.<id>.result` for others: a failure with the job's own `continue-on-error` counts as success (unproven). */
  readonly result: JobConclusion;
  /** Of a matrix: later combinations win. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Steps of all legs in order. */
  readonly steps: readonly StepResult[];
  readonly legs: readonly LegResult[];
  readonly reason: string;
}

export interface JobGraphOptions {
  readonly workflow: Workflow;
  readonly contexts: Readonly<Record<string, unknown>> & { readonly github: Readonly<Record<string, unknown>> };
  readonly run: RunIdentity;
  readonly sha: string;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly fork: boolean;
  readonly defaultPermissions: Permissions | undefined;
  /**
   * Jobs of the earlier attempt when only failed ones are run again: those, and all that need one of them
   * (docs "Re-running workflows and jobs").
   */
  readonly previous: Readonly<Record<string, JobResult>> | undefined;
  readonly leg: Omit<LegOptions, "job" | "request" | "contexts" | "permissions" | "controller">;
}

function worst(conclusions: readonly JobConclusion[]): JobConclusion {
  return (["failure", "cancelled", "success"] as const).find((item) => conclusions.includes(item)) ?? "skipped";
}

function hasName({ raw: { name } }: WorkflowJob): boolean {
  return name !== undefined && name !== null && name !== "";
}

/** Name of a job that never got contexts of its own (see `JobRequest.name`). */
function nameAsWritten(job: WorkflowJob): string {
  return hasName(job) ? toText(job.raw["name"]) : job.id;
}

/** Runs tasks with at most `limit` at a time, in order of start. */
async function inParallel<T>(tasks: readonly (() => Promise<T>)[], limit: number): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tasks.length) {
      const index = next++;
      const task = tasks[index];
      if (task) results[index] = await task();
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, work));
  return results;
}

/** One run's jobs. */
export class JobGraph {
  readonly #options: JobGraphOptions;
  readonly #results = new Map<string, Promise<JobResult>>();

  constructor(options: JobGraphOptions) {
    this.#options = options;
  }

  /** Runs all jobs; the order of the result is that of the file. */
  async run(): Promise<Record<string, JobResult>> {
    const jobs = this.#options.workflow.jobs;
    const entries = await Promise.all(jobs.map(async (job) => [job.id, await this.#result(job)] as const));
    return Object.fromEntries(entries);
  }

  /** Results of a run that was cancelled before it began: no job runs, whatever its condition. */
  async cancelled(reason: string): Promise<Record<string, JobResult>> {
    const entries: [string, JobResult][] = [];
    for (const job of this.#options.workflow.jobs) entries.push([job.id, await this.#skipped(job, { conclusion: "cancelled", reason })]);
    return Object.fromEntries(entries);
  }

  #job(id: string): WorkflowJob {
    const job = this.#options.workflow.jobs.find((item) => item.id.toLowerCase() === id.toLowerCase());
    if (job === undefined) throw new Error(`There is no job '${id}'.`);
    return job;
  }

  /** What the earlier attempt made of a job, or of a leg, that is not run again. */
  #kept(job: WorkflowJob): JobResult | undefined {
    const before = this.#options.previous?.[job.id];
    const again = before === undefined || job.needs.some((id) => this.#keptWhole(this.#job(id)) === undefined);
    return again ? undefined : before;
  }

  #keptWhole(job: WorkflowJob): JobResult | undefined {
    const kept = this.#kept(job);
    return kept === undefined || kept.conclusion === "failure" || kept.conclusion === "cancelled" ? undefined : kept;
  }

  #result(job: WorkflowJob): Promise<JobResult> {
    const kept = this.#keptWhole(job);
    const known = this.#results.get(job.id) ?? (kept === undefined ? this.#run(job) : Promise.resolve(kept));
    this.#results.set(job.id, known);
    return known;
  }

  #ancestors(job: WorkflowJob): WorkflowJob[] {
    const direct = job.needs.map((id) => this.#job(id));
    return [...new Set([...direct, ...direct.flatMap((item) => this.#ancestors(item))])];
  }

  async #run(job: WorkflowJob): Promise<JobResult> {
    const ancestors = this.#ancestors(job);
    const finished = new Map<string, JobResult>();
    for (const ancestor of ancestors) finished.set(ancestor.id, await this.#result(ancestor));
    const needs = Object.fromEntries(
      job.needs.map((id) => {
        const result = finished.get(this.#job(id).id);
        return [id, { result: result?.result ?? "skipped", outputs: result?.outputs ?? {} }];
      }),
    );
    const contexts = { ...this.#options.contexts, needs };
    try {
      const skip = this.#skip(job, [...finished.values()], contexts);
      if (skip !== undefined) return await this.#skipped(job, skip);
      return await this.#runLegs(job, contexts);
    } catch (error) {
      // A fault of the job's own expressions, e.g. of its matrix.
      const reason = (error as Error).message;
      const { run, sha, leg: settings } = this.#options;
      const name = nameAsWritten(job);
      await settings.host.finishJob?.({ run, jobId: job.id, name, sha }, { conclusion: "failure", annotations: [{ level: "error", message: reason }] });
      const leg: LegResult = { name, conclusion: "failure", continueOnError: false, outputs: {}, steps: [], matrix: {}, reason };
      return { id: job.id, conclusion: "failure", result: "failure", outputs: {}, steps: [], legs: [leg], reason };
    }
  }

  #skip(job: WorkflowJob, ancestors: readonly JobResult[], contexts: Readonly<Record<string, unknown>>): { conclusion: "skipped" | "cancelled"; reason: string } | undefined {
    const cancelled = this.#options.signal.aborted;
    const named = (names: readonly unknown[]): readonly JobResult[] => (names.length === 0 ? ancestors : ancestors.filter((item) => names.includes(item.id)));
    const functions = {
      success: (...names: unknown[]) => !cancelled && named(names).every((item) => item.result === "success"),
      failure: (...names: unknown[]) => named(names).some((item) => item.result === "failure"),
      cancelled: () => cancelled,
      always: () => true,
    };
    const { github, inputs, vars, needs } = contexts;
    if (isTruthy(evaluate(job.if, { contexts: { github, inputs, vars, needs }, functions }))) return undefined;
    return cancelled ? { conclusion: "cancelled", reason: String(this.#options.signal.reason) } : { conclusion: "skipped", reason: `'if: ${job.if}' is false` };
  }

  async #skipped(job: WorkflowJob, skip: { conclusion: "skipped" | "cancelled"; reason: string }): Promise<JobResult> {
    const { run, sha, leg } = this.#options;
    const name = nameAsWritten(job);
    const annotations: Annotation[] = skip.conclusion === "cancelled" ? [{ level: "error", message: skip.reason }] : [];
    await leg.host.finishJob?.({ run, jobId: job.id, name, sha }, { conclusion: skip.conclusion, annotations });
    const result: LegResult = { name, continueOnError: false, outputs: {}, steps: [], matrix: {}, ...skip };
    return { id: job.id, result: skip.conclusion, outputs: {}, steps: [], legs: [result], ...skip };
  }

  async #runLegs(job: WorkflowJob, contexts: LegOptions["contexts"]): Promise<JobResult> {
    const { needs, ...others } = contexts as typeof contexts & { needs: unknown };
    const strategy = (evaluateTree(job.raw["strategy"] ?? {}, { contexts: { ...others, needs } }) ?? {}) as RawMapping;
    const combinations: MatrixLeg[] | undefined = strategy["matrix"] === undefined ? undefined : expandMatrix(strategy["matrix"]);
    const all = combinations ?? [{}];
    const failFast = strategy["fail-fast"] !== false && strategy["fail-fast"] !== "false";
    const limit = Number(strategy["max-parallel"] ?? all.length);
    const controllers = all.map(() => new AbortController());
    const cancelAll = (reason: unknown): void => controllers.forEach((controller) => controller.abort(reason));
    const onCancel = (): void => {
      if (!survivesCancel(job, contexts)) cancelAll(this.#options.signal.reason);
    };
    this.#options.signal.addEventListener("abort", onCancel, { once: true });
    const before = this.#kept(job)?.legs.filter(({ conclusion }) => conclusion === "success") ?? [];
    const tasks = all.map((matrix, index) => async (): Promise<LegResult> => {
      const legContexts = {
        ...contexts,
        matrix: combinations === undefined ? {} : matrix,
        strategy: { "fail-fast": failFast, "job-index": index, "job-total": all.length, "max-parallel": limit },
      };
      const name = this.#name(job, legContexts, combinations === undefined ? undefined : matrix);
      const kept = before.find((leg) => leg.name === name);
      if (kept !== undefined) return kept;
      const leg = await runLeg({
        ...this.#options.leg,
        job,
        request: { run: this.#options.run, jobId: job.id, name, sha: this.#options.sha },
        contexts: legContexts,
        permissions: this.#permissions(job),
        controller: controllers[index] ?? new AbortController(),
      });
      if (failFast && leg.conclusion === "failure" && !leg.continueOnError) cancelAll(`Canceling since '${leg.name}' failed (strategy.fail-fast)`);
      return leg;
    });
    const legs = await inParallel(tasks, limit);
    this.#options.signal.removeEventListener("abort", onCancel);
    return {
      id: job.id,
      conclusion: worst(legs.map((leg) => leg.conclusion)),
      result: worst(legs.map((leg) => (leg.conclusion === "failure" && leg.continueOnError ? "success" : leg.conclusion))),
      outputs: Object.assign({}, ...legs.map((leg) => leg.outputs)) as Record<string, string>,
      steps: legs.flatMap((leg) => leg.steps),
      legs,
      reason: legs.map((leg) => leg.reason ?? "").find((reason) => reason !== "") ?? "",
    };
  }

  #name(job: WorkflowJob, contexts: Readonly<Record<string, unknown>>, matrix: MatrixLeg | undefined): string {
    if (hasName(job)) return interpolate(nameAsWritten(job), { contexts });
    return matrix === undefined ? job.id : legName(job.id, matrix);
  }

  #permissions(job: WorkflowJob): Permissions {
    const { workflow, fork, defaultPermissions } = this.#options;
    return tokenPermissions({ workflow: workflow.raw["permissions"], job: job.raw["permissions"], fork, ...(defaultPermissions && { defaults: defaultPermissions }) });
  }
}
