import { describe, expect, test } from "@jest/globals";
import { everything, labScene, losses, type LabScene } from "./lab-scene.ts";

const file = "deploy.yml";
const path = `.github/workflows/${file}`;
const DISPATCH = `POST /workflows/${file}/dispatches`;

/** A repository with a workflow; each start becomes a run at once, as the runner would do. */
async function withWorkflow(): Promise<LabScene> {
  const scene = await labScene({ files: { [path]: "on:\n  workflow_dispatch:\n    inputs:\n      workspace: {}\njobs: {}\n" } });
  const { repository } = scene;
  await repository.commit({ branch: "staging", files: { s: "1" }, message: "s" });
  repository.onEvent((event) => {
    if (event.name === "workflow_dispatch") repository.runs.start({ workflow: path, event: event.name, headBranch: event.ref.replace("refs/heads/", ""), headSha: event.sha });
  });
  return scene;
}

const started = ({ repository }: LabScene) => repository.events.filter(({ name }) => name === "workflow_dispatch");

describe("starting a workflow", () => {
  test("on a branch, with inputs, although the job's token starts nothing else", async () => {
    const scene = await withWorkflow();
    expect(await scene.github.workflows.dispatch({ file, branch: "staging", inputs: { workspace: "staging" } })).toEqual({ kind: "started" });
    expect(started(scene)).toMatchObject([{ ref: "refs/heads/staging", payload: { inputs: { workspace: "staging" } } }]);
    expect(await scene.github.workflows.dispatch({ file, branch: "main" })).toEqual({ kind: "started" });
  });

  test("answered by 200 with the run, as newer versions do", async () => {
    const scene = await withWorkflow();
    scene.spoil(DISPATCH, { kind: "body", text: JSON.stringify({ workflow_run_id: 7 }) });
    expect(await scene.github.workflows.dispatch({ file, branch: "staging" })).toEqual({ kind: "started" });
  });

  // A cut 204 is whole.
  test.each(losses.filter(([, action]) => action.kind !== "truncate"))("through %s happens once", async (_name, action) => {
    const scene = await withWorkflow();
    await scene.github.workflows.dispatch({ file, branch: "staging" });
    scene.spoil(DISPATCH, action);
    expect(await scene.github.workflows.dispatch({ file, branch: "staging" })).toEqual({ kind: "started" });
    expect(started(scene)).toHaveLength(2);
  });

  test("that never gets an answer is an error", async () => {
    const { github, spoil, count } = await withWorkflow();
    spoil(DISPATCH, { kind: "status", status: 502 }, 9);
    await expect(github.workflows.dispatch({ file, branch: "staging" })).rejects.toMatchObject({ reason: "github-unavailable", ambiguous: true });
    expect(count(DISPATCH)).toBe(2);
  });

  test.each([
    ["a file that the default branch lacks", { file: "absent.yml", branch: "staging" }],
    ["a branch that does not exist", { file, branch: "absent" }],
    ["inputs that it does not have", { file, branch: "staging", inputs: { other: "1" } }],
    ["a workflow without the trigger", { file: "push.yml", branch: "main" }],
  ])("with %s is unknown", async (_name, workflow) => {
    const scene = await withWorkflow();
    await scene.repository.commit({ branch: "main", files: { ".github/workflows/push.yml": "on: push\njobs: {}\n" }, message: "m" });
    expect(await scene.github.workflows.dispatch(workflow)).toMatchObject({ kind: "unknown", message: expect.stringContaining("workflow_dispatch") });
    expect(started(scene)).toEqual([]);
  });

  test("without the permission is forbidden", async () => {
    const { githubWith } = await withWorkflow();
    expect(await githubWith({ ...everything, actions: "read" }).workflows.dispatch({ file, branch: "staging" })).toMatchObject({ kind: "forbidden", message: expect.stringContaining("permissions:\n  actions: write") });
  });
});

