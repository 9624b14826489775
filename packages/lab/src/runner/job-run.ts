/** What goes into a job's run and what comes out of it; the run itself is in `run-job.ts`. */
import type { ChildProcess } from "node:child_process";
import type { ArtifactStore } from "./artifact-store.ts";
import type { JobStateOptions } from "./job-state.ts";
import type { Workflow, WorkflowJob } from "./parse-workflow.ts";
import type { ActionSources } from "./resolve-uses.ts";
import type { Annotation } from "./step-log.ts";
import type { CancelTimings } from "./step-process.ts";

/** Outcome of one step. Logs, summary and annotations are masked. */
export interface StepResult {
  readonly id: string;
  readonly name: string;
  readonly outcome: "success" | "failure" | "cancelled" | "skipped";
  /** `outcome` after `continue-on-error`. */
  readonly conclusion: "success" | "failure" | "cancelled" | "skipped";
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: string;
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  readonly durationMs: number;
  /** Raw output of the program, for tests that look for leaks; empty for skipped steps. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface JobRunOptions {
  readonly workflow: Workflow;
  readonly job: WorkflowJob;
  readonly state: Omit<JobStateOptions, "home" | "machine">;
  /** Empty folder for this job. */
  readonly directory: string;
  readonly actions: ActionSources;
  /** See `RunWorkflowOptions.machine`. */
  readonly machine?: Readonly<Record<string, string>> | undefined;
  readonly cloneUrl: (repository: string) => string;
  /** Of the run. */
  readonly artifacts: ArtifactStore;
  /** Aborted when the job is cancelled; its reason is logged. */
  readonly signal: AbortSignal;
  readonly cancel: (reason: string) => void;
  readonly nodePath?: string | undefined;
  readonly debug?: boolean | undefined;
  readonly timings?: Partial<CancelTimings> | undefined;
  /** Length of a "minute" of `timeout-minutes` in milliseconds (60,000). */
  readonly minuteMs: number;
  readonly onSpawn?: ((child: ChildProcess, step: string) => void) | undefined;
  readonly onStep?: ((step: StepResult) => void) | undefined;
}

export interface JobRunResult {
  readonly conclusion: "success" | "failure" | "cancelled";
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: readonly StepResult[];
  /** Evaluated `environment.url`. */
  readonly environmentUrl: string | undefined;
}
