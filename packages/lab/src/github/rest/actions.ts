import { parse } from "yaml";
import { readCommit } from "../git/commits.ts";
import { readRef } from "../git/refs.ts";
import { emit } from "../model/events.ts";
import type { Repository } from "../model/repository.ts";
import type { RunAttempt, WorkflowRun } from "../model/runs.ts";
import { workflowFolder } from "../model/workflow-files.ts";
import { repositoryView } from "../view/repository.ts";
import { jobView, runView, workflowId } from "../view/run.ts";
import { userView } from "../view/user.ts";
import { notFound, unprocessable } from "./api-error.ts";
import { actor, numberParam, param, type RestContext, type Route, text } from "./context.ts";
import { paginate } from "./paginate.ts";

/** Docs "REST API endpoints for workflow runs", "workflow jobs", "workflows"; "Create a repository dispatch event". */
export const actionRoutes: readonly Route[] = [
  { operation: "actions/list-workflow-runs-for-repo", needs: ["actions:read"], handle: (context) => listRuns(context) },
  { operation: "actions/list-workflow-runs", needs: ["actions:read"], handle: listRunsOfWorkflow },
  { operation: "actions/get-workflow-run", needs: ["actions:read"], handle: (context) => getRun(context, findRun(context).attempts.length) },
  { operation: "actions/get-workflow-run-attempt", needs: ["actions:read"], handle: (context) => getRun(context, numberParam(context, "attempt_number")) },
  { operation: "actions/list-jobs-for-workflow-run", needs: ["actions:read"], handle: (context) => listJobs(context, findRun(context).attempts.length) },
  { operation: "actions/list-jobs-for-workflow-run-attempt", needs: ["actions:read"], handle: (context) => listJobs(context, numberParam(context, "attempt_number")) },
  { operation: "actions/create-workflow-dispatch", needs: ["actions:write"], handle: dispatch },
  { operation: "repos/create-dispatch-event", needs: ["contents:write"], handle: repositoryDispatch },
];

function findRun(context: RestContext): WorkflowRun {
  const run = context.repository.runs.runs.get(numberParam(context, "run_id"));
  if (run === undefined) throw notFound();
  return run;
}

function findAttempt(run: WorkflowRun, number: number): RunAttempt {
  const attempt = run.attempts[number - 1];
  if (attempt === undefined) throw notFound();
  return attempt;
}

async function view(repository: Repository, run: WorkflowRun, attempt: RunAttempt): Promise<Record<string, unknown>> {
  return runView(repository, { run, attempt, head: await readCommit(repository.git, run.headSha) });
}

async function getRun(context: RestContext, attempt: number) {
  const run = findRun(context);
  return { status: 200, body: await view(context.repository, run, findAttempt(run, attempt)) };
}

/** A workflow is known by its file on the default branch, or by its runs; its id is a number or the file's name. */
async function listRunsOfWorkflow(context: RestContext) {
  const { repository } = context;
  const id = param(context, "workflow_id");
  const paths = new Set([...repository.runs.runs.values()].map(({ workflow }) => workflow));
  const files = await repository.files(`refs/heads/${repository.defaultBranch}`);
  const known = [...paths, ...files.filter((path) => path.startsWith(`${workflowFolder}/`))];
  const path = known.find((candidate) => String(workflowId(candidate)) === id || candidate === id || candidate === `${workflowFolder}/${id}`);
  if (path === undefined) throw notFound();
  return listRuns(context, path);
}

async function listRuns(context: RestContext, workflow?: string) {
  const { repository, query } = context;
  const asked = (name: string, value: string | null): boolean => (query.get(name) ?? value) === value;
  const runs = [...repository.runs.runs.values()]
    .filter((run) => workflow === undefined || run.workflow === workflow)
    .filter((run) => asked("event", run.event) && asked("branch", run.headBranch) && asked("head_sha", run.headSha) && asked("actor", run.actor))
    .map((run) => ({ run, attempt: findAttempt(run, run.attempts.length) }))
    .filter(({ attempt }) => query.get("status") === null || [attempt.status, attempt.conclusion].includes(query.get("status")))
    .reverse();
  const { items, headers } = paginate(context, runs);
  const body = { total_count: runs.length, workflow_runs: await Promise.all(items.map(({ run, attempt }) => view(repository, run, attempt))) };
  return { status: 200, body, headers };
}

