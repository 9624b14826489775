import { beforeEach, describe, expect, test } from "@jest/globals";
import { PlatformError } from "@retell-actions/core/errors";
import type { MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { answers, carryOut, comment, commandIn, deploy, fileAt, idOf, validate, worldWithPullRequest } from "./support.ts";

let world: MemoryWorld;
let pull: number;

const SALES = "agents/sales/agent.json";
const changed = (from: string, to: string): string => (smallProject()[SALES] ?? "").replace(from, to);
const sticky = async (kind = "validation"): Promise<string> => (await world.github.comments.list(pull)).find(({ body }) => body.includes(`"kind":"${kind}"`))?.body ?? "";

beforeEach(async () => {
  ({ world, number: pull } = await worldWithPullRequest({ [SALES]: changed('"voice_speed": 1,', '"voice_speed": 1.2,') }));
  world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.9 } });
  await validate(world, pull);
});

describe("the branch of the decision", () => {
  test("a head that refuses commits: a branch of decisions with a pull request to it", async () => {
    world.github.protectedBranches.add("feature");
    const report = await comment(world, pull, commandIn(await sticky(), "/retell use-git"));
    expect(report).toMatchObject({ outcome: "resolved", outputs: { branch: "retell/resolve/staging" } });
    expect(world.github.pulls.get(Number(report.outputs["pull-request"]))).toMatchObject({ base: "feature", head: "retell/resolve/staging", state: "open" });
    expect((await answers(world, pull))[0]).toContain("retell/resolve/staging");
  });

  test("the head moved while it was decided: decided anew on the new head, and nothing of it is lost", async () => {
    let moved = false;
    world.github.before = ({ method }) => {
      if (method !== "commitFiles" || moved) return;
      moved = true;
      world.git.commit("feature", { "agents/sales/agent.json": changed('"voice_speed": 1,', '"voice_speed": 1.3,') }, "meanwhile");
    };
    expect(await comment(world, pull, commandIn(await sticky(), "/retell use-git"))).toMatchObject({ outcome: "resolved" });
    expect(fileAt(world, "feature", SALES)).toContain('"voice_speed": 1.3');
    expect(fileAt(world, "feature", "agents/sales/overwrite.staging.json")).toContain("0.9");
  });

  test("a head that keeps moving: refused, and the person is told", async () => {
    let count = 0;
    world.github.before = ({ method }) => void (method === "commitFiles" && world.git.commit("feature", { "x.txt": String((count += 1)) }));
    await expect(comment(world, pull, commandIn(await sticky(), "/retell use-git"))).rejects.toMatchObject({ reason: "branch-moved" });
    expect((await answers(world, pull))[0]).toContain("kept moving");
  });

  test("on the merged pull request, with the command of deploy's own comment", async () => {
    world.github.mergePullRequest(pull);
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts" });
    world.clock.advance(20_000);
    const report = await comment(world, pull, commandIn(await sticky("deploy"), "/retell use-console"));
    expect(report).toMatchObject({ outcome: "resolved", outputs: { branch: "retell/resolve/staging", check: "passed" } });
    expect(fileAt(world, "retell/resolve/staging", SALES)).toContain('"voice_speed": 0.9');
    expect(world.github.pulls.get(Number(report.outputs["pull-request"]))).toMatchObject({ base: "staging" });
  });

  test("a second decision goes on the same branch and pull request", async () => {
    world.github.mergePullRequest(pull);
    world.retell("staging").edit(idOf(world, "Support"), { agent: { voice_speed: 0.7 } });
    world.git.commit("staging", { "agents/support/agent.json": (smallProject()["agents/support/agent.json"] ?? "").replace('"voice_speed": 1,', '"voice_speed": 1.1,') });
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts" });
    await comment(world, pull, "/retell diff");
    const shown = (await answers(world, pull)).at(-1) ?? "";
    const first = await comment(world, pull, commandIn(shown, "/retell use-git staging sales"));
    const second = await comment(world, pull, commandIn(shown, "/retell use-git staging support"));
    expect(second.outputs["pull-request"]).toBe(first.outputs["pull-request"]);
    expect(fileAt(world, "retell/resolve/staging", "agents/sales/overwrite.staging.json")).toContain("0.9");
    expect(fileAt(world, "retell/resolve/staging", "agents/support/overwrite.staging.json")).toContain("0.7");
    world.github.mergePullRequest(Number(first.outputs["pull-request"]));
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    // The merged branch was left behind; the next decision starts from the branch that is deployed.
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.6 } });
    world.git.commit("staging", { [SALES]: changed('"voice_speed": 1,', '"voice_speed": 1.5,') });
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts" });
    await comment(world, pull, "/retell diff");
    const third = await comment(world, pull, commandIn((await answers(world, pull)).at(-1) ?? "", "/retell use-git staging sales"));
    expect(third.outputs["pull-request"]).not.toBe(first.outputs["pull-request"]);
    expect(fileAt(world, "retell/resolve/staging", SALES)).toContain("1.5");
  });

  test("a closed pull request takes no decision", async () => {
    world.github.closePullRequest(pull);
    expect(await comment(world, pull, commandIn(await sticky(), "/retell use-git"))).toMatchObject({ outcome: "refused", reason: "wrong-branch" });
  });

  test("Actions may not open pull requests: the branch is there, and the setting is named", async () => {
    world.github.mergePullRequest(pull);
    world.github.mayOpenPullRequests = false;
    await comment(world, pull, "/retell diff");
    const command = commandIn((await answers(world, pull)).at(-1) ?? "", "/retell use-git");
    await expect(comment(world, pull, command)).rejects.toMatchObject({ reason: "pull-requests-not-allowed" });
    expect(world.git.branches.has("retell/resolve/staging")).toBe(true);
    world.github.mayOpenPullRequests = true;
    const again = await comment(world, pull, command);
    expect(again).toMatchObject({ outcome: "resolved" });
    expect(again.outputs["pull-request"]).not.toBe("");
  });
});

