import type { ReasonCode } from "@retell-actions/core/outcome";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import { parsePullRequestHeader } from "./pull-request-header.ts";

/** What a branch of that name holds. `ours`: one commit of this action, unchanged. */
export type FoundBranch =
  | { readonly kind: "absent" }
  | { readonly kind: "contained" | "person"; readonly tip: string }
  | { readonly kind: "ours"; readonly tip: string; readonly content: string };

/** What becomes of the branch and its pull request. */
export type BranchDecision =
  /** The branch is written first where `write` is true. */
  | { readonly kind: "keep"; readonly write: boolean; readonly pullRequest: PullRequest | undefined }
  /** A person works on it. */
  | { readonly kind: "left"; readonly pullRequest: PullRequest }
  | { readonly kind: "refused"; readonly reason: ReasonCode; readonly message: string };

/** What is asked for. */
export interface Wanted {
  readonly branch: string;
  readonly base: string;
  /** Digests of what is asked for and of its files. */
  readonly request: string;
  readonly content: string;
  readonly issue: number | undefined;
}

/**
 * The pull request by which this very request was answered before, if that is over: merged while its agents are there, or closed by
 * somebody. An issue, and a run that is repeated, ask no second time; a new run by hand does. Pure.
 */
export function findAnswered(asked: { readonly request: string; readonly repeats: boolean; readonly agentsAreThere: boolean }, pullRequests: readonly PullRequest[]): PullRequest | undefined {
  const own = pullRequests.filter(({ authorIsBot, body }) => authorIsBot && parsePullRequestHeader(body)?.request === asked.request);
  if (own.some(({ state }) => state === "open")) return undefined;
  const merged = own.find((pullRequest) => pullRequest.merged);
  if (merged !== undefined && (asked.repeats || asked.agentsAreThere)) return merged;
  return asked.repeats ? own[0] : undefined;
}

/** Decides what becomes of a branch that may be there already. Commits of people are never dropped. Pure. */
export function decideBranch(wanted: Wanted, found: FoundBranch, pullRequests: readonly PullRequest[]): BranchDecision {
  const { branch, base, request, content, issue } = wanted;
  const open = pullRequests.find(({ state }) => state === "open");
  const header = open?.authorIsBot === true ? parsePullRequestHeader(open.body) : undefined;
  if (open !== undefined && open.base !== base) {
    return refused(`The branch ${branch} has an open pull request to ${open.base} (#${open.number}), and this one goes to ${base}. Merge or close that one first.`);
  }
  if (open !== undefined && header?.request !== request && issue === undefined) {
    return refused(`The branch ${branch} has an open pull request for something else (#${open.number}). Merge or close that one first, or name another agent first.`);
  }
  const isKept = found.kind !== "absent" && pullRequests.some(({ state, headSha }) => state === "closed" && headSha === found.tip);
  if (found.kind === "person" && !(open === undefined && isKept)) {
    if (open !== undefined && header?.request === request) return { kind: "left", pullRequest: open };
    return refused(`Somebody committed to the branch ${branch}, so it is not touched. ${open === undefined ? "Open a pull request from it, or delete it" : `Merge or close pull request #${open.number}, or delete the branch`}; then run again.`);
  }
  return { kind: "keep", write: !(found.kind === "ours" && found.content === content), pullRequest: open };
}

function refused(message: string): BranchDecision {
  return { kind: "refused", reason: "branch-moved", message };
}