async function listJobs(context: RestContext, number: number) {
  const run = findRun(context);
  const attempt = findAttempt(run, number);
  const { items, headers } = paginate(context, attempt.jobs);
  const jobs = items.map((job) => jobView(context.repository, { run, attempt, job }));
  return { status: 200, body: { total_count: attempt.jobs.length, jobs }, headers };
}

interface DispatchInput {
  required?: boolean;
  default?: unknown;
  type?: string;
  options?: string[];
}

/** Whether a workflow text listens to `workflow_dispatch`, and with which inputs. */
function dispatchInputs(source: string): Record<string, DispatchInput> | undefined {
  const on = (parse(source) as { on?: unknown } | null)?.on;
  if (on === "workflow_dispatch" || (Array.isArray(on) && on.includes("workflow_dispatch"))) return {};
  if (typeof on !== "object" || on === null || !("workflow_dispatch" in on)) return undefined;
  return (on.workflow_dispatch as { inputs?: Record<string, DispatchInput> } | null)?.inputs ?? {};
}

async function dispatch(context: RestContext) {
  const { repository, world } = context;
  const file = `${workflowFolder}/${param(context, "workflow_id").replace(`${workflowFolder}/`, "")}`;
  // Only a workflow of the default branch is known; what runs is the file at the given ref.
  if ((await repository.readFile(`refs/heads/${repository.defaultBranch}`, file)) === undefined) throw notFound();
  const name = text(context, "ref") ?? "";
  const candidates = name.startsWith("refs/") ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  const refs = await Promise.all(candidates.map(async (ref) => ({ ref, sha: await readRef(repository.git, ref) })));
  const target = refs.find(({ sha }) => sha !== undefined);
  if (target?.sha === undefined) throw unprocessable(`No ref found for: ${name}`);
  const source = await repository.readFile(target.sha, file);
  const declared = source === undefined ? undefined : dispatchInputs(source);
  if (declared === undefined) throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const inputs = checkInputs(declared, (context.body["inputs"] as Record<string, unknown> | undefined) ?? {});
  const by = actor(context);
  const payload = {
    ref: target.ref,
    workflow: file,
    inputs,
    repository: repositoryView(repository),
    sender: userView(world, by.user),
  };
  emit(repository, { name: "workflow_dispatch", payload, ref: target.ref, sha: target.sha, actor: by.user.login }, { actor: by });
  return { status: 204 };
}

function checkInputs(declared: Record<string, DispatchInput>, given: Record<string, unknown>): Record<string, string> {
  const unexpected = Object.keys(given).filter((name) => !(name in declared));
  if (unexpected.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const inputs: Record<string, string> = {};
  for (const [name, input] of Object.entries(declared)) {
    const value = given[name] ?? input.default;
    if (input.required === true && (value === undefined || value === "")) throw unprocessable(`Required input '${name}' not provided`);
    if (input.type === "choice" && name in given && input.options?.includes(String(value)) !== true) {
      throw unprocessable(`Provided value '${String(value)}' for input '${name}' not in the list of allowed values`);
    }
    // The payload holds strings whatever the type of the input.
    if (value !== undefined) inputs[name] = String(value);
  }
  return inputs;
}

async function repositoryDispatch(context: RestContext) {
  const { repository, world } = context;
  const by = actor(context);
  const payload = {
    action: text(context, "event_type"),
    branch: repository.defaultBranch,
    client_payload: context.body["client_payload"] ?? {},
    repository: repositoryView(repository),
    sender: userView(world, by.user),
  };
  const sha = await repository.tip(repository.defaultBranch);
  emit(repository, { name: "repository_dispatch", payload, ref: `refs/heads/${repository.defaultBranch}`, sha, actor: by.user.login }, { actor: by });
  return { status: 204 };
}
