/** A change of files on a branch. `null` deletes. */
export type FileChanges = ReadonlyMap<string, string | null>;

/**
 * The four ways in which the suite writes to the repository. All throw `PlatformError` with the permission or setting
 * to change.
 */
export interface GitWriter {
  /**
   * One signed commit (or several, where the changes are too large for one request) on top of `expectedHead`.
   * `stale` means that the branch is elsewhere and nothing was written by this call.
   */
  commitFiles(change: {
    branch: string;
    expectedHead: string;
    message: string;
    files: FileChanges;
  }): Promise<{ kind: "committed"; commit: string } | { kind: "stale" }>;
  /** A new branch whose only commit has no parent. `exists` when somebody was faster; nothing was written then. */
  createBranch(change: {
    branch: string;
    message: string;
    files: FileChanges;
  }): Promise<{ kind: "created"; commit: string } | { kind: "exists" }>;
}

export interface CommitComparison {
  /** Where `head` stands seen from `base`. */
  readonly status: "identical" | "ahead" | "behind" | "diverged";
}

/** Whether a run of a workflow is over; `unknown` when GitHub would not tell. */
export type RunState =
  | { readonly kind: "in-progress" }
  /** `endedAt` in epoch milliseconds; undefined when the run is gone. */
  | { readonly kind: "over"; readonly endedAt: number | undefined }
  | { readonly kind: "unknown" };

/** Questions about the repository that git cannot answer. */
export interface RepositoryReader {
  compare(base: string, head: string): Promise<CommitComparison>;
  runState(runId: string, attempt: number): Promise<RunState>;
  /** Numbers of the merged or open pull requests that contain a commit, the merged ones first. */
  pullRequestsOf(commit: string): Promise<number[]>;
  /** The numeric id of the repository. */
  repositoryId(): Promise<number>;
}

export interface IssueComment {
  readonly id: number;
  readonly body: string;
  readonly authorIsBot: boolean;
}

/** Comments of a pull request. `forbidden` results are values, since a read-only token is a normal situation. */
export interface PullRequestComments {
  /** All comments, all pages, oldest first. */
  list(pullRequest: number): Promise<IssueComment[]>;
  create(pullRequest: number, body: string): Promise<{ kind: "written"; id: number } | { kind: "forbidden" }>;
  update(id: number, body: string): Promise<{ kind: "written"; id: number } | { kind: "forbidden" }>;
}
