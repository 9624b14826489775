/** A change of files on a branch. `null` deletes. */
export type FileChanges = ReadonlyMap<string, string | null>;

/**
 * The four ways in which the suite writes to the repository. All throw `PlatformError` with the permission or setting
 * to change.
 */
export interface GitWriter {
  /**
   * One signed commit (or several, where the changes are too large for one request: files in the order given) on top of
   * `expectedHead`.
   * `stale` means that the branch is elsewhere and nothing was written by this call.
   */
  commitFiles(change: {
    branch: string;
    expectedHead: string;
    message: string;
    files: FileChanges;
  }): Promise<{ kind: "committed"; commit: string } | { kind: "stale" }>;
  /**
   * A new branch whose tip is one new commit on top of `parent`, or a commit without a parent where there is none.
   * `exists` when somebody was faster; nothing was written then.
   */
  createBranch(change: {
    branch: string;
    parent?: string | undefined;
    message: string;
    files: FileChanges;
  }): Promise<{ kind: "created"; commit: string } | { kind: "exists" }>;
  /** Merges a commit or branch into a branch by a merge commit, never a fast-forward. A branch that is up to date already is `nothing`. */
  merge(change: { branch: string; head: string; message: string }): Promise<{ kind: "merged"; commit: string } | { kind: "nothing" } | { kind: "conflict" } | Refused>;
  /**
   * Points a branch at a commit that the server has, under a lease: the branch must be at `expected` (`null`: must not
   * exist), or nothing happens and the answer is `stale`. `to: null` deletes it. Without `force` only forward.
   */
  moveRef(change: { branch: string; expected: string | null; to: string | null; force?: boolean }): Promise<{ kind: "moved" } | { kind: "stale" } | Refused>;
  /** A commit on top of `parent` that no branch points at yet, for `moveRef`. It may be made twice without harm. */
  createCommit(change: { parent: string; message: string; files: FileChanges }): Promise<string>;
}

/** GitHub's rules forbid the change; nothing was written. `message` says which, and what to change. */
export interface Refused {
  readonly kind: "refused";
  /** `branch-protected`: a rule of the branch; `workflow-files`: the token may not bring over changes of workflow files. */
  readonly reason: "branch-protected" | "workflow-files";
  readonly message: string;
}

export interface CommitComparison {
  /** Where `head` stands seen from `base`. */
  readonly status: "identical" | "ahead" | "behind" | "diverged";
  /** Commits that only `head` has, and that only `base` has; at least so many if there is no common ancestor. */
  readonly aheadBy: number;
  readonly behindBy: number;
  /** Their newest common ancestor; empty if they have none, which counts as diverged. */
  readonly mergeBase: string;
}

/** A commit as lists of commits show it. */
export interface CommitLine {
  readonly sha: string;
  /** First line of the message. */
  readonly subject: string;
  readonly message: string;
  /** Login of the author, or the name that git has. */
  readonly author: string;
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
  /** Commits that `head` has and `base` has not, oldest first, all pages. */
  commitsBetween(base: string, head: string): Promise<CommitLine[]>;
  runState(runId: string, attempt: number): Promise<RunState>;
  /** Numbers of the merged or open pull requests that contain a commit, the merged ones first. */
  pullRequestsOf(commit: string): Promise<number[]>;
  /** What an account may do, asked from GitHub: an event's `author_association` is no permission. */
  permissionOf(login: string): Promise<RepositoryPermission>;
  /** The numeric id of the repository. */
  repositoryId(): Promise<number>;
}

export interface IssueComment {
  readonly id: number;
  readonly body: string;
  /** Login of the author; empty for a deleted account. */
  readonly author: string;
  readonly authorIsBot: boolean;
  /** Epoch milliseconds, whole seconds. A comment that was never edited has two equal times. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Address of the comment on its page. */
  readonly url: string;
}

/** What GitHub lets an account do in the repository; `maintain` counts as `write`, `triage` as `read`. */
export type RepositoryPermission = "admin" | "write" | "read" | "none";

/** The signs that the suite gives under a comment (REST reference, "Create reaction for an issue comment"). */
export type Reaction = "eyes" | "+1" | "confused";

/** Comments of a pull request. `forbidden` results are values, since a read-only token is a normal situation. */
export interface PullRequestComments {
  /** All comments, all pages, oldest first. */
  list(pullRequest: number): Promise<IssueComment[]>;
  /** One comment as it is now; undefined if it is gone. */
  get(id: number): Promise<IssueComment | undefined>;
  /** Puts a sign under a comment; one that this account has put there before is no error, nor is a comment that is gone. */
  react(id: number, reaction: Reaction): Promise<{ kind: "written" | "gone" } | { kind: "forbidden" }>;
  create(pullRequest: number, body: string): Promise<{ kind: "written"; id: number } | { kind: "forbidden" }>;
  update(id: number, body: string): Promise<{ kind: "written"; id: number } | { kind: "forbidden" }>;
}
