import type { Position } from "../errors.ts";

/** The job's log, annotations and secrets. Never pass payloads or credentials: counts and names only. */
export interface Log {
  info(message: string): void;
  debug(message: string): void;
  notice(message: string, position?: Position): void;
  warning(message: string, position?: Position): void;
  error(message: string, position?: Position): void;
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
  /** Registers a value that must never be printed, with its derived forms (base64, URL-encoded, each line). */
  mask(value: string): void;
}

/** Time, chance and cancellation, as parameters so that runs can be repeated. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

/** Waits, or ends early when the signal aborts; never throws. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** Aborted at the first SIGINT or SIGTERM: no more writes may start. */
export interface Cancellation {
  readonly signal: AbortSignal;
}

/** What the runner tells about the job at hand. */
export interface JobContext {
  /** `owner/name`. */
  readonly repository: string;
  readonly repositoryId: number | undefined;
  readonly serverUrl: string;
  readonly runId: string;
  readonly runAttempt: number;
  readonly job: string;
  readonly actor: string;
  readonly event: JobEvent;
  /** `refs/heads/staging`, `refs/pull/1/merge`, … */
  readonly ref: string;
  /** The workflow's file in `.github/workflows/`, e.g. `drift.yml`; undefined where the runner does not tell, or it is another repository's. */
  readonly workflowFile?: string | undefined;
}

/** The event that started the run, cut to what the actions use. */
export type JobEvent =
  | {
      readonly name: "pull_request";
      readonly pullRequest: number;
      readonly baseBranch: string;
      readonly baseSha: string;
      readonly headSha: string;
      /** True when the head is in another repository: no secrets, read-only token. */
      readonly fork: boolean;
      readonly dependabot: boolean;
    }
  | { readonly name: "push"; readonly branch: string; readonly before: string | undefined; readonly after: string }
  | { readonly name: "merge_group"; readonly baseBranch: string; readonly baseSha: string; readonly headSha: string }
  | { readonly name: "workflow_dispatch"; readonly branch: string }
  | { readonly name: "schedule" }
  /** A comment on an issue or a pull request; `action` is `created`, `edited` or `deleted`. */
  | {
      readonly name: "issue_comment";
      readonly action: string;
      /** Number of the issue or pull request. */
      readonly issue: number;
      readonly isPullRequest: boolean;
      readonly comment: { readonly id: number; readonly body: string; readonly author: string; readonly authorIsBot: boolean; readonly createdAt: number };
    }
  /** An issue was opened, edited, closed, …; `action` says which. The body is as it was then. */
  | { readonly name: "issues"; readonly action: string; readonly issue: { readonly number: number; readonly body: string; readonly author: string; readonly authorIsBot: boolean } }
  /** A release was published, or created, edited, …; `action` says which. */
  | { readonly name: "release"; readonly action: string; readonly tag: string }
  | { readonly name: "other"; readonly raw: string };
