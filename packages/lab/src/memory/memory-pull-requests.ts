import { PlatformError } from "@retell-actions/core/errors";
import type { PullRequest, PullRequestDetails, PullRequests } from "@retell-actions/core/ports/pull-requests";
import type { MemoryGit } from "./memory-git.ts";
import type { MemoryGitHubState, MemoryPullRequest } from "./memory-github.ts";
import { ancestors } from "./memory-history.ts";

/** Pull requests in memory, kept in `pulls`; opened and closed ones are the job's. */
export function createMemoryPullRequests({ git, github }: { git: MemoryGit; github: MemoryGitHubState }): PullRequests {
  function assertWritable(): void {
    if (github.readOnly) {
      throw new PlatformError({ platform: "github", reason: "github-forbidden", status: 403 }, "The token may not write pull requests. Add to the job:\npermissions:\n  pull-requests: write");
    }
  }

  const invalid = (text: string): PlatformError => new PlatformError({ platform: "github", reason: "github-unavailable", status: 422 }, text);
  const openOne = (head: string, base: string): MemoryPullRequest | undefined => [...github.pulls.values()].find((pull) => pull.state === "open" && pull.fork !== true && pull.head === head && pull.base === base);

  function known(number: number): MemoryPullRequest {
    const pull = github.pulls.get(number);
    if (pull === undefined) throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 404 }, `There is no pull request ${number}.`);
    return pull;
  }

  return {
    ofBranch: async (head) =>
      [...github.pulls.values()]
        .filter((pull) => pull.head === head && pull.fork !== true)
        .sort((a, b) => b.number - a.number)
        .map(asSeen),

    async get(number): Promise<PullRequestDetails | undefined> {
      const pull = github.pulls.get(number);
      return pull === undefined ? undefined : { ...asSeen(pull), fork: pull.fork === true, baseSha: git.branches.get(pull.base) ?? "" };
    },

    async open({ head, base, title, body }) {
      const existing = openOne(head, base);
      if (existing !== undefined) return { kind: "existing", pullRequest: asSeen(existing) };
      return github.write({ method: "openPullRequest", subject: `${head} -> ${base}` }, () => {
        assertWritable();
        if (!github.mayOpenPullRequests) {
          return { kind: "not-allowed", message: 'GitHub does not let Actions open pull requests. Switch on "Allow GitHub Actions to create and approve pull requests" in Settings → Actions → General.' };
        }
        const [headSha, baseSha] = [git.branches.get(head), git.branches.get(base)];
        if (headSha === undefined || baseSha === undefined) throw invalid(`There is no branch ${headSha === undefined ? head : base}.`);
        const faster = openOne(head, base);
        if (faster !== undefined) return { kind: "existing", pullRequest: asSeen(faster) };
        if (ancestors(git, baseSha).has(headSha)) return { kind: "nothing" };
        const number = github.nextNumber();
        const url = `https://github.com/octo/agents/pull/${number}`;
        const pull: MemoryPullRequest = { number, state: "open", merged: false, head, headSha, base, title, body, labels: [], authorIsBot: true, url, closedBy: undefined };
        github.pulls.set(number, pull);
        return { kind: "opened", pullRequest: asSeen(pull) };
      });
    },

    update: (number, change) =>
      github.write({ method: "updatePullRequest", subject: String(number) }, () => {
        assertWritable();
        const pull = known(number);
        const reopens = change.state === "open" && pull.state === "closed";
        if (reopens && (pull.merged || !git.branches.has(pull.head) || openOne(pull.head, pull.base) !== undefined)) throw invalid(`Pull request ${number} cannot be opened again.`);
        if (change.base !== undefined && !git.branches.has(change.base)) throw invalid(`There is no branch ${change.base}.`);
        const closes = change.state === "closed" && pull.state === "open";
        github.pulls.set(number, { ...pull, ...change, closedBy: closes ? "job" : reopens ? undefined : pull.closedBy });
      }),

    addLabels: (number, labels) =>
      github.write({ method: "addLabels", subject: String(number) }, () => {
        if (github.readOnly || !github.mayLabel) return false;
        const pull = known(number);
        github.pulls.set(number, { ...pull, labels: [...new Set([...pull.labels, ...labels])] });
        return true;
      }),
  };
}

/** Without what the port does not know. */
function asSeen({ closedBy: _closedBy, mergeCommit: _mergeCommit, fork: _fork, ...pull }: MemoryPullRequest): PullRequest {
  return pull;
}
