import { resolveCommit } from "../git/objects.ts";
import type { CommitStatus } from "../model/records.ts";
import { timestamp } from "../model/timestamp.ts";
import { enforces } from "../model/world.ts";
import { minimalRepositoryView, repositoryUrl } from "../view/repository.ts";
import { combinedState, simpleStatusView, statusView } from "../view/status.ts";
import { notFound, unprocessable } from "./api-error.ts";
import { resolveRevision } from "./contents.ts";
import { actor, param, type RestContext, type Route, text } from "./context.ts";
import { pageAnswer, paginate } from "./paginate.ts";

/** Docs "REST API endpoints for commit statuses": description and number per commit and context are limited. */
const limits = { description: 140, perContext: 1000 };

export const statusRoutes: readonly Route[] = [
  { operation: "repos/create-commit-status", needs: ["statuses:write"], handle: create },
  { operation: "repos/list-commit-statuses-for-ref", needs: ["statuses:read"], handle: list },
  { operation: "repos/get-combined-status-for-ref", needs: ["statuses:read"], handle: combined },
];

async function create(context: RestContext) {
  const { repository } = context;
  const sha = param(context, "sha");
  if ((await resolveCommit(repository.git, sha)) !== sha) throw unprocessable(`No commit found for SHA: ${sha}`);
  const description = text(context, "description") ?? null;
  if (enforces(context.world, "limits") && Array.from(description ?? "").length > limits.description) {
    throw unprocessable("Validation Failed", [{ resource: "Status", code: "custom", field: "description", message: `description is too long (maximum is ${limits.description} characters)` }]);
  }
  const name = text(context, "context") ?? "default";
  if (enforces(context.world, "limits") && repository.statusesOf(sha).filter((status) => status.context === name).length >= limits.perContext) {
    throw unprocessable("Validation Failed", [{ resource: "Status", code: "custom", message: "This SHA and context has reached the maximum number of statuses." }]);
  }
  const status: CommitStatus = {
    id: context.world.nextId(),
    sha,
    state: text(context, "state") as CommitStatus["state"],
    context: name,
    description,
    targetUrl: text(context, "target_url") ?? null,
    creator: actor(context).user,
    createdAt: timestamp(),
  };
  repository.statuses.push(status);
  return { status: 201, body: statusView(repository, status), headers: { location: `${repositoryUrl(repository)}/statuses/${sha}` } };
}

async function revision(context: RestContext): Promise<string> {
  const sha = await resolveRevision(context.repository, param(context, "ref"));
  if (sha === undefined) throw notFound();
  return sha;
}

async function list(context: RestContext) {
  return pageAnswer(context, context.repository.statusesOf(await revision(context)), (status) => statusView(context.repository, status));
}

async function combined(context: RestContext) {
  const { repository } = context;
  const sha = await revision(context);
  const newest = [...new Map(repository.statusesOf(sha).reverse().map((status) => [status.context, status])).values()];
  const { items, headers } = paginate(context, newest);
  const url = `${repositoryUrl(repository)}/commits/${sha}`;
  const body = {
    state: combinedState(newest),
    statuses: items.map((status) => simpleStatusView(repository, status)),
    sha,
    total_count: newest.length,
    repository: minimalRepositoryView(repository),
    commit_url: url,
    url: `${url}/status`,
  };
  return { status: 200, body, headers };
}
