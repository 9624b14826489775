import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { startLabScene, PERMISSIONS, type LabRun, type LabScene } from "./lab-scene.ts";
import { SYNC_BRANCH } from "./memory-scene.ts";

let scene: LabScene;
beforeEach(async () => {
  scene = await startLabScene();
});
afterEach(async () => {
  const { violations } = scene.lab;
  await scene.stop();
  expect(violations).toEqual([]);
});

const PITCH = "prompts/sales/pitch.txt";
const GREETING = "prompts/base/greeting.txt";
const json = (report: ActionReport, output: string): unknown => JSON.parse(report.outputs[output] ?? "null");
const commit = (branch: string, path: string, text: string): Promise<string> => scene.repository.commit({ branch, files: { [path]: text }, message: `Change ${path} on ${branch}` });
const tip = (branch: string): Promise<string> => scene.repository.tip(branch);
/** Writes to GitHub, without those that a refusal makes void. */
const writes = (): string[] => scene.lab.requests.filter(({ write }) => write).map(({ method, path }) => `${method} ${path}`);
const dispatches = (): string[] => scene.repository.events.filter(({ name }) => name === "workflow_dispatch").map(({ ref }) => ref);

async function conflict(): Promise<{ theirs: string; ours: string }> {
  return { theirs: await commit("production", PITCH, "Sell in production.\n"), ours: await commit("develop", PITCH, "Sell in develop.\n") };
}

describe("safe", () => {
  test("nothing to bring over: no write at all", async () => {
    await commit("develop", PITCH, "Next.\n");
    expect(await scene.sync()).toMatchObject({ outcome: "unchanged" });
    expect(writes()).toEqual([]);
  });

  test("fast-forward, and staging's deploy is started", async () => {
    const hotfix = await commit("production", PITCH, "Sell kindly.\n");
    const report = await scene.sync();
    expect(report).toMatchObject({ outcome: "synced" });
    expect(await Promise.all([tip("staging"), tip("develop")])).toEqual([hotfix, hotfix]);
    expect(dispatches()).toEqual(["refs/heads/staging"]);
  });

  test("merge: a signed commit with both histories, and a status on it", async () => {
    const work = await commit("develop", GREETING, "Say hi.\n");
    const hotfix = await commit("production", PITCH, "Sell kindly.\n");
    const report = await scene.sync();
    expect(json(report, "synced")).toMatchObject({ develop: { kind: "merge" } });
    const merged = await tip("develop");
    expect(await Promise.all([scene.has("develop", work), scene.has("develop", hotfix)])).toEqual([true, true]);
    expect(await scene.repository.readFile(merged, GREETING)).toBe("Say hi.\n");
    expect(await scene.repository.readFile(merged, PITCH)).toBe("Sell kindly.\n");
    expect(scene.repository.verifiedCommits.has(merged)).toBe(true);
    expect(scene.repository.statusesOf(merged)).toMatchObject([{ context: "Validate & Check Conflicts", state: "success" }]);
    scene.lab.clearRequests();
    expect(await scene.sync()).toMatchObject({ outcome: "unchanged" });
    expect(writes()).toEqual([]);
  });

  test("conflict: one pull request, kept up to date, and its branch deleted once it is merged", async () => {
    const { theirs, ours } = await conflict();
    const report = await scene.sync();
    expect(report).toMatchObject({ outcome: "pull-request-opened", reason: "merge-conflicts" });
    const number = (json(report, "pull-requests") as { develop: number }).develop;
    const pull = scene.repository.pull(number);
    expect(pull).toMatchObject({ title: "Sync production into develop", mergeable: false, head: { ref: SYNC_BRANCH, sha: theirs }, base: { ref: "develop" } });
    expect(pull.body).toContain("Change prompts/sales/pitch.txt on production");
    expect(scene.repository.statusesOf(theirs)).toMatchObject([{ state: "success" }]);
    expect(await tip("develop")).toBe(ours);

    const newer = await commit("production", GREETING, "Good day.\n");
    await scene.sync();
    expect(scene.repository.openPulls().map((open) => [open.number, open.head.sha])).toEqual([[number, newer]]);
    expect(pull.body).toContain("Change prompts/base/greeting.txt on production");

    // A person merges develop into the pull request's branch, with a resolution of their own.
    const resolved = await mergeByHand(SYNC_BRANCH, "develop", { [PITCH]: "Sell in both.\n" });
    expect(await scene.sync()).toMatchObject({ outcome: "pull-request-opened" });
    expect(await tip(SYNC_BRANCH)).toBe(resolved);
    await scene.repository.merge(number);
    expect(await scene.sync()).toMatchObject({ outcome: "unchanged" });
    expect(await scene.branches()).not.toContain(SYNC_BRANCH);
    expect(await Promise.all([scene.has("develop", ours), scene.has("develop", newer)])).toEqual([true, true]);
    expect(await scene.repository.readFile("develop", PITCH)).toBe("Sell in both.\n");
  });

  describe("after releases that were squash-merged", () => {
    let released: string[];
    beforeEach(async () => {
      released = [await commit("develop", PITCH, "Sell kindly.\n"), await commit("develop", GREETING, "Say hi.\n")];
      for (const [head, base] of [["develop", "staging"], ["staging", "production"]] as const) {
        const { number } = await scene.repository.openPullRequest({ head, base, title: `Release to ${base}` });
        await scene.repository.merge(number, { method: "squash" });
      }
    });

    test("work on other lines is kept by a merge, and there is a common base again", async () => {
      const more = await commit("develop", "agents/sales/notes.md", "Next.\n");
      const report = await scene.sync();
      expect(report).toMatchObject({ outcome: "synced", outputs: { "pull-requests": "{}" } });
      const source = await tip("production");
      for (const branch of ["staging", "develop"]) expect(await scene.has(branch, source)).toBe(true);
      for (const work of [...released, more]) expect(await scene.has("develop", work)).toBe(true);
      scene.lab.clearRequests();
      expect(await scene.sync()).toMatchObject({ outcome: "unchanged" });
      expect(writes()).toEqual([]);
    });

    test("work on the same lines conflicts for git, so a person is asked", async () => {
      const more = await commit("develop", PITCH, "Sell very kindly.\n");
      expect(await scene.sync()).toMatchObject({ outcome: "pull-request-opened", reason: "merge-conflicts" });
      expect(await tip("develop")).toBe(more);
      expect(await scene.repository.readFile("develop", PITCH)).toBe("Sell very kindly.\n");
    });
  });

  test("a squash-merged sync is known, and opens no second pull request", async () => {
    await conflict();
    const report = await scene.sync();
    const { develop: number } = json(report, "pull-requests") as { develop: number };
    const resolved = await mergeByHand(SYNC_BRANCH, "develop", { [PITCH]: "Sell in both.\n" });
    await scene.repository.merge(number, { method: "squash" });
    expect(await scene.has("develop", await tip("production"))).toBe(false);
    const again = await scene.sync();
    expect(again).toMatchObject({ outcome: "unchanged" });
    expect(again.message).toContain("by a squash or a rebase");
    expect(scene.repository.openPulls()).toEqual([]);
    expect(await tip(SYNC_BRANCH)).toBe(resolved);
  });
});

