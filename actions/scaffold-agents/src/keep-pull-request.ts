import { ActionError } from "@retell-actions/core/errors";
import { editsDigest, type FileEdits } from "@retell-actions/core/drift/drift-branch";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import { runUrl } from "@retell-actions/core/report/run-url";
import { decideBranch } from "./decide-branch.ts";
import { inspectBranch } from "./inspect-branch.ts";
import { parsePullRequestHeader } from "./pull-request-header.ts";
import { pullRequestBody, pullRequestTitle, type PullRequestTold } from "./pull-request-text.ts";
import { scaffoldMessage } from "./scaffold-branch.ts";

/** The branch and the pull request as they shall be. */
export interface WantedPullRequest {
  readonly branch: string;
  readonly base: string;
  readonly baseTip: string;
  readonly directory: string;
  readonly edits: FileEdits;
  readonly told: PullRequestTold;
}

/** `left`: a person works on the branch, so nothing was touched. */
export interface KeptPullRequest {
  readonly kind: "written" | "unchanged" | "left";
  readonly pullRequest: PullRequest;
}

type Ports = Pick<ActionPorts, "git" | "gitWriter" | "repository" | "pullRequests" | "workflows" | "log" | "job" | "signal">;

/** Brings branch and pull request to what they shall be; touches nothing that is so already. `stale`: somebody moved the branch meanwhile. */
export async function keepPullRequest(wanted: WantedPullRequest, pullRequests: readonly PullRequest[], ports: Ports): Promise<KeptPullRequest | "stale"> {
  const { branch, base, edits, told } = wanted;
  const tip = (await ports.git.remoteTips([branch])).get(branch);
  const found = await inspectBranch({ ...wanted, tip }, ports);
  const decision = decideBranch({ branch, base, request: told.header.request, content: editsDigest(edits), issue: told.issue }, found, pullRequests);
  if (decision.kind === "refused") throw new ActionError(decision.reason, decision.message);
  if (decision.kind === "left") return decision;
  const head = decision.write ? await writeBranch(wanted, tip, ports) : (tip ?? "");
  if (head === "stale") return "stale";
  const { pullRequest } = decision;
  const isTold = pullRequest !== undefined && parsePullRequestHeader(pullRequest.body)?.content === told.header.content && parsePullRequestHeader(pullRequest.body)?.request === told.header.request;
  if (isTold && !decision.write) return { kind: "unchanged", pullRequest };
  // The status first: a pull request that tells of these files is one whose head has it.
  await setStatus({ commit: head, context: told.statusContext }, ports);
  return open(wanted, pullRequest, ports);
}

/** One commit on the base's tip; the branch is moved there at once, so that its pull request is never without commits. */
async function writeBranch({ branch, baseTip, edits, told }: WantedPullRequest, tip: string | undefined, ports: Ports): Promise<string> {
  assertGoing(ports);
  const files = new Map([...edits].map(([path, { after }]) => [path, after ?? null] as const));
  const commit = await ports.gitWriter.createCommit({ parent: baseTip, message: scaffoldMessage(pullRequestTitle(told), edits), files });
  const moved = await ports.gitWriter.moveRef({ branch, expected: tip ?? null, to: commit, force: true });
  if (moved.kind === "refused") throw new ActionError(moved.reason, moved.message);
  return moved.kind === "stale" ? "stale" : commit;
}

async function setStatus({ commit, context }: { readonly commit: string; readonly context: string | undefined }, { workflows, job, log }: Ports): Promise<void> {
  if (context === undefined) return;
  const answer = await workflows.setStatus({ commit, context, state: "success", description: "The files of the new agents have no errors.", url: runUrl(job) });
  if (answer.kind === "forbidden") log.notice(answer.message);
}

async function open({ branch, base, told }: WantedPullRequest, present: PullRequest | undefined, ports: Ports): Promise<KeptPullRequest | "stale"> {
  assertGoing(ports);
  const { pullRequests, job } = ports;
  const title = pullRequestTitle(told);
  const body = pullRequestBody(told);
  if (present !== undefined) {
    await pullRequests.update(present.number, { title, body });
    return { kind: "written", pullRequest: { ...present, title, body } };
  }
  const opened = await pullRequests.open({ head: branch, base, title, body });
  // The base has got all of it in this very moment.
  if (opened.kind === "nothing") return "stale";
  if (opened.kind === "not-allowed") {
    const ends = [base, branch].map((end) => end.split("/").map(encodeURIComponent).join("/"));
    throw new ActionError("pull-requests-not-allowed", `${opened.message}\nThe agents are on the branch ${branch}; to open the pull request by hand: ${job.serverUrl}/${job.repository}/compare/${ends.join("...")}?expand=1`);
  }
  return { kind: "written", pullRequest: opened.pullRequest };
}

function assertGoing({ signal }: Pick<ActionPorts, "signal">): void {
  if (signal.aborted) throw new ActionError("cancelled", "The run was cancelled before the pull request was ready. A re-run goes on.");
}
