import { afterEach, describe, expect, test } from "@jest/globals";
import { createRetell } from "@retell-actions/core/adapters/retell/create-retell";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { startRetellLab, type RetellLab, type RetellLabOptions } from "@retell-actions/lab/retell/server";
import { run } from "../src/run.ts";
import { inputs } from "./deploy-run.ts";

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const component = (text: string): string => json({ nodes: [{ id: "start", type: "conversation", name: "Start", instruction: { type: "prompt", text }, edges: [] }], tools: [{ type: "custom", name: "look_up", tool_id: "t1", url: "https://example.com/api", description: "Looks up" }] });
const FLOW = {
  start_speaker: "agent",
  model_choice: { type: "cascading", model: "gpt-5.1" },
  nodes: [
    { id: "welcome", type: "component", component_type: "shared", component_id: "component://greeting", edges: [], else_edge: { id: "else", transition_condition: { type: "prompt", prompt: "Else" }, destination_node_id: "talk" } },
    { id: "talk", type: "conversation", instruction: { type: "prompt", text: "Talk." }, knowledge_base_ids: ["knowledge://faq"], edges: [] },
  ],
  start_node_id: "welcome",
};

function project(): Record<string, string> {
  const files = smallProject();
  const sales = JSON.parse(files["agents/sales/agent.json"] ?? "") as { llm_config: JsonObject };
  sales.llm_config["knowledge_base_ids"] = ["knowledge://faq", "knowledge://prices"];
  return {
    ...files,
    "agents/sales/agent.json": json(sales),
    "agents/flow/agent.json": json({ agent_name: "Flow", voice_id: "retell-Cimo", conversation_flow: FLOW }),
    "knowledge/faq/knowledge.json": json({ texts: [{ title: "Hours", text: "Nine to five. \n" }], urls: ["https://Example.com/help", "https://example.com"], files: ["./manual.txt"], max_chunk_size: 1000 }),
    "knowledge/faq/manual.txt": "Turn it on.\r\n",
    "knowledge/prices/knowledge.json": json({ name: "Price list", texts: [{ title: "Prices", text: "Cheap." }] }),
    "components/greeting.json": component("Greet."),
  };
}

interface Scene {
  readonly world: MemoryWorld;
  readonly lab: RetellLab;
  deploy(): Promise<ActionReport>;
}

const labs: RetellLab[] = [];
afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.stop()));
});

/** The in-memory repository with the real adapter over the lab. Only waiting moves time. */
async function start(options: Partial<RetellLabOptions> = {}): Promise<Scene> {
  const world = createMemoryWorld(project());
  const now = (): number => world.clock.now();
  const lab = await startRetellLab({ now, ...options });
  labs.push(lab);
  let runs = 0;
  const sleep = async (milliseconds: number): Promise<void> => world.clock.advance(milliseconds);
  return {
    world,
    lab,
    async deploy() {
      world.git.checkout(world.git.branches.get("staging") ?? "");
      const runId = String((runs += 1));
      world.github.runs.set(`${runId}/1`, { kind: "in-progress" });
      const ports = world.ports({ runId });
      const openRetell: typeof ports.openRetell = (_workspace, access) => createRetell({ apiKey: "key_lab", baseUrl: lab.url, readOnly: access === "read", concurrency: 8, log: world.log, clock: { now }, sleep, chance: () => 0.5 });
      const report = await run(inputs, { ...ports, openRetell, sleep });
      world.github.runs.set(`${runId}/1`, { kind: "over", endedAt: now() });
      world.clock.advance(2_000);
      return report;
    },
  };
}

const retellWrites = ({ lab }: Scene): string[] => lab.requests.filter(({ write }) => write).map(({ path }) => path.replace(/(knowledge_base|source|conversation_flow_component)_[0-9a-z]+/g, "<id>"));

describe("shared resources against the lab", () => {
  test.each([
    [0, {}],
    [1, { indexing: { milliseconds: 45_000 } }],
    [2, { writtenDefaults: "all", storedTexts: "tidied" }],
    [3, { writtenDefaults: "none", missingStatus: 422 }],
    [4, { indexing: { reads: 0 } }],
    [5, { knowledgeUrls: "normalised" }],
  ] as const)("L1, L6: lab seed %d, %j: after a deployment there is nothing to do", async (seed, options) => {
    const scene = await start({ seed, ...options });
    const first = await scene.deploy();
    expect([first.outcome, first.message]).toEqual(["deployed", expect.anything()]);
    scene.lab.clearRequests();
    scene.world.github.writes.length = 0;
    expect(await scene.deploy()).toMatchObject({ outcome: "unchanged", outputs: { drifted: "[]" } });
    expect([retellWrites(scene), scene.world.github.writes]).toEqual([[], []]);

    scene.world.git.commit("staging", { "knowledge/faq/manual.txt": "Turn it off.\r\n", "components/greeting.json": component("Greet kindly.") });
    const second = await scene.deploy();
    expect(second).toMatchObject({ outcome: "deployed", outputs: { updated: "[]", created: "[]" } });
    expect(retellWrites(scene).map((path) => path.split("/")[1]).sort()).toEqual(["add-knowledge-base-sources", "delete-knowledge-base-source", "update-conversation-flow-component"]);
    scene.lab.clearRequests();
    scene.world.github.writes.length = 0;
    expect(await scene.deploy()).toMatchObject({ outcome: "unchanged", outputs: { drifted: "[]" } });
    expect([retellWrites(scene), scene.world.github.writes]).toEqual([[], []]);
  });

  test("what Retell cannot index fails, and is found again as it is", async () => {
    const scene = await start({ unindexable: ["Price list"] });
    expect(await scene.deploy()).toMatchObject({ outcome: "partially-deployed", reason: "write-failed", outputs: { blocked: '["sales"]', created: '["flow","support"]' } });
    expect(await scene.deploy()).toMatchObject({ outcome: "failed", reason: "unreadable" });
    expect(scene.lab.organization("org_lab").snapshot().knowledgeBases).toHaveLength(2);
  });

  test("a console edit of a component in its own keys is kept out of a write of others", async () => {
    const scene = await start();
    await scene.deploy();
    const { console } = scene.lab.organization("org_lab");
    const state = JSON.parse(scene.world.git.commits.get(scene.world.git.branches.get("retell/state/staging") ?? "")?.files.get("components/greeting/staging.json") ?? "{}") as { component_id: string };
    console.editComponent(state.component_id, { flex_mode: true });
    const seen = await scene.deploy();
    expect(seen).toMatchObject({ outcome: "unchanged" });
    expect(seen.summary).toContain("component.flex_mode");
    scene.world.git.commit("staging", { "components/greeting.json": component("Greet kindly.") });
    expect(await scene.deploy()).toMatchObject({ outcome: "conflicts", reason: "console-edit" });
  });
});
