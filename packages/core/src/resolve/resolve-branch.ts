import type { ReasonCode } from "../outcome.ts";
import type { PullRequest } from "../ports/pull-requests.ts";
import { markFolder } from "../state/ownership-mark.ts";

/** `retell/resolve/staging`, or `retell/resolve/voice/staging` for a project in the folder `voice`. */
export function resolveBranch(workingDirectory: string, workspace: string): string {
  return `retell/resolve/${markFolder(workingDirectory, workspace)}`;
}

/** Where the commits of a branch of decisions go on from. */
export type ResolveStart =
  /** The branch as it is; its open pull request, if it has one. */
  | { readonly kind: "continue"; readonly tip: string; readonly pullRequest: PullRequest | undefined }
  /** The base's tip; `leftover` is the tip of a branch whose pull request is over, which nobody loses anything by. */
  | { readonly kind: "anew"; readonly leftover: string | undefined }
  | { readonly kind: "refused"; readonly reason: ReasonCode; readonly message: string };

/**
 * Decides what becomes of a branch of that name that is there already. `tip` is its tip, `isContained` whether the base
 * has it, `pullRequests` are those of the branch, newest first. Commits that no pull request keeps are never dropped. Pure.
 */
export function startOfResolve(found: {
  readonly branch: string;
  readonly base: string;
  readonly tip: string | undefined;
  readonly isContained: boolean;
  readonly pullRequests: readonly PullRequest[];
}): ResolveStart {
  const { branch, base, tip, isContained, pullRequests } = found;
  const open = pullRequests.find(({ state }) => state === "open");
  if (open !== undefined && open.base !== base) {
    return { kind: "refused", reason: "branch-moved", message: `The branch ${branch} has an open pull request to ${open.base} (#${open.number}), and this decision belongs to ${base}. Merge or close that one first.` };
  }
  if (tip === undefined) return { kind: "anew", leftover: undefined };
  if (open !== undefined) return { kind: "continue", tip, pullRequest: open };
  const isKept = isContained || pullRequests.some(({ headSha }) => headSha === tip);
  return isKept ? { kind: "anew", leftover: tip } : { kind: "continue", tip, pullRequest: undefined };
}
