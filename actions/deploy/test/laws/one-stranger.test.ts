import { afterEach, describe, expect, test } from "@jest/globals";
import { agentNamed, agentResults } from "@retell-actions/lab/scene/look-at";
import { agentFile, jsonFile, sampleFiles, type SampleAgent } from "@retell-actions/lab/scene/sample-files";
import { startScene, type Scene } from "@retell-actions/lab/scene/scene";

let scene: Scene;
afterEach(() => scene.stop());

const swapTo = (name: string): Record<string, unknown> => ({ type: "agent_swap", name: `to_${name}`, agent_id: `agent://${name}`, post_call_analysis_setting: "only_destination_agent" });

async function start(agents: Record<string, SampleAgent>): Promise<void> {
  scene = await startScene({ files: sampleFiles(agents) });
  const run = await scene.deploy();
  expect(run.outputs["outcome"]).toBe("deployed");
  scene.retell.clearRequests();
}

const commit = (agents: Record<string, SampleAgent>): Promise<string> =>
  scene.repository.commit({ branch: "staging", files: Object.fromEntries(Object.entries(agents).map(([name, agent]) => [`agents/${name}/agent.json`, agentFile(name, agent)])), message: "Change" });
const held = (name: string) => agentNamed(scene.staging, name).latest;
const edit = (name: string, fields: Record<string, unknown>) => scene.staging.console.editAgent(agentNamed(scene.staging, name).id, fields);

describe("One stranger's edit blocks nobody else", () => {
  test("A is edited in the console and untouched in Git, B is changed in Git: B is deployed, A is reported, the run is green", async () => {
    await start({ a: {}, b: {} });
    edit("a", { voice_speed: 0.7 });
    await commit({ b: { agent: { voice_speed: 1.3 } } });
    const run = await scene.deploy();
    expect(run).toMatchObject({ conclusion: "success", outputs: { outcome: "deployed", updated: '["b"]', drifted: '["a"]', blocked: "[]" } });
    expect(run.summary).toContain("voice_speed");
    expect(held("a").agent["voice_speed"]).toBe(0.7);
    expect(held("b").agent["voice_speed"]).toBe(1.3);
  });

  test("both are changed in Git, A was edited: A is left alone, B is deployed, the run is not green", async () => {
    await start({ a: {}, b: {} });
    edit("a", { volume: 1.5 });
    await commit({ a: { agent: { voice_speed: 1.3 } }, b: { agent: { voice_speed: 1.3 } } });
    const run = await scene.deploy();
    expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "conflicts", "reason-code": "console-edit", updated: '["b"]', blocked: '["a"]' } });
    expect(held("a").agent).toMatchObject({ volume: 1.5 });
    expect(held("a").agent["voice_speed"]).not.toBe(1.3);
  });

  test("agents that refer to a blocked one are left alone as well, others are not", async () => {
    await start({ a: {}, caller: { llm: { general_tools: [swapTo("a")] } }, b: {} });
    edit("a", { volume: 1.5 });
    await commit({ a: { agent: { voice_speed: 1.3 } }, caller: { agent: { voice_speed: 1.3 }, llm: { general_tools: [swapTo("a")] } }, b: { agent: { voice_speed: 1.3 } } });
    const run = await scene.deploy();
    expect(run.outputs).toMatchObject({ outcome: "conflicts", updated: '["b"]', blocked: '["a","caller"]' });
    expect(agentResults(run).get("caller")).toMatchObject({ reason_code: "blocked-reference" });
  });

  test("the rejection of one agent's content by Retell stops no other", async () => {
    await start({ a: {}, b: {}, c: {} });
    await commit({ a: { agent: { voice_speed: 1.3 } }, b: { agent: { voice_speed: 1.4 } }, new: {} });
    const id = agentNamed(scene.staging, "a").id;
    scene.faults.add({ matches: ({ path }) => path === `/update-agent/${id}`, action: { kind: "status", status: 422, body: { error_message: "voice not found" } } });
    const run = await scene.deploy();
    expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "partially-deployed", updated: '["b"]', created: '["new"]', failed: '["a"]' } });
    expect(run.log).toContain("voice not found");
    scene.faults.reset();
    expect((await scene.deploy()).outputs).toMatchObject({ outcome: "deployed", updated: '["a"]' });
    expect(scene.staging.agents()).toHaveLength(4);
  });
});

