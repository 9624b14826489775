import { describe, expect, test } from "@jest/globals";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { PlatformError } from "@retell-actions/core/errors";
import type { JobEvent } from "@retell-actions/core/ports/runner";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { run as runDeploy } from "../../deploy/src/run.ts";
import type { ValidateInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";

const inputs: ValidateInputs = { agents: ["*"], workingDirectory: "", token: "", workspace: undefined, scope: "changed", onConsoleEdit: "fail", requireStaging: true, comment: true, concurrency: 8 };
const PULL_REQUEST = 7;

/** Deploys a branch, so that there is something to compare with. */
async function deploy(world: MemoryWorld, workspace = "staging"): Promise<void> {
  world.git.checkout(world.git.branches.get(workspace) ?? "");
  const options = { onConsoleEdit: "fail", requireStaging: false, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false } as const;
  const report = await runDeploy({ agents: ["*"], workingDirectory: "", token: "", workspace, dryRun: false, planFingerprint: undefined, confirm: "", concurrency: 8, options }, world.ports({ runId: "1" }));
  if (report.outcome !== "deployed") throw new Error(`${report.outcome}: ${String(report.message)}`);
}

/** Opens a pull request with these changes against a branch, checks out its test merge and runs the check. */
async function check(
  world: MemoryWorld,
  request: { base?: string; changes?: Record<string, string | null>; inputs?: Partial<ValidateInputs>; event?: Partial<Extract<JobEvent, { name: "pull_request" }>> } = {},
): Promise<ActionReport> {
  const base = request.base ?? "staging";
  const baseSha = world.git.branches.get(base) ?? "";
  world.git.branches.set("feature", baseSha);
  const headSha = world.git.commit("feature", request.changes ?? { "README.md": "words\n" });
  world.git.branches.set("test-merge", baseSha);
  world.git.checkout(world.git.merge("test-merge", "feature"));
  // The merge of two trees cannot delete in this small repository, so deletions are made by hand.
  for (const [path, text] of Object.entries(request.changes ?? {})) if (text === null) world.git.tree.delete(path);
  const event: JobEvent = { name: "pull_request", pullRequest: PULL_REQUEST, baseBranch: base, baseSha, headSha, fork: false, dependabot: false, ...request.event };
  return run({ ...inputs, ...request.inputs }, world.ports({ event, ref: `refs/pull/${PULL_REQUEST}/merge` }));
}

const comments = (world: MemoryWorld): string[] => (world.github.threads.get(PULL_REQUEST) ?? []).map((comment) => comment.body);
const idOf = (world: MemoryWorld, name: string): string =>
  [...world.retell("staging").agents.values()].find((agent) => [...agent.versions.values()].some((version) => version.fields["agent_name"] === name))?.id ?? "";

async function deployed(files: Record<string, string> = {}): Promise<MemoryWorld> {
  const world = createMemoryWorld(smallProject(files));
  await deploy(world);
  world.github.writes.length = 0;
  return world;
}

describe("the check passes", () => {
  test("and says what a merge would deploy: only the agents that use the section", async () => {
    const world = await deployed();
    const report = await check(world, { changes: { "prompts/sales/pitch.txt": "Sell kindly.\n" } });
    expect(report).toMatchObject({ outcome: "passed", outputs: { "agents-to-deploy": '["sales"]', "has-conflicts": "false", errors: "0" } });
    expect(comments(world)).toHaveLength(1);
    expect(comments(world)[0]).toContain("Validation Passed");
  });

  test("and touches neither Retell nor its own comment when nothing is new", async () => {
    const world = await deployed();
    await check(world, { changes: { "prompts/sales/pitch.txt": "Sell kindly.\n" } });
    const before = comments(world)[0];
    world.github.writes.length = 0;
    await check(world, { changes: { "prompts/sales/pitch.txt": "Sell kindly.\n" } });
    expect(world.github.writes).toEqual([]);
    expect(comments(world)).toEqual([before]);
    expect(world.retell("staging").calls.filter((call) => call.write).map((call) => call.method)).toEqual(["createEngine", "createEngine", "createAgent", "createAgent", "updateEngine", "updateEngine"]);
  });

  test("although an agent that this change does not touch was edited in the console", async () => {
    const world = await deployed();
    world.retell("staging").edit(idOf(world, "Support"), { agent: { voice_speed: 1.5 } });
    const report = await check(world, { changes: { "prompts/sales/pitch.txt": "Sell kindly.\n" } });
    expect(report).toMatchObject({ outcome: "passed", outputs: { "agents-to-deploy": '["sales"]' } });
    expect(comments(world)[0]).toContain("support");
  });

  test("in production, where nothing changes while staging is ahead", async () => {
    const world = await deployed();
    await deploy(world, "production");
    world.git.commit("staging", { "prompts/sales/pitch.txt": "Newer.\n" });
    expect(await check(world, { base: "production" })).toMatchObject({ outcome: "passed" });
  });
});

describe("the check fails", () => {
  test("when the console edited an agent that the change touches, and names both sides", async () => {
    const world = await deployed();
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.5 }, engine: { general_prompt: "Console text." } });
    const report = await check(world, { changes: { "prompts/sales/pitch.txt": "Sell kindly.\n" } });
    expect(report).toMatchObject({ outcome: "conflicts", outputs: { "has-conflicts": "true", "conflicting-agents": '["sales"]', "agents-to-deploy": "[]" } });
    expect(comments(world)[0]).toContain("Conflicts Detected with staging Workspace");
    expect(comments(world)[0]).toContain("Console text.");
    expect(comments(world)[0]).toContain("Sell kindly.");
  });

  test("on conflicts of other agents only with scope: all", async () => {
    const world = await deployed();
    world.git.commit("staging", { "agents/support/agent.json": (smallProject()["agents/support/agent.json"] ?? "").replace('"voice_speed": 1', '"voice_speed": 1.2') });
    world.retell("staging").edit(idOf(world, "Support"), { agent: { voice_speed: 1.5 } });
    expect(await check(world, {})).toMatchObject({ outcome: "passed" });
    expect(await check(world, { inputs: { scope: "all" } })).toMatchObject({ outcome: "conflicts", outputs: { "conflicting-agents": '["support"]' } });
  });

  test("on invalid files, all of them at once, before Retell is asked", async () => {
    const world = await deployed();
    world.retell("staging").calls.length = 0;
    const report = await check(world, { changes: { "agents/sales/agent.json": '{"agent_name": 1}', "agents/support/agent.json": "{" } });
    expect(report).toMatchObject({ outcome: "invalid", reason: "invalid-files" });
    expect(new Set(report.problems.filter((problem) => problem.severity === "error").map((problem) => problem.file))).toEqual(new Set(["agents/sales/agent.json", "agents/support/agent.json"]));
    expect(report.problems.every((problem) => problem.line !== undefined)).toBe(true);
    expect(world.retell("staging").calls).toEqual([]);
  });

  test("if a single agent cannot be read, whatever it is", async () => {
    const world = await deployed();
    const support = idOf(world, "Support");
    world.retell("staging").before = ({ method, subject }) => {
      if (method === "readAgent" && subject.startsWith(support)) throw new PlatformError({ platform: "retell", reason: "retell-unavailable", status: 500 }, "Retell did not answer.");
    };
    const report = await check(world, { changes: { "prompts/sales/pitch.txt": "Sell kindly.\n" } });
    expect(report).toMatchObject({ outcome: "failed", reason: "retell-unavailable" });
    expect(comments(world)[0]).not.toMatch(/passed/i);
  });

  test("on content for production that staging never had", async () => {
    const world = await deployed();
    expect(await check(world, { base: "production", changes: { "prompts/sales/pitch.txt": "Untested.\n" } })).toMatchObject({ outcome: "staging-required", outputs: { "agents-to-deploy": '["support"]' } });
  });

  test("without a key in a job that should have one", async () => {
    const world = await deployed();
    world.withoutKey.add("staging");
    expect(await check(world)).toMatchObject({ outcome: "failed", reason: "missing-key" });
  });
});

