/**
 * Runs the steps of one job (one combination of a matrix) on a runner of its own: fresh workspace, temporary folder and home.
 * Sources: actions/runner `JobExtension.cs` (set-up, outputs), `StepsRunner.cs` (conditions, cancel, time-outs).
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readActionMetadata } from "./action-metadata.ts";
import type { JobRunOptions, JobRunResult, StepResult } from "./job-run.ts";
import { JobState } from "./job-state.ts";
import type { RawMapping, WorkflowStep } from "./parse-workflow.ts";
import { resolveUses, type ResolvedUses } from "./resolve-uses.ts";
import type { ProgramResult } from "./run-program.ts";
import { actionDirectory, runActionPhase, runStep, stepName, type PostStep, type StepContext } from "./run-step.ts";
import type { Annotation } from "./step-log.ts";

/** Outputs of a job, all together, in UTF-16 code units (docs "Actions limits": 1 MB per job). */
const outputLimit = 1024 * 1024;

interface Folders {
  readonly workspace: string;
  readonly runnerTemp: string;
}

class JobRun {
  readonly #options: JobRunOptions;
  readonly #state: JobState;
  readonly #folders: Folders;
  readonly #steps: StepResult[] = [];
  readonly #posts: PostStep[] = [];
  readonly #preState = new Map<WorkflowStep, Record<string, string>>();
  readonly #uses = new Map<WorkflowStep, ResolvedUses>();

  constructor(options: JobRunOptions, folders: Folders, home: string) {
    this.#options = options;
    this.#folders = folders;
    this.#state = new JobState({ ...options.state, home, machine: options.machine ?? {} });
  }

