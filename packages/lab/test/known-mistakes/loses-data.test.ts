import { beforeAll, describe, expect, test } from "@jest/globals";
import type { FaultRequest } from "@retell-actions/lab/faults/faults";
import { KEYS, type Scene } from "@retell-actions/lab/scene/scene";
import { agent, clearRecords, deployedScene, json, list, liveId, openScene, ourComments, project, propose, push, retellWrites, said, stateOf } from "./project.ts";

function creates(path: string, name: string): (request: FaultRequest) => boolean {
  return (request) => request.service === "retell" && request.path === path && JSON.stringify(request.body).includes(name);
}

describe("known mistakes: loses data or makes duplicates", () => {
  test("known mistake 14: ids are recorded although another agent failed, and no try leaves an engine behind", async () => {
    const scene = await openScene({ files: project({ broken: agent("Broken"), sales: agent("Sales") }) });
    scene.faults.add({ matches: creates("/create-agent", "broken"), action: { kind: "status", status: 400, body: { status: "error", message: "voice_id is not known" } } });
    for (const expected of ["partially-deployed", "failed", "failed"]) {
      const result = await scene.deploy();
      expect(result.outputs).toMatchObject({ outcome: expected, failed: '["broken"]' });
      expect(said(result)).toContain("voice_id is not known");
    }
    expect(scene.staging.agents().map((picture) => picture.latest.agent["agent_name"])).toEqual(["Sales"]);
    expect(await liveId(scene, "sales")).toBe(scene.staging.agents()[0]?.id);
    expect(scene.staging.llms()).toHaveLength(2);
    scene.faults.reset();
    expect((await scene.deploy()).outputs).toMatchObject({ outcome: "deployed", created: '["broken"]', unchanged: '["sales"]' });
    expect([scene.staging.agents().length, scene.staging.llms().length]).toEqual([2, 2]);
  });

  describe("with agents in staging", () => {
    let scene: Scene;
    const statePath = "agents/sales/staging.json";

    beforeAll(async () => {
      scene = await deployedScene({ files: project({ sales: agent("Sales"), support: agent("Support") }) });
    });

    const damage: [what: string, spoil: (text: string) => string][] = [
      ["merge markers", (text) => `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`],
      ["a key of the wrong type", (text) => json({ ...(JSON.parse(text) as object), agent_id: 42 })],
    ];

    test.each(damage)("known mistake 15: a record with %s is unreadable, not a new agent", async (_what, spoil) => {
      const text = (await scene.repository.readFile("retell/state/staging", statePath)) ?? "";
      await push(scene, { [statePath]: spoil(text) }, "retell/state/staging");
      clearRecords(scene);
      for (const result of [await scene.deploy(), await scene.validate({ inputs: { scope: "changed" } })]) {
        expect([result.conclusion, result.outputs["outcome"], result.outputs["reason-code"]]).toEqual(["failure", "failed", "unreadable-state"]);
        expect(said(result)).toContain("state branch");
      }
      expect(retellWrites(scene)).toEqual([]);
      expect(scene.staging.agents()).toHaveLength(2);
      await push(scene, { [statePath]: text }, "retell/state/staging");
    });

    test("known mistake 15: a key that nobody knows is kept, and the agent is not new", async () => {
      const before = await stateOf(scene, "sales");
      await push(scene, { [statePath]: json({ ...before, added_by_a_newer_release: { x: 1 } }) }, "retell/state/staging");
      await push(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Sell with care." }) });
      expect((await scene.deploy()).outputs).toMatchObject({ outcome: "deployed", updated: '["sales"]' });
      expect(await stateOf(scene, "sales")).toMatchObject({ agent_id: before?.["agent_id"], added_by_a_newer_release: { x: 1 } });
    });

    test("known mistake 16: where the state cannot be committed, nothing is written to Retell at all", async () => {
      await push(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Sell well." }), "agents/new/agent.json": agent("New") });
      scene.repository.protectBranch("retell/state/**");
      clearRecords(scene);
      const result = await scene.deploy();
      scene.repository.protections.length = 0;
      expect([result.conclusion, result.outputs["outcome"]]).toEqual(["failure", "failed"]);
      expect(retellWrites(scene)).toEqual([]);
      expect(said(result)).toContain("retell/state/staging");
      expect((await scene.deploy()).outputs).toMatchObject({ outcome: "deployed", created: '["new"]', updated: '["sales"]' });
    });

    test("known mistake 17: fields that Git is silent about survive a write, and a console edit beside them is reported", async () => {
      const id = await liveId(scene, "support");
      scene.staging.console.editAgent(id, { ambient_sound: "coffee-shop", reminder_max_count: 5 });
      await push(scene, { "agents/support/agent.json": agent("Support", { general_prompt: "Help." }) });
      const result = await scene.deploy({ inputs: { "on-console-edit": "keep" } });
      expect(result.outputs).toMatchObject({ outcome: "deployed", updated: '["support"]' });
      const { latest } = scene.staging.agent(id);
      expect(latest.agent).toMatchObject({ ambient_sound: "coffee-shop", reminder_max_count: 5 });
      expect(latest.engine?.["general_prompt"]).toBe("Help.");
      expect(result.summary).toContain("ambient_sound");
      const after = await scene.validate({ inputs: { scope: "all" } });
      expect(after.summary).toContain("ambient_sound");
    });

    test("known mistake 18: an agent that was renamed in the console is still the same agent", async () => {
      const id = await liveId(scene, "sales");
      scene.staging.console.editAgent(id, { agent_name: "Renamed in the console" });
      const count = scene.staging.agents().length;
      const result = await scene.deploy();
      expect(result.outputs).toMatchObject({ outcome: "unchanged", drifted: expect.stringContaining("sales"), created: "[]" });
      await push(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Sell anew." }) });
      expect((await scene.deploy()).outputs).toMatchObject({ outcome: "conflicts", created: "[]" });
      expect(scene.staging.agents()).toHaveLength(count);
    });
  });

  test("known mistake 19: deleting an agent leaves the engines and agents alone that are not its own", async () => {
    const scene = await deployedScene({ files: project({ sales: agent("Sales"), support: agent("Support") }) });
    const stranger = scene.staging.console.createAgent({ agent_name: "Somebody's" }, { general_prompt: "Not ours." });
    const unused = await fetch(`${scene.retell.url}/create-retell-llm`, {
      method: "POST",
      headers: { authorization: `Bearer ${KEYS.staging}`, "content-type": "application/json" },
      body: JSON.stringify({ general_prompt: "An engine that no agent uses." }),
    });
    const { llm_id: unusedId } = (await unused.json()) as { llm_id: string };
    await push(scene, { "agents/sales/agent.json": null });
    expect((await scene.deploy({ inputs: { prune: "delete" } })).outputs["outcome"]).toBe("deployed");
    expect(scene.staging.llms().map((llm) => llm["llm_id"])).toEqual(expect.arrayContaining([unusedId, stranger.engineId]));
    expect(scene.staging.agents().map((picture) => picture.latest.agent["agent_name"]).sort()).toEqual(["Somebody's", "Support"]);
    expect(scene.staging.llms()).toHaveLength(3);
  });

  test.each(["/create-agent", "/create-retell-llm"])("known mistake 21: %s whose answer is lost makes one, not two", async (path) => {
    const scene = await openScene({ files: project({ sales: agent("Sales") }) });
    scene.faults.add({ matches: ({ service, path: asked }) => service === "retell" && asked === path, action: { kind: "drop-after" }, times: 1 });
    const first = await scene.deploy();
    if (first.outputs["outcome"] !== "deployed") {
      expect(first.conclusion).toBe("failure");
      expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
    }
    expect([scene.staging.agents().length, scene.staging.llms().length]).toEqual([1, 1]);
    expect(await liveId(scene, "sales")).toBe(scene.staging.agents()[0]?.id);
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
  });

  test("known mistake 22: behind 130 other comments, and written with another token, our comment is found again", async () => {
    const scene = await deployedScene({ files: project({ sales: agent("Sales") }) });
    const pull = await propose(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "One." }) });
    for (let index = 0; index < 130; index += 1) await scene.repository.comment(pull.number, `Talk ${index}`, "octocat");
    await scene.validate({ pullRequest: pull.number });
    const [first] = ourComments(scene, pull);
    if (first === undefined) throw new Error("There is no comment.");
    // An earlier release ran with the token of an app: another author, the same header.
    first.user = { login: "acme-deployer[bot]", id: 4711, type: "Bot" };
    await scene.repository.commit({ branch: pull.head.ref, files: { "agents/sales/agent.json": agent("Sales", { general_prompt: "Two." }) }, message: "Two" });
    const result = await scene.validate({ pullRequest: pull.number });
    expect(list(result, "agents-to-deploy")).toEqual(["sales"]);
    expect(ourComments(scene, pull).map(({ id, edits, body }) => [id, edits, body.includes("Two.")])).toEqual([[first.id, 1, true]]);
  });
});
