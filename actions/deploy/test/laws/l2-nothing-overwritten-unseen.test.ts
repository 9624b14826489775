import { afterEach, describe, expect, test } from "@jest/globals";
import type { FaultRequest } from "@retell-actions/lab/faults/faults";
import { agentNamed, agentResults } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";

const FIRST = { agent: { voice_speed: 1, webhook_url: "https://example.com/a" }, llm: { begin_message: "Hi", model_temperature: 0.1 } };
const SECOND = { agent: { voice_speed: 1.3, webhook_url: "https://example.com/a" }, llm: { begin_message: "Hello", model_temperature: 0.1 } };

let scene: Scene;
let sales: string;

/** Two agents are deployed; then Git changes a field of one's agent and one of its engine. */
async function startStory(): Promise<void> {
  scene = await startScene({ files: sampleFiles({ sales: FIRST, support: {} }) });
  expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
  sales = agentNamed(scene.staging, "sales").id;
  await scene.repository.commit({
    branch: "staging",
    files: { "agents/sales/agent.json": agentFile("sales", SECOND), "agents/support/agent.json": agentFile("support", { agent: { voice_speed: 0.8 } }) },
    message: "Faster",
  });
  scene.retell.clearRequests();
  scene.faults.reset();
}

afterEach(() => scene.stop());

const lock = (request: FaultRequest): boolean => request.service === "github" && request.write;
const writeOf = (path: string) => (request: FaultRequest): boolean => request.service === "retell" && request.write && request.path.startsWith(path);

function editWhen(when: "before" | "after", matches: (request: FaultRequest) => boolean, edit: () => void): void {
  scene.faults.add({ matches, times: 1, action: { kind: "call", when, run: edit } });
}

function writesTo(part: string): string[] {
  return scene.retell.requests.filter((request) => request.write && request.path.startsWith(part)).map((request) => request.path);
}

function expectLeftAlone(run: RunResult): void {
  expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "conflicts", "reason-code": "changed-while-deploying", blocked: '["sales"]', updated: '["support"]' } });
  expect(agentResults(run).get("sales")).toMatchObject({ status: "left-alone", reason_code: "changed-while-deploying" });
}

describe("L2 (a): an edit between plan and re-read", () => {
  test.each([
    ["another field of the agent", () => scene.staging.console.editAgent(sales, { voice_temperature: 0.4 })],
    ["the same field of the agent", () => scene.staging.console.editAgent(sales, { voice_speed: 0.7 })],
    ["a field of the engine", () => scene.staging.console.editLlm(sales, { model_temperature: 0.9 })],
    ["the published version: the console publishes the draft", () => scene.staging.console.publish(sales, 0)],
    ["the version: the console makes another draft", () => { scene.staging.console.publish(sales, 0); scene.staging.console.editAgent(sales, { voice_temperature: 0.4 }); }],
  ])("L2: %s: nothing is written to that agent, the others are deployed", async (_what, edit) => {
    await startStory();
    editWhen("after", lock, edit);
    const before = () => agentNamed(scene.staging, "sales").latest;
    let edited: unknown;
    editWhen("after", lock, () => { edited = before(); });
    const run = await scene.deploy();
    expectLeftAlone(run);
    expect(before()).toEqual(edited);
    expect(writesTo(`/update-agent/${sales}`)).toEqual([]);
    expect(writesTo("/create-agent-version")).toEqual([]);
    expect(agentNamed(scene.staging, "support").latest.agent["voice_speed"]).toBe(0.8);
    // Not even when the run is repeated: the edit is a console edit now.
    const again = await scene.deploy({ rerunOf: run.runId });
    if (_what.startsWith("the published")) expect(again.outputs["outcome"]).toBe("deployed");
    else expect(again.outputs).toMatchObject({ outcome: "conflicts", blocked: '["sales"]' });
  });

  test("L2: the engine is edited between the write of the agent and the re-read of the engine: the engine is left alone", async () => {
    await startStory();
    editWhen("after", writeOf(`/update-agent/${sales}`), () => scene.staging.console.editLlm(sales, { begin_message: "Edited in the console" }));
    const run = await scene.deploy();
    expect(run).toMatchObject({ conclusion: "failure", outputs: { "reason-code": "changed-while-deploying", blocked: '["sales"]' } });
    const { agent, engine } = agentNamed(scene.staging, "sales").latest;
    expect(agent["voice_speed"]).toBe(1.3);
    expect(engine?.["begin_message"]).toBe("Edited in the console");
    const again = await scene.deploy();
    expect(again.outputs).toMatchObject({ outcome: "conflicts", blocked: '["sales"]' });
    expect(agentNamed(scene.staging, "sales").latest.engine?.["begin_message"]).toBe("Edited in the console");
  });

  test("L2: the agent is deleted between plan and re-read: nothing is written, and it is no success", async () => {
    await startStory();
    editWhen("after", lock, () => scene.staging.console.deleteAgent(sales));
    const run = await scene.deploy();
    expect(run.conclusion).toBe("failure");
    expect(scene.staging.agents().map(({ latest }) => latest.agent["agent_name"])).toEqual(["support"]);
  });
});