describe("only files are checked", () => {
  test.each([
    ["a fork", { fork: true }],
    ["Dependabot", { dependabot: true }],
  ])("for %s, whose jobs have no keys, and it says so", async (_who, event) => {
    const world = await deployed();
    world.withoutKey.add("staging");
    const report = await check(world, { event });
    expect(report).toMatchObject({ outcome: "passed-offline", reason: "no-keys-in-this-job" });
    expect(report.summary).toContain("Not checked");
  });

  test("on the way to develop", async () => {
    const world = await deployed();
    world.retell("staging").calls.length = 0;
    expect(await check(world, { base: "develop" })).toMatchObject({ outcome: "passed-offline", reason: "develop-branch" });
    expect(world.retell("staging").calls).toEqual([]);
  });

  test("where the target branch has no workspaces.json yet", async () => {
    const world = createMemoryWorld({ "README.md": "empty\n" });
    expect(await check(world, { changes: smallProject() })).toMatchObject({ outcome: "passed-offline", reason: "no-target-yet" });
  });
});

describe("a decision in overwrite.<workspace>.json", () => {
  test("lets Git win over exactly that console value", async () => {
    const world = await deployed();
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.5 } });
    const changes = {
      "prompts/sales/pitch.txt": "Sell kindly.\n",
      "agents/sales/overwrite.staging.json": JSON.stringify({ deployed_at: "2026-11-24T02:30:00Z", fields: { "agent.voice_speed": 1.5 } }),
    };
    expect(await check(world, { changes })).toMatchObject({ outcome: "passed", outputs: { "agents-to-deploy": '["sales"]' } });
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.6 } });
    expect(await check(world, { changes })).toMatchObject({ outcome: "conflicts" });
  });
});

test("keys and branches come from the target branch, not from the pull request", async () => {
  const world = await deployed();
  const workspaces = JSON.stringify({ branches: { staging: "elsewhere" }, staging: { api_key_env: "RETELL_STOLEN_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } });
  const asked: string[] = [];
  const ports = world.ports;
  world.ports = (job) => {
    const all = ports(job);
    return { ...all, openRetell: (workspace, access, only) => (asked.push(workspace.apiKeyEnv), all.openRetell(workspace, access, only)) };
  };
  expect(await check(world, { changes: { "workspaces.json": workspaces } })).toMatchObject({ outcome: "passed" });
  expect(asked).toEqual(["RETELL_STAGING_API_KEY"]);
});
