import { mergeBase } from "../git/commits.ts";
import { diffFiles } from "../git/diff.ts";
import { mergePull, NotMergeable, type MergeMethod } from "../model/merge-pull.ts";
import { RefRefused } from "../model/move-refs.ts";
import { readRef } from "../git/refs.ts";
import { closePull, emitPull, refreshPull } from "../model/pull-moves.ts";
import { checkBody, createPull } from "../model/pulls.ts";
import type { PullRequest } from "../model/records.ts";
import { timestamp } from "../model/timestamp.ts";
import { enforces } from "../model/world.ts";
import { fileView } from "../view/commit.ts";
import { fullPullView, pullView } from "../view/pull.ts";
import { ApiError, notFound, unprocessable } from "./api-error.ts";
import { actor, numberParam, type RestContext, type Route, text } from "./context.ts";
import { pageAnswer } from "./paginate.ts";
import { refusalMessage } from "./refusal.ts";

/** Docs "REST API endpoints for pull requests". */
export const pullRoutes: readonly Route[] = [
  { operation: "pulls/get", needs: ["pull-requests:read"], handle: getPull },
  { operation: "pulls/list", needs: ["pull-requests:read"], handle: listPulls },
  { operation: "pulls/create", needs: ["pull-requests:write"], handle: create },
  { operation: "pulls/update", needs: ["pull-requests:write"], handle: update },
  { operation: "pulls/merge", needs: ["contents:write"], handle: merge },
  { operation: "pulls/list-files", needs: ["pull-requests:read"], handle: listFiles },
];

/** The pull request of the path, or 404. */
export function findPull(context: RestContext, name = "pull_number"): PullRequest {
  const pull = context.repository.pulls.get(numberParam(context, name));
  if (pull === undefined) throw notFound();
  return pull;
}

async function getPull(context: RestContext) {
  const pull = findPull(context);
  const hidden = pull.hiddenReads > 0 && pull.state === "open";
  if (hidden) pull.hiddenReads -= 1;
  return { status: 200, body: await fullPullView(context.repository, pull, hidden ? null : pull.mergeable) };
}

async function listPulls(context: RestContext) {
  const { query, repository } = context;
  const state = query.get("state") ?? "open";
  const head = query.get("head");
  const sort = query.get("sort") ?? "created";
  // Without a direction the newest come first when sorted by creation, else the oldest.
  const descending = (query.get("direction") ?? (sort === "created" ? "desc" : "asc")) === "desc";
  const found = [...repository.pulls.values()]
    .filter((pull) => state === "all" || pull.state === state)
    .filter((pull) => (query.get("base") ?? pull.base.ref) === pull.base.ref)
    // A head without an owner is ignored by GitHub and lists everything.
    .filter((pull) => head === null || !head.includes(":") || head === `${pull.head.repository.owner}:${pull.head.ref}`)
    .sort((one, other) => (sort === "updated" ? one.updatedAt.localeCompare(other.updatedAt) : 0) || one.number - other.number);
  return pageAnswer(context, descending ? found.reverse() : found, (pull) => pullView(repository, pull));
}

async function create(context: RestContext) {
  const { repository, body } = context;
  const by = actor(context);
  if (by.kind === "actions" && !repository.settings.allowActionsToCreatePullRequests && enforces(context.world, "pull-request-setting")) {
    throw new ApiError(403, "GitHub Actions is not permitted to create or approve pull requests.");
  }
  const [owner, branch] = splitHead(text(context, "head") ?? "", repository.owner);
  const headRepository = [...context.world.repositories.values()].find((candidate) => candidate.owner === owner && (candidate === repository || candidate.parent === repository));
  if (headRepository === undefined) throw unprocessable("Validation Failed", [{ resource: "PullRequest", field: "head", code: "invalid" }]);
  const title = text(context, "title");
  if (title === undefined || title === "") throw unprocessable("Validation Failed", [{ resource: "Issue", code: "missing_field", field: "title" }]);
  const pull = await createPull(repository, {
    title,
    body: text(context, "body") ?? null,
    head: branch,
    headRepository,
    base: text(context, "base") ?? "",
    draft: body["draft"] === true,
    actor: by,
  });
  return { status: 201, body: await fullPullView(repository, pull, null) };
}

