import { expect, test } from "@jest/globals";
import { at, failure, jobClient, startLab } from "../support.ts";

const workflow = `name: Deploy
on:
  workflow_dispatch:
    inputs:
      workspace: { required: true, type: choice, options: [staging, production] }
      dry-run: { type: boolean, default: false }
jobs: {}
`;

test("runs show the status and times of each attempt, and its jobs", async () => {
  const { lab, repository } = await startLab();
  const client = jobClient(lab, repository);
  const { id, attempt } = await repository.startRun({ workflow: ".github/workflows/deploy.yml", event: "push", status: "queued", at: "2026-01-01T00:00:00Z" });
  const get = async () => (await client.rest.actions.getWorkflowRun({ ...at, run_id: id })).data;
  expect(await get()).toMatchObject({ status: "queued", conclusion: null, run_attempt: 1, head_sha: await repository.tip("main"), head_branch: "main" });
  repository.runs.setStatus(id, attempt, "in_progress");
  repository.runs.setJob(id, attempt, { name: "deploy", status: "in_progress", startedAt: "2026-01-01T00:00:05Z" });
  repository.finishRun(id, attempt, "cancelled", "2026-01-01T00:01:00Z");
  const again = await repository.startRun({ workflow: ".github/workflows/deploy.yml", event: "push", rerunOf: id, at: "2026-01-02T00:00:00Z" });
  expect(again).toEqual({ id, attempt: 2 });
  expect(await get()).toMatchObject({ status: "in_progress", run_attempt: 2, created_at: "2026-01-01T00:00:00Z", run_started_at: "2026-01-02T00:00:00Z" });
  const first = await client.rest.actions.getWorkflowRunAttempt({ ...at, run_id: id, attempt_number: 1 });
  expect(first.data).toMatchObject({ status: "completed", conclusion: "cancelled", updated_at: "2026-01-01T00:01:00Z" });
  const jobs = await client.rest.actions.listJobsForWorkflowRunAttempt({ ...at, run_id: id, attempt_number: 1 });
  expect(jobs.data.jobs).toMatchObject([{ name: "deploy", status: "completed", conclusion: "cancelled" }]);
  expect((await client.rest.actions.listWorkflowRunsForRepo({ ...at, status: "in_progress" })).data.total_count).toBe(1);
  expect((await failure(client.rest.actions.getWorkflowRun({ ...at, run_id: 1 }))).status).toBe(404);
  expect((await failure(client.rest.actions.getWorkflowRunAttempt({ ...at, run_id: id, attempt_number: 3 }))).status).toBe(404);
  expect(lab.violations).toEqual([]);
});

test("runs of one workflow are listed by its file's name or number; a status may be a conclusion", async () => {
  const { lab, repository } = await startLab({ files: { ".github/workflows/new.yml": "on: push\n" } });
  const client = jobClient(lab, repository);
  const deploy = await repository.startRun({ workflow: ".github/workflows/deploy.yml", event: "push" });
  repository.finishRun(deploy.id, deploy.attempt, "cancelled");
  const again = await repository.startRun({ workflow: ".github/workflows/deploy.yml", event: "push" });
  const other = await repository.startRun({ workflow: ".github/workflows/other.yml", event: "push" });
  repository.finishRun(other.id, other.attempt, "success");
  const list = async (workflow_id: string | number, status?: "completed" | "cancelled" | "success" | "in_progress") =>
    (await client.rest.actions.listWorkflowRuns({ ...at, workflow_id, ...(status === undefined ? {} : { status }) })).data.workflow_runs;
  const ids = async (...asked: Parameters<typeof list>) => (await list(...asked)).map(({ id }) => id);
  expect(await ids("deploy.yml")).toEqual([again.id, deploy.id]);
  expect(await ids((await list("deploy.yml"))[0]?.workflow_id ?? 0)).toEqual([again.id, deploy.id]);
  expect(await ids("deploy.yml", "completed")).toEqual([deploy.id]);
  expect(await ids("deploy.yml", "cancelled")).toEqual([deploy.id]);
  expect(await ids("deploy.yml", "success")).toEqual([]);
  expect(await ids("deploy.yml", "in_progress")).toEqual([again.id]);
  expect(await ids("new.yml")).toEqual([]);
  expect((await failure(list("absent.yml"))).status).toBe(404);
  expect(lab.violations).toEqual([]);
  const closed = await startLab({ private: true });
  expect((await failure(jobClient(closed.lab, closed.repository, { contents: "read" }).rest.actions.listWorkflowRuns({ ...at, workflow_id: "x.yml" }))).status).toBe(403);
});

test("a dispatch by the job's token starts a workflow, with defaults filled in", async () => {
  const { lab, repository } = await startLab({ files: { ".github/workflows/deploy.yml": workflow, ".github/workflows/other.yml": "on: push\n" } });
  const client = jobClient(lab, repository);
  const dispatch = (workflow_id: string, inputs: Record<string, unknown>, ref = "main") => client.rest.actions.createWorkflowDispatch({ ...at, workflow_id, ref, inputs });
  expect((await dispatch("deploy.yml", { workspace: "staging" })).status).toBe(204);
  expect(repository.events).toMatchObject([{ name: "workflow_dispatch", ref: "refs/heads/main", payload: { inputs: { workspace: "staging", "dry-run": "false" }, workflow: ".github/workflows/deploy.yml" } }]);
  expect((await failure(dispatch("none.yml", {}))).status).toBe(404);
  const refusals = await Promise.all([
    failure(dispatch("deploy.yml", { workspace: "staging", typo: "1" })),
    failure(dispatch("deploy.yml", {})),
    failure(dispatch("deploy.yml", { workspace: "elsewhere" })),
    failure(dispatch("other.yml", {})),
    failure(dispatch("deploy.yml", { workspace: "staging" }, "none")),
  ]);
  expect(refusals.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422]);
  expect(refusals.map(({ message }) => message)).toEqual([
    'Unexpected inputs provided: ["typo"]',
    "Required input 'workspace' not provided",
    "Provided value 'elsewhere' for input 'workspace' not in the list of allowed values",
    "Workflow does not have 'workflow_dispatch' trigger",
    "No ref found for: none",
  ]);
  expect(lab.violations).toEqual([]);
});

test("a repository dispatch by the job's token starts workflows", async () => {
  const { lab, repository } = await startLab();
  await jobClient(lab, repository).rest.repos.createDispatchEvent({ ...at, event_type: "retell-edited", client_payload: { agent: "sales" } });
  expect(repository.events).toMatchObject([{ name: "repository_dispatch", payload: { action: "retell-edited", client_payload: { agent: "sales" } } }]);
  expect(lab.violations).toEqual([]);
});
