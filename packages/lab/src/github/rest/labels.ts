import type { Label } from "../model/records.ts";
import { emitIssue } from "../model/issues.ts";
import { emitPull } from "../model/pull-moves.ts";
import { enforces } from "../model/world.ts";
import { ensureLabel, labelView } from "../view/label.ts";
import { notFound, unprocessable } from "./api-error.ts";
import { actor, param, type RestContext, type Route, text } from "./context.ts";
import { pageAnswer } from "./paginate.ts";
import { findConversation } from "./issues.ts";

const read = ["issues:read", "pull-requests:read"] as const;
const write = ["issues:write", "pull-requests:write"] as const;

/** Longest name of a label, and most labels of an issue. */
const limits = { name: 50, perIssue: 100 };

/** Docs "REST API endpoints for labels". */
export const labelRoutes: readonly Route[] = [
  { operation: "issues/list-labels-for-repo", needs: read, handle: listAll },
  { operation: "issues/get-label", needs: read, handle: get },
  { operation: "issues/create-label", needs: write, handle: create },
  { operation: "issues/list-labels-on-issue", needs: read, handle: listOnIssue },
  { operation: "issues/add-labels", needs: write, handle: (context) => change(context, (names, given) => [...names, ...given]) },
  { operation: "issues/set-labels", needs: write, handle: (context) => change(context, (_, given) => given) },
  { operation: "issues/remove-label", needs: write, handle: remove },
];

function byName(context: RestContext, name: string): Label | undefined {
  return context.repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

async function listAll(context: RestContext) {
  return pageAnswer(context, context.repository.labels, (label) => labelView(context.repository, label));
}

async function get(context: RestContext) {
  const label = byName(context, param(context, "name"));
  if (label === undefined) throw notFound();
  return { status: 200, body: labelView(context.repository, label) };
}

function checkName(context: RestContext, name: string): void {
  if (Array.from(name).length <= limits.name || !enforces(context.world, "limits")) return;
  throw unprocessable("Validation Failed", [{ resource: "Label", code: "custom", field: "name", message: `name is too long (maximum is ${limits.name} characters)` }]);
}

async function create(context: RestContext) {
  const name = text(context, "name") ?? "";
  checkName(context, name);
  if (byName(context, name) !== undefined) throw unprocessable("Validation Failed", [{ resource: "Label", code: "already_exists", field: "name" }]);
  const label = ensureLabel(context.repository, name);
  label.color = text(context, "color") ?? label.color;
  label.description = text(context, "description") ?? null;
  return { status: 201, body: labelView(context.repository, label), headers: { location: String(labelView(context.repository, label)["url"]) } };
}

async function listOnIssue(context: RestContext) {
  const { labels } = findConversation(context);
  return pageAnswer(context, labels, (name) => labelView(context.repository, ensureLabel(context.repository, name)));
}

/** The labels of the body: `{labels: [...]}` or a bare array, of names or objects with a name. */
function givenNames(context: RestContext): string[] {
  const list = (context.body["labels"] ?? context.body["items"] ?? []) as (string | { name: string })[];
  return list.map((item) => (typeof item === "string" ? item : item.name));
}

async function change(context: RestContext, combine: (names: string[], given: string[]) => string[]) {
  const { repository } = context;
  const conversation = findConversation(context);
  for (const name of givenNames(context)) checkName(context, name);
  const before = new Set(conversation.labels);
  const given = givenNames(context).map((name) => ensureLabel(repository, name).name);
  const next = [...new Set(combine(conversation.labels, given))];
  if (next.length > limits.perIssue && enforces(context.world, "limits")) {
    throw unprocessable("Validation Failed", [{ resource: "Issue", code: "custom", field: "labels", message: `an issue may have at most ${limits.perIssue} labels` }]);
  }
  conversation.labels = next;
  for (const name of next.filter((label) => !before.has(label))) await emitLabel(context, "labeled", name);
  for (const name of [...before].filter((label) => !next.includes(label))) await emitLabel(context, "unlabeled", name);
  return { status: 200, body: next.map((name) => labelView(repository, ensureLabel(repository, name))) };
}

async function remove(context: RestContext) {
  const conversation = findConversation(context);
  const name = conversation.labels.find((label) => label.toLowerCase() === param(context, "name").toLowerCase());
  if (name === undefined) throw notFound("Label does not exist");
  conversation.labels = conversation.labels.filter((label) => label !== name);
  await emitLabel(context, "unlabeled", name);
  return { status: 200, body: conversation.labels.map((label) => labelView(context.repository, ensureLabel(context.repository, label))) };
}

async function emitLabel(context: RestContext, action: "labeled" | "unlabeled", name: string): Promise<void> {
  const { repository } = context;
  const label = labelView(repository, ensureLabel(repository, name));
  const { number } = findConversation(context);
  const cause = { action, actor: actor(context), extra: { label } };
  const [pull, issue] = [repository.pulls.get(number), repository.issues.get(number)];
  if (pull !== undefined) await emitPull(repository, { ...cause, pull });
  if (issue !== undefined) await emitIssue(repository, { ...cause, issue });
}
