/**
 * Runs a whole workflow file: events, concurrency, job graph, matrices. Sources: docs "Workflow syntax", "Contexts",
 * "Events that trigger workflows", "Workflow cancellation reference".
 */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArtifactStore } from "./artifact-store.ts";
import { ConcurrencyRegistry, type ConcurrencySlot } from "./concurrency.ts";
import type { RunConclusion, RunIdentity, RunnerHost } from "./host.ts";
import { concurrencyRequest, type LegOptions } from "./job-leg.ts";
import { JobGraph, type JobResult } from "./job-graph.ts";
import { matchesEvent, type WorkflowEvent } from "./match-event.ts";
import { parseWorkflow, WorkflowSyntaxError, type Workflow, type WorkflowFault } from "./parse-workflow.ts";
import type { Permissions } from "./permissions.ts";
import type { ActionSources } from "./resolve-uses.ts";
import { isFork, runContexts, secretSource } from "./workflow-contexts.ts";

export interface RunWorkflowOptions {
  readonly host: RunnerHost;
  /** Path in the repository and text of the workflow file. */
  readonly file: { readonly path: string; readonly text: string };
  readonly event: WorkflowEvent;
  readonly ref: string;
  readonly sha: string;
  readonly actor?: string;
  readonly triggeringActor?: string;
  /** Id of the run that this is a re-run of. */
  readonly rerunOf?: number;
  /** Jobs of the earlier attempt: only what failed there is run again, with what needs it. */
  readonly previous?: Readonly<Record<string, JobResult>>;
  /** Which `uses` stand for which built actions. */
  readonly actions: ActionSources;
  /**
   * Variables that the runner's machine gives to every step, below every `env:` of the file: what a self-hosted runner reads
   * from its `.env`. As on GitHub they are no part of the `env` context.
   */
  readonly machine?: Readonly<Record<string, string>>;
  /** Shared by all runs of a repository; a registry of its own when absent. */
  readonly concurrency?: ConcurrencyRegistry;
  /** Artifacts of the run's earlier attempts, and where this attempt's go; none before this attempt when absent. */
  readonly artifacts?: ArtifactStore;
  /** Permissions of files that name none; GitHub's restricted default when absent. */
  readonly defaultPermissions?: Permissions;
  readonly approvalHoldsConcurrency?: boolean;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Parent folder of the run's folders, which are removed at the end unless `keep`. */
  readonly directory?: string;
  readonly keep?: boolean;
  readonly nodePath?: string;
  readonly debug?: boolean;
  readonly timings?: LegOptions["runner"]["timings"];
  /** Length of a minute of `timeout-minutes`, in milliseconds. */
  readonly minuteMs?: number;
  readonly onSpawn?: LegOptions["runner"]["onSpawn"];
  readonly onStep?: LegOptions["runner"]["onStep"];
  readonly onStart?: (run: RunIdentity) => void;
}

/** What became of a run. */
export interface WorkflowRun {
  /** `not_started` if the event does not match `on:`, or was refused (see `reason`). */
  readonly conclusion: RunConclusion | "not_started";
  readonly reason: string;
  readonly run: RunIdentity | undefined;
  readonly jobs: Readonly<Record<string, JobResult>>;
  /** Faults of the file, for `startup_failure`. */
  readonly faults: readonly WorkflowFault[];
  /** All logs, masked: `job<TAB>step<TAB>line`. */
  readonly log: string;
}

function joinLogs(jobs: Readonly<Record<string, JobResult>>): string {
  const lines = Object.values(jobs).flatMap((job) =>
    job.legs.flatMap((leg) => leg.steps.flatMap((step) => step.log.split("\n").slice(0, -1).map((line) => `${leg.name}\t${step.name}\t${line}\n`))),
  );
  return lines.join("");
}

function conclude(jobs: readonly JobResult[], cancelled: boolean): RunConclusion {
  const legs = jobs.flatMap((job) => job.legs.map((leg) => (leg.conclusion === "failure" && leg.continueOnError ? "success" : leg.conclusion)));
  if (cancelled) return "cancelled";
  if (legs.includes("failure")) return "failure";
  if (legs.includes("cancelled")) return "cancelled";
  return legs.every((conclusion) => conclusion === "skipped") ? "skipped" : "success";
}

