import { PlatformError } from "@retell-actions/core/errors";
import type { Issue, Issues } from "@retell-actions/core/ports/issues";
import type { MemoryGitHubState, MemoryIssue } from "./memory-github.ts";

/** Issues in memory, kept in `issues`; those that are made here are a bot's. */
export function createMemoryIssues(github: MemoryGitHubState): Issues {
  const { issues } = github;

  function assertWritable(): void {
    if (github.readOnly) throw new PlatformError({ platform: "github", reason: "github-forbidden", status: 403 }, "The token may not write issues. Add to the job:\npermissions:\n  issues: write");
  }

  return {
    listByBots: async () =>
      [...issues.values()]
        .filter((issue) => issue.authorIsBot)
        .sort((a, b) => a.number - b.number)
        .map(asSeen),

    get: async (number) => {
      const issue = issues.get(number);
      return issue === undefined ? undefined : asSeen(issue);
    },

    create: ({ title, body, labels }) =>
      github.write({ method: "createIssue", subject: title }, () => {
        assertWritable();
        const number = github.nextNumber();
        const issue: MemoryIssue = { number, state: "open", title, body, authorIsBot: true, url: `https://github.com/octo/agents/issues/${number}`, labels: [...labels] };
        issues.set(number, issue);
        return asSeen(issue);
      }),

    update: (number, change) =>
      github.write({ method: "updateIssue", subject: String(number) }, () => {
        assertWritable();
        const issue = issues.get(number);
        if (issue === undefined) throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 404 }, `There is no issue ${number}.`);
        issues.set(number, { ...issue, ...change });
      }),
  };
}

/** Without what the port does not know. */
function asSeen({ labels: _labels, ...issue }: MemoryIssue): Issue {
  return issue;
}
