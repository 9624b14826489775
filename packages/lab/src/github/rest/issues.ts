import { checkTitle, createIssue, emitIssue } from "../model/issues.ts";
import { checkBody } from "../model/pulls.ts";
import type { Issue, PullRequest } from "../model/records.ts";
import { timestamp } from "../model/timestamp.ts";
import { allows } from "../model/tokens.ts";
import { enforces } from "../model/world.ts";
import { issueView } from "../view/issue.ts";
import { ensureLabel } from "../view/label.ts";
import { ApiError, notFound } from "./api-error.ts";
import { actor, numberParam, type RestContext, type Route, text } from "./context.ts";
import { pageAnswer } from "./paginate.ts";
import { forbidden } from "./permission.ts";

const read = ["issues:read", "pull-requests:read"] as const;

/** Docs "REST API endpoints for issues". Every pull request is an issue there. */
export const issueRoutes: readonly Route[] = [
  { operation: "issues/list-for-repo", needs: read, handle: list },
  { operation: "issues/create", needs: ["issues:write"], handle: create },
  { operation: "issues/get", needs: read, handle: get },
  { operation: "issues/update", needs: ["issues:write", "pull-requests:write"], handle: update },
];

/** The pull request or issue of the path, or 404. */
export function findConversation(context: RestContext): PullRequest | Issue {
  const number = numberParam(context, "issue_number");
  const found = context.repository.pulls.get(number) ?? context.repository.issues.get(number);
  if (found === undefined) throw notFound();
  return found;
}

/**
 * Whether the token's permission is for this kind: with issues only, pull requests are left out, and the other way
 * round (docs "Permissions required for GitHub Apps"). Public data is for everybody to read.
 */
function isFor(context: RestContext, item: PullRequest | Issue, level: "read" | "write"): boolean {
  if (!enforces(context.world, "permissions") || (level === "read" && !context.repository.private)) return true;
  return context.token !== undefined && allows(context.token, "head" in item ? "pull-requests" : "issues", level);
}

async function list(context: RestContext) {
  const { query, repository } = context;
  const state = query.get("state") ?? "open";
  const labels = (query.get("labels") ?? "").split(",").filter(Boolean);
  const by = query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const since = query.get("since");
  const found = [...repository.pulls.values(), ...repository.issues.values()]
    .filter((item) => isFor(context, item, "read") && (state === "all" || item.state === state))
    .filter((item) => (query.get("creator") ?? item.user.login) === item.user.login)
    .filter((item) => labels.every((label) => item.labels.includes(label)) && (since === null || item.updatedAt >= since))
    .sort((one, other) => one[by].localeCompare(other[by]) || one.number - other.number);
  return pageAnswer(context, query.get("direction") === "asc" ? found : found.reverse(), (item) => issueView(repository, item));
}

async function get(context: RestContext) {
  const item = findConversation(context);
  if (!isFor(context, item, "read")) throw notFound();
  return { status: 200, body: issueView(context.repository, item) };
}

/** Titles may be numbers in the request. */
function titleOf(context: RestContext): string | undefined {
  const title = context.body["title"];
  return title === undefined || title === null ? undefined : String(title);
}

function labelsOf(context: RestContext): string[] | undefined {
  const labels = context.body["labels"] as (string | { name: string })[] | undefined;
  return labels?.map((label) => (typeof label === "string" ? label : label.name));
}

async function create(context: RestContext) {
  const { repository } = context;
  if (!repository.settings.hasIssues && enforces(context.world, "issues-setting")) throw new ApiError(410, "Issues are disabled for this repo");
  const issue = await createIssue(repository, { title: titleOf(context) ?? "", body: text(context, "body") ?? null, labels: labelsOf(context) ?? [], actor: actor(context) });
  const body = issueView(repository, issue);
  return { status: 201, body, headers: { location: String(body["url"]) } };
}

async function update(context: RestContext) {
  const { repository } = context;
  const item = findConversation(context);
  if (!isFor(context, item, "write")) throw forbidden(context.token, ["head" in item ? "pull-requests:write" : "issues:write"]);
  // GitHub can; an error of the lab is recorded as a violation.
  if ("head" in item) throw new Error("the lab does not change pull requests by issues/update");
  const before = { title: item.title, body: item.body };
  const title = titleOf(context) ?? item.title;
  const body = context.body["body"] === null ? null : (text(context, "body") ?? item.body);
  checkTitle(repository, title);
  checkBody(repository, body, "Issue");
  const labels = labelsOf(context)?.map((name) => ensureLabel(repository, name).name);
  Object.assign(item, { title, body, updatedAt: timestamp(), ...(labels === undefined ? {} : { labels }) });
  if (title !== before.title || body !== before.body) {
    const changes = { ...(title === before.title ? {} : { title: { from: before.title } }), ...(body === before.body ? {} : { body: { from: before.body } }) };
    await emitIssue(repository, { issue: item, action: "edited", actor: actor(context), extra: { changes } });
  }
  await changeState(context, item);
  return { status: 200, body: issueView(repository, item) };
}

async function changeState(context: RestContext, issue: Issue): Promise<void> {
  const state = text(context, "state");
  if (state === undefined || state === issue.state) return;
  const closes = state === "closed";
  const reason = closes ? (text(context, "state_reason") ?? "completed") : "reopened";
  Object.assign(issue, { state, stateReason: reason, closedAt: closes ? timestamp() : null });
  await emitIssue(context.repository, { issue, action: closes ? "closed" : "reopened", actor: actor(context) });
}
