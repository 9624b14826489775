import type { GitWriter, PullRequestComments, RepositoryPermission, RepositoryReader, RunState } from "@retell-actions/core/ports/github";
import type { Issue } from "@retell-actions/core/ports/issues";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import type { Clock } from "@retell-actions/core/ports/runner";
import type { Workflows } from "@retell-actions/core/ports/workflows";
import { createMemoryComments, type MemoryConversation } from "./memory-comments.ts";
import { createMemoryGitWriter } from "./memory-git-writer.ts";
import type { MemoryGit } from "./memory-git.ts";
import { createMemoryRepository } from "./memory-repository.ts";
import { mergeByHand, openByHand, settlePulls, type PullRequestByHand } from "./memory-pulls.ts";
import { createMemoryClock } from "./memory-runner.ts";

/** What a write was about, for faults: `before` may throw or change the repository, `after` may throw although it was applied. */
export interface MemoryWrite {
  readonly method:
    | "commitFiles"
    | "createBranch"
    | "merge"
    | "moveRef"
    | "createCommit"
    | "createComment"
    | "updateComment"
    | "react"
    | "openPullRequest"
    | "updatePullRequest"
    | "addLabels"
    | "createIssue"
    | "updateIssue"
    | "dispatch"
    | "setStatus"
    | "createRelease"
    | "updateRelease"
    | "uploadAsset"
    | "deleteAsset";
  /** Branch, number, id, file or commit that the write is about. */
  readonly subject: string;
}

export interface MemoryPullRequest extends PullRequest {
  /** Who closed it without merging; undefined while it is open or when it was merged. */
  readonly closedBy: "person" | "job" | undefined;
  /** The commit by which it was merged. */
  readonly mergeCommit?: string;
  /** True if `head` is a branch of another repository: it does not follow the branch of that name here. */
  readonly fork?: boolean;
}

export interface MemoryIssue extends Issue {
  readonly labels: readonly string[];
}

