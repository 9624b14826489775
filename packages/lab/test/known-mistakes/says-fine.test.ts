import { beforeAll, describe, expect, test } from "@jest/globals";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { agent, clearRecords, deployedScene, liveId, ourComment, project, propose, push, retellWrites, said } from "./project.ts";

/** A word of success in anything that people read. */
const GREEN = /\bpassed\b|✅|\bin sync\b|Nothing to deploy/i;

describe("known mistakes: says that all is well when it does not know", () => {
  let scene: Scene;
  let salesId: string;

  beforeAll(async () => {
    scene = await deployedScene({ files: project({ sales: agent("Sales"), support: agent("Support") }) });
    salesId = await liveId(scene, "sales");
  });

  test("known mistake 1: a wrong key, a Retell that nobody reaches and answers that are no JSON are no passed check", async () => {
    const garbage = createServer((_request, response) => response.end("<html>Bad gateway</html>"));
    await new Promise<void>((resolve) => garbage.listen(0, "127.0.0.1", resolve));
    const broken: [env: Record<string, string>, reason: string][] = [
      [{ RETELL_STAGING_API_KEY: "key_of_nobody_00000000" }, "unauthorized"],
      [{ RETELL_BASE_URL: "http://127.0.0.1:9" }, "retell-unavailable"],
      [{ RETELL_BASE_URL: `http://127.0.0.1:${(garbage.address() as AddressInfo).port}` }, "retell-unavailable"],
    ];
    const checks = await Promise.all(
      broken.map(async ([env, reason], index) => {
        const pull = await propose(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: `Wording ${index}.` }) });
        return { pull, reason, result: await scene.validate({ pullRequest: pull.number, env }) };
      }),
    );
    garbage.close();
    for (const { pull, reason, result } of checks) {
      expect(result.outputs).toMatchObject({ outcome: "failed", "reason-code": reason });
      expect(result.conclusion).toBe("failure");
      const comment = ourComment(scene, pull).body;
      expect(comment).toContain("Could Not Be Completed");
      for (const text of [comment, said(result)]) expect(text).not.toMatch(GREEN);
    }
  });

  test("known mistake 2: a comment that reported success is replaced when a later check fails", async () => {
    const pull = await propose(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "A better prompt." }) });
    await scene.validate({ pullRequest: pull.number });
    expect(ourComment(scene, pull).body).toContain("✅ Validation Passed");
    const result = await scene.validate({ pullRequest: pull.number, env: { RETELL_STAGING_API_KEY: "" } });
    expect(result.outputs).toMatchObject({ outcome: "failed", "reason-code": "missing-key" });
    expect(ourComment(scene, pull).body).not.toMatch(GREEN);
    expect(said(result)).toContain("RETELL_STAGING_API_KEY");
  });

  test("known mistake 3: files are checked before the merge, and a dry run compares with Retell", async () => {
    const pull = await propose(scene, { "agents/sales/agent.json": agent("Sales", { model_temperature: "warm" }) });
    const check = await scene.validate({ pullRequest: pull.number });
    expect(check.outputs).toMatchObject({ outcome: "invalid", errors: "1" });
    expect(check.annotations.some((annotation) => annotation.file === "agents/sales/agent.json" && (annotation.line ?? 0) > 1)).toBe(true);

    const edited = await deployedScene({ files: project({ sales: agent("Sales") }) });
    edited.staging.console.editLlm(await liveId(edited, "sales"), { general_prompt: "Edited by hand." });
    await push(edited, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Edited in Git." }) });
    clearRecords(edited);
    const dry = await edited.deploy({ inputs: { "dry-run": "true" } });
    expect(dry.outputs).toMatchObject({ outcome: "planned", blocked: '["sales"]' });
    expect(dry.summary).toContain("Edited by hand.");
    expect(retellWrites(edited)).toEqual([]);
  });

  test("known mistake 4: the state is read from its own branch, whatever is checked out", async () => {
    scene.staging.console.editAgent(salesId, { voice_speed: 1.4 });
    const result = await scene.validate({ branch: "develop", eventName: "workflow_dispatch", inputs: { workspace: "staging", scope: "all" } });
    expect(JSON.parse(result.outputs["result"] ?? "{}")).toMatchObject({ agents: [{ agent: "sales", class: "console-edit" }, { agent: "support", class: "in-sync" }] });
    expect(result.summary).toContain("voice_speed");
  });

  test("known mistake 7: a live side that cannot be read stops the deploy with an error, and nothing is written", async () => {
    await push(scene, { "agents/support/agent.json": agent("Support", { general_prompt: "Help better." }) });
    clearRecords(scene);
    const failing = await liveId(scene, "support");
    scene.faults.add({ matches: ({ service, path }) => service === "retell" && path === `/get-agent/${failing}`, action: { kind: "status", status: 403, body: { status: "error", message: "no" } } });
    const unreadable = await scene.deploy();
    scene.faults.reset();
    expect(unreadable.conclusion).toBe("failure");
    expect(unreadable.outputs).toMatchObject({ outcome: "failed", failed: '["support"]' });
    expect(retellWrites(scene)).toEqual([]);
  });

  test("known mistake 7: a deploy that leaves an edited agent alone fails its step", async () => {
    await push(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Sell better." }) });
    const result = await scene.deploy();
    expect(result.outputs).toMatchObject({ outcome: "conflicts", blocked: '["sales"]', updated: '["support"]' });
    expect(result.conclusion).toBe("failure");
    expect(scene.staging.agent(salesId).latest.engine?.["general_prompt"]).toBe("You are Sales.");
  });

  const anyField: [field: string, edit: (scene: Scene, id: string) => void][] = [
    ["llm.model_temperature", ({ staging }, id) => staging.console.editLlm(id, { model_temperature: 0.9 })],
    ["llm.knowledge_base_ids", ({ staging }, id) => staging.console.editLlm(id, { knowledge_base_ids: ["knowledge_base_1"] })],
    ["llm.states", ({ staging }, id) => staging.console.editLlm(id, { states: [{ name: "intro", state_prompt: "Say hello." }], starting_state: "intro" })],
    ["llm.mcps", ({ staging }, id) => staging.console.editLlm(id, { mcps: [{ name: "crm", url: "https://mcp.example.com" }] })],
    ["agent.voice_model", ({ staging }, id) => staging.console.editAgent(id, { voice_model: "eleven_multilingual_v2" })],
    ["agent.max_call_duration_ms", ({ staging }, id) => staging.console.editAgent(id, { max_call_duration_ms: 120_000 })],
  ];

  test("known mistake 5: an edit of any field is seen, not only of a chosen few", async () => {
    const names = anyField.map((_row, index) => `a${index}`);
    const fields = { llm: { knowledge_base_ids: [], states: [], starting_state: null, mcps: [] }, agent: { voice_model: "eleven_flash_v2_5", max_call_duration_ms: 600_000 } };
    const many = await deployedScene({ files: project(Object.fromEntries(names.map((name) => [name, agent(name, { model_temperature: 0.1, ...pick(fields.llm, anyField[names.indexOf(name)]?.[0]) }, pick(fields.agent, anyField[names.indexOf(name)]?.[0]))]))) });
    for (const [index, [, edit]] of anyField.entries()) edit(many, await liveId(many, `a${index}`));
    const result = await many.validate({ inputs: { scope: "all" } });
    const { agents } = JSON.parse(result.outputs["result"] ?? "{}") as { agents: { agent: string; class: string; changed_fields?: unknown }[] };
    for (const [index, [field]] of anyField.entries()) {
      const found = agents.find((entry) => entry.agent === `a${index}`);
      expect([field, found?.class]).toEqual([field, "console-edit"]);
      expect(JSON.stringify(found)).toContain(field);
    }
  });

  test("known mistake 6: on a fresh checkout a console edit is a conflict, not something to overwrite", async () => {
    const fresh = await deployedScene({ files: project({ sales: agent("Sales") }) });
    fresh.staging.console.editLlm(await liveId(fresh, "sales"), { general_prompt: "Edited by hand." });
    await push(fresh, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Edited in Git." }) });
    const result = await fresh.deploy();
    expect(result.outputs["outcome"]).toBe("conflicts");
    expect(fresh.staging.agents().map((picture) => picture.latest.engine?.["general_prompt"])).toEqual(["Edited by hand."]);
  });
});

/** The entry that the named field is about, for agents that mention it from the start. */
function pick(fields: Record<string, unknown>, name: string | undefined): Record<string, unknown> {
  const key = name?.split(".")[1] ?? "";
  return Object.fromEntries(Object.entries(fields).filter(([field]) => field === key && fields[field] !== null && !(Array.isArray(fields[field]))));
}
