import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { runDisturbed } from "@retell-actions/lab/scene/disturbed-run";
import { CLOSING, GREETING, hotfix, startSyncScene, type SyncScene } from "./sync-scene.ts";

let story: SyncScene;
beforeEach(async () => {
  story = await startSyncScene();
});
afterEach(async () => {
  expect(story.scene.github.violations).toEqual([]);
  await story.scene.stop();
});

test("L5: safe keeps unmerged work on every branch, by a merge or by a pull request", async () => {
  const commits = await hotfix(story);
  const run = await story.sync();
  expect(run).toMatchObject({ conclusion: "success", outputs: { outcome: "pull-request-opened", "reason-code": "merge-conflicts", agents: "[]", backups: "{}" } });
  expect(JSON.parse(run.outputs["synced"] ?? "")).toEqual({ staging: { branch: "staging", kind: "merge", commit: await story.tip("staging") } });
  expect(await Promise.all([story.has("staging", commits.onStaging), story.has("staging", commits.hotfix)])).toEqual([true, true]);
  expect(await story.tip("develop")).toBe(commits.onDevelop);
  expect(story.started()).toEqual(["refs/heads/staging"]);
  expect(run.summary).toContain("Branch Sync Needs a Person");
});

test("L5: force keeps what it replaces on a backup branch, and lists it", async () => {
  const commits = await hotfix(story);
  const run = await story.sync({ inputs: { strategy: "force" } });
  expect(run).toMatchObject({ conclusion: "success", outputs: { outcome: "synced" } });
  const backups = JSON.parse(run.outputs["backups"] ?? "") as { staging: string; develop: string };
  expect(backups).toEqual({ staging: `retell/backup/staging/${commits.onStaging.slice(0, 7)}`, develop: `retell/backup/develop/${commits.onDevelop.slice(0, 7)}` });
  expect(await Promise.all([backups.staging, backups.develop].map(story.tip))).toEqual([commits.onStaging, commits.onDevelop]);
  expect(await Promise.all(["staging", "develop"].map(story.tip))).toEqual([commits.hotfix, commits.hotfix]);
  expect(run.summary).toContain("1 commit left `develop`");
});

test.each([0, 1, 2, 3, 4])("L5: force killed at write %i: every old tip is still on some branch", async (at) => {
  const commits = await hotfix(story);
  await runDisturbed(story.scene, { at, disturbance: "killed after" }, (more) => story.sync({ ...more, inputs: { strategy: "force" } }));
  for (const commit of [commits.onStaging, commits.onDevelop]) {
    expect(await story.scene.repository.git.text(["for-each-ref", "--contains", commit, "refs/heads/"])).not.toBe("");
  }
});

test("L5: a commit that arrives in the moment of a forced move is not overwritten", async () => {
  await hotfix(story);
  let late = "";
  // The first writes keep staging's tip, move staging and start its deploy; the fourth keeps develop's tip.
  story.scene.faults.reset();
  story.scene.faults.add({
    matches: ({ writeIndex }) => writeIndex === 4,
    action: { kind: "call", when: "before", run: async () => void (late = await story.commit("develop", { [CLOSING]: "So long.\n" })) },
    times: 1,
  });
  const run = await story.sync({ inputs: { strategy: "force" } });
  expect(run.outputs["outcome"]).toBe("synced");
  expect(late).not.toBe("");
  expect(JSON.parse(run.outputs["backups"] ?? "")).toMatchObject({ develop: `retell/backup/develop/${late.slice(0, 7)}` });
  expect(await story.tip(`retell/backup/develop/${late.slice(0, 7)}`)).toBe(late);
});

test("L3: a run that cannot move a branch is never green", async () => {
  await story.commit("production", { [GREETING]: "Hi.\n" });
  const run = await story.sync({ permissions: { contents: "read" } });
  expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "failed", "reason-code": "github-forbidden", synced: "{}" } });
  expect(run.log).toContain("contents: write");
});
