import { ActionError } from "../errors.ts";
import { decidePullRequest, type DriftBranchState } from "../drift/decide-pull-request.ts";
import { claimedDigest, driftMessage, editsBetween, editsDigest, type FileEdits } from "../drift/drift-branch.ts";
import type { ActionPorts } from "../ports/action-ports.ts";
import type { PullRequest } from "../ports/pull-requests.ts";
import { findSticky } from "../report/comment-header.ts";
import { parseDriftHeader, renderDriftHeader, withDriftHeader, type DriftHeader } from "../report/drift-header.ts";
import { projectPaths } from "./read-files.ts";
import { upsertComment } from "./upsert-comment.ts";

/** The rolling pull request as it shall be. */
export interface DriftPullRequest {
  readonly branch: string;
  readonly base: string;
  readonly baseTip: string;
  readonly workingDirectory: string;
  /** The files to change; undefined where there is nothing to adopt. */
  readonly edits: FileEdits | undefined;
  readonly title: string;
  /** The body below its header. */
  readonly text: string;
  /** What the comment says where a person works on the branch, header included. */
  readonly comment: string;
  /** What an earlier comment says once the pull request's own text is right again. */
  readonly commentAsTold: string;
  readonly header: Omit<DriftHeader, "head" | "missing" | "drift"> & { readonly drift: string | undefined };
  readonly labels: readonly string[];
  /** The status of the new head; undefined for none. */
  readonly status: { readonly context: string; readonly state: "success" | "failure"; readonly description: string; readonly url: string } | undefined;
}

export type KeptPullRequest =
  | { readonly kind: "none" }
  | { readonly kind: "opened" | "updated" | "unchanged" | "closed" | "dismissed" | "commented"; readonly number: number; readonly url: string }
  /** The repository's settings forbid Actions to open pull requests; the branch is there. */
  | { readonly kind: "not-allowed"; readonly message: string }
  /** A person's branch without a pull request. */
  | { readonly kind: "left"; readonly message: string };

type Ports = Pick<ActionPorts, "git" | "gitWriter" | "repository" | "pullRequests" | "workflows" | "comments" | "log">;

/** How often the branch is looked at anew because somebody moved it. */
const TRIES = 3;

/** Brings branch and pull request to what they shall be; touches nothing that is so already, and no commit of a person. */
export async function keepDriftPullRequest(wanted: DriftPullRequest, ports: Ports): Promise<KeptPullRequest> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const kept = await keepOnce(wanted, ports);
    if (kept !== "stale") return kept;
  }
  throw new ActionError("branch-moved", `The branch ${wanted.branch} kept moving while it was being brought up to date; nothing was overwritten. Run again.`);
}

async function keepOnce(wanted: DriftPullRequest, ports: Ports): Promise<KeptPullRequest | "stale"> {
  const [tips, pullRequests] = await Promise.all([ports.git.remoteTips([wanted.branch]), ports.pullRequests.ofBranch(wanted.branch)]);
  const tip = tips.get(wanted.branch);
  const branch = tip === undefined ? undefined : await inspectBranch({ ...wanted, tip }, ports);
  const edits = wanted.edits === undefined ? undefined : editsDigest(wanted.edits);
  const decision = decidePullRequest({ drift: wanted.header.drift, edits, branch, pullRequests });
  switch (decision.kind) {
    case "none":
      return { kind: "none" };
    case "tidy":
      return (await deleteBranch({ branch: wanted.branch, tip: decision.tip }, ports)) === "stale" ? "stale" : { kind: "none" };
    case "dismissed":
      return about("dismissed", decision.pullRequest);
    case "close":
      await closePullRequest(decision.pullRequest, ports);
      if (decision.tip !== undefined) await deleteBranch({ branch: wanted.branch, tip: decision.tip }, ports);
      return about("closed", decision.pullRequest);
    case "comment":
      return comment(wanted, decision.pullRequest, ports);
    case "left":
      return { kind: "left", message: `Somebody committed to ${wanted.branch}, and it has no open pull request. It is not touched: open a pull request from it, or delete the branch.` };
    case "keep":
      return keep({ wanted, pullRequest: decision.pullRequest, tip, write: decision.write }, ports);
  }
}

/** Whose commits stand on the branch. One commit of ours is known by its message, and by what it changes being what that says. */
async function inspectBranch(wanted: DriftPullRequest & { readonly tip: string }, { git, repository }: Ports): Promise<DriftBranchState> {
  const { tip, baseTip, workingDirectory } = wanted;
  const commits = await repository.commitsBetween(baseTip, tip);
  const [commit] = commits;
  if (commit === undefined) return { tip, owner: "ours", edits: undefined };
  const claimed = claimedDigest(commit.message);
  if (commits.length > 1 || claimed === undefined) return { tip, owner: "person", edits: undefined };
  await git.fetch([tip]);
  const [parent, ...others] = await git.parents(tip);
  if (parent === undefined || others.length > 0) return { tip, owner: "person", edits: undefined };
  await git.fetch([parent]);
  const paths = projectPaths(workingDirectory);
  const [before, after] = await Promise.all([git.readCommit(parent, paths), git.readCommit(tip, paths)]);
  return editsDigest(editsBetween(before, after)) === claimed ? { tip, owner: "ours", edits: claimed } : { tip, owner: "person", edits: undefined };
}

