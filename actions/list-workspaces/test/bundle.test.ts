import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type Scene } from "@retell-actions/lab/scene/scene";

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({ files: sampleFiles({ sales: {} }) });
});
afterAll(() => scene.stop());

test("the bundle lists the workspaces of the checkout and asks nobody", async () => {
  const run = await scene.action("list-workspaces", { inputs: { kind: "production" }, permissions: {} });
  expect(run).toMatchObject({ conclusion: "success", outputs: { outcome: "listed", "reason-code": "ok", workspaces: '["production"]' } });
  expect(JSON.parse(run.outputs["matrix"] ?? "")).toEqual({ include: [{ workspace: "production", environment: "production", "api-key-env": "RETELL_PRODUCTION_API_KEY", "read-key-env": "", branch: "production" }] });
  expect([...scene.github.requests.filter(({ kind }) => kind !== "git"), ...scene.retell.requests]).toEqual([]);
});

test("a broken file fails the step, with its line", async () => {
  await scene.repository.commit({ branch: "staging", files: { "workspaces.json": '{\n  "staging": 1\n}' }, message: "Broken" });
  const run = await scene.action("list-workspaces", {});
  expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "failed", "reason-code": "invalid-files", workspaces: "[]" } });
  expect(JSON.stringify(run.annotations)).toContain("workspaces.json");
});

test("a misspelt kind is refused", async () => {
  const run = await scene.action("list-workspaces", { inputs: { kind: "productions" } });
  expect(run.outputs["reason-code"]).toBe("invalid-input");
});
