/**
 * One job of a run, or one combination of its matrix, from the wait for its turn to its result: concurrency group,
 * approval of the environment, secrets, token, runner. No secret is read before the approval.
 * Source: docs "Deployments and environments", "Control the concurrency of workflows and jobs", "GITHUB_TOKEN".
 */
import { join } from "node:path";
import type { ConcurrencyRegistry, ConcurrencyRequest, ConcurrencySlot } from "./concurrency.ts";
import { evaluate, evaluateTree, interpolate, isTruthy, toText, type ExpressionScope } from "./expressions.ts";
import { runnerContext } from "./github-context.ts";
import type { JobConclusion, JobRequest, RunnerHost, SecretSource } from "./host.ts";
import { MaskSet } from "./masks.ts";
import type { RawMapping, Workflow, WorkflowJob } from "./parse-workflow.ts";
import type { Permissions } from "./permissions.ts";
import type { JobRunOptions, StepResult } from "./job-run.ts";
import { runJob } from "./run-job.ts";
import type { Annotation } from "./step-log.ts";

/** Result of one job or combination. */
export interface LegResult {
  /** Name as shown: `name:`, and the values of the matrix. */
  readonly name: string;
  readonly conclusion: JobConclusion;
  /** The job's own `continue-on-error`: a failure does not fail the run. */
  readonly continueOnError: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: readonly StepResult[];
  readonly matrix: RawMapping;
  readonly environment?: string;
  readonly environmentUrl?: string;
  /** Permissions that the token had; undefined if the job never got one. */
  readonly permissions?: Permissions;
  /** Why a job was cancelled or failed before its first step. */
  readonly reason?: string;
}

export interface LegOptions {
  readonly host: RunnerHost;
  readonly workflow: Workflow;
  readonly job: WorkflowJob;
  readonly request: Omit<JobRequest, "environment">;
  /** `github` (without token), `inputs`, `needs`, `matrix`, `strategy`, and `vars` of the repository. */
  readonly contexts: Readonly<Record<string, unknown>> & { readonly github: Readonly<Record<string, unknown>> };
  readonly permissions: Permissions;
  readonly secretSource: SecretSource;
  readonly concurrency: ConcurrencyRegistry;
  readonly directory: string;
  readonly controller: AbortController;
  /** GitHub asks for the approval of a job that already holds its concurrency group (unproven; default true). */
  readonly approvalHoldsConcurrency: boolean;
  readonly runner: Pick<JobRunOptions, "actions" | "artifacts" | "machine" | "nodePath" | "debug" | "timings" | "minuteMs" | "onSpawn" | "onStep">;
}

/** Evaluates `concurrency:`; a string is a group. */
export function concurrencyRequest(raw: unknown, scope: ExpressionScope): ConcurrencyRequest | undefined {
  if (raw === undefined || raw === null) return undefined;
  const value = evaluateTree(raw, scope);
  const mapping = (typeof value === "object" ? value : { group: value }) as RawMapping;
  const group = toText(mapping["group"]);
  if (group === "") return undefined;
  const queue = mapping["queue"] === "max" ? "max" : "single";
  const cancelInProgress = isTruthy(mapping["cancel-in-progress"]) && mapping["cancel-in-progress"] !== "false";
  if (queue === "max" && cancelInProgress) throw new Error("'queue: max' cannot be combined with 'cancel-in-progress: true'.");
  return { group, cancelInProgress, queue };
}

function environmentOf(raw: unknown, scope: ExpressionScope): { name: string; deployment: boolean } | undefined {
  if (raw === undefined || raw === null) return undefined;
  const mapping = typeof raw === "object" ? (raw as RawMapping) : { name: raw };
  const name = interpolate(toText(mapping["name"]), scope);
  return name === "" ? undefined : { name, deployment: mapping["deployment"] !== false };
}

async function waitForApproval(options: LegOptions, environment: string): Promise<string | undefined> {
  const { host, request, contexts, controller } = options;
  const cancelled = new Promise<"cancelled">((resolve) => controller.signal.addEventListener("abort", () => resolve("cancelled"), { once: true }));
  const asked = host.approval({ ...request, environment, ref: String(contexts.github["ref"]), signal: controller.signal });
  const answer = await Promise.race([asked, cancelled]);
  if (answer === "cancelled") {
    asked.catch(() => undefined);
    return undefined;
  }
  return answer.approved ? undefined : (answer.reason ?? `The deployment to '${environment}' was rejected.`);
}

