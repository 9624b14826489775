import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { shownBy } from "@retell-actions/lab/scene/look-at";
import { KEYS } from "@retell-actions/lab/scene/scene";
import { GREETING, hotfix, startSyncScene, type SyncScene } from "./sync-scene.ts";

let story: SyncScene;
beforeEach(async () => {
  story = await startSyncScene();
});
afterEach(() => story.scene.stop());

test.each(["safe", "force"])("L6: with nothing to bring over, %s writes nothing", async (strategy) => {
  await story.commit("production", { [GREETING]: "Hi.\n" });
  expect((await story.sync({ inputs: { strategy } })).outputs["outcome"]).toBe("synced");
  story.writes();
  const run = await story.sync({ inputs: { strategy } });
  expect(run).toMatchObject({ conclusion: "success", outputs: { outcome: "unchanged", "reason-code": "nothing-to-do", synced: "{}" } });
  expect(story.writes()).toEqual([]);
});

test("L6, L8: an open pull request is left as it is, byte by byte", async () => {
  await hotfix(story);
  await story.sync();
  const [pull] = story.scene.repository.openPulls();
  const before = { body: pull?.body, updatedAt: pull?.updatedAt, sha: pull?.head.sha };
  story.writes();
  expect((await story.sync()).outputs["outcome"]).toBe("pull-request-opened");
  expect(story.scene.repository.openPulls().map(({ body, updatedAt, head }) => ({ body, updatedAt, sha: head.sha }))).toEqual([before]);
  // The merge is tried again, in case the conflict is gone, and refused.
  expect(story.writes()).toEqual(["POST /repos/acme/voices/merges"]);
});

test("L7: neither the token nor a key is shown, and Retell is asked nothing", async () => {
  await story.scene.repository.commit({ branch: "production", files: { [GREETING]: "Hi.\n" }, message: `Rotate ${"sk-proj-4fK29dLx81Qm7Zt0"}` });
  await story.commit("develop", { [GREETING]: "Hello.\n" });
  const run = await story.sync({ debug: true });
  const shown = [shownBy(run), ...story.scene.repository.openPulls().map(({ body }) => body ?? "")].join("\n");
  for (const secret of [KEYS.staging, KEYS.production, "sk-proj-4fK29dLx81Qm7Zt0", "ghs_"]) expect(shown).not.toContain(secret);
  expect(story.scene.retell.requests).toEqual([]);
});
