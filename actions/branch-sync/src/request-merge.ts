import { ActionError } from "@retell-actions/core/errors";
import type { CommitComparison } from "@retell-actions/core/ports/github";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import { mergeByHand } from "@retell-actions/core/report/sync-commands";
import { renderSyncRequest, syncTitle, type SyncRequest, type SyncRequestReason } from "@retell-actions/core/report/sync-pull-request";
import type { SyncedTarget } from "@retell-actions/core/report/sync-report";
import { decideBranch } from "./decide.ts";
import { setStatus } from "./set-status.ts";
import { assertGoing, contains, isRerun, relationOf, repositoryUrl, untouched, type Sync, type Target } from "./sync.ts";

/** Why a person has to bring the source over; `rule` is GitHub's, empty for a conflict. */
export interface Obstacle {
  readonly reason: SyncRequestReason;
  readonly rule: string;
}

/**
 * Leaves the rest to a person: a branch at the source's commit, and one pull request from it, opened once and kept up to
 * date. Commits that people put on that branch are never pushed over. Undefined if a branch moved meanwhile.
 */
export async function requestMerge(sync: Sync, target: Target, obstacle: Obstacle): Promise<SyncedTarget | undefined> {
  const { ports, source } = sync;
  const { branch } = target.request;
  const requests = (await ports.pullRequests.ofBranch(branch)).filter(({ base }) => base === target.branch);
  const squashed = await findSquashed(sync, requests);
  if (squashed !== undefined) {
    return {
      ...untouched(target),
      message: `Pull request ${squashed.number} brought ${source.branch} over by a squash or a rebase, so Git does not know it. Merge such pull requests with a merge commit, or later syncs meet the same conflicts again.`,
    };
  }
  const head = await bringBranch(sync, target);
  if (head === undefined) return undefined;
  const commits = await ports.repository.commitsBetween(target.tip, source.commit);
  const request: SyncRequest = { source: source.branch, target: target.branch, branch, ...obstacle, commits, head: head.relation };
  const pullRequest = await keepOpen(sync, request, requests.find(({ state }) => state === "open"));
  if (pullRequest === undefined) return untouched(target);
  return {
    ...untouched(target),
    status: "pull-request",
    reason: obstacle.reason,
    message: [
      `Pull request ${pullRequest.number} brings ${source.branch} into ${target.branch}: ${pullRequest.url}`,
      ...(obstacle.rule === "" ? [] : [obstacle.rule]),
      ...(head.relation === "diverged" ? [`Somebody committed to ${branch}, so it was left alone; it lacks the newest commits of ${source.branch}.`] : []),
    ].join("\n"),
    pullRequest: { number: pullRequest.number, url: pullRequest.url },
    brought: commits,
  };
}

/** A merged pull request that had the source's commit, while the target still lacks it. */
async function findSquashed({ ports, source }: Sync, requests: readonly PullRequest[]): Promise<PullRequest | undefined> {
  const newest = requests.find(({ merged }) => merged);
  return newest !== undefined && (await contains(ports, newest.headSha, source.commit)) ? newest : undefined;
}

/** Brings the branch of the pull request to the source, as far as nobody else's commits are in the way; undefined if it moved meanwhile. */
async function bringBranch(sync: Sync, target: Target): Promise<{ readonly relation: CommitComparison["status"] } | undefined> {
  const { ports, source } = sync;
  const { branch, tip } = target.request;
  const relation = tip === undefined ? "absent" : await relationOf(ports, tip, source.commit);
  const step = decideBranch(relation);
  if (step === "create" || step === "fast-forward") {
    assertGoing(ports);
    const moved = await ports.gitWriter.moveRef({ branch, expected: tip ?? null, to: source.commit });
    if (moved.kind === "stale") return undefined;
    if (moved.kind === "refused") {
      throw new ActionError(
        moved.reason,
        `${target.branch} cannot be synced by this job, nor can the branch ${branch} for a pull request be written: ${moved.message}\n` +
          `${moved.reason === "workflow-files" ? "Pass the token of a GitHub App with `workflows: write` as github-token, or bring it over by hand" : "Bring it over by hand"}:\n${mergeByHand({ source: source.branch, target: target.branch })}`,
      );
    }
    await setStatus(sync, source.commit);
    return { relation: "identical" };
  }
  if (relation === "identical" && isRerun(ports)) await setStatus(sync, source.commit);
  if (step === "leave") ports.log.notice(`Somebody committed to ${branch}, so it is left alone; it lacks the newest commits of ${source.branch}.`);
  return { relation: relation === "absent" ? "identical" : relation };
}

/** The open pull request, with the body of today; undefined if GitHub says that there is nothing to merge. */
async function keepOpen({ ports }: Sync, request: SyncRequest, open: PullRequest | undefined): Promise<PullRequest | undefined> {
  const { pullRequests } = ports;
  const body = renderSyncRequest(request);
  if (open === undefined) {
    assertGoing(ports);
    const opened = await pullRequests.open({ head: request.branch, base: request.target, title: syncTitle(request), body });
    if (opened.kind === "nothing") return undefined;
    if (opened.kind === "not-allowed") throw notAllowed(request, { message: opened.message, repository: repositoryUrl(ports) });
    return opened.pullRequest;
  }
  // A person's own pull request is not ours to write in.
  if (open.authorIsBot && withLineFeeds(open.body) !== withLineFeeds(body)) {
    assertGoing(ports);
    await pullRequests.update(open.number, { body });
  }
  return open;
}

function notAllowed(request: SyncRequest, { message, repository }: { readonly message: string; readonly repository: string }): ActionError {
  const ends = [request.target, request.branch].map((branch) => branch.split("/").map(encodeURIComponent).join("/"));
  return new ActionError("pull-requests-not-allowed", `${message}\nThe branch ${request.branch} is ready; to open the pull request by hand: ${repository}/compare/${ends.join("...")}?expand=1`);
}

/** GitHub's page saves texts with CRLF. */
function withLineFeeds(text: string): string {
  return text.replaceAll("\r\n", "\n").trim();
}
