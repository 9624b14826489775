import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { agent, clearRecords, deployedScene, githubWrites, list, liveId, ourComments, project, propose, push, retellWrites, said } from "../known-mistakes/project.ts";
import { held } from "../attacks/held.ts";

const WITHOUT_KEYS = { RETELL_STAGING_API_KEY: "", RETELL_PRODUCTION_API_KEY: "" };
const ZEROS = "0".repeat(40);

describe("events of a check", () => {
  let scene: Scene;
  let before: string;
  let after: string;

  beforeAll(async () => {
    scene = await deployedScene({ files: project({ sales: agent("Sales"), support: agent("Support"), idle: agent("Idle") }) });
    for (const name of ["sales", "idle"]) scene.staging.console.editLlm(await liveId(scene, name), { general_prompt: "Edited by hand." });
    before = await scene.repository.tip("staging");
    await push(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "First commit of the push." }) });
    after = await push(scene, { "agents/support/agent.json": agent("Support", { general_prompt: "Second commit." }) });
  });

  const pushed = (event: Record<string, unknown>) => scene.validate({ sha: after, eventName: "push", event: { ref: "refs/heads/staging", ...event } });

  test("a push counts with all its commits, not the last one only", async () => {
    const result = await pushed({ before, after });
    expect(result.outputs).toMatchObject({ outcome: "conflicts", "conflicting-agents": '["sales"]', "agents-to-deploy": '["support"]' });
    const lastOnly = await pushed({ before: (await scene.repository.log("staging"))[1]?.sha, after });
    expect(lastOnly.outputs).toMatchObject({ outcome: "passed", "agents-to-deploy": '["support"]' });
    held("events");
  });

  test("where the commit before is zeros, unknown, or gone by a force push, every agent counts as touched", async () => {
    const gone = await scene.repository.git.text(["commit-tree", "-m", "Gone", `${before}^{tree}`], {
      env: { GIT_AUTHOR_NAME: "x", GIT_AUTHOR_EMAIL: "x@example.com", GIT_COMMITTER_NAME: "x", GIT_COMMITTER_EMAIL: "x@example.com" },
    });
    const results = await Promise.all([ZEROS, "deadbeef".repeat(5), gone, "not a commit; rm -rf"].map((sha) => pushed({ before: sha, after })));
    for (const result of results) expect(result.outputs).toMatchObject({ outcome: "conflicts", "conflicting-agents": '["sales"]' });
    held("events");
  });

  test("merge_group is checked against its target, and comments nowhere", async () => {
    clearRecords(scene);
    const result = await scene.validate({
      sha: after,
      eventName: "merge_group",
      event: { action: "checks_requested", merge_group: { base_ref: "refs/heads/staging", base_sha: before, head_sha: after, head_ref: "refs/heads/gh-readonly-queue/staging/pr-1-abc" } },
      branch: "gh-readonly-queue/staging/pr-1-abc",
    });
    expect(result.outputs).toMatchObject({ outcome: "conflicts", "conflicting-agents": '["sales"]' });
    expect(githubWrites(scene)).toEqual([]);
    held("events");
  });

  test("workflow_dispatch looks at every agent", async () => {
    const result = await scene.validate({ sha: after });
    expect(result.outputs).toMatchObject({ outcome: "conflicts", "conflicting-agents": '["sales"]' });
    expect(result.summary).toContain("idle");
    held("events");
  });

  test("a pull request whose fork was deleted has no keys: files only, and it says what was not checked", async () => {
    const pull = await propose(scene, { "agents/support/agent.json": agent("Support", { general_prompt: "From a fork." }) });
    const found = scene.repository.events.findLast(({ name }) => name === "pull_request");
    const payload = structuredClone(found?.payload) as { pull_request: { head: { repo: unknown } } };
    payload.pull_request.head.repo = null;
    const merge = await scene.repository.git.text(["rev-parse", `refs/pull/${pull.number}/merge`]);
    clearRecords(scene);
    const result = await scene.validate({ sha: merge, eventName: "pull_request", event: payload, fork: true, env: WITHOUT_KEYS, branch: "staging" });
    expect(result.outputs).toMatchObject({ outcome: "passed-offline", "reason-code": "no-keys-in-this-job" });
    expect(result.summary).toContain("NOT checked");
    expect([scene.retell.requests, ourComments(scene, pull)]).toEqual([[], []]);
    expect(result.annotations.some(({ level, message }) => level === "notice" && message.includes("pull-requests: write"))).toBe(true);
    held("events");
  });

  test("a pull request of this repository without keys fails: it is not taken for a fork's", async () => {
    const pull = await propose(scene, { "README.md": "Hello.\n" });
    const result = await scene.validate({ pullRequest: pull.number, env: WITHOUT_KEYS });
    expect(result.outputs).toMatchObject({ outcome: "failed", "reason-code": "missing-key" });
    held("events");
  });

  test("without the event's file a pull request is not passed, and a deploy goes by the checkout", async () => {
    const pull = await propose(scene, { "README.md": "Hello again.\n" });
    clearRecords(scene);
    const check = await scene.validate({ pullRequest: pull.number, env: { GITHUB_EVENT_PATH: "/nowhere/event.json" } });
    expect([check.conclusion, check.outputs["outcome"], check.outputs["reason-code"]]).toEqual(["failure", "failed", "invalid-input"]);
    expect(said(check)).toContain("GITHUB_EVENT_PATH");
    expect(scene.retell.requests).toEqual([]);
    const deploy = await scene.deploy({ inputs: { "dry-run": "true" }, env: { GITHUB_EVENT_PATH: "/nowhere/event.json" } });
    expect(list(deploy, "blocked")).toEqual(["sales"]);
    held("events");
  });

  test("the head instead of the test merge, a full clone and a shallow one come to the same verdict", async () => {
    const pull = await propose(scene, { "agents/support/agent.json": agent("Support", { general_prompt: "Clones." }) });
    const verdicts = await Promise.all([scene.validate({ pullRequest: pull.number, fetchDepth: 0 }), scene.validate({ pullRequest: pull.number, fetchDepth: 1 })]);
    expect(verdicts.map(({ outputs }) => [outputs["outcome"], outputs["agents-to-deploy"]])).toEqual([["passed", '["support"]'], ["passed", '["support"]']]);
    const head = await scene.validate({ pullRequest: pull.number, sha: pull.head.sha });
    expect(head.outputs).toMatchObject({ outcome: "conflicts", "conflicting-agents": '["sales"]' });
    held("events");
  });
});

