import { describe, expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KEYS } from "@retell-actions/lab/scene/scene";
import { agent, deployedScene, json, liveId, openScene, ourComment, project, propose, push, said } from "./project.ts";

const RUNS_CODE = "x$(touch pwned)`touch pwned`; touch pwned #${{ github.token }}";

/** Texts of all files below a folder, at this moment. */
function textsBelow(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

describe("known mistakes: insecure", () => {
  test("known mistake 33: folder names, inputs and branch names are text, never code", async () => {
    const scene = await openScene({ files: project({ sales: agent("Sales") }) });
    const pull = await propose(scene, { [`agents/${RUNS_CODE}/agent.json`]: agent("Sales"), [`prompts/${RUNS_CODE}.txt`]: "x\n" });
    const seen: string[] = [];
    let workspace = "";
    const result = await scene.validate({
      pullRequest: pull.number,
      inputs: { agents: `*,!${RUNS_CODE}`, workspace: "" },
      prepare: async (folder) => void (workspace = folder),
      onSpawn: (child) => child.once("exit", () => seen.push(...readdirSync(workspace))),
    });
    expect(result.outputs).toMatchObject({ outcome: "invalid", errors: "1" });
    expect(said(result)).toContain("x$(touch pwned)");
    expect(seen).toContain("workspaces.json");
    expect(seen).not.toContain("pwned");
    for (const inputs of [{ workspace: RUNS_CODE }, { agents: RUNS_CODE }, { "working-directory": `../${RUNS_CODE}` }]) {
      const refused = await scene.deploy({ inputs: { workspace: "staging", ...inputs } });
      expect([refused.conclusion, refused.outputs["outcome"]]).toEqual(["failure", "failed"]);
    }
    expect(scene.staging.agents()).toEqual([]);
  });

  test("known mistake 34: no key and no token is left in the checkout, and no job uses a key of another workspace", async () => {
    const scene = await openScene({ files: project({ sales: agent("Sales") }) });
    const left: string[] = [];
    let workspace = "";
    const options = { prepare: async (folder: string) => void (workspace = folder), onSpawn: (child: { once(event: "exit", listener: () => void): unknown }) => void child.once("exit", () => left.push(textsBelow(workspace))) };
    const runs = [await scene.deploy(options), await scene.validate(options)];
    expect(runs.map((run) => run.outputs["outcome"])).toEqual(["deployed", "passed"]);
    expect(left).toHaveLength(2);
    for (const text of [...left, ...runs.map(said)]) for (const secret of Object.values(KEYS)) expect(text).not.toContain(secret);
    for (const text of left) expect(text).not.toMatch(/gh[sp]_[0-9a-f]{20}|AUTHORIZATION: basic/i);
    expect(new Set(scene.retell.requests.map((request) => request.organization))).toEqual(new Set(["org_staging"]));
  });

  test("known mistake 35: what was not merged cannot be deployed, and no remedy asks for it", async () => {
    const scene = await deployedScene({ files: project({ sales: agent("Sales") }) });
    const pull = await propose(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Not reviewed." }) });
    const elsewhere = await scene.deploy({ sha: pull.head.sha, eventName: "workflow_dispatch", event: {} });
    expect(elsewhere.outputs["outcome"]).toBe("wrong-branch");
    const { writeFile } = await import("node:fs/promises");
    const dirty = await scene.deploy({ prepare: (folder) => writeFile(join(folder, "agents", "sales", "agent.json"), agent("Sales", { general_prompt: "By hand." })) });
    expect(dirty.outputs).toMatchObject({ outcome: "failed", "reason-code": "dirty-tree" });
    scene.staging.console.editLlm(await liveId(scene, "sales"), { general_prompt: "From the console." });
    await scene.validate({ pullRequest: pull.number });
    const comment = ourComment(scene, pull).body;
    expect(comment).toContain("to this pull request");
    expect(comment).not.toMatch(/\b(?:npx|npm|curl|--force|git push)\b/);
    expect(scene.staging.agents().map((picture) => picture.latest.engine?.["general_prompt"])).toEqual(["From the console."]);
  });

  test("known mistake 36: names that lead out of the agents folder are refused wherever they stand", async () => {
    const scene = await openScene({ files: project({ sales: agent("Sales") }, { "other/agent.json": agent("Other") }) });
    const transfer = [{ type: "agent_swap", name: "swap", agent_id: "agent://../other", post_call_analysis_setting: "only_destination_agent" }];
    const workspaces = { staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" }, moved: [{ agent: "../other", to: "sales" }] };
    const pull = await propose(scene, { "agents/sales/agent.json": agent("Sales", { general_tools: transfer }), "workspaces.json": json(workspaces), "agents/a..b/agent.json": agent("Dots") });
    const result = await scene.validate({ pullRequest: pull.number });
    expect(result.outputs["outcome"]).toBe("invalid");
    for (const place of ["agents/sales/agent.json", "workspaces.json", "agents"]) expect([place, result.annotations.some(({ level, file }) => level === "error" && file === place)]).toEqual([place, true]);
    const selected = await scene.deploy({ inputs: { agents: "../other" } });
    expect(selected.outputs).toMatchObject({ outcome: "failed", "reason-code": "no-agents-selected" });
    expect(scene.staging.agents()).toEqual([]);
  });

  test("known mistake 37: a literal credential in a file is refused with its place, and not repeated", async () => {
    const scene = await openScene({ files: project({ sales: agent("Sales") }) });
    const secret = "sk-live-4f9d8a7b6c5e4d3c2b1a0f9e8d7c6b5a";
    const tool = { type: "custom", name: "crm", url: "https://crm.example.com", description: "Looks up the caller", speak_after_execution: true, speak_during_execution: false, headers: { Authorization: `Bearer ${secret}` } };
    const pull = await propose(scene, { "agents/sales/agent.json": agent("Sales", { general_tools: [tool] }), "prompts/x.txt": "x" });
    const result = await scene.validate({ pullRequest: pull.number });
    expect(result.outputs["outcome"]).toBe("invalid");
    const found = result.annotations.find(({ message }) => message.includes("literal-credential"));
    expect([found?.file, (found?.line ?? 0) > 1]).toEqual(["agents/sales/agent.json", true]);
    expect(`${found?.message ?? ""}`).toContain("secret://");
    for (const text of [said(result), ourComment(scene, pull).body]) expect(text).not.toContain(secret);
    await push(scene, { "agents/sales/agent.json": agent("Sales", { general_tools: [tool] }) });
    const deploy = await scene.deploy();
    expect(deploy.outputs).toMatchObject({ outcome: "failed", "reason-code": "invalid-files" });
    expect(said(deploy)).not.toContain(secret);
    expect(scene.staging.agents()).toEqual([]);
  });
});
