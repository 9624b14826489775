/**
 * What the workflow runner needs of GitHub. The GitHub lab is connected by an adapter; tests use a small fake over a
 * bare repository. The runner reads no other state of its surroundings.
 */
import type { Permissions } from "./permissions.ts";
import type { Annotation } from "./step-log.ts";

export type RunConclusion = "success" | "failure" | "cancelled" | "skipped" | "startup_failure";
export type JobConclusion = "success" | "failure" | "cancelled" | "skipped";

/** Identity of one attempt of a run. */
export interface RunIdentity {
  readonly id: number;
  readonly number: number;
  readonly attempt: number;
}

export interface RunRequest {
  readonly workflowName: string;
  readonly workflowPath: string;
  readonly event: string;
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  readonly triggeringActor: string;
  /** A re-run of this run: same id, next attempt. */
  readonly rerunOf?: number;
}

/** One job of a run; for a matrix one per combination. */
export interface JobRequest {
  readonly run: RunIdentity;
  readonly jobId: string;
  /**
   * Name as shown, which is also the name of its check: `name:` or the id, with the values of the matrix. Of a job that never
   * got as far as its own contexts (skipped, cancelled before its turn) it is `name:` as written, expressions unevaluated and
   * without a matrix (field reports: actions/runner, "job.name expression not evaluated when job skipped").
   */
  readonly name: string;
  readonly sha: string;
  readonly environment?: string;
}

/** How a job ended. */
export interface JobEnd {
  readonly conclusion: JobConclusion;
  /** Of all its steps, in order, masked; for a job that was refused or cancelled before its first step, why. */
  readonly annotations: readonly Annotation[];
}

export interface ApprovalRequest extends JobRequest {
  readonly environment: string;
  readonly ref: string;
  /** Aborted when the run is cancelled while it waits. */
  readonly signal: AbortSignal;
}

/** Which store secrets come from: none for pull requests of forks, Dependabot's own for its runs. */
export type SecretSource = "actions" | "dependabot" | "none";

/** State of the deployment record of a job with an environment. */
export interface DeploymentState extends JobRequest {
  readonly environment: string;
  readonly ref: string;
  readonly state: "in_progress" | "success" | "failure" | "inactive";
  readonly url?: string;
}

export interface RunnerHost {
  readonly repository: { readonly fullName: string; readonly id: number; readonly ownerId: number; readonly defaultBranch: string };
  readonly urls: { readonly server: string; readonly api: string; readonly graphql: string };
  /** Where `git fetch` finds a repository: what checkout sets as `origin`. */
  cloneUrl(repository: string): string;
  startRun(request: RunRequest): Promise<RunIdentity>;
  finishRun(run: RunIdentity, conclusion: RunConclusion): Promise<void>;
  /** Called when a job gets its runner, after concurrency and approval. */
  startJob?(job: JobRequest): Promise<void>;
  /** Called for every job, also skipped ones. */
  finishJob?(job: JobRequest, end: JobEnd): Promise<void>;
  /** A token for one job; `permissions` names every permission that is not none. */
  issueToken(request: { readonly permissions: Permissions; readonly job: JobRequest }): Promise<string>;
  revokeToken?(token: string): Promise<void>;
  /** Repository secrets, with those of the environment over them. Asked only after approval. */
  secrets(request: { readonly environment?: string; readonly source: SecretSource }): Promise<Readonly<Record<string, string>>>;
  /** Repository variables, with those of the environment over them. */
  variables(request: { readonly environment?: string }): Promise<Readonly<Record<string, string>>>;
  /** Resolves when the environment's protection rules let the job pass, or say no. */
  approval(request: ApprovalRequest): Promise<{ readonly approved: boolean; readonly reason?: string }>;
  deployment?(state: DeploymentState): Promise<void>;
}