describe("on-console-edit", () => {
  test("keep: Git's fields are written, the console's stay, and the edit is reported again next time", async () => {
    await start({ a: { agent: { webhook_url: "https://example.com/a" } } });
    edit("a", { webhook_url: "https://console.example/x" });
    await commit({ a: { agent: { webhook_url: "https://example.com/a", voice_speed: 1.3 } } });
    const run = await scene.deploy({ inputs: { "on-console-edit": "keep" } });
    expect(run.outputs["outcome"]).toBe("deployed");
    expect(held("a").agent).toMatchObject({ voice_speed: 1.3, webhook_url: "https://console.example/x" });
    const next = await scene.deploy();
    expect(next.outputs).toMatchObject({ outcome: "unchanged", drifted: '["a"]' });
  });

  test("keep is refused in production", async () => {
    await start({ a: {} });
    await scene.deploy();
    const run = await scene.deploy({ branch: "production", inputs: { workspace: "production", "on-console-edit": "keep" } });
    expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "failed", "reason-code": "invalid-input" } });
    expect(scene.production.agents()).toEqual([]);
  });

  test("overwrite: Git wins, also where Git itself did not change", async () => {
    await start({ a: { agent: { webhook_url: "https://example.com/a" } }, b: {} });
    edit("a", { webhook_url: "https://console.example/x", volume: 1.5 });
    const run = await scene.deploy({ inputs: { "on-console-edit": "overwrite" } });
    expect(run.outputs).toMatchObject({ outcome: "deployed", updated: '["a"]' });
    expect(held("a").agent["webhook_url"]).toBe("https://example.com/a");
    expect(held("a").agent["volume"] ?? 1).toBe(1);
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
  });

  test("an overwrite file lets Git win over exactly the value that somebody read, once", async () => {
    await start({ a: { agent: { webhook_url: "https://example.com/a" } } });
    edit("a", { webhook_url: "https://console.example/x" });
    const state = JSON.parse((await scene.repository.readFile("retell/state/staging", "agents/a/staging.json")) ?? "{}") as { deployed_at: string };
    const allow = (value: string) => ({ "agents/a/overwrite.staging.json": jsonFile({ deployed_at: state.deployed_at, fields: { "agent.webhook_url": value } }) });
    const change = { "agents/a/agent.json": agentFile("a", { agent: { webhook_url: "https://example.com/b" } }) };

    await scene.repository.commit({ branch: "staging", files: { ...change, ...allow("https://console.example/another") }, message: "Wrong value" });
    const inert = await scene.deploy();
    expect(inert.outputs).toMatchObject({ outcome: "conflicts", blocked: '["a"]' });
    expect(held("a").agent["webhook_url"]).toBe("https://console.example/x");

    await scene.repository.commit({ branch: "staging", files: allow("https://console.example/x"), message: "The value that was read" });
    expect((await scene.deploy()).outputs).toMatchObject({ outcome: "deployed", updated: '["a"]' });
    expect(held("a").agent["webhook_url"]).toBe("https://example.com/b");

    // The entry is spent: the same value, typed again, is a new edit. Deployments within one second have the same time.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    edit("a", { webhook_url: "https://console.example/x" });
    await scene.repository.commit({ branch: "staging", files: { "agents/a/agent.json": agentFile("a", { agent: { webhook_url: "https://example.com/c" } }) }, message: "Again" });
    expect((await scene.deploy()).outputs).toMatchObject({ outcome: "conflicts", blocked: '["a"]' });
    expect(held("a").agent["webhook_url"]).toBe("https://console.example/x");
  });
});
