import { afterEach, describe, expect, test } from "@jest/globals";
import { createRetell } from "@retell-actions/core/adapters/retell/create-retell";
import type { Content } from "@retell-actions/core/canonical/content";
import { isJsonObject, type Json, type JsonObject } from "@retell-actions/core/canonical/json";
import type { FaultAction, FaultRequest } from "@retell-actions/lab/faults/faults";
import { startRetellLab, type OrganizationHandle, type RetellLab, type RetellLabOptions } from "@retell-actions/lab/retell/server";
import { coveringSamples } from "../schema/generate-agent.ts";
import { createScenario, overview, voiceAgent, type Scenario } from "./scenario.ts";

interface Stage {
  readonly lab: RetellLab;
  readonly retell: OrganizationHandle;
  readonly scenario: Scenario;
  /** Id of the first agent. */
  id(): string;
  /** What the API holds of its highest version. */
  live(): { agent: JsonObject; llm: JsonObject };
  /** Acts at the n-th request (from 0) that matches. */
  at(path: RegExp, action: FaultAction, nth?: number): void;
}

const running: RetellLab[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((lab) => lab.stop()));
});

async function stage(options: Partial<RetellLabOptions> = {}): Promise<Stage> {
  const lab = await startRetellLab({ rateLimits: false, ...options });
  running.push(lab);
  const log = { info() {}, debug() {}, notice() {}, warning() {}, error() {}, mask() {}, group: <T>(_: string, body: () => Promise<T>) => body() };
  // Waiting between repetitions is not what these tests are about.
  const ports = createRetell({ apiKey: "key_lab", baseUrl: lab.url, readOnly: false, concurrency: 4, log, sleep: async () => undefined });
  const retell = lab.organization("org_lab");
  const id = (): string => retell.agents()[0]?.id ?? "";
  return {
    lab,
    retell,
    scenario: createScenario(ports),
    id,
    live: () => {
      const { latest } = retell.agent(id());
      return { agent: latest.agent as JsonObject, llm: (latest.engine ?? {}) as JsonObject };
    },
    at: (path, action, nth = 0) => {
      let seen = 0;
      lab.faults.add({ matches: (request: FaultRequest) => path.test(`${request.method} ${request.path}`) && seen++ === nth, action, times: 1 });
    },
  };
}

const git = (llm: JsonObject = {}, agent: JsonObject = {}): { git: { sales: Content } } => ({ git: { sales: voiceAgent("Sales", llm, agent) } });
const routes = (lab: RetellLab): string[] => lab.requests.filter((request) => request.method !== "GET" && !/list/.test(request.path)).map((request) => `${request.method} ${request.path.split("/")[1] ?? ""}`);
const bodies = (lab: RetellLab, route: RegExp): JsonObject[] => lab.requests.filter((request) => route.test(`${request.method} ${request.path}`)).map((request) => request.body as JsonObject);

