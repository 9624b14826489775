import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import { withDecidedNote } from "@retell-actions/core/report/drift-decided";
import { resolveBody, resolveTitle } from "@retell-actions/core/report/resolve-pull-request";
import type { WorkingBranch } from "./working-branch.ts";

/** A drift pull request tells what it adopts; once people decide about it, its text says that it is no longer the whole story. */
export async function noteDecision({ number, body }: Pick<PullRequest, "number" | "body">, { pullRequests }: Pick<ActionPorts, "pullRequests">): Promise<void> {
  const noted = withDecidedNote(body);
  if (noted !== undefined) await pullRequests.update(number, { body: noted });
}

/** The pull request of a branch of decisions, opened once; every later decision is added to what it says. */
export async function keepPullRequest(branch: WorkingBranch, told: Parameters<typeof resolveBody>[0], { pullRequests, job }: Pick<ActionPorts, "pullRequests" | "job">): Promise<PullRequest> {
  const body = resolveBody(told);
  if (branch.pullRequest !== undefined) {
    // An earlier run got as far as this.
    if (branch.pullRequest.body.includes(body.trim())) return branch.pullRequest;
    await pullRequests.update(branch.pullRequest.number, { body: `${branch.pullRequest.body.trimEnd()}\n\n${body}` });
    return branch.pullRequest;
  }
  const opened = await pullRequests.open({ head: branch.name, base: branch.target.branch, title: resolveTitle(told), body });
  if (opened.kind === "nothing") throw new ActionError("branch-moved", `${branch.target.branch} has everything of ${branch.name} by now, so there is no pull request to open.`);
  if (opened.kind === "not-allowed") {
    const ends = [branch.target.branch, branch.name].map((name) => name.split("/").map(encodeURIComponent).join("/"));
    throw new ActionError("pull-requests-not-allowed", `${opened.message}\nThe decision is on the branch ${branch.name}; to open the pull request by hand: ${job.serverUrl}/${job.repository}/compare/${ends.join("...")}?expand=1`);
  }
  return opened.pullRequest;
}