describe("what goes wrong", () => {
  test("no key: the person is told which variable to set, and the run fails", async () => {
    world.withoutKey.add("staging");
    const before = world.git.branches.get("feature");
    await expect(comment(world, pull, commandIn(await sticky(), "/retell use-git"))).rejects.toMatchObject({ reason: "missing-key" });
    expect((await answers(world, pull))[0]).toContain("RETELL_STAGING_API_KEY");
    expect(world.git.branches.get("feature")).toBe(before);
  });

  test("an answer that gets lost: the rerun finds the decision made, and there is one answer", async () => {
    world.github.before = ({ method }) => {
      if (method !== "createComment") return;
      world.github.before = undefined;
      throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 500 }, "GitHub did not answer.");
    };
    world.clock.advance(10_000);
    const { id } = world.github.comment(pull, commandIn(await sticky(), "/retell use-git"));
    await expect(carryOut(world, id)).rejects.toMatchObject({ reason: "github-unavailable" });
    const tip = world.git.branches.get("feature");
    expect(await carryOut(world, id)).toMatchObject({ outcome: "resolved" });
    expect(world.git.branches.get("feature")).toBe(tip);
    expect(await answers(world, pull)).toHaveLength(1);
  });

  test("errors in the files come first", async () => {
    world.git.commit("feature", { [SALES]: "{" });
    expect(await comment(world, pull, commandIn(await sticky(), "/retell use-git"))).toMatchObject({ outcome: "refused", reason: "invalid-files" });
  });

  test("a branch that cannot be merged into its base", async () => {
    world.git.commit("staging", { [SALES]: changed('"voice_speed": 1,', '"voice_speed": 1.1,') });
    expect(await comment(world, pull, commandIn(await sticky(), "/retell use-git"))).toMatchObject({ outcome: "refused", reason: "merge-conflicts" });
  });

  test("a deployment in progress: nobody can tell what is an edit", async () => {
    const command = commandIn(await sticky(), "/retell use-git");
    world.github.before = undefined;
    const tip = world.git.branches.get("retell/state/staging") ?? "";
    const text = world.git.commits.get(tip)?.files.get("workspace.json") ?? "{}";
    const pending = { run: "777", attempt: 1, job: "deploy", until: "2099-01-01T00:00:00Z", agents: ["sales"], commit: tip, started_at: "2026-11-24T02:00:00Z" };
    world.git.commit("retell/state/staging", { "workspace.json": JSON.stringify({ ...(JSON.parse(text) as object), pending }) });
    world.github.runs.set("777/1", { kind: "in-progress" });
    expect(await comment(world, pull, command)).toMatchObject({ outcome: "refused", reason: "busy" });
  });

  test("an agent that was deleted in Retell is nothing that a file could decide", async () => {
    world.retell("staging").agents.delete(idOf(world, "Sales"));
    expect(await comment(world, pull, "/retell use-git staging sales @0123456789ab")).toMatchObject({ outcome: "refused", reason: "unmappable" });
    expect((await answers(world, pull))[0]).toContain("recreate: true");
  });
});

