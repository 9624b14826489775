import type { PullRequestComments } from "@retell-actions/core/ports/github";
import type { MemoryGitHubState } from "./memory-github.ts";

/** Comments of pull requests in memory, kept in `threads`. */
export function createMemoryComments(github: MemoryGitHubState): PullRequestComments {
  const { threads } = github;
  let last = 0;
  return {
    list: async (pullRequest) => (threads.get(pullRequest) ?? []).map((comment) => ({ ...comment })),
    create: (pullRequest, body) =>
      github.write({ method: "createComment", subject: String(pullRequest) }, () => {
        if (github.readOnly) return { kind: "forbidden" };
        const id = (last += 1);
        threads.set(pullRequest, [...(threads.get(pullRequest) ?? []), { id, body, authorIsBot: true }]);
        return { kind: "written", id };
      }),
    update: (id, body) =>
      github.write({ method: "updateComment", subject: String(id) }, () => {
        if (github.readOnly) return { kind: "forbidden" };
        for (const [pullRequest, thread] of threads) threads.set(pullRequest, thread.map((comment) => (comment.id === id ? { ...comment, body } : comment)));
        return { kind: "written", id };
      }),
  };
}