async function keep(
  scene: { readonly wanted: DriftPullRequest; readonly pullRequest: PullRequest | undefined; readonly tip: string | undefined; readonly write: boolean },
  ports: Ports,
): Promise<KeptPullRequest | "stale"> {
  const { wanted, write, tip } = scene;
  const head = write ? await writeBranch(wanted, tip, ports) : (tip ?? "");
  if (head === "stale") return "stale";
  let { pullRequest } = scene;
  let opened = false;
  if (pullRequest === undefined) {
    const answer = await ports.pullRequests.open({ head: wanted.branch, base: wanted.base, title: wanted.title, body: bodyOf(wanted, { head: null }) });
    if (answer.kind === "not-allowed") return answer;
    // The base has caught up in this very moment.
    if (answer.kind === "nothing") return "stale";
    pullRequest = answer.pullRequest;
    opened = answer.kind === "opened";
  }
  const known = parseDriftHeader(pullRequest.body);
  const missing = await makeUpFor(wanted, { pullRequest, known, head }, ports);
  // What a person has written into title or body stays as long as the same drift is told.
  const same = known?.drift === wanted.header.drift && known?.head === head && pullRequest.base === wanted.base;
  if (!same) await ports.pullRequests.update(pullRequest.number, { title: wanted.title, body: bodyOf(wanted, { head, missing }), ...(pullRequest.base === wanted.base ? {} : { base: wanted.base }) });
  else if (missing.length !== (known.missing?.length ?? 0)) await ports.pullRequests.update(pullRequest.number, { body: withDriftHeader(pullRequest.body, { ...known, missing }) });
  return about(opened ? "opened" : same && !write ? "unchanged" : "updated", pullRequest);
}

type Missing = NonNullable<DriftHeader["missing"]>;

/**
 * Labels and status that the head shall have and, by what the body says, has not: a head that it does not name is one that
 * an earlier run did not get to. What a person has taken off stays off. Returns what GitHub refused.
 */
async function makeUpFor(wanted: DriftPullRequest, at: { readonly pullRequest: PullRequest; readonly known: DriftHeader | undefined; readonly head: string }, ports: Ports): Promise<Missing> {
  const { pullRequest, known, head } = at;
  const before = known?.missing ?? [];
  const missing: Missing = [];
  if ((known === undefined || known.head === null || before.includes("labels")) && !(await addLabels(wanted, pullRequest, ports))) missing.push("labels");
  if ((known?.head !== head || before.includes("status")) && !(await setStatus(wanted, head, ports))) missing.push("status");
  return missing;
}

/** One commit on the base's tip; the branch is moved there at once, so that the pull request is never without commits. */
async function writeBranch(wanted: DriftPullRequest, tip: string | undefined, { gitWriter }: Ports): Promise<string> {
  const edits = wanted.edits ?? new Map();
  const files = new Map([...edits].map(([path, { after }]) => [path, after ?? null] as const));
  const commit = await gitWriter.createCommit({ parent: wanted.baseTip, message: driftMessage(wanted.title, edits), files });
  const moved = await gitWriter.moveRef({ branch: wanted.branch, expected: tip ?? null, to: commit, force: true });
  if (moved.kind === "refused") throw new ActionError(moved.reason, moved.message);
  return moved.kind === "stale" ? "stale" : commit;
}

/** False if GitHub refused them. */
async function addLabels(wanted: DriftPullRequest, pullRequest: PullRequest, { pullRequests, log }: Ports): Promise<boolean> {
  if (wanted.labels.length === 0) return true;
  const added = await pullRequests.addLabels(pullRequest.number, wanted.labels);
  if (!added) log.notice("The labels could not be added to the pull request; the next run tries again. To allow it: permissions: issues: write.");
  return added;
}

/** False if GitHub refused it. */
async function setStatus(wanted: DriftPullRequest, commit: string, { workflows, log }: Ports): Promise<boolean> {
  if (wanted.status === undefined) return true;
  const answer = await workflows.setStatus({ commit, ...wanted.status });
  if (answer.kind === "forbidden") log.notice(`${answer.message}\nThe next run tries again.`);
  return answer.kind === "written";
}

async function comment(wanted: DriftPullRequest, pullRequest: PullRequest, ports: Ports): Promise<KeptPullRequest> {
  const { repository: repositoryId, folder, workspace } = wanted.header;
  const identity = { kind: "drift", repositoryId, folder, workspace } as const;
  const isToldAbove = parseDriftHeader(pullRequest.body)?.drift === wanted.header.drift;
  // What the pull request says itself needs no comment, but one that has told of something else must not stay.
  if (isToldAbove && findSticky(await ports.comments.list(pullRequest.number), identity) === undefined) return about("unchanged", pullRequest);
  const written = await upsertComment({ pullRequest: pullRequest.number, body: isToldAbove ? wanted.commentAsTold : wanted.comment, identity }, ports);
  return about(written === "unchanged" ? "unchanged" : "commented", pullRequest);
}

async function closePullRequest(pullRequest: PullRequest, { pullRequests }: Ports): Promise<void> {
  const header = parseDriftHeader(pullRequest.body);
  await pullRequests.update(pullRequest.number, {
    state: "closed",
    ...(header === undefined ? {} : { body: withDriftHeader(pullRequest.body, { ...header, closed: "gone" }) }),
  });
}

async function deleteBranch({ branch, tip }: { branch: string; tip: string }, { gitWriter, log }: Ports): Promise<"deleted" | "stale"> {
  const moved = await gitWriter.moveRef({ branch, expected: tip, to: null });
  if (moved.kind === "refused") log.notice(`The branch ${branch} is no longer needed but could not be deleted. ${moved.message}`);
  return moved.kind === "stale" ? "stale" : "deleted";
}

function bodyOf({ header, text }: DriftPullRequest, of: Pick<DriftHeader, "head" | "missing">): string {
  return `${renderDriftHeader({ ...header, drift: header.drift ?? "", ...of })}\n${text}`;
}

function about(kind: "opened" | "updated" | "unchanged" | "closed" | "dismissed" | "commented", { number, url }: PullRequest): KeptPullRequest {
  return { kind, number, url };
}