describe("rules", () => {
  test.each(["branch-protection", "ruleset"] as const)("%s: a pull request, also where a fast-forward would do", async (kind) => {
    const hotfix = await commit("production", PITCH, "Sell kindly.\n");
    await commit("develop", GREETING, "Say hi.\n");
    const before = await Promise.all([tip("staging"), tip("develop")]);
    scene.repository.protectBranch("staging", { kind });
    scene.repository.protectBranch("develop", { kind });
    const report = await scene.sync();
    expect(report).toMatchObject({ outcome: "pull-request-opened", reason: "branch-protected" });
    expect(await Promise.all([tip("staging"), tip("develop")])).toEqual(before);
    expect(scene.repository.openPulls().map(({ base, head }) => [base.ref, head.sha])).toEqual([["staging", hotfix], ["develop", hotfix]]);
    // Force is refused too, by the rule against force pushes.
    expect(await scene.sync({ strategy: "force", targets: ["develop"] })).toMatchObject({ reason: "branch-protected" });
    expect(await tip("develop")).toBe(before[1]);
  });

  test("a required check alone: the fast-forward brings its status along", async () => {
    const hotfix = await commit("production", PITCH, "Sell kindly.\n");
    for (const branch of ["staging", "develop"]) scene.repository.protectBranch(branch, { requirePullRequest: false, requiredStatusChecks: ["Validate & Check Conflicts"] });
    expect(await scene.sync()).toMatchObject({ outcome: "synced", outputs: { "pull-requests": "{}" } });
    expect(await Promise.all([tip("staging"), tip("develop")])).toEqual([hotfix, hotfix]);
  });

  test("the setting for pull requests is named, and nothing is lost", async () => {
    scene.repository.settings.allowActionsToCreatePullRequests = false;
    const { ours } = await conflict();
    const report = await scene.sync();
    expect(report).toMatchObject({ outcome: "partially-synced", reason: "pull-requests-not-allowed" });
    expect(report.message).toContain("Allow GitHub Actions to create and approve pull requests");
    expect(await tip("develop")).toBe(ours);
  });

  test.each([
    ["contents", "contents: write", "failed"],
    ["actions", "actions: write", "partially-synced"],
  ])("without %s: write the line to add is told", async (key, told, outcome) => {
    await commit("production", PITCH, "Sell kindly.\n");
    const report = await scene.sync({ permissions: { ...PERMISSIONS, [key]: "read" } });
    expect(report.outcome).toBe(outcome);
    expect(report.message).toContain(told);
  });

  test("without statuses: write the sync is whole, and the log tells", async () => {
    await commit("develop", GREETING, "Say hi.\n");
    await commit("production", PITCH, "Sell kindly.\n");
    expect(await scene.sync({ permissions: { ...PERMISSIONS, statuses: "read" } })).toMatchObject({ outcome: "synced" });
    expect(scene.log.text()).toContain("statuses: write");
  });

  test("a workflow that the default branch lacks is named; the sync stays", async () => {
    const hotfix = await commit("production", PITCH, "Sell kindly.\n");
    const report = await scene.sync({ deployWorkflow: "other.yml" });
    expect(report).toMatchObject({ outcome: "partially-synced", reason: "dispatch-failed" });
    expect(report.message).toContain("other.yml");
    expect(await tip("staging")).toBe(hotfix);
  });

  test("a target that does not exist", async () => {
    await commit("production", PITCH, "Sell kindly.\n");
    await scene.repository.git.run(["branch", "-D", "staging"]);
    expect(await scene.sync()).toMatchObject({ outcome: "partially-synced", reason: "branch-missing" });
  });
});