test("on the way from staging to production, a decision about production does not change staging", async () => {
  const { createMemoryWorld } = await import("@retell-actions/lab/memory/memory-ports");
  world = createMemoryWorld(smallProject());
  await deploy(world);
  await deploy(world, "production");
  world.git.commit("staging", { [SALES]: changed('"voice_speed": 1,', '"voice_speed": 1.2,') });
  await deploy(world);
  world.retell("production").edit(idOf(world, "Sales", "production"), { agent: { voice_speed: 0.9 } });
  pull = world.github.openPullRequest({ head: "staging", base: "production" }).number;
  await validate(world, pull);
  const report = await comment(world, pull, commandIn(await sticky(), "/retell use-console"));
  expect(report).toMatchObject({ outcome: "resolved", outputs: { branch: "retell/resolve/production" } });
  expect(world.github.pulls.get(Number(report.outputs["pull-request"]))).toMatchObject({ base: "staging" });
  expect(fileAt(world, "retell/resolve/production", SALES)).toContain('"voice_speed": 1.2');
  expect(JSON.parse(fileAt(world, "retell/resolve/production", "agents/sales/agent.production.json") ?? "")).toEqual({ voice_speed: 0.9 });
});

describe("what an attack has shown", () => {
  test("all without a digest never reaches an agent that somebody has decided about", async () => {
    world.git.commit("feature", { "agents/support/agent.json": (smallProject()["agents/support/agent.json"] ?? "").replace('"voice_speed": 1,', '"voice_speed": 1.1,') });
    world.retell("staging").edit(idOf(world, "Support"), { agent: { voice_speed: 0.7 } });
    await validate(world, pull);
    expect(await comment(world, pull, commandIn(await sticky(), "/retell use-git staging sales"))).toMatchObject({ outcome: "resolved" });
    await validate(world, pull);
    expect(await comment(world, pull, "/retell use-console all")).toMatchObject({ outcome: "resolved", outputs: { agents: '["support"]' } });
    expect(fileAt(world, "feature", "agents/sales/overwrite.staging.json")).toContain("0.9");
    expect(fileAt(world, "feature", SALES)).toContain('"voice_speed": 1.2');
  });

  test("what fails after the commit does not make it look as if nothing had been done", async () => {
    const command = commandIn(await sticky(), "/retell use-git");
    world.github.before = ({ method }) => {
      if (method !== "setStatus" && method !== "updateComment") return;
      throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 502 }, "GitHub did not answer.");
    };
    expect(await comment(world, pull, command)).toMatchObject({ outcome: "resolved" });
    expect((await answers(world, pull))[0]).toContain("Decided");
    expect(fileAt(world, "feature", "agents/sales/overwrite.staging.json")).toContain("0.9");
  });

  test("an answer that cannot be written names the commit", async () => {
    const command = commandIn(await sticky(), "/retell use-git");
    world.github.before = ({ method }) => {
      if (method === "createComment") throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 502 }, "GitHub did not answer.");
    };
    await expect(comment(world, pull, command)).rejects.toThrow(/The decision is made: [0-9a-f]{7} on feature\. A re-run of the job answers\./);
  });

  test("a branch that nothing is deployed from does not say which keys are used", async () => {
    const workspaces = JSON.parse(smallProject()["workspaces.json"] ?? "") as object;
    world.git.branches.set("evil", world.git.branches.get("staging") ?? "");
    world.git.commit("evil", { "workspaces.json": JSON.stringify({ ...workspaces, branches: { staging: "evil" }, staging: { api_key_env: "RETELL_PRODUCTION_API_KEY" } }) });
    world.git.branches.set("evil2", world.git.branches.get("evil") ?? "");
    world.git.commit("evil2", { "x.txt": "x" });
    const number = world.github.openPullRequest({ head: "evil2", base: "evil" }).number;
    const used: string[] = [];
    const { run } = await import("../src/run.ts");
    const { INPUTS } = await import("./support.ts");
    world.git.checkout(world.git.branches.get("develop") ?? "");
    const ports = world.ports(world.github.commentJob(world.github.comment(number, "/retell diff staging all").id));
    await run(INPUTS, { ...ports, openRetell: (workspace, access, only) => (used.push(workspace.apiKeyEnv), ports.openRetell(workspace, access, only)) });
    expect(used).toEqual(["RETELL_STAGING_API_KEY"]);
  });
});
