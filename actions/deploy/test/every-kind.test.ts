import { describe, expect, test } from "@jest/globals";
import { own, type JsonObject } from "@retell-actions/core/canonical/json";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { deploy, idOf, inputs } from "./deploy-run.ts";

const FLOW = {
  start_speaker: "agent",
  model_choice: { type: "cascading", model: "gpt-4.1" },
  start_node_id: "greet",
  nodes: [
    { id: "greet", type: "conversation", display_position: { x: 1, y: 2 }, instruction: { type: "prompt", text: { $prompt: "base/greeting" } }, edges: [{ id: "e1", transition_condition: { type: "prompt", prompt: "done" }, destination_node_id: "bye" }] },
    { id: "bye", type: "end", instruction: { type: "prompt", text: "Say goodbye." } },
  ],
};
const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

const KINDS: Record<string, Record<string, string>> = {
  "a conversation flow": { "agents/sales/agent.json": text({ agent_name: "Sales", voice_id: "retell-Cimo", conversation_flow: "./flow.json" }), "agents/sales/flow.json": text(FLOW) },
  "a chat agent on an LLM": { "agents/sales/agent.json": text({ channel: "chat", agent_name: "Sales", llm_config: { start_speaker: "agent", model: "gpt-4.1", prompt_config: { sections: ["base/greeting"] } } }) },
  "a chat agent on a flow": { "agents/sales/agent.json": text({ channel: "chat", agent_name: "Sales", conversation_flow: FLOW }) },
  "a custom LLM": { "agents/sales/agent.json": text({ agent_name: "Sales", voice_id: "retell-Cimo", voice_speed: 1, response_engine: { type: "custom-llm", llm_websocket_url: "wss://llm.example/a" } }) },
};

const world = (files: Record<string, string>): MemoryWorld => createMemoryWorld(smallProject(files));
const engineOf = (made: MemoryWorld): JsonObject | undefined => {
  const agent = made.retell("staging").agents.get(idOf(made, "Sales"));
  const versions = [...(made.retell("staging").engines.get(agent?.engineId ?? "")?.versions ?? [])];
  return versions.at(-1)?.[1].fields;
};
const stateOf = (made: MemoryWorld): Record<string, unknown> =>
  JSON.parse(made.git.commits.get(made.git.branches.get("retell/state/staging") ?? "")?.files.get("agents/sales/staging.json") ?? "{}") as Record<string, unknown>;