function splitHead(head: string, owner: string): [string, string] {
  const colon = head.indexOf(":");
  return colon < 0 ? [owner, head] : [head.slice(0, colon), head.slice(colon + 1)];
}

async function update(context: RestContext) {
  const { repository } = context;
  const pull = findPull(context);
  const by = actor(context);
  const body = text(context, "body");
  checkBody(repository, body ?? null, "Issue");
  const before = { title: pull.title, body: pull.body };
  const changes: Record<string, unknown> = {};
  const title = text(context, "title");
  if (title !== undefined && title !== pull.title) changes["title"] = { from: before.title };
  if (body !== undefined && body !== pull.body) changes["body"] = { from: before.body };
  Object.assign(pull, { ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body }), updatedAt: timestamp() });
  await changeBase(context, { pull, changes });
  if (Object.keys(changes).length > 0) await emitPull(repository, { pull, action: "edited", actor: by, extra: { changes } });
  await changeState(context, pull);
  return { status: 200, body: await fullPullView(repository, pull, null) };
}

async function changeBase(context: RestContext, { pull, changes }: { pull: PullRequest; changes: Record<string, unknown> }): Promise<void> {
  const base = text(context, "base");
  if (base === undefined || base === pull.base.ref) return;
  const sha = await readRef(context.repository.git, `refs/heads/${base}`);
  if (sha === undefined) throw unprocessable("Validation Failed", [{ resource: "PullRequest", field: "base", code: "invalid" }]);
  changes["base"] = { ref: { from: pull.base.ref }, sha: { from: pull.base.sha } };
  pull.base = { ref: base, sha };
  await refreshPull(context.repository, pull);
}

async function changeState(context: RestContext, pull: PullRequest): Promise<void> {
  const state = text(context, "state");
  if (state === undefined || state === pull.state) return;
  if (state === "closed") return closePull(context.repository, pull, actor(context));
  const head = await readRef(pull.head.repository.git, `refs/heads/${pull.head.ref}`);
  if (pull.mergedAt !== null || head === undefined) {
    const message = `state cannot be changed. The ${pull.head.ref} branch ${head === undefined ? "has been deleted" : "was merged"}.`;
    throw unprocessable("Validation Failed", [{ resource: "PullRequest", code: "invalid", field: "state", message }]);
  }
  Object.assign(pull, { state: "open", closedAt: null });
  pull.head.sha = head;
  await refreshPull(context.repository, pull);
  await emitPull(context.repository, { pull, action: "reopened", actor: actor(context) });
}

async function merge(context: RestContext) {
  const { repository } = context;
  const pull = findPull(context);
  const expected = text(context, "sha");
  if (expected !== undefined && expected !== pull.head.sha) throw new ApiError(409, "Head branch was modified. Review and try the merge again.");
  const [title, message] = [text(context, "commit_title"), text(context, "commit_message")];
  const method = (text(context, "merge_method") ?? "merge") as MergeMethod;
  try {
    const sha = await mergePull(repository, {
      pull,
      method,
      actor: actor(context),
      ...(context.token === undefined ? {} : { token: context.token }),
      ...(title === undefined ? {} : { title }),
      ...(message === undefined ? {} : { message }),
    });
    return { status: 200, body: { sha, merged: true, message: "Pull Request successfully merged" } };
  } catch (error) {
    if (error instanceof NotMergeable) throw new ApiError(405, error.message);
    // Field reports: here broken rules are 405 as well, whatever they are elsewhere.
    if (error instanceof RefRefused && error.refusal.kind !== "workflow-file") throw new ApiError(405, refusalMessage(error.refusal));
    throw error;
  }
}

async function listFiles(context: RestContext) {
  const { repository } = context;
  const pull = findPull(context);
  const start = (await mergeBase(repository.git, pull.base.sha, pull.head.sha)) ?? pull.base.sha;
  const files = (await diffFiles(repository.git, start, pull.head.sha)).slice(0, 3000);
  return pageAnswer(context, files, (file) => fileView(repository, file, pull.head.sha));
}
