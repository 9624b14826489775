import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { agent, clearRecords, deployedScene, json, liveId, openScene, ourComment, project, propose, push, said, WORKSPACES } from "../known-mistakes/project.ts";
import { held } from "../attacks/held.ts";

describe("a pull request that changes workspaces.json", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await deployedScene({ files: project({ sales: agent("Sales") }) });
    await scene.deploy({ branch: "production", inputs: { workspace: "production" } });
  });

  /** Which keys were used at which organisation since the last look. */
  function keysUsed(): string[] {
    const used = [...new Set(scene.retell.requests.map((request) => `${request.apiKey ?? "none"} at ${request.organization ?? "nowhere"}`))].sort();
    clearRecords(scene);
    return used;
  }

  const changes: [what: string, file: unknown][] = [
    ["names another workspace's key", { ...WORKSPACES, staging: { api_key_env: "RETELL_PRODUCTION_API_KEY" }, production: { api_key_env: "RETELL_STAGING_API_KEY" } }],
    ["names a key of its own", { ...WORKSPACES, staging: { api_key_env: "SOME_OTHER_SECRET", read_key_env: "DEPLOY_PASSWORD" } }],
    ["sends staging to another branch", { ...WORKSPACES, branches: { staging: "mine", production: "staging" } }],
    ["turns productions into several", { mode: "multi-production", staging: WORKSPACES.staging, production: { "prod-eu": WORKSPACES.production } }],
  ];

  test.each(changes)("%s: the target branch's file counts", async (_what, file) => {
    const pull = await propose(scene, { "workspaces.json": json(file), "agents/sales/agent.json": agent("Sales", { general_prompt: "New." }) });
    clearRecords(scene);
    const result = await scene.validate({ pullRequest: pull.number, env: { SOME_OTHER_SECRET: "other-secret-value", DEPLOY_PASSWORD: "deploy-password-value" } });
    expect(keysUsed()).toEqual(["deploy at org_staging"]);
    expect(result.outputs).toMatchObject({ outcome: "passed", "agents-to-deploy": '["sales"]' });
    held("keys and hosts");
  });

  const refused: [what: string, staging: Record<string, unknown>, line: number][] = [
    ["a host that only looks like Retell's", { base_url: "https://api.retellai.com.evil.example" }, 4],
    ["a host with a user before it", { base_url: "https://api.retellai.com@evil.example" }, 4],
    ["a plain connection", { base_url: "http://api.retellai.com" }, 4],
    ["the job's own token as key", { api_key_env: "GITHUB_TOKEN" }, 3],
    ["a secret of an agent as key", { api_key_env: "RETELL_SECRET_CRM" }, 3],
    ["a key in clear", { api_key: "key_0123456789abcdef0123456789ab" }, 4],
  ];

  test.each(refused)("%s is refused with its line, before any call", async (_what, staging, line) => {
    const pull = await propose(scene, { "workspaces.json": json({ ...WORKSPACES, staging: { ...WORKSPACES.staging, ...staging } }) });
    clearRecords(scene);
    const result = await scene.validate({ pullRequest: pull.number });
    expect(result.outputs["outcome"]).toBe("invalid");
    expect(result.annotations).toContainEqual(expect.objectContaining({ level: "error", file: "workspaces.json", line }));
    expect(scene.retell.requests).toEqual([]);
    for (const text of [said(result), ourComment(scene, pull).body]) expect(text).not.toContain("key_0123456789abcdef0123456789ab");
    held("keys and hosts");
  });

  test("merged all the same, a foreign host gets nothing from deploy either", async () => {
    const tip = await scene.repository.tip("staging");
    await push(scene, { "workspaces.json": json({ ...WORKSPACES, staging: { ...WORKSPACES.staging, base_url: "https://evil.example" } }) });
    clearRecords(scene);
    const result = await scene.deploy();
    expect(result.outputs).toMatchObject({ outcome: "failed", "reason-code": "invalid-files" });
    expect(scene.retell.requests).toEqual([]);
    const pull = await propose(scene, { "workspaces.json": json(WORKSPACES), "README.md": "Repair.\n" });
    const check = await scene.validate({ pullRequest: pull.number });
    expect(check.outputs).toMatchObject({ outcome: "failed", "reason-code": "invalid-files" });
    expect(said(check)).toContain("Repair it on that branch first");
    expect(scene.retell.requests).toEqual([]);
    await scene.repository.commit({ branch: "staging", parent: tip, files: {}, message: "Back" });
    held("keys and hosts");
  });

  test("the key of another organisation is refused before anything is written", async () => {
    const id = await liveId(scene, "sales");
    await push(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "For staging only." }) });
    clearRecords(scene);
    const result = await scene.deploy({ env: { RETELL_STAGING_API_KEY: "key_production_full_c03e5b" } });
    expect(result.outputs).toMatchObject({ outcome: "failed", "reason-code": "wrong-organization" });
    expect(scene.retell.requests.filter(({ write }) => write)).toEqual([]);
    expect(scene.staging.agent(id).latest.engine?.["general_prompt"]).toBe("You are Sales.");
    held("keys and hosts");
  });
});

test("a target branch without workspaces.json lends its keys to nobody", async () => {
  const scene = await openScene({ files: { "README.md": "Nothing yet.\n" } });
  const pull = await propose(scene, project({ sales: agent("Sales") }));
  const result = await scene.validate({ pullRequest: pull.number });
  expect(result.outputs).toMatchObject({ outcome: "passed-offline", "reason-code": "no-target-yet" });
  expect(ourComment(scene, pull).body).toContain("Not checked");
  expect(scene.retell.requests).toEqual([]);
  held("keys and hosts");
});