async function runOnRunner(options: LegOptions, environment: { name: string; deployment: boolean } | undefined): Promise<Omit<LegResult, "name" | "continueOnError" | "matrix">> {
  const { host, contexts, controller, request, runner } = options;
  const named = environment === undefined ? {} : { environment: environment.name };
  const job: JobRequest = { ...request, ...named };
  await host.startJob?.(job);
  const secrets = options.secretSource === "none" ? {} : await host.secrets({ ...named, source: options.secretSource });
  const variables = await host.variables(named);
  const token = await host.issueToken({ permissions: options.permissions, job });
  const masks = new MaskSet({ values: [...Object.values(secrets), token] });
  const deploy = async (state: "in_progress" | "success" | "failure" | "inactive", url?: string): Promise<void> => {
    if (environment?.deployment) await host.deployment?.({ ...job, environment: environment.name, ref: String(contexts.github["ref"]), state, ...(url && { url }) });
  };
  await deploy("in_progress");
  const { github, ...others } = contexts;
  const result = await runJob({
    ...runner,
    workflow: options.workflow,
    job: options.job,
    directory: join(options.directory, `${request.name.replaceAll(/[^\w.-]+/g, "-")}-${String((contexts["strategy"] as RawMapping | undefined)?.["job-index"] ?? 0)}`),
    cloneUrl: (repository) => host.cloneUrl(repository),
    signal: controller.signal,
    cancel: (reason) => controller.abort(reason),
    state: {
      github: { ...github, token, job: options.job.id },
      runner: runnerContext({ temp: "", toolCache: "", debug: runner.debug ?? false }),
      secrets: { ...secrets, GITHUB_TOKEN: token, github_token: token },
      contexts: { ...others, vars: variables },
      masks,
    },
  });
  await deploy(result.conclusion === "success" ? "success" : result.conclusion === "failure" ? "failure" : "inactive", result.environmentUrl);
  await host.revokeToken?.(token);
  return {
    conclusion: result.conclusion,
    outputs: result.outputs,
    steps: result.steps,
    permissions: options.permissions,
    ...named,
    ...(result.environmentUrl !== undefined && { environmentUrl: result.environmentUrl }),
    ...(controller.signal.aborted && { reason: String(controller.signal.reason) }),
  };
}

function annotationsOf({ steps, reason = "" }: Pick<LegResult, "steps" | "reason">): readonly Annotation[] {
  if (steps.length === 0 && reason !== "") return [{ level: "error", message: reason }];
  return steps.flatMap(({ annotations }) => annotations);
}

/** Runs one leg to its end. Never rejects because of the workflow: such faults are a failed job with a reason. */
export async function runLeg(options: LegOptions): Promise<LegResult> {
  const { host, job, request, contexts, controller } = options;
  const scope: ExpressionScope = { contexts };
  const slots: ConcurrencySlot[] = [];
  const matrix = (contexts["matrix"] ?? {}) as RawMapping;
  let rest: Omit<LegResult, "name" | "continueOnError" | "matrix"> = { conclusion: "cancelled", outputs: {}, steps: [], reason: "" };
  let continueOnError = false;
  const stop = (conclusion: JobConclusion, reason: string): void => {
    rest = { conclusion, outputs: {}, steps: [], reason };
  };
  try {
    continueOnError = isTruthy(evaluateTree(job.raw["continue-on-error"] ?? false, scope));
    const environment = environmentOf(job.raw["environment"], scope);
    const wanted = concurrencyRequest(job.raw["concurrency"], scope);
    const takeTurn = async (): Promise<void> => {
      if (wanted === undefined || controller.signal.aborted) return;
      const slot = await options.concurrency.acquire(wanted, {
        name: `${request.run.id}/${request.name}`,
        cancel: (reason) => controller.abort(reason),
        signal: controller.signal,
      });
      if (slot) slots.push(slot);
      else if (!controller.signal.aborted) controller.abort(`Canceling since a higher priority waiting request for '${wanted.group}' exists`);
    };
    let refusal: string | undefined;
    const askApproval = async (): Promise<void> => {
      if (environment !== undefined && !controller.signal.aborted) refusal = await waitForApproval(options, environment.name);
    };
    for (const wait of options.approvalHoldsConcurrency ? [takeTurn, askApproval] : [askApproval, takeTurn]) await wait();
    if (refusal !== undefined) stop("failure", refusal);
    else if (controller.signal.aborted) stop("cancelled", String(controller.signal.reason));
    else rest = await runOnRunner(options, environment);
  } catch (error) {
    stop("failure", (error as Error).message);
  } finally {
    slots.forEach((slot) => slot.release());
  }
  await host.finishJob?.(request, { conclusion: rest.conclusion, annotations: annotationsOf(rest) });
  return { name: request.name, continueOnError, matrix, ...rest };
}

/** Re-evaluates a job's `if` at the moment of a cancel: a job whose condition still holds (`always()`) goes on. */
export function survivesCancel(job: WorkflowJob, contexts: Readonly<Record<string, unknown>>): boolean {
  const functions = { success: () => false, failure: () => false, cancelled: () => true, always: () => true };
  const { github, inputs, vars, needs } = contexts;
  return isTruthy(evaluate(job.if, { contexts: { github, inputs, vars, needs }, functions }));
}