describe.each(["refuse", "unless-known"] as const)("workflow files, GitHub's answer: %s", (workflowFiles) => {
  beforeEach(async () => {
    await scene.stop();
    scene = await startLabScene({ workflowFiles });
  });

  test("a change of them comes over, or a person is asked; never half", async () => {
    await commit("develop", GREETING, "Say hi.\n");
    const changed = await commit("production", ".github/workflows/other.yml", "on: push\njobs: {}\n");
    const report = await scene.sync();
    if (workflowFiles === "unless-known") {
      expect(report).toMatchObject({ outcome: "synced" });
      for (const branch of ["staging", "develop"]) expect(await scene.has(branch, changed)).toBe(true);
      return;
    }
    expect(report).toMatchObject({ outcome: "pull-request-opened", reason: "workflow-files" });
    expect(report.summary).toContain("workflows: write");
    const pulls = scene.repository.openPulls();
    expect(pulls.map(({ base, head }) => [base.ref, head.sha])).toEqual([["staging", changed], ["develop", changed]]);
    for (const { number } of pulls) await scene.repository.merge(number);
    expect(await scene.sync()).toMatchObject({ outcome: "unchanged" });
  });
});

describe("force", () => {
  test("backs up, lists, and makes equal", async () => {
    const { theirs, ours } = await conflict();
    const report = await scene.sync({ strategy: "force" });
    const backup = `retell/backup/develop/${ours.slice(0, 7)}`;
    expect(report).toMatchObject({ outcome: "synced", result: { targets: [{ target: "staging" }, { target: "develop", left: [ours] }] } });
    expect(json(report, "backups")).toEqual({ develop: backup });
    expect(await Promise.all([tip("develop"), tip("staging"), tip(backup)])).toEqual([theirs, theirs, ours]);
    expect(report.summary).toContain("Change prompts/sales/pitch.txt on develop");
    scene.lab.clearRequests();
    expect(await scene.sync({ strategy: "force" })).toMatchObject({ outcome: "unchanged" });
    expect(writes()).toEqual([]);
  });
});

describe("a branch that moves between the look and the write", () => {
  /** Somebody commits to develop just before the first move of it. */
  const racing = (late: { commit: string }): LabRun => ({
    wrap: (ports) => ({
      ...ports,
      gitWriter: {
        ...ports.gitWriter,
        moveRef: async (change) => {
          if (change.branch === "develop" && late.commit === "") late.commit = await commit("develop", GREETING, "Late.\n");
          return ports.gitWriter.moveRef(change);
        },
      },
    }),
  });

  test("is merged instead of fast-forwarded", async () => {
    const hotfix = await commit("production", PITCH, "Sell kindly.\n");
    const late = { commit: "" };
    const report = await scene.sync(racing(late));
    expect(json(report, "synced")).toMatchObject({ develop: { kind: "merge" } });
    expect(await Promise.all([scene.has("develop", hotfix), scene.has("develop", late.commit)])).toEqual([true, true]);
  });

  test("is backed up at its newest commit before force", async () => {
    const { theirs } = await conflict();
    const late = { commit: "" };
    const report = await scene.sync({ strategy: "force", targets: ["develop"], ...racing(late) });
    const backup = `retell/backup/develop/${late.commit.slice(0, 7)}`;
    expect(json(report, "backups")).toEqual({ develop: backup });
    expect(await Promise.all([tip("develop"), tip(backup)])).toEqual([theirs, late.commit]);
  });
});

/** A person's merge with a resolution of their own, pushed to the branch. */
async function mergeByHand(branch: string, other: string, files: Record<string, string>): Promise<string> {
  const { repository } = scene;
  const [first, second] = [await tip(branch), await tip(other)];
  const content = await repository.commit({ branch: "resolution", parent: first, files, message: "resolution" });
  const tree = await repository.git.text(["rev-parse", `${content}^{tree}`]);
  const merged = await repository.git.text(["-c", "user.name=Dana", "-c", "user.email=dana@example.com", "commit-tree", tree, "-p", first, "-p", second, "-m", `Merge ${other}`]);
  await repository.git.run(["branch", "-D", "resolution"]);
  return repository.commit({ branch, parent: merged, files: { "notes.txt": "resolved\n" }, message: "Resolved" });
}