describe("writes", () => {
  test("a create: engine with our mark, agent with our mark, then the content; no second run writes", async () => {
    const { lab, scenario, live, retell } = await stage();
    const { statuses } = await scenario.deploy(git({ model_temperature: 0.5 }));
    expect(statuses).toEqual({ sales: "created" });
    expect(routes(lab)).toEqual(["POST create-retell-llm", "POST create-agent", "PATCH update-retell-llm"]);
    const mark = "retell-actions 7 sales cccccc1";
    expect(bodies(lab, /create-retell-llm/)[0]).toEqual({ general_prompt: mark, start_speaker: "agent" });
    expect(live()).toMatchObject({ agent: { version_title: mark, agent_name: "Sales" }, llm: { general_prompt: "Hello from Sales.", model_temperature: 0.5 } });
    const commits = scenario.commits();
    lab.clearRequests();
    expect((await scenario.deploy(git({ model_temperature: 0.5 }))).statuses).toEqual({});
    expect([routes(lab), scenario.commits(), retell.agents().length]).toEqual([[], commits, 1]);
  });

  test("an update in place: only changed keys, and the mark", async () => {
    const { lab, scenario, retell, id } = await stage();
    await scenario.deploy(git({ begin_message: "Hi" }, { volume: 1.2, webhook_url: "https://a.example" }));
    lab.clearRequests();
    await scenario.deploy(git({ begin_message: "Hello" }, { volume: 1.3 }));
    expect(bodies(lab, /PATCH \/update-agent/)).toEqual([{ volume: 1.3, webhook_url: null, version_title: "retell-actions 7 sales cccccc2" }]);
    expect(bodies(lab, /PATCH \/update-retell-llm/)).toEqual([{ begin_message: "Hello" }]);
    expect(retell.agent(id()).versions).toHaveLength(1);
  });

  test("a published version is forked, the published one stays as it is", async () => {
    const { scenario, retell, id } = await stage();
    await scenario.deploy(git());
    retell.console.publish(id(), 0);
    await scenario.deploy(git({ general_prompt: "two" }));
    const { versions } = retell.agent(id());
    expect(versions.map((version) => [version.version, version.isPublished, version.engine?.["general_prompt"]])).toEqual([[0, true, "Hello from Sales."], [1, false, "two"]]);
    expect(scenario.state()?.agents["sales"]).toMatchObject({ version: 1, is_published: false });
    await scenario.deploy(git({ general_prompt: "three" }));
    expect(retell.agent(id()).versions).toHaveLength(2);
  });

  test("a delete takes agent and engine, and the state's file", async () => {
    const { scenario, retell } = await stage();
    await scenario.deploy(git());
    const { statuses } = await scenario.deploy({ git: {}, options: { prune: "delete" } });
    expect([statuses, retell.agents(), retell.llms(), scenario.state()?.agents]).toEqual([{ sales: "deleted" }, [], [], {}]);
  });

  test("an engine that Retell will not delete, since somebody uses it, survives the delete of its agent", async () => {
    const { scenario, retell, at } = await stage();
    await scenario.deploy(git());
    at(/DELETE \/delete-retell-llm/, { kind: "status", status: 400, body: { status: "error", message: "LLM is in use" } });
    const { statuses } = await scenario.deploy({ git: {}, options: { prune: "delete" } });
    expect([statuses, retell.agents().length, retell.llms().length]).toEqual([{ sales: "deleted" }, 0, 1]);
    expect(scenario.log.text()).toMatch(/sales: deleted \(Its engine llm_\w+ stays in Retell, which would not delete it\. .*LLM is in use/);
  });

  test("agents that refer to each other in a circle are created together", async () => {
    const { scenario, retell } = await stage();
    const swap = (to: string): JsonObject => ({ general_tools: [{ name: `to_${to}`, type: "agent_swap", agent_id: `agent://${to}`, agent_version: "latest", post_call_analysis_setting: "only_destination_agent" }] });
    const input = { git: { a: voiceAgent("A", swap("b")), b: voiceAgent("B", swap("a")) } };
    expect((await scenario.deploy(input)).statuses).toEqual({ a: "created", b: "created" });
    const ids = retell.agents().map((agent) => agent.id).sort();
    const targets = retell.agents().map((agent) => (agent.latest.engine?.["general_tools"] as JsonObject[])[0]?.["agent_id"]).sort();
    expect(targets).toEqual(ids);
    expect(overview(await scenario.plan(input))).toEqual({ a: "in-sync none", b: "in-sync none" });
  });

  test("the text of a reference that somebody typed into the console is never filled with the secret", async () => {
    const { scenario, retell, id, live } = await stage();
    const tool = (name: string, description: string, headers: JsonObject = {}): JsonObject => ({ name, type: "custom", url: "https://x.example", description, parameters: { type: "object", properties: {} }, headers });
    await scenario.deploy({ ...git({ general_tools: [tool("own", "one")] }), secrets: { TOKEN: "the-secret-value" } });
    retell.console.editLlm(id(), { general_tools: [...(live().llm["general_tools"] as JsonObject[]), tool("foreign", "x", { authorization: "secret://TOKEN" })] });
    await scenario.deploy({ ...git({ general_tools: [tool("own", "two")] }), secrets: { TOKEN: "the-secret-value" }, options: { onConsoleEdit: "keep" } });
    expect((live().llm["general_tools"] as JsonObject[]).map((item) => [item["name"], item["description"]])).toEqual([["own", "two"], ["foreign", "x"]]);
    expect(JSON.stringify(live())).not.toContain("the-secret-value");
  });

  test("a reference that cannot be resolved is found out before a version is made", async () => {
    const { scenario, retell, id } = await stage();
    await scenario.deploy(git());
    retell.console.publish(id(), 0);
    const headers = { authorization: "secret://NONE" };
    const { statuses } = await scenario.deploy(git({ general_tools: [{ name: "t", type: "custom", url: "https://x.example", description: "x", headers }] }));
    expect([statuses, retell.agent(id()).versions.length]).toEqual([{ sales: "failed" }, 1]);
  });
});

describe("L2: nothing is overwritten unseen", () => {
  test("(a) edited between plan and re-read, on any field: conflict, nothing written", async () => {
    for (const published of [false, true]) {
      const { lab, scenario, retell, id } = await stage();
      await scenario.deploy(git());
      if (published) retell.console.publish(id(), 0);
      const input = git({ general_prompt: "two" });
      const target = await scenario.plan(input);
      retell.console.editAgent(id(), { volume: 1.7 });
      lab.clearRequests();
      const { applied, statuses } = await scenario.apply(input, target);
      expect([statuses, routes(lab)]).toEqual([{ sales: "left-alone" }, []]);
      expect(applied.kind === "applied" ? applied.written.get("sales")?.reason : undefined).toBe("changed-while-deploying");
      expect(overview(await scenario.plan(input))["sales"]).toBe("console-edit none console-edit");
    }
  });

  test("(a) the engine edited between the agent's write and its own: the agent's half is recorded, the engine is left alone", async () => {
    const { lab, scenario, retell, id, live, at } = await stage();
    await scenario.deploy(git());
    lab.clearRequests();
    at(/PATCH \/update-agent/, { kind: "call", when: "after", run: () => void retell.console.editLlm(id(), { begin_message: "console" }) });
    const input = git({ general_prompt: "two" }, { volume: 1.2 });
    const { statuses } = await scenario.deploy(input);
    expect(statuses).toEqual({ sales: "left-alone" });
    expect(live()).toMatchObject({ agent: { volume: 1.2 }, llm: { general_prompt: "Hello from Sales.", begin_message: "console" } });
    const state = scenario.state()?.agents["sales"];
    expect(state).toMatchObject({ incomplete: true, sent: { agent: { volume: 1.2 }, llm: { general_prompt: "Hello from Sales." } } });
    expect(state?.pending).toBeUndefined();
    const again = await scenario.plan(input);
    expect(again.plan.agents[0]?.changes.map((change) => [change.name, change.class])).toEqual([["llm.begin_message", "console-edit"], ["llm.general_prompt", "local-change"]]);
  });

  test("(b) edited between re-read and write, on another field: survives and is reported; what Git mentions stays an edit", async () => {
    const { scenario, retell, id, live, at } = await stage();
    await scenario.deploy(git({}, { volume: 1, voice_speed: 1 }));
    at(/PATCH \/update-agent/, { kind: "call", when: "before", run: () => void retell.console.editAgent(id(), { voice_speed: 1.5, responsiveness: 0.5 }) });
    const input = git({}, { volume: 1.2, voice_speed: 1 });
    const { applied, statuses } = await scenario.deploy(input);
    expect(statuses).toEqual({ sales: "updated" });
    expect(live().agent).toMatchObject({ volume: 1.2, voice_speed: 1.5, responsiveness: 0.5 });
    expect(applied.kind === "applied" ? applied.written.get("sales")?.observed : []).toEqual([
      { name: "agent.responsiveness", before: null, after: 0.5, mentioned: false },
      { name: "agent.voice_speed", before: 1, after: 1.5, mentioned: true },
    ]);
    const again = await scenario.plan(input);
    expect(again.plan.agents[0]?.changes.map((change) => [change.name, change.class])).toEqual([["agent.voice_speed", "console-edit"]]);
  });

  test("(c) edited between re-read and write, on the same key: Git's value stands", async () => {
    const { scenario, retell, id, live, at } = await stage();
    await scenario.deploy(git({ begin_message: "one" }));
    at(/PATCH \/update-retell-llm/, { kind: "call", when: "before", run: () => void retell.console.editLlm(id(), { begin_message: "console" }) });
    expect((await scenario.deploy(git({ begin_message: "two" }))).statuses).toEqual({ sales: "updated" });
    expect(live().llm["begin_message"]).toBe("two");
    expect(overview(await scenario.plan(git({ begin_message: "two" })))).toEqual({ sales: "in-sync none" });
  });

  test("a kept console edit is found again after a deploy, and after one that died", async () => {
    const { scenario, retell, id } = await stage();
    await scenario.deploy(git({}, { volume: 1 }));
    retell.console.editAgent(id(), { volume: 1.6, responsiveness: 0.4 });
    const keep = { options: { onConsoleEdit: "keep" as const } };
    expect((await scenario.deploy({ ...git({ general_prompt: "two" }, { volume: 1 }), ...keep })).statuses).toEqual({ sales: "updated" });
    const edits = async () => (await scenario.plan(git({ general_prompt: "three" }, { volume: 1 }))).plan.agents[0]?.changes.filter((change) => change.class === "console-edit").map((change) => change.name);
    expect(await edits()).toEqual(["agent.responsiveness", "agent.volume"]);
    // The same again, killed before its record; the run's end is known to GitHub.
    let commits = 0;
    scenario.github.before = () => {
      if (commits++ > 0) throw new Error("killed");
    };
    await scenario.die({ ...git({ general_prompt: "three" }, { volume: 1 }), ...keep });
    scenario.github.before = undefined;
    scenario.github.runs.set("4/1", { kind: "over", endedAt: Date.now() + 60_000 });
    expect(scenario.state()?.workspace.pending?.run).toBe("4");
    expect(await edits()).toEqual(["agent.responsiveness", "agent.volume"]);
  });
});

describe("journal and state, exactly", () => {
  test("the lock holds what will be sent and what it overwrites; the record turns it into state", async () => {
    const { scenario, at, retell, id } = await stage();
    await scenario.deploy(git({ begin_message: "one" }));
    const first = scenario.state();
    let locked: ReturnType<Scenario["state"]>;
    at(/PATCH \/update-retell-llm/, { kind: "call", when: "before", run: () => void (locked = scenario.state()) });
    await scenario.deploy(git({ begin_message: "two" }));
    expect(locked?.workspace).toEqual({ ...first?.workspace, pending: { run: "2", attempt: 1, job: "deploy", until: "2026-11-24T04:30:00Z", commit: "cccccc2".padEnd(40, "0"), agents: ["sales"] } });
    expect(locked?.agents["sales"]).toEqual({
      ...first?.agents["sales"],
      pending: { operation: "update", mark: "retell-actions 7 sales cccccc2", sent: git({ begin_message: "two" }).git.sales, over: { agent: {}, llm: { begin_message: "one" } }, keys: ["llm.begin_message"] },
    });
    const after = scenario.state();
    expect(after?.workspace).toEqual({ ...first?.workspace, pending: null });
    expect(after?.agents["sales"]).toMatchObject({
      agent_id: id(),
      llm_id: retell.llms()[0]?.["llm_id"],
      version: 0,
      source_commit: "cccccc2".padEnd(40, "0"),
      sent: git({ begin_message: "two" }).git.sales,
      seen: { llm: { begin_message: "two", model: "gpt-5.6-terra" } },
      previous: [{ config_hash: first?.agents["sales"]?.config_hash, source_commit: "cccccc1".padEnd(40, "0") }],
    });
    expect(after?.agents["sales"]).not.toHaveProperty("pending");
  });

  test("a write that Retell refuses: the other half and the other agents are recorded", async () => {
    const { scenario, at } = await stage();
    const both = (prompt: string, volume: number): { git: Record<string, Content> } => ({ git: { a: voiceAgent("A", { general_prompt: prompt }, { volume }), b: voiceAgent("B", { general_prompt: prompt }, { volume }) } });
    await scenario.deploy(both("one", 1));
    at(/PATCH \/update-retell-llm/, { kind: "status", status: 400, body: { error_message: "no" } });
    const { statuses } = await scenario.deploy(both("two", 1.5));
    expect(Object.values(statuses).sort()).toEqual(["failed", "updated"]);
    const [failed] = Object.entries(statuses).find(([, status]) => status === "failed") ?? [];
    const state = scenario.state();
    expect(state?.agents[failed ?? ""]).toMatchObject({ incomplete: true, sent: { agent: { volume: 1.5 }, llm: { general_prompt: "one" } } });
    expect(state?.workspace.pending).toBeNull();
    expect((await scenario.deploy(both("two", 1.5))).statuses).toEqual({ [failed ?? ""]: "updated" });
    expect(scenario.state()?.agents[failed ?? ""]).not.toHaveProperty("incomplete");
    expect(overview(await scenario.plan(both("two", 1.5)))).toEqual({ a: "in-sync none", b: "in-sync none" });
  });

  test("another run that takes the workspace first: nothing is written", async () => {
    const { lab, scenario } = await stage();
    await scenario.deploy(git());
    const input = git({ general_prompt: "two" });
    const target = await scenario.plan(input);
    scenario.git.commit("retell/state/staging", { "workspace.json": JSON.stringify({ ...scenario.state()?.workspace, other: true }) });
    lab.clearRequests();
    expect((await scenario.apply(input, target)).applied.kind).toBe("stale");
    expect(routes(lab)).toEqual([]);
  });

  test("no state carries a credential: typed into the console, or given as a secret", async () => {
    const { scenario, retell, id, live } = await stage();
    const headers = { authorization: "secret://TOKEN" };
    const input = (description: string) => ({ ...git({ general_tools: [{ name: "own", type: "custom", url: "https://x.example", description, parameters: { type: "object", properties: {} }, headers }] }), secrets: { TOKEN: "Bearer planted-secret-1" } });
    await scenario.deploy(input("one"));
    const tools = live().llm["general_tools"] as JsonObject[];
    retell.console.editLlm(id(), { general_tools: [...tools, { ...tools[0], name: "foreign", headers: { "x-api-key": "planted-header-2" } }], begin_message: "Use Bearer planted-prompt-3." });
    await scenario.deploy({ ...input("two"), options: { onConsoleEdit: "keep" } });
    await scenario.deploy({ ...input("three"), options: { onConsoleEdit: "overwrite" } });
    const texts = [...scenario.git.commits.values()].flatMap((commit) => [...commit.files.values(), commit.message]).join("\n") + scenario.log.text();
    expect(texts).toContain("secret://TOKEN");
    expect(texts).not.toMatch(/planted-/);
  });
});

describe("L1 and L6: after a deploy the plan is empty, and a second run writes nothing", () => {
  const samples = coveringSamples(1, { without: ["voice_emotion"] });
  const cleaned = (sample: (typeof samples)[number]): Content => ({ agent: { ...acceptable(sample.agent), response_engine: { type: "retell-llm" } }, llm: acceptable(sample.llm) });

  test.each([0, 1, 2, 3, 4, 5])("of all fields and tools, with what seed %i of the lab makes up", async (seed) => {
    const { lab, scenario, retell } = await stage({ seed });
    const all = Object.fromEntries(samples.map((sample, index) => [`agent-${index}`, cleaned(sample)]));
    const { applied, statuses } = await scenario.deploy({ git: all });
    const refused = applied.kind === "applied" ? [...applied.written].filter(([, result]) => result.status !== "created").map(([name, result]) => `${name}: ${result.message ?? ""}`) : ["stale"];
    expect(refused).toEqual([]);
    expect(Object.keys(statuses)).toHaveLength(samples.length);
    lab.clearRequests();
    const commits = scenario.commits();
    const again = await scenario.deploy({ git: all });
    expect(again.target.plan.agents.flatMap((agent) => agent.changes.map((change) => `${agent.name} ${change.name} ${change.class}`))).toEqual([]);
    expect(new Set(Object.values(overview(again.target)))).toEqual(new Set(["in-sync none"]));
    expect([routes(lab), scenario.commits()]).toEqual([[], commits]);
    // And what Git says is there, so that the emptiness means something.
    expect(retell.agents()).toHaveLength(samples.length);
    // One step further, in place.
    const changed = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { ...value, agent: { ...value.agent, agent_name: `Renamed  ${name}` } }]));
    const further = await scenario.deploy({ git: changed });
    // A side effect on a field that Git mentions cannot be told from an edit in the same moment: reported, and left for a person.
    const observed = further.applied.kind === "applied" ? [...further.applied.written].flatMap(([name, { observed: seen }]) => seen.filter((change) => change.mentioned).map((change) => `${name} ${change.name} console-edit`)) : [];
    const rest = (await scenario.plan({ git: changed })).plan.agents.flatMap((agent) => agent.changes.map((change) => `${agent.name} ${change.name} ${change.class}`));
    expect(rest.sort()).toEqual(observed.sort());
    expect(observed.length).toBeLessThan(samples.length);
  });

  test("the samples reach the lab whole: every top-level field of the first is held", async () => {
    const { scenario, live } = await stage();
    const [sample] = samples;
    if (sample === undefined) throw new Error("no sample");
    await scenario.deploy({ git: { one: cleaned(sample) } });
    const set = Object.entries(sample.agent).filter(([, value]) => value !== null).map(([key]) => key);
    expect(set.filter((key) => live().agent[key] === undefined)).toEqual([]);
    expect(isJsonObject(live().llm)).toBe(true);
  });
});

/** What the types allow and the lab refuses: an app's parameters as a list, handoffs switched off by null, free names of MCP tools, two ways to one state. */
function acceptable(document: JsonObject): JsonObject {
  const text = JSON.stringify(document, (key, value: Json) => {
    if (key === "edges" && Array.isArray(value)) return value.filter((edge, index) => value.findIndex((other) => destination(other) === destination(edge)) === index);
    if (!isJsonObject(value)) return value;
    const kept = Object.entries(value).filter(([field, inner]) => !(field.endsWith("_handoff_option") && inner === null) && !(field === "parameters" && value["type"] === "integration_app"));
    return Object.fromEntries(kept.map(([field, inner]) => [field, field === "name" && value["type"] === "mcp" && typeof inner === "string" ? inner.replace(/[^a-zA-Z0-9_-]+/g, "_").slice(0, 64) : inner]));
  });
  return JSON.parse(text) as JsonObject;
}

function destination(edge: Json): Json | undefined {
  return isJsonObject(edge) ? edge["destination_state_name"] : undefined;
}
