import { resolveCommit } from "../git/objects.ts";
import type { CheckRun } from "../model/records.ts";
import { timestamp } from "../model/timestamp.ts";
import { checkRunView } from "../view/check-run.ts";
import { ApiError, notFound, unprocessable } from "./api-error.ts";
import { resolveRevision } from "./contents.ts";
import { actor, numberParam, param, type RestContext, type Route, text } from "./context.ts";
import { paginate } from "./paginate.ts";

/** Docs "REST API endpoints for check runs"; the limit of 50 annotations a request is in the schema. */
export const checkRoutes: readonly Route[] = [
  { operation: "checks/create", needs: ["checks:write"], handle: create },
  { operation: "checks/update", needs: ["checks:write"], handle: update },
  { operation: "checks/get", needs: ["checks:read"], handle: get },
  { operation: "checks/list-for-ref", needs: ["checks:read"], handle: listForRef },
];

function onlyApps(context: RestContext): void {
  if (actor(context).kind === "person") throw new ApiError(403, "You must authenticate via a GitHub App.");
}

function apply(context: RestContext, run: CheckRun): void {
  const { body } = context;
  const conclusion = text(context, "conclusion");
  const output = body["output"] as { title?: string; summary?: string; text?: string; annotations?: Record<string, unknown>[] } | undefined;
  run.name = text(context, "name") ?? run.name;
  run.detailsUrl = text(context, "details_url") ?? run.detailsUrl;
  run.externalId = text(context, "external_id") ?? run.externalId;
  run.startedAt = text(context, "started_at") ?? run.startedAt;
  // A conclusion completes the run whatever status was sent.
  run.status = conclusion === undefined ? (text(context, "status") ?? run.status) : "completed";
  run.conclusion = conclusion ?? run.conclusion;
  if (run.status === "completed") run.completedAt = text(context, "completed_at") ?? run.completedAt ?? timestamp();
  if (output === undefined) return;
  run.output = { title: output.title ?? run.output.title, summary: output.summary ?? run.output.summary, text: output.text ?? run.output.text };
  run.annotations.push(...(output.annotations ?? []));
}

async function create(context: RestContext) {
  const { repository } = context;
  onlyApps(context);
  const sha = text(context, "head_sha") ?? "";
  if ((await resolveCommit(repository.git, sha)) !== sha) throw unprocessable(`No commit found for SHA: ${sha}`);
  if (text(context, "status") === "completed" && text(context, "conclusion") === undefined) {
    throw unprocessable("Invalid request.\n\n\"conclusion\" wasn't supplied.");
  }
  const run: CheckRun = {
    id: context.world.nextId(),
    name: "",
    headSha: sha,
    status: "queued",
    conclusion: null,
    startedAt: timestamp(),
    completedAt: null,
    detailsUrl: null,
    externalId: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
  };
  apply(context, run);
  repository.checkRuns.push(run);
  return { status: 201, body: checkRunView(repository, run) };
}

function find(context: RestContext): CheckRun {
  const id = numberParam(context, "check_run_id");
  const run = context.repository.checkRuns.find((candidate) => candidate.id === id);
  if (run === undefined) throw notFound();
  return run;
}

async function update(context: RestContext) {
  onlyApps(context);
  const run = find(context);
  apply(context, run);
  return { status: 200, body: checkRunView(context.repository, run) };
}

async function get(context: RestContext) {
  return { status: 200, body: checkRunView(context.repository, find(context)) };
}

/** Newest of each name by default (`filter=latest`). */
async function listForRef(context: RestContext) {
  const { repository, query } = context;
  const sha = await resolveRevision(repository, param(context, "ref"));
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${param(context, "ref")}`);
  const all = repository.checkRuns.filter((run) => run.headSha === sha);
  const kept = query.get("filter") === "all" ? all : [...new Map(all.map((run) => [run.name, run])).values()];
  const runs = kept
    .filter((run) => (query.get("check_name") ?? run.name) === run.name)
    .filter((run) => (query.get("status") ?? run.status) === run.status);
  const { items, headers } = paginate(context, runs);
  return { status: 200, body: { total_count: runs.length, check_runs: items.map((run) => checkRunView(repository, run)) }, headers };
}