describe.each(Object.entries(KINDS))("%s", (kind, files) => {
  test("is created whole, then there is nothing to do", async () => {
    const made = world(files);
    expect(await deploy(made)).toMatchObject({ outcome: "deployed", outputs: { created: '["sales","support"]' } });
    expect(await deploy(made)).toMatchObject({ outcome: "unchanged", reason: "nothing-to-do" });
    const agent = made.retell("staging").agents.get(idOf(made, "Sales"));
    expect(agent?.channel).toBe(kind.includes("chat") ? "chat" : "voice");
    expect(agent?.versions.get(0)?.fields).not.toHaveProperty("channel");
    expect(JSON.stringify(engineOf(made) ?? {})).not.toContain("retell-actions ");
  });

  test("a change in Git is written, an edit in the console is seen", async () => {
    const made = world(files);
    await deploy(made);
    const changed = text({ ...(JSON.parse(files["agents/sales/agent.json"] ?? "{}") as object), language: "de-DE" });
    made.git.commit("staging", { "agents/sales/agent.json": changed });
    expect(await deploy(made)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
    made.retell("staging").edit(idOf(made, "Sales"), { agent: { language: "fr-FR" } });
    expect(await deploy(made)).toMatchObject({ outcome: "unchanged", outputs: { drifted: '["sales"]' } });
    made.git.commit("staging", { "agents/sales/agent.json": changed.replace("de-DE", "es-ES") });
    expect(await deploy(made)).toMatchObject({ outcome: "conflicts", reason: "conflict" });
  });

  test("a published version is forked, agent and engine together", async () => {
    const made = world(files);
    await deploy(made);
    made.retell("staging").publish(idOf(made, "Sales"), 0);
    made.git.commit("staging", { "agents/sales/agent.json": text({ ...(JSON.parse(files["agents/sales/agent.json"] ?? "{}") as object), language: "de-DE" }) });
    expect(await deploy(made)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
    expect([...(made.retell("staging").agents.get(idOf(made, "Sales"))?.versions.keys() ?? [])]).toEqual([0, 1]);
  });

  test("its engine's id stands in the state under the name of its kind", async () => {
    const made = world(files);
    await deploy(made);
    const { llm_id, conversation_flow_id } = stateOf(made);
    const id = made.retell("staging").agents.get(idOf(made, "Sales"))?.engineId ?? null;
    const isFlow = own(KINDS[kind] as JsonObject, "agents/sales/flow.json") !== undefined || kind.includes("flow");
    expect([llm_id, conversation_flow_id]).toEqual(isFlow ? [null, id] : [id, undefined]);
  });
});

describe("a conversation flow", () => {
  const files = KINDS["a conversation flow"] ?? {};

  test("a changed section reaches the node, and only nodes are sent", async () => {
    const made = world(files);
    await deploy(made);
    made.retell("staging").calls.length = 0;
    made.git.commit("staging", { "prompts/base/greeting.txt": "Say hi.\n" });
    expect(await deploy(made)).toMatchObject({ outputs: { updated: '["sales","support"]' } });
    expect(JSON.stringify(engineOf(made)?.["nodes"])).toContain("Say hi.");
  });

  test("who drags a node changes nothing; a write keeps where the node is", async () => {
    const made = world(files);
    await deploy(made);
    const nodes = structuredClone(engineOf(made)?.["nodes"]) as JsonObject[];
    const dragged = [{ ...nodes[0], display_position: { x: 500, y: 9 } }, { ...nodes[1], display_position: { x: 7, y: 7 } }] as JsonObject[];
    made.retell("staging").edit(idOf(made, "Sales"), { engine: { nodes: dragged, begin_tag_display_position: { x: 3, y: 3 } } });
    expect(await deploy(made)).toMatchObject({ outcome: "unchanged", outputs: { drifted: "[]" } });
    made.git.commit("staging", { "prompts/base/greeting.txt": "Say hi.\n" });
    expect(await deploy(made)).toMatchObject({ outcome: "deployed" });
    expect((engineOf(made)?.["nodes"] as JsonObject[]).map((node) => node["display_position"])).toEqual([{ x: 500, y: 9 }, { x: 7, y: 7 }]);
  });

  test("who drags a node while a plan waits for its approval does not make it another plan", async () => {
    const made = world(files);
    await deploy(made);
    made.git.commit("staging", { "prompts/base/greeting.txt": "Say hi.\n" });
    const planned = await deploy(made, { dryRun: true });
    const nodes = structuredClone(engineOf(made)?.["nodes"]) as JsonObject[];
    made.retell("staging").edit(idOf(made, "Sales"), { engine: { nodes: [{ ...nodes[0], display_position: { x: 40, y: 41 } }, nodes[1] as JsonObject] } });
    expect(await deploy(made, { planFingerprint: planned.outputs["plan-fingerprint"] })).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales","support"]' } });
  });

  test("two people who edit two nodes do not conflict, and neither edit is lost", async () => {
    const made = world(files);
    await deploy(made);
    const nodes = structuredClone(engineOf(made)?.["nodes"]) as JsonObject[];
    made.retell("staging").edit(idOf(made, "Sales"), { engine: { nodes: [nodes[0] as JsonObject, { ...nodes[1], instruction: { type: "prompt", text: "Wave." } }] } });
    made.git.commit("staging", { "prompts/base/greeting.txt": "Say hi.\n" });
    expect(await deploy(made, { options: { ...inputs.options, onConsoleEdit: "keep" } })).toMatchObject({ outcome: "deployed" });
    expect(JSON.stringify(engineOf(made)?.["nodes"])).toMatch(/Say hi\..*Wave\./);
  });
});

describe("the order of a node's edges, which decides where equal conditions lead", () => {
  const edge = (id: string): JsonObject => ({ id, transition_condition: { type: "equation", equations: [{ left: "{{x}}", operator: "exists" }], operator: "&&" }, destination_node_id: "bye" });
  const files = (order: string[]): Record<string, string> => ({
    "agents/sales/agent.json": text({ agent_name: "Sales", voice_id: "retell-Cimo", conversation_flow: { ...FLOW, nodes: [{ ...FLOW.nodes[0], edges: order.map(edge) }, FLOW.nodes[1]] } }),
  });
  const orderOf = (made: MemoryWorld): unknown => ((engineOf(made)?.["nodes"] as { edges: { id: string }[] }[])[0]?.edges ?? []).map(({ id }) => id);

  test("reaches Retell when Git changes it", async () => {
    const made = world(files(["a", "b"]));
    await deploy(made);
    made.git.commit("staging", files(["b", "a"]));
    expect(await deploy(made)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
    expect(orderOf(made)).toEqual(["b", "a"]);
  });

  test("is an edit when the console changes it, and not overwritten", async () => {
    const made = world(files(["a", "b"]));
    await deploy(made);
    const [greet, bye] = structuredClone(engineOf(made)?.["nodes"]) as JsonObject[];
    made.retell("staging").edit(idOf(made, "Sales"), { engine: { nodes: [{ ...greet, edges: [edge("b"), edge("a")] }, bye as JsonObject] } });
    expect(await deploy(made)).toMatchObject({ outcome: "unchanged", outputs: { drifted: '["sales"]' } });
    made.git.commit("staging", { "prompts/base/greeting.txt": "Say hi.\n" });
    expect(await deploy(made)).toMatchObject({ outcome: "conflicts", outputs: { blocked: '["sales"]' } });
    expect(orderOf(made)).toEqual(["b", "a"]);
  });
});

test("a custom LLM's address is a field like any other", async () => {
  const files = KINDS["a custom LLM"] ?? {};
  const made = world(files);
  await deploy(made);
  made.git.commit("staging", { "agents/sales/agent.json": (files["agents/sales/agent.json"] ?? "").replace("/a", "/b") });
  expect(await deploy(made)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
  const live = await made.retell("staging").reader.readAgent({ agentId: idOf(made, "Sales"), channel: "voice" });
  expect(live?.raw["response_engine"]).toEqual({ type: "custom-llm", llm_websocket_url: "wss://llm.example/b" });
});

test.each(Object.keys(KINDS))("an agent that becomes %s is replaced, if allowed", async (kind) => {
  const made = world({});
  await deploy(made);
  const before = idOf(made, "Sales");
  made.git.commit("staging", KINDS[kind] ?? {});
  expect(await deploy(made)).toMatchObject({ outcome: "conflicts", reason: "needs-replace", outputs: { blocked: '["sales"]' } });
  const replaced = await deploy(made, { options: { ...inputs.options, allowReplace: true } });
  expect(replaced).toMatchObject({ outcome: "deployed" });
  expect(made.retell("staging").agents.has(before)).toBe(true);
  expect(made.retell("staging").agents.size).toBe(3);
  expect(stateOf(made)).toMatchObject({ former_agent_ids: [before] });
  expect(await deploy(made)).toMatchObject({ outcome: "unchanged" });
});

describe("a field that Retell does not know", () => {
  const files = { "agents/sales/agent.json": text({ agent_name: "Sales", voice_id: "retell-Cimo", brand_new: { level: 3 }, llm_config: { start_speaker: "agent", general_prompt: "Hi", newer_switch: true } }) };

  test("is sent; where Retell keeps it, nothing is said", async () => {
    const made = world(files);
    expect((await deploy(made)).summary).not.toContain("Not kept by Retell");
    expect(made.retell("staging").agents.get(idOf(made, "Sales"))?.versions.get(0)?.fields["brand_new"]).toEqual({ level: 3 });
  });

  test("is reported where Retell drops it, and is no drift afterwards", async () => {
    const made = world(files);
    made.retell("staging").unknownKeys.add("brand_new").add("newer_switch");
    const first = await deploy(made);
    expect(first).toMatchObject({ outcome: "deployed" });
    expect(first.summary).toContain("### Not kept by Retell");
    expect(first.result).toMatchObject({ agents: [{ agent: "sales", not_kept: ["agent.brand_new.level", "llm.newer_switch"] }, { agent: "support" }] });
    expect(made.log.text().split("Retell did not keep llm.newer_switch of sales")).toHaveLength(2);
    expect(await deploy(made)).toMatchObject({ outcome: "unchanged", outputs: { drifted: "[]" } });
  });

  test("raises no drift when it newly appears in Retell's answers", async () => {
    const made = world({});
    await deploy(made);
    made.retell("staging").edit(idOf(made, "Sales"), { agent: { feature_of_next_month: "on" }, engine: { another_one: [1, 2] } });
    expect(await deploy(made)).toMatchObject({ outcome: "unchanged", outputs: { drifted: "[]" } });
  });
});
