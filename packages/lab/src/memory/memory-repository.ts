import { PlatformError } from "@retell-actions/core/errors";
import type { RepositoryReader } from "@retell-actions/core/ports/github";
import type { MemoryGit } from "./memory-git.ts";
import type { MemoryGitHubState, MemoryPullRequest } from "./memory-github.ts";
import { commitsSince, mergeBase, resolveCommit } from "./memory-history.ts";

/** Questions to the in-memory repository, by commit or branch. */
export function createMemoryRepository({ git, github, repositoryId }: { git: MemoryGit; github: MemoryGitHubState; repositoryId: number }): RepositoryReader {
  function found(name: string): string {
    const commit = resolveCommit(git, name);
    if (commit === undefined) throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 404 }, "GitHub found nothing when asked to compare two commits (404).");
    return commit;
  }

  const numbersOf = (commit: string, isAsked: (pull: MemoryPullRequest) => boolean): number[] =>
    [...github.pulls.values()].filter((pull) => isAsked(pull) && (pull.headSha === commit || pull.mergeCommit === commit)).map((pull) => pull.number);

  return {
    async compare(baseName, headName) {
      const [base, head] = [found(baseName), found(headName)];
      const aheadBy = commitsSince(git, { base, head }).length;
      const behindBy = commitsSince(git, { base: head, head: base }).length;
      const status = aheadBy === 0 ? (behindBy === 0 ? "identical" : "behind") : behindBy === 0 ? "ahead" : "diverged";
      return { status, aheadBy, behindBy, mergeBase: mergeBase(git, base, head) ?? "" };
    },
    commitsBetween: async (base, head) =>
      commitsSince(git, { base: found(base), head: found(head) }).map(({ id, message, author }) => ({ sha: id, subject: message.split("\n")[0] ?? "", message, author })),
    runState: async (runId, attempt) => github.runs.get(`${runId}/${attempt}`) ?? { kind: "over", endedAt: undefined },
    pullRequestsOf: async (commit) => {
      const known = github.pullRequests.get(commit) ?? [];
      return [...new Set([...known, ...numbersOf(commit, (pull) => pull.merged), ...numbersOf(commit, (pull) => pull.state === "open")])];
    },
    permissionOf: async (login) => github.people.get(login) ?? "none",
    repositoryId: async () => repositoryId,
  };
}
