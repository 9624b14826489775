import { afterEach, describe, expect, test } from "@jest/globals";
import { addedFiles, formBody, pullsOf, scaffold, startScaffoldScene, type ScaffoldScene } from "./scaffold-scene.ts";

const scenes: ScaffoldScene[] = [];
async function open(names?: string): Promise<ScaffoldScene> {
  const scene = await startScaffoldScene(names);
  scenes.push(scene);
  return scene;
}
afterEach(async () => {
  await Promise.all(scenes.splice(0).map((scene) => scene.stop()));
});

const jobWrites = (scene: ScaffoldScene): string[] => scene.github.requests.filter(({ write }) => write).map(({ method, path }) => `${method} ${path}`);

test("L3: what cannot be read is no success: no base branch, a broken workspaces.json, a token that may not write", async () => {
  const scene = await open();
  expect((await scaffold(scene, { inputs: { base: "nowhere" } })).outputs).toMatchObject({ outcome: "failed", "reason-code": "branch-missing" });
  expect((await scaffold(scene, { permissions: { contents: "read", issues: "write" } })).outputs).toMatchObject({ outcome: "failed", "reason-code": "github-forbidden" });
  await scene.repository.commit({ branch: "develop", files: { "workspaces.json": "{" }, message: "Broken" });
  expect((await scaffold(scene)).outputs).toMatchObject({ outcome: "failed", "reason-code": "invalid-files" });
  expect(pullsOf(scene)).toEqual([]);
});

test("L5: commits of a person on the branch stay, whatever the issue says afterwards", async () => {
  const scene = await open();
  await scaffold(scene);
  const branch = `retell/scaffold/issue-${scene.issue}`;
  const own = await scene.repository.commit({ branch, files: { "prompts/sales-eu/knowledge.md": "Mine.\n" }, message: "Mine" });
  expect((await scaffold(scene)).outputs["outcome"]).toBe("unchanged");
  await scene.dana.editIssue(scene.issue, formBody("other"));
  expect((await scaffold(scene)).outputs).toMatchObject({ outcome: "failed", "reason-code": "branch-moved" });
  expect(await scene.repository.tip(branch)).toBe(own);
});

test("L6: once more writes nothing, asks Retell nothing, and says the same", async () => {
  const scene = await open();
  const first = await scaffold(scene);
  scene.github.clearRequests();
  const again = await scaffold(scene);
  expect(again).toMatchObject({ conclusion: "success", outputs: { outcome: "unchanged", "pull-request": first.outputs["pull-request"] } });
  expect(jobWrites(scene)).toEqual([]);
  expect(scene.retell.requests).toEqual([]);
});

test("L7: what looks like a credential in an issue is in no log, answer or output", async () => {
  const secret = `sk-proj-${"a1B2".repeat(12)}`;
  const scene = await open(`${secret}\nBearer ${secret}`);
  const run = await scaffold(scene);
  expect(run.outputs["outcome"]).toBe("invalid");
  const answers = scene.repository.commentsOf(scene.issue).map(({ body }) => body);
  expect(answers).toHaveLength(1);
  expect([run.log, JSON.stringify(run.outputs), ...answers].join("\n")).not.toContain("a1B2a1B2");
});

describe("L8: same input, same bytes", () => {
  test("two repositories get the same files, titles and answers", async () => {
    const [one, two] = [await open(), await open()];
    await scaffold(one);
    await scaffold(two);
    expect(await addedFiles(one)).toEqual(await addedFiles(two));
    const told = (scene: ScaffoldScene): unknown => [pullsOf(scene).map(({ title, body }) => [title, body]), scene.repository.commentsOf(scene.issue).map(({ body }) => body.replaceAll(String(scene.repository.id), "<id>"))];
    expect(told(one)).toEqual(told(two));
  });
});
