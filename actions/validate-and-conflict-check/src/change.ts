import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";

/** What is being checked, and against what. */
export interface Change {
  /** The checked-out commit. */
  readonly commit: string;
  /** The commit before the change; undefined where it is not known, and then everything counts as touched. */
  readonly base: string | undefined;
  readonly targetBranch: string;
  /** True where the checkout is a commit of the target branch itself, so that its own workspaces.json can be trusted. */
  readonly targetIsCheckout: boolean;
  readonly pullRequest: number | undefined;
  /** True for forks and Dependabot, whose jobs get no keys. */
  readonly withoutKeys: boolean;
}

const NO_COMMIT = /^0+$/;

/**
 * Reads the change from event and checkout: of a pull request the test merge against its first parent, of a push all
 * commits from `before` on, of a merge group its base. Where the checkout is something else, all agents count as touched.
 */
export async function findChange(ports: Pick<ActionPorts, "git" | "job">): Promise<Change> {
  const commit = await ports.git.head();
  const { event } = ports.job;
  const plain = { commit, base: undefined, targetIsCheckout: false, pullRequest: undefined, withoutKeys: false };
  switch (event.name) {
    case "pull_request": {
      const parents = await ports.git.parents(commit);
      const isTestMerge = parents.length === 2 && parents[1] === event.headSha;
      return { ...plain, base: isTestMerge ? parents[0] : undefined, targetBranch: event.baseBranch, pullRequest: event.pullRequest, withoutKeys: event.fork || event.dependabot };
    }
    case "merge_group":
      return { ...plain, base: event.baseSha, targetBranch: event.baseBranch };
    case "push": {
      const known = event.before !== undefined && !NO_COMMIT.test(event.before) ? event.before : undefined;
      return { ...plain, base: known, targetBranch: event.branch, targetIsCheckout: true };
    }
    case "workflow_dispatch":
      return { ...plain, targetBranch: event.branch, targetIsCheckout: true };
    case "schedule":
    case "issue_comment":
    case "issues":
    case "release":
    case "other":
      return { ...plain, targetBranch: branchOf(ports.job) };
  }
}

/** Other events run on a branch; what they have checked out may be anything, so it is not trusted. */
function branchOf({ ref, event }: ActionPorts["job"]): string {
  if (ref.startsWith("refs/heads/")) return ref.slice("refs/heads/".length);
  const name = event.name === "other" ? event.raw : event.name;
  throw new ActionError(
    "invalid-input",
    `This check cannot tell what the event ${JSON.stringify(name)} on ${JSON.stringify(ref)} changes. Run it on pull_request, push to a branch, merge_group or workflow_dispatch; if that is so, the event's file (GITHUB_EVENT_PATH) is missing or damaged.`,
  );
}