describe("L2 (b): an edit between re-read and write, on another field", () => {
  test("L2: a field of the agent that Git mentions survives, is shown with both values, and is a console edit for the next run", async () => {
    await startStory();
    editWhen("before", writeOf(`/update-agent/${sales}`), () => scene.staging.console.editAgent(sales, { webhook_url: "https://console.example/x" }));
    const run = await scene.deploy();
    const { agent } = agentNamed(scene.staging, "sales").latest;
    expect(agent).toMatchObject({ voice_speed: 1.3, webhook_url: "https://console.example/x" });
    expect(run.outputs["outcome"]).toBe("deployed");
    expect(run.summary).toContain("webhook_url");
    expect(run.summary).toContain("https://example.com/a");
    expect(run.summary).toContain("https://console.example/x");
    const next = await scene.deploy();
    expect(next.outputs).toMatchObject({ outcome: "unchanged", drifted: '["sales"]' });
    expect(agentResults(next).get("sales")).toMatchObject({ class: "console-edit" });
    expect(agentNamed(scene.staging, "sales").latest.agent["webhook_url"]).toBe("https://console.example/x");
  });

  test("L2: a field of the agent that Git does not mention survives and is shown with both values", async () => {
    await startStory();
    editWhen("before", writeOf(`/update-agent/${sales}`), () => scene.staging.console.editAgent(sales, { interruption_sensitivity: 0.33 }));
    const run = await scene.deploy();
    expect(agentNamed(scene.staging, "sales").latest.agent).toMatchObject({ voice_speed: 1.3, interruption_sensitivity: 0.33 });
    expect(run.outputs["outcome"]).toBe("deployed");
    expect(run.summary).toContain("interruption_sensitivity");
    expect(run.summary).toContain("0.33");
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
    expect(agentNamed(scene.staging, "sales").latest.agent["interruption_sensitivity"]).toBe(0.33);
  });

  test("L2: a field of the engine that Git mentions survives, is shown, and is a console edit for the next run", async () => {
    await startStory();
    editWhen("before", writeOf("/update-retell-llm/"), () => scene.staging.console.editLlm(sales, { model_temperature: 0.77 }));
    const run = await scene.deploy({ inputs: { agents: "sales" } });
    expect(agentNamed(scene.staging, "sales").latest.engine).toMatchObject({ begin_message: "Hello", model_temperature: 0.77 });
    expect(run.outputs["outcome"]).toBe("deployed");
    expect(run.summary).toContain("model_temperature");
    expect(run.summary).toContain("0.77");
    const next = await scene.deploy({ inputs: { agents: "sales" } });
    expect(next.outputs).toMatchObject({ outcome: "unchanged", drifted: '["sales"]' });
    expect(agentNamed(scene.staging, "sales").latest.engine?.["model_temperature"]).toBe(0.77);
  });

  test("L2: an edit of the engine during the write of the agent is found before the engine is written", async () => {
    await startStory();
    editWhen("before", writeOf(`/update-agent/${sales}`), () => scene.staging.console.editLlm(sales, { model_temperature: 0.77 }));
    const run = await scene.deploy();
    expect(run).toMatchObject({ conclusion: "failure", outputs: { "reason-code": "changed-while-deploying" } });
    expect(agentNamed(scene.staging, "sales").latest.engine).toMatchObject({ begin_message: "Hi", model_temperature: 0.77 });
  });
});

describe("L2 (c): an edit between re-read and write, on the same key", () => {
  test("L2: Git's value stands; this window of one request is what the law grants", async () => {
    await startStory();
    editWhen("before", writeOf(`/update-agent/${sales}`), () => scene.staging.console.editAgent(sales, { voice_speed: 0.6 }));
    editWhen("before", writeOf("/update-retell-llm/"), () => scene.staging.console.editLlm(sales, { begin_message: "Edited" }));
    const run = await scene.deploy({ inputs: { agents: "sales" } });
    expect(run.outputs["outcome"]).toBe("deployed");
    const { agent, engine } = agentNamed(scene.staging, "sales").latest;
    expect(agent["voice_speed"]).toBe(1.3);
    expect(engine?.["begin_message"]).toBe("Hello");
    expect((await scene.deploy({ inputs: { agents: "sales" } })).outputs["outcome"]).toBe("unchanged");
  });
});

describe("L2: only what changed is sent", () => {
  test("L2: each write holds the changed keys and, on the agent, the mark", async () => {
    await startStory();
    await scene.deploy({ inputs: { agents: "sales" } });
    const bodies = scene.retell.requests.filter(({ write }) => write).map(({ body }) => Object.keys(body as object).sort());
    expect(bodies).toEqual([["version_title", "voice_speed"], ["begin_message"]]);
  });

  test("L2: a tool or an object that Retell does not have yet is sent whole, documented defaults too", async () => {
    await startStory();
    const tool = { type: "agent_swap", name: "to_support", agent_id: "agent://support", agent_version: "latest", post_call_analysis_setting: "both_agents" };
    await scene.repository.commit({ branch: "staging", files: { "agents/sales/agent.json": agentFile("sales", { ...FIRST, llm: { ...FIRST.llm, general_tools: [tool] } }) }, message: "A tool" });
    await scene.deploy({ inputs: { agents: "sales" } });
    const support = agentNamed(scene.staging, "support").id;
    expect(scene.retell.requests.filter(({ path }) => path.startsWith("/update-retell-llm/")).map(({ body }) => body)).toEqual([{ general_tools: [{ ...tool, agent_id: support }] }]);
    expect((await scene.deploy({ inputs: { agents: "sales" } })).outputs["outcome"]).toBe("unchanged");
  });
});