export interface MemoryDispatch {
  readonly file: string;
  readonly branch: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export type MemoryStatus = Parameters<Workflows["setStatus"]>[0];

/** The run of a workflow that ended last. */
export interface MemoryLastRun {
  /** Epoch milliseconds. */
  readonly endedAt: number;
  readonly conclusion: string;
}

/** What GitHub knows, and what it allows, for tests to look at and to change. */
export interface MemoryGitHubState extends MemoryConversation {
  readonly writes: MemoryWrite[];
  /** Permissions by login; who is not there has none. `octocat`, who commits and merges here, may write. */
  readonly people: Map<string, RepositoryPermission>;
  /** States by `run/attempt`; a run that is not there is gone. */
  readonly runs: Map<string, RunState>;
  /** Pull requests by commit, in the order in which they are returned; in addition to `pulls`. */
  readonly pullRequests: Map<string, number[]>;
  /**
   * Pull requests by number. They follow their branches: the head moves along, a deleted branch closes, a head that came
   * into its base is merged. A person's can be set here.
   */
  readonly pulls: Map<number, MemoryPullRequest>;
  /** Issues by number; a person's can be set here. Numbers are shared with pull requests. */
  readonly issues: Map<number, MemoryIssue>;
  /** Last runs by the file of their workflow. */
  readonly lastRuns: Map<string, MemoryLastRun>;
  /** Start of the newest scheduled run that succeeded, by workflow file; epoch milliseconds. */
  readonly scheduledSuccesses: Map<string, number>;
  /** Workflows that were started, oldest first. */
  readonly dispatched: MemoryDispatch[];
  /** Commit statuses that were set, oldest first. */
  readonly statuses: MemoryStatus[];
  /** True for a read-only token: comments, dispatches and statuses are forbidden, other writes throw. */
  readOnly: boolean;
  /** The repository's setting; with `false` opening is `not-allowed`. */
  mayOpenPullRequests: boolean;
  mayDispatch: boolean;
  /** False: runs cannot be listed. */
  mayReadRuns: boolean;
  maySetStatuses: boolean;
  /** False: labels cannot be added. */
  mayLabel: boolean;
  /** Names, or beginnings with `**` such as `retell/**`, of branches that only a person may create, change or delete. */
  readonly protectedBranches: Set<string>;
  /** True: no write may bring new or other files below `.github/workflows` to a branch. */
  workflowFilesRefused: boolean;
  /** Files of workflows that `dispatch` does not know. */
  readonly unknownWorkflows: Set<string>;
  before: ((write: MemoryWrite) => void | Promise<void>) | undefined;
  after: ((write: MemoryWrite) => void | Promise<void>) | undefined;
  /** Records a write and runs it between `before` and `after`; for the ports in memory. */
  write<T>(about: MemoryWrite, body: () => T): Promise<T>;
  /** The next number of a pull request or issue. */
  nextNumber(): number;
  /** A person opens a pull request, from a branch here or from a fork. */
  openPullRequest(request: PullRequestByHand): MemoryPullRequest;
  /** A person merges: a merge commit on the base, whatever the switches say. Returns it; throws on a conflict. */
  mergePullRequest(number: number): string;
  /** A person closes without merging. */
  closePullRequest(number: number): void;
}

export interface MemoryGitHub extends MemoryGitHubState {
  readonly gitWriter: GitWriter;
  readonly repository: RepositoryReader;
  readonly comments: PullRequestComments;
}

export interface MemoryGitHubOptions {
  readonly git: MemoryGit;
  readonly repositoryId?: number;
  /** Gives comments their times; stands still by default. */
  readonly clock?: Clock;
  readonly defaultBranch?: string;
}

/** GitHub over the in-memory repository: heads can be stale, branches can exist already, tokens can be read-only. */
export function createMemoryGitHub({ git, repositoryId = 1, clock = createMemoryClock(), defaultBranch = "develop" }: MemoryGitHubOptions): MemoryGitHub {
  const pulls = new Map<number, MemoryPullRequest>();
  const issues = new Map<number, MemoryIssue>();
  const comments = createMemoryComments({ clock, defaultBranch, issues });
  const state: MemoryGitHubState = {
    ...comments.conversation,
    writes: [],
    people: new Map([["octocat", "write"]]),
    lastRuns: new Map(),
    scheduledSuccesses: new Map(),
    runs: new Map(),
    pullRequests: new Map(),
    get pulls() {
      settlePulls(git, pulls);
      return pulls;
    },
    issues,
    dispatched: [],
    statuses: [],
    readOnly: false,
    mayOpenPullRequests: true,
    mayDispatch: true,
    mayReadRuns: true,
    maySetStatuses: true,
    mayLabel: true,
    protectedBranches: new Set(),
    workflowFilesRefused: false,
    unknownWorkflows: new Set(),
    before: undefined,
    after: undefined,
    async write(about, body) {
      state.writes.push(about);
      await state.before?.(about);
      const result = body();
      await state.after?.(about);
      return result;
    },
    nextNumber: () => Math.max(0, ...pulls.keys(), ...issues.keys(), ...comments.conversation.threads.keys(), ...[...state.pullRequests.values()].flat()) + 1,
    openPullRequest: (request) => openByHand({ git, pulls }, { ...request, number: state.nextNumber() }),
    mergePullRequest: (number) => mergeByHand({ git, pulls: state.pulls }, number),
    closePullRequest(number) {
      const pull = state.pulls.get(number);
      if (pull?.state !== "open") throw new Error(`There is no open pull request ${number}.`);
      pulls.set(number, { ...pull, state: "closed", closedBy: "person" });
    },
  };
  return Object.assign(state, {
    gitWriter: createMemoryGitWriter({ git, github: state }),
    repository: createMemoryRepository({ git, github: state, repositoryId }),
    comments: comments.port(state),
  });
}
