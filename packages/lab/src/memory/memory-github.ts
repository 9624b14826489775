import { PlatformError } from "@retell-actions/core/errors";
import type { FileChanges, GitWriter, IssueComment, PullRequestComments, RepositoryReader, RunState } from "@retell-actions/core/ports/github";
import type { MemoryGit } from "./memory-git.ts";

/** What a write was about, for faults: `before` may throw or change the repository, `after` may throw although it was applied. */
export interface MemoryWrite {
  readonly method: "commitFiles" | "createBranch" | "createComment" | "updateComment";
  readonly subject: string;
}

export interface MemoryGitHub {
  readonly gitWriter: GitWriter;
  readonly repository: RepositoryReader;
  readonly comments: PullRequestComments;
  readonly writes: MemoryWrite[];
  /** Comments by pull request, oldest first. */
  readonly threads: Map<number, IssueComment[]>;
  /** States by `run/attempt`; a run that is not there is gone. */
  readonly runs: Map<string, RunState>;
  /** Pull requests by commit, in the order in which they are returned. */
  readonly pullRequests: Map<string, number[]>;
  /** True for a read-only token: comments are forbidden, commits throw. */
  readOnly: boolean;
  before: ((write: MemoryWrite) => void | Promise<void>) | undefined;
  after: ((write: MemoryWrite) => void | Promise<void>) | undefined;
}

/** GitHub over the in-memory repository: heads can be stale, branches can exist already, tokens can be read-only. */
export function createMemoryGitHub({ git, repositoryId = 1 }: { git: MemoryGit; repositoryId?: number }): MemoryGitHub {
  const threads = new Map<number, IssueComment[]>();
  let lastComment = 0;

  async function write<T>(about: MemoryWrite, body: () => T): Promise<T> {
    memory.writes.push(about);
    await memory.before?.(about);
    const result = body();
    await memory.after?.(about);
    return result;
  }

  function assertWritable(): void {
    if (memory.readOnly) throw new PlatformError({ platform: "github", reason: "github-forbidden", status: 403 }, "The token may not write. Add to the job:\npermissions:\n  contents: write");
  }

  function changed(files: ReadonlyMap<string, string>, changes: FileChanges): Map<string, string> {
    const result = new Map(files);
    for (const [path, text] of changes) {
      if (text === null) result.delete(path);
      else result.set(path, text);
    }
    return result;
  }

  function ancestors(commit: string): Set<string> {
    const seen = new Set<string>();
    const open = [commit];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(git.commits.get(next)?.parents ?? []));
    }
    return seen;
  }

  const memory: MemoryGitHub = {
    writes: [],
    threads,
    runs: new Map(),
    pullRequests: new Map(),
    readOnly: false,
    before: undefined,
    after: undefined,
    gitWriter: {
      commitFiles: ({ branch, expectedHead, message, files }) =>
        write({ method: "commitFiles", subject: branch }, () => {
          assertWritable();
          if (git.branches.get(branch) !== expectedHead) return { kind: "stale" };
          const { id } = git.store({ parents: [expectedHead], message, files: changed(git.commits.get(expectedHead)?.files ?? new Map(), files) });
          git.branches.set(branch, id);
          return { kind: "committed", commit: id };
        }),
      createBranch: ({ branch, message, files }) =>
        write({ method: "createBranch", subject: branch }, () => {
          assertWritable();
          if (git.branches.has(branch)) return { kind: "exists" };
          const { id } = git.store({ parents: [], message, files: changed(new Map(), files) });
          git.branches.set(branch, id);
          return { kind: "created", commit: id };
        }),
      merge: () => Promise.reject(new Error("not built yet")),
      moveRef: () => Promise.reject(new Error("not built yet")),
      createCommit: () => Promise.reject(new Error("not built yet")),
    },
    repository: {
      compare: async (base, head) => {
        if (!git.commits.has(base) || !git.commits.has(head)) throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 404 }, "GitHub found nothing when asked to compare two commits (404).");
        const [baseLine, headLine] = [ancestors(base), ancestors(head)];
        const aheadBy = [...headLine].filter((commit) => !baseLine.has(commit)).length;
        const behindBy = [...baseLine].filter((commit) => !headLine.has(commit)).length;
        // Newest first, as the walk from `head` meets them.
        const mergeBase = [...headLine].find((commit) => baseLine.has(commit)) ?? "";
        const status = aheadBy === 0 ? (behindBy === 0 ? "identical" : "behind") : behindBy === 0 ? "ahead" : "diverged";
        return { status, aheadBy, behindBy, mergeBase };
      },
      commitsBetween: () => Promise.reject(new Error("not built yet")),
      runState: async (runId, attempt) => memory.runs.get(`${runId}/${attempt}`) ?? { kind: "over", endedAt: undefined },
      pullRequestsOf: async (commit) => [...(memory.pullRequests.get(commit) ?? [])],
      repositoryId: async () => repositoryId,
    },
    comments: {
      list: async (pullRequest) => (threads.get(pullRequest) ?? []).map((comment) => ({ ...comment })),
      create: (pullRequest, body) =>
        write({ method: "createComment", subject: String(pullRequest) }, () => {
          if (memory.readOnly) return { kind: "forbidden" };
          const id = (lastComment += 1);
          threads.set(pullRequest, [...(threads.get(pullRequest) ?? []), { id, body, authorIsBot: true }]);
          return { kind: "written", id };
        }),
      update: (id, body) =>
        write({ method: "updateComment", subject: String(id) }, () => {
          if (memory.readOnly) return { kind: "forbidden" };
          for (const [pullRequest, thread] of threads) threads.set(pullRequest, thread.map((comment) => (comment.id === id ? { ...comment, body } : comment)));
          return { kind: "written", id };
        }),
    },
  };
  return memory;
}
