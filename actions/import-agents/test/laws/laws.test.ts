import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { shownBy } from "@retell-actions/lab/scene/look-at";
import { KEYS, type Scene } from "@retell-actions/lab/scene/scene";
import { filesOn, importNow, importPulls, picture, startImportScene, TYPED } from "./import-scene.ts";

let scene: Scene;

beforeEach(async () => {
  scene = await startImportScene({ seed: 5 });
});
afterEach(async () => {
  expect(scene.github.violations).toEqual([]);
  await scene.stop();
});

const counts = (): { github: number; retell: number } => ({ github: scene.github.requests.length, retell: scene.retell.requests.length });
const writes = (from: { github: number; retell: number }): unknown[] => [...scene.github.requests.slice(from.github).filter(({ write }) => write), ...scene.retell.requests.slice(from.retell).filter(({ write }) => write)];

/** The import is merged and brought to both workspaces. */
async function mergeEverywhere(): Promise<void> {
  await scene.repository.merge(importPulls(scene)[0]?.number ?? 0);
  for (const branch of ["staging", "production"]) await scene.repository.git.run(["branch", "-f", branch, "develop"]);
}

test("L1: nothing is written to Retell, and the plan right after is empty, also in production and for validate", async () => {
  const before = counts();
  const run = await importNow(scene);
  expect(run.outputs).toMatchObject({ outcome: "imported", agents: '["chat","front-desk","own","sales-e","steps"]', secrets: '["SALES_E_CRM_AUTHORIZATION"]' });
  expect(scene.retell.requests.slice(before.retell).filter(({ write }) => write)).toEqual([]);
  await mergeEverywhere();
  const merged = counts();
  for (const workspace of ["staging", "production"]) {
    for (const env of [{}, { RETELL_SECRET_SALES_E_CRM_AUTHORIZATION: `Bearer ${TYPED}` }]) {
      const deploy = await scene.action("deploy", { branch: workspace, inputs: { workspace }, env });
      expect([deploy.outputs["outcome"], deploy.outputs["drifted"]]).toEqual(["unchanged", "[]"]);
    }
  }
  expect(writes(merged)).toEqual([]);
});

test("L5: before the merge a deploy deletes nothing, even where it may", async () => {
  await importNow(scene);
  const before = counts();
  const deploy = await scene.action("deploy", { branch: "staging", inputs: { workspace: "staging", prune: "delete", "max-deletes": "9" } });
  expect(deploy.outputs["outcome"]).toBe("unchanged");
  expect(scene.retell.requests.slice(before.retell).filter(({ write }) => write)).toEqual([]);
});

test("L6: a second run writes nothing", async () => {
  await importNow(scene);
  const before = counts();
  expect((await importNow(scene)).outputs["outcome"]).toBe("unchanged");
  expect(writes(before)).toEqual([]);
});

test("L7: credentials of the console are in no commit, pull request, log, summary or output", async () => {
  const run = await importNow(scene, { debug: true });
  const everything = [shownBy(run), JSON.stringify(await picture(scene)), JSON.stringify(scene.repository.statuses)].join("\n");
  expect(everything).toContain("RETELL_SECRET_SALES_E_CRM_AUTHORIZATION");
  for (const secret of [TYPED, Buffer.from(`Bearer ${TYPED}`).toString("base64"), KEYS.staging, KEYS.production]) expect(everything).not.toContain(secret);
});

test("L8: another repository makes the same files of the same organisations", async () => {
  await importNow(scene);
  const files = await filesOn(scene, "retell/import");
  const other = await startImportScene({ seed: 5 });
  try {
    await importNow(other);
    expect(await filesOn(other, "retell/import")).toEqual(files);
  } finally {
    await other.stop();
  }
});

test("names that want out of their place become harmless folders", async () => {
  for (const name of ["../../.github/workflows/x", "::set-output name=x::y", "`id`", "| @acme/all |", "CON", "", "x\u202Ey", "-rf", "\u0000", "a".repeat(300)]) scene.staging.console.createAgent({ agent_name: name });
  const run = await importNow(scene, { inputs: { workspace: "staging" } });
  expect(run.outputs["outcome"]).toBe("imported");
  const files = await filesOn(scene, "retell/import");
  for (const path of Object.keys(files)) expect(path).toMatch(/^(?:workspaces\.json|(?:agents|prompts)\/[a-z0-9][a-z0-9-]{0,62}\/[a-z-]+\.(?:json|md|staging\.json))$/);
  expect(importPulls(scene)[0]?.body).not.toMatch(/(?<!\u200b)@(?!\u200b)acme/);
  await mergeEverywhere();
  expect((await scene.action("deploy", { branch: "staging", inputs: { workspace: "staging" } })).outputs["outcome"]).toBe("unchanged");
});
