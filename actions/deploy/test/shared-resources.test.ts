import { describe, expect, test } from "@jest/globals";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { PlatformError } from "@retell-actions/core/errors";
import type { PlanOptions } from "@retell-actions/core/plan/options";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import type { DeployInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";

const options: PlanOptions = { onConsoleEdit: "fail", requireStaging: true, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false };
const inputs: DeployInputs = { agents: ["*"], workingDirectory: "", token: "", workspace: "staging", dryRun: false, planFingerprint: undefined, confirm: "", concurrency: 8, options };

let lastRun = 500;

async function deploy(world: MemoryWorld, changes: Partial<Omit<DeployInputs, "options">> & { branch?: string; options?: Partial<PlanOptions> } = {}): Promise<ActionReport> {
  const { branch = changes.workspace ?? "staging", options: more, ...rest } = changes;
  world.git.checkout(world.git.branches.get(branch) ?? "");
  const runId = String((lastRun += 1));
  world.github.runs.set(`${runId}/1`, { kind: "in-progress" });
  try {
    return await run({ ...inputs, ...rest, options: { ...options, ...more } }, world.ports({ runId }));
  } finally {
    world.github.runs.set(`${runId}/1`, { kind: "over", endedAt: Date.parse("2026-11-24T03:00:00Z") });
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const KNOWLEDGE = { texts: [{ title: "Hours", text: "Nine to five." }, { title: "FAQ", file: "./faq.md" }], urls: ["https://example.com/help"], files: ["./manual.txt"] };
const NODES = [{ id: "start", type: "conversation", instruction: { type: "prompt", text: "Greet." }, edges: [] }];
const FLOW = {
  start_speaker: "agent",
  model_choice: { type: "cascading", model: "gpt-4.1" },
  nodes: [{ id: "welcome", type: "component", component_type: "shared", component_id: "component://greeting", edges: [], else_edge: { id: "else", transition_condition: { type: "prompt", prompt: "Else" } } }],
};

/** Sales uses the knowledge base, flow uses the component; support uses neither. */
function project(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const files = smallProject();
  const sales = JSON.parse(files["agents/sales/agent.json"] ?? "") as { llm_config: JsonObject };
  sales.llm_config["knowledge_base_ids"] = ["knowledge://faq"];
  return {
    ...files,
    "agents/sales/agent.json": json(sales),
    "agents/flow/agent.json": json({ agent_name: "Flow", voice_id: "retell-Cimo", conversation_flow: FLOW }),
    "knowledge/faq/knowledge.json": json(KNOWLEDGE),
    "knowledge/faq/faq.md": "Q and A\n",
    "knowledge/faq/manual.txt": "Turn it on.\n",
    "components/greeting.json": json({ nodes: NODES }),
    ...changes,
  };
}

const writes = (world: MemoryWorld, workspace = "staging"): string[] => world.retell(workspace).calls.filter((call) => call.write).map((call) => call.method);
const forget = (world: MemoryWorld): void => {
  world.retell("staging").calls.length = 0;
  world.github.writes.length = 0;
};
const stateFile = (world: MemoryWorld, path: string, workspace = "staging"): JsonObject =>
  JSON.parse(world.git.commits.get(world.git.branches.get(`retell/state/${workspace}`) ?? "")?.files.get(path) ?? "null") as JsonObject;
const base = (world: MemoryWorld, workspace = "staging") => {
  const [only, ...more] = world.retell(workspace).knowledge.bases.values();
  if (only === undefined || more.length > 0) throw new Error(`${more.length + (only === undefined ? 0 : 1)} knowledge bases`);
  return only;
};
const contents = (world: MemoryWorld): Record<string, string> => Object.fromEntries(base(world).sources.map(({ kind, title, content }) => [`${kind} ${title}`, kind === "document" ? Buffer.from(content, "base64").toString() : content]));
const component = (world: MemoryWorld) => {
  const [only, ...more] = world.retell("staging").components.stored.values();
  if (only === undefined || more.length > 0) throw new Error("not exactly one component");
  return only;
};
const engineText = (world: MemoryWorld): string => JSON.stringify([...world.retell("staging").engines.values()].map((engine) => [...engine.versions.values()].at(-1)?.fields));

describe("a project with a knowledge base and a component", () => {
  test("both are made before the agents that use them, recorded, and then in sync", async () => {
    const world = createMemoryWorld(project());
    const first = await deploy(world);
    expect(first).toMatchObject({ outcome: "deployed", outputs: { created: '["flow","sales","support"]', blocked: "[]" } });
    expect(contents(world)).toEqual({ "text Hours": "Nine to five.", "text FAQ": "Q and A\n", "url https://example.com/help": "https://example.com/help", "document manual.txt": "Turn it on.\n" });
    expect(writes(world).slice(0, 2).sort()).toEqual(["createComponent", "createKnowledgeBase"]);
    expect(engineText(world)).toContain(`"knowledge_base_ids":["${base(world).id}"]`);
    expect(engineText(world)).toContain(`"component_id":"${component(world).id}"`);
    expect(engineText(world)).not.toContain("://greeting");
    expect(component(world).fields).toMatchObject({ name: "greeting", nodes: NODES });
    expect(stateFile(world, "knowledge/faq/staging.json")).toMatchObject({ knowledge_base_id: base(world).id, sent: { name: "faq" } });
    expect(stateFile(world, "components/greeting/staging.json")).toMatchObject({ component_id: component(world).id, sent: { name: "greeting" } });
    expect(stateFile(world, "agents/sales/staging.json")).toMatchObject({ sent: { llm: { knowledge_base_ids: ["knowledge://faq"] } }, seen: { llm: { knowledge_base_ids: ["knowledge://faq"] } } });
    expect(first.summary).toContain("### Shared resources");
    expect(first.summary).toContain("knowledge base `faq` | ✅ created");
    expect(first.result).toMatchObject({ resources: [{ resource: "component://greeting", status: "created" }, { resource: "knowledge://faq", status: "created" }] });
    expect(world.log.text()).toContain("knowledge faq: indexing");
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged", reason: "nothing-to-do" });
    expect([writes(world), world.github.writes]).toEqual([[], []]);
    const asked = world.retell("staging").calls.map((call) => call.method);
    expect(asked.filter((method) => /Knowledge|Component/.test(method)).sort()).toEqual(["listComponents", "listKnowledgeBases"]);
  });

  test("a project without any asks for none", async () => {
    const world = createMemoryWorld(smallProject());
    const { result, summary } = await deploy(world);
    expect(world.retell("staging").calls.filter((call) => /Knowledge|Component/.test(call.method))).toEqual([]);
    expect(result).not.toHaveProperty("resources");
    expect(summary).not.toContain("Shared resources");
  });

  test("a narrow choice of agents asks for what those refer to", async () => {
    const world = createMemoryWorld(project());
    expect(await deploy(world, { agents: ["support"] })).toMatchObject({ outcome: "deployed" });
    expect([world.retell("staging").knowledge.bases.size, world.retell("staging").components.stored.size]).toEqual([0, 0]);
    expect(await deploy(world, { agents: ["sales"] })).toMatchObject({ outcome: "deployed", outputs: { created: '["sales"]' } });
    expect([world.retell("staging").knowledge.bases.size, world.retell("staging").components.stored.size]).toEqual([1, 0]);
  });

  test("changed sources are added before the old ones go, one by one; agents are not touched", async () => {
    const world = createMemoryWorld(project());
    await deploy(world);
    const kept = base(world).sources.find((source) => source.title === "FAQ")?.id;
    world.git.commit("staging", { "knowledge/faq/knowledge.json": json({ ...KNOWLEDGE, texts: [{ title: "Hours", text: "Ten to six." }, KNOWLEDGE.texts[1]], urls: [] }), "knowledge/faq/manual.txt": "Turn it off.\n" });
    forget(world);
    const report = await deploy(world);
    expect(report).toMatchObject({ outcome: "deployed", outputs: { updated: "[]" } });
    expect(writes(world)).toEqual(["addSources", "deleteSource", "deleteSource", "deleteSource"]);
    expect(contents(world)).toEqual({ "text Hours": "Ten to six.", "text FAQ": "Q and A\n", "document manual.txt": "Turn it off.\n" });
    expect(base(world).sources.map(({ id }) => id)).toContain(kept);
    expect(report.summary).toContain("published versions too");
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.github.writes).toEqual([]);
  });

  test("a component is changed by its changed keys only", async () => {
    const world = createMemoryWorld(project());
    await deploy(world);
    world.git.commit("staging", { "components/greeting.json": json({ nodes: [{ ...NODES[0], instruction: { type: "prompt", text: "Greet kindly." } }] }) });
    forget(world);
    const report = await deploy(world);
    expect(report).toMatchObject({ outcome: "deployed", outputs: { updated: "[]" } });
    expect(writes(world)).toEqual(["updateComponent"]);
    expect(JSON.stringify(component(world).fields)).toContain("Greet kindly.");
    expect(report.summary).toContain("1 is linked");
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
  });

  test("what the console adds or removes is left alone, reported, and blocks what Git wants to change", async () => {
    const world = createMemoryWorld(project());
    await deploy(world);
    const { knowledge } = world.retell("staging");
    knowledge.addText(base(world).id, "Typed in", "by hand");
    knowledge.removeSource(base(world).id, base(world).sources.find((source) => source.title === "Hours")?.id ?? "");
    forget(world);
    const seen = await deploy(world);
    expect(seen).toMatchObject({ outcome: "unchanged" });
    expect(seen.summary).toContain("`text Hours` and `text Typed in`");
    expect([writes(world), world.github.writes]).toEqual([[], []]);
    const sales = JSON.parse(project()["agents/sales/agent.json"] ?? "") as JsonObject;
    world.git.commit("staging", { "knowledge/faq/faq.md": "Other answers\n", "agents/sales/agent.json": json({ ...sales, voice_speed: 1.2 }), "prompts/base/greeting.txt": "Say hi.\n" });
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts", reason: "console-edit", outputs: { blocked: '["sales"]', updated: '["support"]' } });
    expect(contents(world)).toMatchObject({ "text Typed in": "by hand", "text FAQ": "Q and A\n" });
    expect(await deploy(world, { options: { onConsoleEdit: "keep" } })).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
    expect(contents(world)).toMatchObject({ "text Typed in": "by hand", "text FAQ": "Other answers\n" });
    expect(contents(world)).not.toHaveProperty("text Hours");
    expect(await deploy(world, { options: { onConsoleEdit: "overwrite" } })).toMatchObject({ outcome: "deployed" });
    expect(contents(world)).toEqual({ "text Hours": "Nine to five.", "text FAQ": "Other answers\n", "url https://example.com/help": "https://example.com/help", "document manual.txt": "Turn it on.\n" });
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(writes(world)).toEqual([]);
  });

  test("a component that was edited in the console is a conflict where Git changed the same", async () => {
    const world = createMemoryWorld(project());
    await deploy(world);
    world.retell("staging").components.edit(component(world).id, { nodes: [{ ...NODES[0], instruction: { type: "prompt", text: "Console." } }] });
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    world.git.commit("staging", { "components/greeting.json": json({ nodes: [{ ...NODES[0], instruction: { type: "prompt", text: "Git." } }] }) });
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts", reason: "conflict" });
    expect(writes(world)).toEqual([]);
    expect(await deploy(world, { options: { onConsoleEdit: "overwrite" } })).toMatchObject({ outcome: "deployed" });
    expect(JSON.stringify(component(world).fields)).toContain("Git.");
  });

  test("who drags a component's node between plan and write holds up nobody", async () => {
    const world = createMemoryWorld(project());
    await deploy(world);
    world.git.commit("staging", { "components/greeting.json": json({ nodes: [{ ...NODES[0], instruction: { type: "prompt", text: "Git." } }] }) });
    let dragged = false;
    world.github.after = (): void => {
      if (!dragged) world.retell("staging").components.edit(component(world).id, { nodes: (component(world).fields["nodes"] as JsonObject[]).map((node) => ({ ...node, display_position: { x: 9, y: 9 } })) });
      dragged = true;
    };
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(JSON.stringify(component(world).fields)).toContain("Git.");
  });

  test.each([
    ["knowledge base", (world: MemoryWorld): void => void world.retell("staging").knowledge.addText(base(world).id, "Typed in", "by hand"), ["updateComponent"]],
    ["component", (world: MemoryWorld): void => world.retell("staging").components.edit(component(world).id, { flex_mode: true }), ["addSources", "deleteSource"]],
  ] as const)("L2: a %s that changes between plan and write is left alone", async (_what, edit, expected) => {
    const world = createMemoryWorld(project());
    await deploy(world);
    world.git.commit("staging", { "knowledge/faq/faq.md": "Other answers\n", "components/greeting.json": json({ nodes: [{ ...NODES[0], instruction: { type: "prompt", text: "Git." } }] }) });
    forget(world);
    let edited = false;
    world.github.after = () => {
      if (!edited) edit(world);
      edited = true;
    };
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts", reason: "changed-while-deploying" });
    world.github.after = undefined;
    expect(writes(world)).toEqual(expected);
    // What was not seen is an edit from now on.
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts", reason: "console-edit" });
  });

  test("what cannot be changed needs a new one, which its agents then use", async () => {
    const world = createMemoryWorld(project());
    await deploy(world);
    const old = base(world).id;
    world.git.commit("staging", { "knowledge/faq/knowledge.json": json({ ...KNOWLEDGE, max_chunk_size: 1000 }) });
    forget(world);
    const refused = await deploy(world);
    expect(refused).toMatchObject({ outcome: "conflicts", reason: "needs-replace" });
    expect(writes(world)).toEqual([]);
    const replaced = await deploy(world, { options: { allowReplace: true } });
    expect(replaced).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
    const { bases } = world.retell("staging").knowledge;
    expect([...bases.keys()]).toContain(old);
    const now = [...bases.keys()].find((id) => id !== old) ?? "";
    expect(engineText(world)).toContain(`"knowledge_base_ids":["${now}"]`);
    expect(stateFile(world, "knowledge/faq/staging.json")).toMatchObject({ knowledge_base_id: now, former_ids: [old] });
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.github.writes).toEqual([]);
  });

  test("a setting that is taken out of Git means Retell's default, so staging and production do not differ", async () => {
    const special = { enable_auto_refresh: true, max_chunk_size: 1000 };
    const world = createMemoryWorld(project({ "knowledge/faq/knowledge.json": json({ ...KNOWLEDGE, ...special }) }));
    await deploy(world);
    const old = base(world).id;
    expect(base(world).settings).toMatchObject({ autoRefresh: true, maxChunkSize: 1000 });
    world.git.commit("staging", { "knowledge/faq/knowledge.json": json(KNOWLEDGE) });
    const refused = await deploy(world);
    expect(refused).toMatchObject({ outcome: "conflicts", reason: "needs-replace" });
    expect(refused.summary).toContain("cannot change enable_auto_refresh, max_chunk_size");
    world.git.commit("production", { "knowledge/faq/knowledge.json": json(KNOWLEDGE) });
    const early = await deploy(world, { workspace: "production" });
    expect(early).toMatchObject({ outcome: "conflicts", outputs: { blocked: '["sales"]' } });
    expect(early.summary).toContain("knowledge://faq was left alone: This content has not been deployed to staging");
    expect(world.retell("production").knowledge.bases.size).toBe(0);
    expect(await deploy(world, { options: { allowReplace: true } })).toMatchObject({ outcome: "deployed" });
    const now = [...world.retell("staging").knowledge.bases.values()].find(({ id }) => id !== old);
    expect(now?.settings).toEqual({ autoRefresh: false, maxChunkSize: null, minChunkSize: null });
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.github.writes).toEqual([]);
  });

  test("deleted in the console, it is made again only on request, and its agents follow", async () => {
    const world = createMemoryWorld(project());
    await deploy(world);
    world.retell("staging").knowledge.bases.clear();
    world.retell("staging").components.stored.clear();
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(await deploy(world, { options: { recreate: true } })).toMatchObject({ outcome: "deployed", outputs: { updated: '["flow","sales"]' } });
    expect(engineText(world)).toContain(base(world).id);
    expect(engineText(world)).toContain(component(world).id);
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.github.writes).toEqual([]);
  });

  test("one of the same name that was not made from here is not taken over without being asked", async () => {
    const world = createMemoryWorld(project());
    const { knowledge } = world.retell("staging");
    await knowledge.writer.createKnowledgeBase("faq", { autoRefresh: false, maxChunkSize: null, minChunkSize: null }, { texts: [], urls: ["https://example.com/help"], files: [] });
    knowledge.index();
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts", reason: "name-taken", outputs: { blocked: '["sales"]' } });
    expect(writes(world)).not.toContain("createKnowledgeBase");
    expect(await deploy(world, { options: { adopt: true } })).toMatchObject({ outcome: "deployed" });
    expect(Object.keys(contents(world)).sort()).toEqual(["document manual.txt", "text FAQ", "text Hours", "url https://example.com/help"]);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
  });

  test("of one that is not recorded nobody knows the texts: the way out is told, and works", async () => {
    const world = createMemoryWorld(project());
    await deploy(world);
    const { id } = base(world);
    world.git.commit("retell/state/staging", { "knowledge/faq/staging.json": null });
    expect(await deploy(world)).toMatchObject({ reason: "name-taken" });
    const unknown = await deploy(world, { options: { adopt: true } });
    expect(unknown).toMatchObject({ outcome: "conflicts", reason: "conflict" });
    expect(unknown.summary).toContain("Retell does not return what document manual.txt, text FAQ, text Hours hold");
    expect(unknown.summary).not.toContain("by hand");
    expect(await deploy(world, { agents: ["sales"], options: { adopt: true, onConsoleEdit: "overwrite" } })).toMatchObject({ outcome: "deployed" });
    expect(base(world).id).toBe(id);
    expect(Object.keys(contents(world)).sort()).toEqual(["document manual.txt", "text FAQ", "text Hours", "url https://example.com/help"]);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
  });

  test("a component that only an older version of a flow uses is not deleted, and the message says so", async () => {
    const world = createMemoryWorld(project());
    await deploy(world);
    const engine = [...world.retell("staging").engines.values()].find(({ kind }) => kind === "conversation-flow");
    const [version] = engine?.versions.values() ?? [];
    if (engine === undefined || version === undefined) throw new Error("no flow");
    engine.versions.set(7, { ...version, fields: { ...version.fields, nodes: [] } });
    world.git.commit("staging", { "components/greeting.json": null, "agents/flow/agent.json": json({ agent_name: "Flow", voice_id: "retell-Cimo", conversation_flow: { ...FLOW, nodes: NODES, start_node_id: "start" } }) });
    const report = await deploy(world, { options: { prune: "delete" } });
    expect(report.summary).toContain("an older or published version may be the one that uses it");
    expect(component(world).fields["name"]).toBe("greeting");
  });

  test("removed from Git, it is reported, and deleted only by prune and while nothing uses it", async () => {
    const world = createMemoryWorld(project());
    await deploy(world);
    const sales = JSON.parse(project()["agents/sales/agent.json"] ?? "") as { llm_config: JsonObject };
    delete sales.llm_config["knowledge_base_ids"];
    world.git.commit("staging", { "knowledge/faq/knowledge.json": null, "knowledge/faq/faq.md": null, "knowledge/faq/manual.txt": null, "agents/sales/agent.json": json(sales) });
    const still = await deploy(world, { options: { prune: "delete" } });
    expect(still).toMatchObject({ outcome: "conflicts", reason: "still-in-use", outputs: { updated: '["sales"]' } });
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.retell("staging").knowledge.bases.size).toBe(1);
    expect(await deploy(world, { options: { prune: "delete" } })).toMatchObject({ outcome: "deployed" });
    expect(world.retell("staging").knowledge.bases.size).toBe(0);
    expect(stateFile(world, "knowledge/faq/staging.json")).toBeNull();
    forget(world);
    expect(await deploy(world, { options: { prune: "delete" } })).toMatchObject({ outcome: "unchanged" });
  });

  test.each(["staging", "production"])("in %s it stays while a published version uses it, of an agent that is managed or not", async (workspace) => {
    const sales = JSON.parse(project()["agents/sales/agent.json"] ?? "") as { llm_config: JsonObject };
    const world = createMemoryWorld(project());
    const again = () => deploy(world, { workspace, options: { requireStaging: false, prune: "delete" } });
    await again();
    const retell = world.retell(workspace);
    const { id: knowledge } = base(world, workspace);
    const salesId = [...retell.agents.values()].find(({ versions }) => versions.get(0)?.fields["agent_name"] === "Sales")?.id ?? "";
    retell.publish(salesId, 0);
    const engine = await retell.writer.createEngine("conversation-flow", { nodes: [{ id: "n", type: "conversation", knowledge_base_ids: [knowledge] }] });
    const { agentId } = await retell.writer.createAgent("chat", { agent_name: "By hand", response_engine: { type: "conversation-flow", conversation_flow_id: engine.id } });
    retell.publish(agentId, 0);
    await retell.writer.createVersion({ agentId, channel: "chat" }, 0);
    retell.edit(agentId, { engine: { nodes: [] } });
    delete sales.llm_config["knowledge_base_ids"];
    const gone = { "knowledge/faq/knowledge.json": null, "knowledge/faq/faq.md": null, "knowledge/faq/manual.txt": null };
    world.git.commit(workspace, { ...gone, "agents/sales/agent.json": json(sales) });
    expect(await again()).toMatchObject({ outcome: "conflicts", reason: "still-in-use", outputs: { updated: '["sales"]' } });
    const second = await again();
    expect(second).toMatchObject({ outcome: "conflicts", reason: "still-in-use" });
    expect(second.summary).toContain("version 0 of sales, which callers get");
    expect(second.summary).toContain(`version 0 of the agent ${agentId}`);
    retell.before = ({ method, subject }) => {
      if (method === "readAgent" && subject === agentId) throw new PlatformError({ platform: "retell", reason: "retell-unavailable" }, "no answer");
    };
    retell.publish(salesId, 1);
    expect((await again()).summary).toContain("not known whether a published version of an agent uses it");
    retell.publish(agentId, 1);
    retell.before = ({ method }) => {
      if (method === "listComponents") throw new PlatformError({ platform: "retell", reason: "retell-unavailable" }, "no answer");
    };
    expect((await again()).summary).toContain("not known whether a shared component uses it");
    retell.before = undefined;
    expect(retell.knowledge.bases.size).toBe(1);
    expect(await again()).toMatchObject({ outcome: "deployed" });
    expect(retell.knowledge.bases.size).toBe(0);
  });

  test("staging first concerns what agents share, too", async () => {
    const world = createMemoryWorld(project());
    expect(await deploy(world, { workspace: "production" })).toMatchObject({ outcome: "staging-required" });
    await deploy(world);
    expect(await deploy(world, { workspace: "production" })).toMatchObject({ outcome: "deployed" });
    world.git.commit("production", { "knowledge/faq/faq.md": "Hotfix\n" });
    expect(await deploy(world, { workspace: "production" })).toMatchObject({ outcome: "staging-required" });
    const past = await deploy(world, { workspace: "production", options: { requireStaging: false } });
    expect(past).toMatchObject({ outcome: "deployed" });
    expect(stateFile(world, "knowledge/faq/production.json", "production")).toMatchObject({ without_staging: true });
  });

  test("a record that cannot be read stops it and what uses it, and nothing else", async () => {
    const world = createMemoryWorld(project());
    await deploy(world);
    world.git.commit("retell/state/staging", { "knowledge/faq/staging.json": "{" });
    world.git.commit("staging", { "prompts/base/greeting.txt": "Say hi.\n" });
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "partially-deployed", reason: "unreadable-state", outputs: { updated: '["support"]', failed: '["sales"]' } });
    expect(writes(world).filter((method) => /Knowledge|Source/.test(method))).toEqual([]);
  });

  test("what Retell could not index fails, and the agents that need it wait", async () => {
    const world = createMemoryWorld(project());
    const ports = world.retell("staging");
    ports.after = (call) => {
      if (call.method === "createKnowledgeBase") ports.knowledge.index("error");
    };
    expect(await deploy(world)).toMatchObject({ outcome: "partially-deployed", reason: "write-failed", outputs: { created: '["flow","support"]', blocked: '["sales"]' } });
    ports.after = undefined;
    // It is not made again beside the broken one, and not passed over.
    expect(await deploy(world)).toMatchObject({ outcome: "failed", reason: "unreadable" });
    ports.knowledge.bases.clear();
    expect(await deploy(world, { options: { recreate: true } })).toMatchObject({ outcome: "deployed", outputs: { created: '["sales"]' } });
    expect(Object.keys(contents(world))).toHaveLength(4);
  });

  test.each(["the first", "added"] as const)("what Retell could not index is repaired by Git's correction in a new one (%s sources)", async (when) => {
    const world = createMemoryWorld(project());
    const ports = world.retell("staging");
    if (when === "added") {
      await deploy(world);
      world.git.commit("staging", { "knowledge/faq/faq.md": "Bad\n" });
    }
    ports.after = (call) => {
      if (/createKnowledgeBase|addSources/.test(call.method)) ports.knowledge.index("error");
    };
    await deploy(world);
    ports.after = undefined;
    const broken = base(world).id;
    forget(world);
    // The same sources would fail again.
    const same = await deploy(world, { options: { allowReplace: true } });
    expect(same).toMatchObject({ reason: "unreadable" });
    expect(same.summary).toContain("Correct its sources in Git and run deploy with allow-replace: true");
    expect(writes(world)).not.toContain("createKnowledgeBase");
    world.git.commit("staging", { "knowledge/faq/faq.md": "Corrected\n" });
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts", reason: "needs-replace", message: expect.any(String) });
    expect(writes(world)).not.toContain("createKnowledgeBase");
    expect(await deploy(world, { options: { allowReplace: true } })).toMatchObject({ outcome: "deployed" });
    const now = [...ports.knowledge.bases.values()].find(({ id }) => id !== broken);
    expect(now?.sources.find(({ title }) => title === "FAQ")?.content).toBe("Corrected\n");
    expect(engineText(world)).toContain(`"knowledge_base_ids":["${now?.id ?? ""}"]`);
    expect(stateFile(world, "knowledge/faq/staging.json")).toMatchObject({ knowledge_base_id: now?.id, former_ids: [broken] });
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.github.writes).toEqual([]);
  });

  test("a lost answer of a create or an add makes no second one", async () => {
    const world = createMemoryWorld(project());
    const ports = world.retell("staging");
    const lose = (method: string) => (call: { method: string }): void => {
      if (call.method === method) throw new PlatformError({ platform: "retell", reason: "retell-unavailable", ambiguous: true }, "no answer");
    };
    ports.after = lose("createKnowledgeBase");
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(Object.keys(contents(world))).toHaveLength(4);
    world.git.commit("staging", { "knowledge/faq/faq.md": "Other answers\n" });
    ports.after = lose("addSources");
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(contents(world)).toMatchObject({ "text FAQ": "Other answers\n" });
    expect(base(world).sources).toHaveLength(4);
    ports.after = undefined;
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
  });

  test("cancelled while it is being indexed, it is finished by the next run", async () => {
    const world = createMemoryWorld(project());
    const ports = world.retell("staging");
    ports.after = (call) => {
      if (call.method === "createKnowledgeBase") world.cancel();
    };
    expect(await deploy(world)).toMatchObject({ reason: "cancelled", outputs: { created: "[]" } });
    expect(ports.agents.size).toBe(0);
    const next = createMemoryWorld(project());
    // The same repository and Retell, with a job that nobody has cancelled.
    for (const [branch, tip] of world.git.branches) next.git.branches.set(branch, tip);
    for (const [id, commit] of world.git.commits) next.git.commits.set(id, commit);
    for (const [id, stored] of ports.knowledge.bases) next.retell("staging").knowledge.bases.set(id, stored);
    for (const [id, stored] of ports.components.stored) next.retell("staging").components.stored.set(id, stored);
    expect(await deploy(next)).toMatchObject({ outcome: "deployed" });
    expect(Object.keys(contents(next))).toHaveLength(4);
  });

  test("a dry run tells what would be done, and its fingerprint names this plan", async () => {
    const world = createMemoryWorld(project());
    const planned = await deploy(world, { dryRun: true });
    expect(planned).toMatchObject({ outcome: "planned" });
    expect(planned.summary).toContain("| knowledge base `faq` | not deployed yet | create | all |");
    expect(await deploy(world, { planFingerprint: planned.outputs["plan-fingerprint"] ?? "" })).toMatchObject({ outcome: "deployed" });
    world.git.commit("staging", { "knowledge/faq/faq.md": "Other answers\n" });
    const one = (await deploy(world, { dryRun: true })).outputs["plan-fingerprint"] ?? "";
    world.git.commit("staging", { "knowledge/faq/faq.md": "Yet others\n" });
    expect(await deploy(world, { planFingerprint: one })).toMatchObject({ outcome: "failed", reason: "plan-changed" });
  });
});