  async run(): Promise<JobRunResult> {
    const { job, signal, minuteMs } = this.#options;
    const cancelled = (): void => {
      this.#state.status = "cancelled";
    };
    signal.addEventListener("abort", cancelled, { once: true });
    if (signal.aborted) cancelled();
    let timer: NodeJS.Timeout | undefined;
    let outputs: Record<string, string> = {};
    let environmentUrl: string | undefined;
    try {
      const minutes = Number(this.#state.value(job.raw["timeout-minutes"] ?? 360));
      timer = setTimeout(() => this.#options.cancel(`The job has exceeded the maximum execution time of ${minutes}m.`), Math.min(minutes * minuteMs, 2 ** 31 - 1));
      if (await this.#setUp()) for (const step of job.steps) await this.#step(step);
      for (const post of this.#posts.reverse()) await this.#post(post);
      environmentUrl = this.#environmentUrl();
      outputs = this.#outputs();
    } catch (error) {
      this.#fault("Complete job", error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancelled);
    }
    return { conclusion: this.#state.status, outputs, steps: this.#steps, environmentUrl };
  }

  #add(step: StepResult): void {
    this.#steps.push(step);
    this.#options.onStep?.(step);
  }

  #synthetic(name: string, annotations: readonly Annotation[], conclusion: StepResult["conclusion"]): void {
    const log = annotations.map((item) => `##[${item.level}]${item.message}\n`).join("");
    this.#add({ id: "", name, outcome: conclusion, conclusion, outputs: {}, log, summary: "", annotations, durationMs: 0, stdout: "", stderr: "" });
  }

  #fault(name: string, error: unknown, proceed = false): void {
    if (this.#state.status === "success" && !proceed) this.#state.status = "failure";
    this.#synthetic(name, [{ level: "error", message: this.#state.masks.mask((error as Error).message) }], proceed ? "success" : "failure");
  }

  /** Environment of the job, all actions of the job, their pre steps. False if that failed: then no step runs. */
  async #setUp(): Promise<boolean> {
    const { workflow, job } = this.#options;
    try {
      this.#state.env = this.#state.texts(workflow.raw["env"]);
      this.#state.env = { ...this.#state.env, ...this.#state.texts(job.raw["env"]) };
      for (const step of job.steps) {
        if (typeof step.raw["uses"] === "string") this.#uses.set(step, await resolveUses(step.raw["uses"], this.#options.actions));
      }
      for (const [step, uses] of this.#uses) {
        if (uses.kind !== "action") continue;
        const { runs } = await readActionMetadata(actionDirectory(uses, this.#folders.workspace));
        if (runs.pre === undefined || !this.#state.condition(runs["pre-if"] ?? "always()")) continue;
        const context = this.#context(step, { ...this.#state.env, ...this.#state.texts(step.raw["env"]) }, this.#options.signal);
        const result = await runActionPhase(context, "pre", {}, this.#options.signal);
        this.#preState.set(step, { ...result.state });
        this.#finish({ id: "", name: `Pre ${stepName(step)}`, result, proceed: false });
      }
      return true;
    } catch (error) {
      this.#fault("Set up job", error);
      return false;
    }
  }

  #context(step: WorkflowStep, env: Readonly<Record<string, string>>, signal: AbortSignal): StepContext {
    const { workflow, job } = this.#options;
    const defaultsOf = (raw: RawMapping): RawMapping => ((raw["defaults"] as { run?: RawMapping } | undefined)?.run ?? {});
    return {
      job: this.#state,
      step,
      uses: this.#uses.get(step),
      env,
      defaults: { ...defaultsOf(workflow.raw), ...defaultsOf(job.raw) },
      ...this.#folders,
      cloneUrl: this.#options.cloneUrl,
      artifacts: this.#options.artifacts,
      signal,
      nodePath: this.#options.nodePath,
      debug: this.#options.debug,
      timings: this.#options.timings,
      onSpawn: (child) => this.#options.onSpawn?.(child, step.id),
      addPost: (post) => this.#posts.push(post),
      state: this.#preState.get(step) ?? {},
    };
  }

  /** Takes over what a step left behind. */
  #finish(done: { id: string; name: string; result: ProgramResult; proceed: boolean; outcome?: StepResult["outcome"]; notes?: readonly Annotation[] }): void {
    const { result, notes = [] } = done;
    const outcome = done.outcome ?? result.conclusion;
    const conclusion = outcome === "failure" && done.proceed ? "success" : outcome;
    this.#state.env = { ...this.#state.env, ...result.env };
    for (const entry of result.path.toReversed()) {
      const old = this.#state.path.indexOf(entry);
      if (old >= 0) this.#state.path.splice(old, 1);
      this.#state.path.unshift(entry);
    }
    if (conclusion === "failure" && this.#state.status === "success") this.#state.status = "failure";
    if (done.id !== "" && !done.id.startsWith("__")) this.#state.steps[done.id] = { outputs: result.outputs, outcome, conclusion };
    const { outputs, summary, durationMs, stdout, stderr } = result;
    const log = result.log + notes.map((item) => `##[${item.level}]${item.message}\n`).join("");
    this.#add({ id: done.id, name: done.name, outcome, conclusion, outputs, log, summary, annotations: [...result.annotations, ...notes], durationMs, stdout, stderr });
  }

  async #step(step: WorkflowStep): Promise<void> {
    let name = stepName(step);
    try {
      const env = { ...this.#state.env, ...this.#state.texts(step.raw["env"]) };
      if (!this.#state.condition(step.if, env)) {
        if (!step.id.startsWith("__")) this.#state.steps[step.id] = { outputs: {}, outcome: "skipped", conclusion: "skipped" };
        this.#synthetic(name, [], "skipped");
        return;
      }
      name = String(this.#state.texts({ name }, this.#state.scope(env))["name"]);
      await this.#execute(step, name, env);
    } catch (error) {
      const proceed = this.#state.value(step.raw["continue-on-error"] ?? false) === true;
      if (!step.id.startsWith("__")) this.#state.steps[step.id] = { outputs: {}, outcome: "failure", conclusion: proceed ? "success" : "failure" };
      this.#fault(name, error, proceed);
    }
  }

  async #execute(step: WorkflowStep, name: string, env: Readonly<Record<string, string>>): Promise<void> {
    const { signal, minuteMs } = this.#options;
    const own = new AbortController();
    let timedOut = false;
    const wasTimedOut = (): boolean => timedOut;
    // A step whose condition still holds after the cancel (`always()`) is left to finish.
    const onCancel = (): void => {
      if (!this.#state.condition(step.if, env)) own.abort();
    };
    const alreadyCancelled = signal.aborted;
    if (!alreadyCancelled) signal.addEventListener("abort", onCancel, { once: true });
    const minutes = Number(this.#state.value(step.raw["timeout-minutes"] ?? Infinity, env));
    const timer = Number.isFinite(minutes)
      ? setTimeout(() => {
          timedOut = true;
          own.abort();
        }, Math.min(minutes * minuteMs, 2 ** 31 - 1))
      : undefined;
    try {
      const result = await runStep(this.#context(step, env, own.signal));
      const proceed = this.#state.value(step.raw["continue-on-error"] ?? false, env) === true;
      const late: Annotation[] = wasTimedOut() ? [{ level: "error", message: `The action '${name}' has timed out after ${minutes} minutes.` }] : [];
      this.#finish({ id: step.id, name, result, proceed, notes: late, ...(wasTimedOut() && { outcome: "failure" as const }) });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onCancel);
    }
  }

  async #post(post: PostStep): Promise<void> {
    if (!this.#state.condition(post.condition)) return this.#synthetic(post.name, [], "skipped");
    // Post steps also run after a cancel, so the job's signal does not reach them.
    const result = await post.run(new AbortController().signal);
    this.#finish({ id: "", name: post.name, result, proceed: false });
  }

  #environmentUrl(): string | undefined {
    const environment = this.#options.job.raw["environment"] as { url?: unknown } | undefined;
    if (typeof environment !== "object" || environment.url === undefined) return undefined;
    return this.#state.texts({ url: environment.url })["url"];
  }

  #outputs(): Record<string, string> {
    const all = this.#state.texts(this.#options.job.raw["outputs"]);
    const hidden = Object.keys(all).filter((name) => this.#state.masks.hides(all[name] ?? ""));
    const values = Object.fromEntries(Object.entries(all).filter(([name]) => !hidden.includes(name)));
    if (hidden.length > 0) {
      this.#synthetic("Complete job", hidden.map((name) => ({ level: "warning", message: `Skip output '${name}' since it may contain secret.` })), "success");
    }
    const size = Object.values(values).reduce((sum, value) => sum + value.length * 2, 0);
    if (size > outputLimit) throw new Error(`The outputs of job '${this.#options.job.id}' have ${size} bytes; GitHub allows ${outputLimit}.`);
    return values;
  }
}

/** Runs all steps. Faults of the workflow become a failed job, never a rejection. */
export async function runJob(options: JobRunOptions): Promise<JobRunResult> {
  const name = String(options.state.github["repository"]).split("/")[1] ?? "repository";
  const folders = { workspace: join(options.directory, name, name), runnerTemp: join(options.directory, "_temp") };
  const home = join(options.directory, "home");
  const workflowFolder = join(folders.runnerTemp, "_github_workflow");
  await Promise.all([folders.workspace, workflowFolder, home].map((path) => mkdir(path, { recursive: true })));
  const eventPath = join(workflowFolder, "event.json");
  await writeFile(eventPath, JSON.stringify(options.state.github["event"] ?? {}, undefined, 2));
  const github = { ...options.state.github, workspace: folders.workspace, event_path: eventPath };
  const runner = { ...options.state.runner, temp: folders.runnerTemp, tool_cache: join(options.directory, "_tool"), workspace: join(options.directory, name) };
  return new JobRun({ ...options, state: { ...options.state, github, runner } }, folders, home).run();
}