describe("checkouts of a deploy", () => {
  test("an older commit is superseded, a full clone deploys, and a commit of another branch is refused", async () => {
    const scene = await deployedScene({ files: project({ sales: agent("Sales") }) });
    const older = await push(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Older." }) });
    await push(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Newer." }) });
    clearRecords(scene);
    const stale = await scene.deploy({ sha: older });
    expect([stale.conclusion, stale.outputs["outcome"], retellWrites(scene)]).toEqual(["success", "superseded", []]);
    expect((await scene.deploy({ fetchDepth: 0 })).outputs["outcome"]).toBe("deployed");
    const aside = await scene.repository.commit({ branch: "aside", parent: "staging", files: { "agents/sales/agent.json": agent("Sales", { general_prompt: "Aside." }) }, message: "Aside" });
    const wrong = await scene.deploy({ sha: aside, fetchDepth: 0 });
    expect([wrong.conclusion, wrong.outputs["outcome"]]).toEqual(["failure", "wrong-branch"]);

    const rewritten = await scene.repository.commit({ branch: "staging", parent: older, files: { "agents/sales/agent.json": agent("Sales", { general_prompt: "Rewritten." }) }, message: "Rewritten" });
    const forced = await scene.deploy({ event: { ref: "refs/heads/staging", before: aside, after: rewritten, forced: true } });
    expect(forced.outputs).toMatchObject({ outcome: "deployed", updated: '["sales"]' });
    expect(scene.staging.agents()[0]?.latest.engine?.["general_prompt"]).toBe("Rewritten.");
    held("events");
  });
});
