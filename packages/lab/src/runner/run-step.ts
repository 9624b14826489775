/** Runs one step of a job: a script, the checkout, or an action. Source: docs "Workflow syntax" (steps); actions/runner `StepsRunner.cs`, `ScriptHandler.cs`. */
import { mkdir, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import { readActionMetadata } from "./action-metadata.ts";
import { runArtifactStep } from "./artifact-steps.ts";
import type { ArtifactStore } from "./artifact-store.ts";
import { checkout } from "./checkout.ts";
import type { JobState } from "./job-state.ts";
import type { RawMapping, WorkflowStep } from "./parse-workflow.ts";
import type { ActionUses, ResolvedUses } from "./resolve-uses.ts";
import { runActionBundle } from "./run-action.ts";
import { runProgram, type ProgramResult } from "./run-program.ts";
import type { CancelTimings } from "./step-process.ts";
import type { ChildProcess } from "node:child_process";

/** A step that is still owed: registered by a main step, run at the end of the job in reverse order. */
export interface PostStep {
  readonly name: string;
  readonly condition: string;
  readonly run: (signal: AbortSignal) => Promise<ProgramResult>;
}

export interface StepContext {
  readonly job: JobState;
  readonly step: WorkflowStep;
  /** What `uses:` was resolved to; undefined for `run:`. */
  readonly uses: ResolvedUses | undefined;
  /** Step environment, evaluated: workflow, job, GITHUB_ENV, step. */
  readonly env: Readonly<Record<string, string>>;
  /** `defaults.run` of job and workflow, merged. */
  readonly defaults: RawMapping;
  readonly workspace: string;
  readonly runnerTemp: string;
  readonly cloneUrl: (repository: string) => string;
  readonly artifacts: ArtifactStore;
  readonly signal: AbortSignal;
  readonly nodePath?: string | undefined;
  readonly debug?: boolean | undefined;
  readonly timings?: Partial<CancelTimings> | undefined;
  readonly onSpawn?: ((child: ChildProcess) => void) | undefined;
  readonly addPost: (post: PostStep) => void;
  /** `STATE_*` written by the action's pre step. */
  readonly state: Readonly<Record<string, string>>;
}

/** Command lines of `shell:`; `{0}` is the script. Source: docs "Workflow syntax", `jobs.<id>.steps[*].shell`. */
const shells: Readonly<Record<string, { readonly line: string; readonly extension: string }>> = {
  "": { line: "bash -e {0}", extension: ".sh" },
  bash: { line: "bash --noprofile --norc -e -o pipefail {0}", extension: ".sh" },
  sh: { line: "sh -e {0}", extension: ".sh" },
  python: { line: "python {0}", extension: ".py" },
};

async function runScript(context: StepContext): Promise<ProgramResult> {
  const { job, step, env, defaults } = context;
  const scope = job.scope(env);
  const [script = ""] = Object.values(job.texts({ script: step.raw["run"] }, scope));
  const shell = String(job.value(step.raw["shell"] ?? defaults["shell"] ?? "", env));
  const directory = String(job.value(step.raw["working-directory"] ?? defaults["working-directory"] ?? ".", env));
  const known = shells[shell] ?? { line: shell, extension: "" };
  const path = join(context.runnerTemp, `${randomUUID()}${known.extension}`);
  await mkdir(context.runnerTemp, { recursive: true });
  await writeFile(path, script);
  const [command = "bash", ...args] = known.line.split(/\s+/).map((word) => word.replace("{0}", path));
  return runProgram({
    command,
    args,
    cwd: resolve(context.workspace, directory),
    environment: job.programEnvironment(env, step.id),
    runnerTemp: context.runnerTemp,
    workspace: context.workspace,
    masks: job.masks,
    debug: context.debug,
    signal: context.signal,
    timings: context.timings,
    onSpawn: context.onSpawn,
    announce: (log) => {
      log.write(`##[group]Run ${script.trim().split("\n")[0] ?? ""}`);
      for (const line of script.trimEnd().split("\n")) log.write(line);
      log.write("##[endgroup]");
    },
  });
}

/** Folder of an action; a local one exists only once the workspace holds it. */
export function actionDirectory(uses: ActionUses, workspace: string): string {
  return uses.kind === "local" ? resolve(workspace, uses.path) : uses.directory;
}

function actionOf({ uses }: StepContext): ActionUses {
  if (uses?.kind !== "action" && uses?.kind !== "local") throw new Error("This step has no action folder.");
  return uses;
}

/** Runs one script of an action in the job's surroundings. */
export async function runActionPhase(context: StepContext, phase: "pre" | "main" | "post", state: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ProgramResult> {
  const { job, step, env } = context;
  const uses = actionOf(context);
  const origin = uses.kind === "action" ? { GITHUB_ACTION_REPOSITORY: uses.repository, GITHUB_ACTION_REF: uses.ref } : {};
  return runActionBundle({
    directory: actionDirectory(uses, context.workspace),
    inputs: job.texts(step.raw["with"], job.scope(env)),
    env: { ...job.programEnvironment(env, step.id), ...origin },
    workspace: context.workspace,
    contexts: Object.fromEntries(Object.entries(job.scope(env).contexts).filter(([name]) => ["github", "strategy", "matrix", "job", "runner"].includes(name))),
    masks: job.masks,
    phase,
    state,
    runnerTemp: context.runnerTemp,
    signal,
    ...(context.nodePath !== undefined && { nodePath: context.nodePath }),
    ...(context.debug !== undefined && { debug: context.debug }),
    ...(context.timings !== undefined && { timings: context.timings }),
    ...(context.onSpawn !== undefined && { onSpawn: context.onSpawn }),
  });
}

async function runAction(context: StepContext): Promise<ProgramResult> {
  const { step } = context;
  const metadata = await readActionMetadata(actionDirectory(actionOf(context), context.workspace));
  let state = context.state;
  if (metadata.runs.post !== undefined) {
    context.addPost({
      name: `Post ${stepName(step)}`,
      condition: metadata.runs["post-if"] ?? "always()",
      run: (signal) => runActionPhase(context, "post", state, signal),
    });
  }
  const result = await runActionPhase(context, "main", state, context.signal);
  state = { ...state, ...result.state };
  return result;
}

async function runCheckout(context: StepContext, major: number | undefined): Promise<ProgramResult> {
  const { job, step, env } = context;
  const { result, cleanUp } = await checkout({
    inputs: job.texts(step.raw["with"], job.scope(env)),
    major,
    github: job.github,
    token: String(job.github["token"]),
    cloneUrl: context.cloneUrl,
    workspace: context.workspace,
    runnerTemp: context.runnerTemp,
    env: job.programEnvironment(env, step.id),
    masks: job.masks,
    signal: context.signal,
  });
  context.addPost({
    name: `Post ${stepName(step)}`,
    condition: "always()",
    run: async () => {
      await cleanUp();
      return { ...result, conclusion: "success", exitCode: 0, log: "Removed auth\n", outputs: {}, annotations: [], durationMs: 0 };
    },
  });
  return result;
}

function runArtifact({ job, step, env, workspace, artifacts }: StepContext, verb: "upload" | "download"): Promise<ProgramResult> {
  const inputs = job.texts(step.raw["with"], job.scope(env));
  return runArtifactStep({ verb, inputs, store: artifacts, attempt: Number(job.github["run_attempt"]), workspace, masks: job.masks });
}

/** Name that GitHub shows for a step without one. */
export function stepName(step: WorkflowStep): string {
  const { name, uses, run } = step.raw;
  return typeof name === "string" ? name : `Run ${String(uses ?? run).trim().split("\n")[0] ?? ""}`;
}

/** Runs the step's main part. @throws {Error} for faults of its expressions or of the action's files. */
export async function runStep(context: StepContext): Promise<ProgramResult> {
  const { uses } = context;
  if (uses === undefined) return runScript(context);
  if (uses.kind === "checkout") return runCheckout(context, uses.major);
  return uses.kind === "artifact" ? runArtifact(context, uses.verb) : runAction(context);
}
