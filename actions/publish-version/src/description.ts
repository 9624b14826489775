import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { runUrl } from "@retell-actions/core/report/run-url";

/** Retell documents no limit for `version_description`; this much always was accepted. */
const LONGEST = 500;

/**
 * `abc1234 · PR #7 · https://…`: where a published version comes from, for people who see it in the Retell console. Each
 * commit is looked up once; a token that may not read pull requests only costs that part.
 */
export function createDescriptions(ports: Pick<ActionPorts, "repository" | "job" | "log">): (draft: { source_commit: string | null }) => Promise<string> {
  const pullRequests = new Map<string, Promise<number | undefined>>();
  const find = async (commit: string): Promise<number | undefined> => {
    try {
      return (await ports.repository.pullRequestsOf(commit))[0];
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      ports.log.debug(`The pull request of ${commit.slice(0, 7)} is not known: ${error.message}`);
      return undefined;
    }
  };
  return async ({ source_commit: commit }) => {
    if (commit === null) return runUrl(ports.job).slice(0, LONGEST);
    const pullRequest = await (pullRequests.get(commit) ?? pullRequests.set(commit, find(commit)).get(commit));
    return [commit.slice(0, 7), ...(pullRequest === undefined ? [] : [`PR #${pullRequest}`]), runUrl(ports.job)].join(" · ").slice(0, LONGEST);
  };
}
