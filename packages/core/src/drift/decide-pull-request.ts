import type { PullRequest } from "../ports/pull-requests.ts";
import { parseDriftHeader } from "../report/drift-header.ts";

/** The drift branch as it is on the server. */
export interface DriftBranchState {
  readonly tip: string;
  /** `ours`: it holds nothing but what an earlier run committed; `person`: somebody else committed there. */
  readonly owner: "ours" | "person";
  /** `editsDigest` of the commit on it; undefined where there is none that the base lacks. */
  readonly edits: string | undefined;
}

export type PullRequestDecision =
  /** Nothing is there and nothing is to be told. */
  | { readonly kind: "none" }
  /** A leftover branch of ours without a pull request and without a drift. */
  | { readonly kind: "tidy"; readonly tip: string }
  /** A person closed the pull request of this very drift: it is not opened again. */
  | { readonly kind: "dismissed"; readonly pullRequest: PullRequest }
  /** There is nothing (more) to adopt: closed, and the branch deleted. */
  | { readonly kind: "close"; readonly pullRequest: PullRequest; readonly tip: string | undefined }
  /** A person works on the branch: it is not touched, a comment says what is new. */
  | { readonly kind: "comment"; readonly pullRequest: PullRequest }
  /** The same without a pull request to comment on. */
  | { readonly kind: "left"; readonly tip: string }
  /** The branch is brought to the edits (`write`) and has its pull request, opened if undefined. */
  | { readonly kind: "keep"; readonly pullRequest: PullRequest | undefined; readonly write: boolean };

/**
 * What to do with the one rolling pull request of a workspace. `drift` is the digest of what there is to tell, `edits`
 * that of the files to change; undefined where there is none. `pullRequests` are those of the branch, newest first. Pure.
 */
export function decidePullRequest(input: {
  readonly drift: string | undefined;
  readonly edits: string | undefined;
  readonly branch: DriftBranchState | undefined;
  readonly pullRequests: readonly PullRequest[];
}): PullRequestDecision {
  const { drift, edits, branch, pullRequests } = input;
  const open = pullRequests.find(({ state }) => state === "open");
  const isPersons = branch?.owner === "person";
  if (drift === undefined || edits === undefined) {
    if (open !== undefined) return isPersons ? { kind: "comment", pullRequest: open } : { kind: "close", pullRequest: open, tip: branch?.tip };
    return branch?.owner === "ours" ? { kind: "tidy", tip: branch.tip } : { kind: "none" };
  }
  const [newest] = pullRequests;
  if (open === undefined && newest !== undefined && isDismissed(newest, drift)) return { kind: "dismissed", pullRequest: newest };
  if (branch !== undefined && isPersons) return open === undefined ? { kind: "left", tip: branch.tip } : { kind: "comment", pullRequest: open };
  return { kind: "keep", pullRequest: open, write: branch?.edits !== edits };
}

/** True if a person closed it for this drift; what was closed because its drift was gone may come back. */
function isDismissed(pullRequest: PullRequest, drift: string): boolean {
  const header = parseDriftHeader(pullRequest.body);
  return !pullRequest.merged && header?.drift === drift && header.closed === undefined;
}
