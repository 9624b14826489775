import type { Refused } from "../../ports/github.ts";
import { isRateLimited, isRuleText, isWorkflowFileText, textOf, type Failure } from "./failure.ts";

/** What rules of the repository forbid, with the remedy; undefined if the failure is another one. Nothing was written then. */
export function refusalOf({ what, branch }: { what: string; branch?: string }, failure: Failure): Refused | undefined {
  if (isRateLimited(failure)) return undefined;
  const text = textOf(failure);
  if (isWorkflowFileText(text)) {
    return {
      kind: "refused",
      reason: "workflow-files",
      message: `The token may not ${what} (${text}). The change brings over files below .github/workflows, which a job's own token never may. Pass the token of a GitHub App with the permission workflows: write as github-token, or bring those files over by hand.`,
    };
  }
  if (!isRuleText(text)) return undefined;
  const excepted = branch === undefined || branch.startsWith("retell/") ? "the branches retell/**" : `the branch ${branch}`;
  return {
    kind: "refused",
    reason: "branch-protected",
    message: `A branch rule forbids to ${what} (${text}). Exclude ${excepted} from the rule or ruleset, or pass the token of a GitHub App that may bypass it as github-token.`,
  };
}