describe("the last run of a workflow", () => {
  async function withRuns(): Promise<LabScene> {
    const scene = await labScene({ files: { [path]: "on: push\njobs: {}\n" } });
    const { runs } = scene.repository;
    const headSha = await scene.repository.tip("main");
    const run = (workflow: string, conclusion?: string, at?: string): number => {
      const { id, attempt } = runs.start({ workflow, event: "push", headSha, headBranch: "main" });
      if (conclusion !== undefined) runs.finish(id, attempt, conclusion, at);
      return id;
    };
    run(path, "success", "2026-11-20T10:00:00Z");
    run(path, "failure", "2026-11-20T11:00:00Z");
    run(".github/workflows/other.yml", "success", "2026-11-20T12:00:00Z");
    run(path);
    return scene;
  }

  test("is the newest that is over, by the file's name", async () => {
    const { github, repository } = await withRuns();
    const over = [...repository.runs.runs.values()][1];
    expect(await github.workflows.lastRun(file)).toEqual({ kind: "found", endedAt: Date.parse("2026-11-20T11:00:00Z"), conclusion: "failure", url: expect.stringMatching(new RegExp(`/octo/agents/actions/runs/${over?.id}$`)) });
  });

  test.each(losses)("through %s is read", async (_name, action) => {
    const { github, spoil } = await withRuns();
    spoil(`GET /workflows/${file}/runs`, action);
    expect(await github.workflows.lastRun(file)).toMatchObject({ kind: "found", conclusion: "failure" });
  });

  test("of an unknown workflow, or without runs, is unknown; without the permission forbidden", async () => {
    const { github, githubWith, repository } = await withRuns();
    expect(await github.workflows.lastRun("absent.yml")).toEqual({ kind: "unknown" });
    await repository.commit({ branch: "main", files: { ".github/workflows/new.yml": "on: push\njobs: {}\n" }, message: "m" });
    expect(await github.workflows.lastRun("new.yml")).toEqual({ kind: "unknown" });
    expect(await githubWith({ contents: "read" }).workflows.lastRun(file)).toEqual({ kind: "forbidden" });
  });

  test("that never gets an answer is an error", async () => {
    const { github, spoil } = await withRuns();
    spoil(`GET /workflows/${file}/runs`, { kind: "status", status: 502 }, 9);
    await expect(github.workflows.lastRun(file)).rejects.toMatchObject({ reason: "github-unavailable" });
  });
});

describe("a commit status", () => {
  test("is set, with a description that fits", async () => {
    const { repository, github } = await labScene();
    const commit = await repository.tip("main");
    const description = `${"x".repeat(138)}😀😀`;
    expect(await github.workflows.setStatus({ commit, context: "validate", state: "success", description, url: "https://example.com/run" })).toEqual({ kind: "written" });
    expect(await github.workflows.setStatus({ commit, context: "validate", state: "failure", description: "x".repeat(140) })).toEqual({ kind: "written" });
    expect(repository.statuses).toMatchObject([
      { state: "success", context: "validate", targetUrl: "https://example.com/run", description: `${"x".repeat(138)}…` },
      { state: "failure", targetUrl: null, description: "x".repeat(140) },
    ]);
    expect(repository.isContextGreen(commit, "validate")).toBe(false);
  });

  test.each(losses)("through %s is set", async (_name, action) => {
    const { repository, github, spoil } = await labScene();
    const commit = await repository.tip("main");
    spoil(`POST /statuses/${commit}`, action);
    expect(await github.workflows.setStatus({ commit, context: "c", state: "success", description: "d" })).toEqual({ kind: "written" });
    expect(repository.isContextGreen(commit, "c")).toBe(true);
  });

  test("without the permission is forbidden; of an unknown commit an error", async () => {
    const { repository, github, githubWith } = await labScene();
    const status = { commit: await repository.tip("main"), context: "c", state: "success", description: "d" } as const;
    expect(await githubWith({ contents: "write" }).workflows.setStatus(status)).toMatchObject({ kind: "forbidden", message: expect.stringContaining("permissions:\n  statuses: write") });
    await expect(github.workflows.setStatus({ ...status, commit: "1".repeat(40) })).rejects.toMatchObject({ status: 422 });
  });
});