async function runJobs(options: RunWorkflowOptions, workflow: Workflow, run: RunIdentity, controller: AbortController): Promise<Record<string, JobResult>> {
  const { host, event } = options;
  const actor = options.actor ?? "octocat";
  const triggeringActor = options.triggeringActor ?? actor;
  const contexts = { ...runContexts({ host, workflow, event, ref: options.ref, sha: options.sha, actor, triggeringActor, run }), vars: await host.variables({}) };
  const { concurrency = new ConcurrencyRegistry(), artifacts = new ArtifactStore() } = options;
  const directory = await realpath(await mkdtemp(join(options.directory ?? tmpdir(), "lab-run-")));
  let slot: ConcurrencySlot | undefined;
  try {
    const wanted = concurrencyRequest(workflow.raw["concurrency"], { contexts });
    if (wanted !== undefined) {
      slot = await concurrency.acquire(wanted, { name: String(run.id), cancel: (reason) => controller.abort(reason), signal: controller.signal });
      if (slot === undefined && !controller.signal.aborted) controller.abort(`Canceling since a higher priority waiting request for '${wanted.group}' exists`);
    }
    const graph = new JobGraph({
      workflow,
      contexts,
      run,
      sha: options.sha,
      signal: controller.signal,
      fork: isFork(event, host.repository.fullName),
      defaultPermissions: options.defaultPermissions,
      previous: options.previous,
      leg: {
        host,
        workflow,
        secretSource: secretSource(event, { repository: host.repository.fullName, actor }),
        concurrency,
        directory,
        approvalHoldsConcurrency: options.approvalHoldsConcurrency ?? true,
        runner: {
          actions: options.actions,
          artifacts,
          machine: options.machine,
          nodePath: options.nodePath,
          debug: options.debug,
          timings: options.timings,
          minuteMs: options.minuteMs ?? 60_000,
          onSpawn: options.onSpawn,
          onStep: options.onStep,
        },
      },
    });
    return wanted !== undefined && slot === undefined ? await graph.cancelled(String(controller.signal.reason)) : await graph.run();
  } finally {
    slot?.release();
    if (!options.keep) await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Runs the workflow to its end. What the file or the event does wrong is in the result, not thrown; faults of the host are thrown.
 */
export async function runWorkflow(options: RunWorkflowOptions): Promise<WorkflowRun> {
  const { host, file, event } = options;
  const nothing = { run: undefined, jobs: {}, faults: [], log: "" };
  const actor = options.actor ?? "octocat";
  const start = (workflowName: string): Promise<RunIdentity> =>
    host.startRun({
      workflowName,
      workflowPath: file.path,
      event: event.name,
      ref: options.ref,
      sha: options.sha,
      actor,
      triggeringActor: options.triggeringActor ?? actor,
      ...(options.rerunOf !== undefined && { rerunOf: options.rerunOf }),
    });
  let workflow: Workflow;
  try {
    workflow = await parseWorkflow(file.path, file.text);
  } catch (error) {
    if (!(error instanceof WorkflowSyntaxError)) throw error;
    const run = await start(file.path);
    await host.finishRun(run, "startup_failure");
    return { ...nothing, run, conclusion: "startup_failure", reason: error.message, faults: error.faults };
  }
  const match = matchesEvent(workflow, { ref: options.ref, ...event });
  if (!match.matches) return { ...nothing, conclusion: "not_started", reason: match.reason };
  try {
    runContexts({ host, workflow, event, ref: options.ref, sha: options.sha, actor, triggeringActor: actor, run: { id: 0, number: 0, attempt: 1 } });
  } catch (error) {
    return { ...nothing, conclusion: "not_started", reason: (error as Error).message };
  }
  const run = await start(workflow.name);
  options.onStart?.(run);
  const controller = new AbortController();
  const cancel = (): void => controller.abort("The run was canceled.");
  if (options.signal?.aborted) cancel();
  options.signal?.addEventListener("abort", cancel, { once: true });
  let conclusion: RunConclusion = "failure";
  try {
    const jobs = await runJobs(options, workflow, run, controller);
    conclusion = conclude(Object.values(jobs), controller.signal.aborted);
    return { conclusion, reason: controller.signal.aborted ? String(controller.signal.reason) : match.reason, run, jobs, faults: [], log: joinLogs(jobs) };
  } finally {
    options.signal?.removeEventListener("abort", cancel);
    await host.finishRun(run, conclusion);
  }
}
