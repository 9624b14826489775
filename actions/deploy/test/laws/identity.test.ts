import { afterEach, describe, expect, test } from "@jest/globals";
import process from "node:process";
import { deployDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { agentNamed, agentResults, listOf, shownBy } from "@retell-actions/lab/scene/look-at";
import { agentFile, jsonFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { KEYS, startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { ENV, KIND_NAMES, kindsOfAgents } from "./kinds-of-agents.ts";
import { sampled } from "@retell-actions/lab/scene/sampled";

const swapTo = (id: string): Record<string, unknown> => ({ type: "agent_swap", name: "over", agent_id: id, post_call_analysis_setting: "only_destination_agent" });
/** `desk` hands over to `sales`; `spare` stands alone. */
const FILES = sampleFiles({ desk: { llm: { general_tools: [swapTo("agent://sales")] } }, sales: { agent: { voice_speed: 1.1 } }, spare: {} });
const WORKSPACES = { staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } };
/** A key that may read phone numbers, as pruning needs. */
const ORGANIZATIONS = [
  { id: "org_staging", name: "Acme Staging", keys: [{ key: KEYS.staging, name: "deploy", permissions: { agent: "edit", phone: "read" } }] },
  { id: "org_production", name: "Acme Production", keys: [{ key: KEYS.production, name: "deploy", permissions: { agent: "edit", phone: "read" } }] },
] as const;

let scene: Scene;
afterEach(() => scene.stop());

const commit = (files: Record<string, string | null>, branch = "staging"): Promise<unknown> => scene.repository.commit({ branch, files, message: "Change" });
const names = (): unknown[] => scene.staging.agents().map(({ latest }) => latest.agent["agent_name"]).sort();
const state = async (path: string, workspace = "staging"): Promise<Record<string, unknown>> => JSON.parse((await scene.repository.readFile(`retell/state/${workspace}`, path)) ?? "null") as Record<string, unknown>;
const renamedFolder = (from: string, to: string): Record<string, string | null> => ({ [`agents/${from}/agent.json`]: null, [`agents/${to}/agent.json`]: FILES[`agents/${from}/agent.json`] ?? "" });
const declared = (...moved: object[]): Record<string, string> => ({ "workspaces.json": jsonFile({ ...WORKSPACES, moved }) });
function expectOutcome(run: RunResult, outcome: string): void {
  expect({ outcome: run.outputs["outcome"], log: run.outputs["outcome"] === outcome ? "" : run.log.slice(-3_000) }).toEqual({ outcome, log: "" });
}

async function deployed(files: Record<string, string> = FILES): Promise<void> {
  scene = await startScene({ files, retell: { organizations: ORGANIZATIONS } });
  expectOutcome(await scene.deploy({ env: ENV }), "deployed");
}

describe("L5: no agent is lost or made twice, whatever becomes of its folder", () => {
  test("renamed without a word: the run stops before its first write and prints the line; with the line nothing is made, and references follow", async () => {
    await deployed();
    const id = agentNamed(scene.staging, "sales").id;
    const renaming = { ...renamedFolder("sales", "sales-eu"), "agents/desk/agent.json": agentFile("desk", { llm: { general_tools: [swapTo("agent://sales-eu")] } }) };
    await commit(renaming);
    scene.retell.clearRequests();
    scene.github.clearRequests();
    const stopped = await scene.deploy();
    expect(stopped.outputs).toMatchObject({ outcome: "failed", "reason-code": "state-without-folder" });
    expect(shownBy(stopped)).toContain('{"agent": "sales", "to": "sales-eu"}');
    expect([...scene.retell.requests, ...scene.github.requests].filter(({ write }) => write)).toEqual([]);
    await commit(declared({ agent: "sales", to: "sales-eu" }));
    expectOutcome(await scene.deploy(), "unchanged");
    expect([names(), agentNamed(scene.staging, "sales").id, (await state("agents/sales-eu/staging.json"))["agent_id"]]).toEqual([["desk", "sales", "spare"], id, id]);
    expect(await scene.repository.files("retell/state/staging")).not.toContain("agents/sales/staging.json");
  });

  test("copied, also with an older tool's ids: a new agent, or an error that names the file; the other's id is never taken", async () => {
    await deployed();
    const id = agentNamed(scene.staging, "sales").id;
    await commit({ "agents/copy/agent.json": FILES["agents/sales/agent.json"] ?? "", "agents/copy/staging.json": jsonFile({ agent_id: id, llm_id: "llm_x" }) });
    const refused = await scene.deploy();
    expect(refused.outputs).toMatchObject({ outcome: "failed", "reason-code": "unclear-identity" });
    expect(shownBy(refused)).toContain("agents/copy/staging.json");
    await commit({ "agents/copy/staging.json": null });
    const run = await scene.deploy();
    expect(listOf(run, "created")).toEqual(["copy"]);
    expect([scene.staging.agents().length, (await state("agents/sales/staging.json"))["agent_id"]]).toEqual([4, id]);
  });

  test("deleted: the agent goes only when nothing leads to it, and the repository keeps what Retell held, without a credential (L7)", async () => {
    await deployed();
    const id = agentNamed(scene.staging, "sales").id;
    const typed = "Bearer sk_live_51H8typedIntoTheConsole99";
    scene.staging.console.editLlm(id, { general_tools: [{ type: "custom", name: "crm", url: "https://crm.example", description: "d", speak_during_execution: false, speak_after_execution: true, headers: { authorization: typed } }], begin_message: "Typed in the console" });
    await commit({ "agents/sales/agent.json": null, "agents/desk/agent.json": agentFile("desk", {}) });
    const prune = { inputs: { prune: "delete", "on-console-edit": "overwrite" } };
    expect(agentResults(await scene.deploy(prune)).get("sales")).toMatchObject({ status: "left-alone", reason_code: "still-in-use" });
    scene.staging.console.putPhoneNumber({ phone_number: "+14155550100", fields: { inbound_sms_agents: [{ agent_id: id, weight: 1 }] } });
    const bound = await scene.deploy(prune);
    expect(agentResults(bound).get("sales")).toMatchObject({ status: "left-alone", reason_code: "still-in-use" });
    expect(shownBy(bound)).toContain("+14155550100");
    scene.staging.console.putPhoneNumber({ phone_number: "+14155550100", fields: { inbound_sms_agents: null } });
    const run = await scene.deploy(prune);
    expectOutcome(run, "deployed");
    expect([names(), Object.keys(await state("agents/sales/staging.json").catch(() => ({})) ?? {})]).toEqual([["desk", "spare"], []]);
    const commits = await scene.repository.log("retell/state/staging");
    const texts = await Promise.all(commits.map(({ sha }) => scene.repository.readFile(sha, "agents/sales/staging.json")));
    // The journal's commit, which came before the delete.
    const kept = texts.map((text) => JSON.parse(text ?? "null") as { pending?: { operation: string; over: { llm: Record<string, unknown> } } } | null).find((file) => file?.pending?.operation === "delete");
    expect(kept?.pending?.over.llm).toMatchObject({ begin_message: "Typed in the console", general_prompt: "Hello, how can I help you?", general_tools: [{ name: "crm", headers: { authorization: expect.stringMatching(/fingerprint:/) as unknown } }] });
    for (const text of [...texts, shownBy(run)]) expect(text ?? "").not.toContain("typedIntoTheConsole99");
  });

  test("of every kind, with the state branch lost: rebuilt from the marks, nothing is written, nothing made", async () => {
    await deployed(kindsOfAgents());
    const before = scene.staging.agents().map(({ id }) => id).sort();
    await scene.repository.git.run(["update-ref", "-d", "refs/heads/retell/state/staging"]);
    scene.retell.clearRequests();
    expectOutcome(await scene.deploy({ env: ENV }), "unchanged");
    expect(scene.retell.requests.filter(({ write }) => write)).toEqual([]);
    expect(scene.staging.agents().map(({ id }) => id).sort()).toEqual(before);
    expect(await scene.repository.files("retell/state/staging")).toEqual([...KIND_NAMES.map((name) => `agents/${name}/staging.json`), "workspace.json"]);
    expectOutcome(await scene.deploy({ env: ENV }), "unchanged");
  });

  test("its mark overwritten by hand and the state lost: not guessed; adopted, it bears the mark at once and gets no version for it", async () => {
    await deployed();
    for (const { id } of scene.staging.agents()) {
      scene.staging.console.editAgent(id, { version_title: "Friday's try" });
      scene.staging.console.publish(id, 0);
    }
    await scene.repository.git.run(["update-ref", "-d", "refs/heads/retell/state/staging"]);
    expect((await scene.deploy()).outputs).toMatchObject({ outcome: "conflicts", "reason-code": "name-taken" });
    const run = await scene.deploy({ inputs: { adopt: "true" } });
    expect(listOf(run, "updated")).toEqual(["desk", "sales", "spare"]);
    for (const agent of scene.staging.agents()) expect([agent.latest.version, String(agent.latest.agent["version_title"])]).toEqual([0, expect.stringMatching(/^retell-actions \d+ \w+ [0-9a-f]{7}$/)]);
    expectOutcome(await scene.deploy(), "unchanged");
  });
});

describe("L4: identity that changes while runs die", () => {
  const KINDS: readonly Disturbance[] = ["killed before", "killed after", "answer dropped", "terminated"];
  const IN_SEQUENCE = { inputs: { concurrency: "1", "allow-replace": "true" } };
  const FLOW = agentFile("sales").replace(/"llm_config": [\s\S]*/, `"conversation_flow": ${JSON.stringify({ start_speaker: "agent", model_choice: { type: "cascading", model: "gpt-4.1" }, start_node_id: "a", nodes: [{ id: "a", type: "end", instruction: { type: "prompt", text: "Bye." } }] })}\n}\n`);
  const STORIES: Record<string, { readonly change: Record<string, string | null>; readonly writes: number }> = {
    // Lock, agent and engine, record.
    "renamed and edited": { change: { ...renamedFolder("sales", "sales-eu"), ...declared({ agent: "sales", to: "sales-eu" }), "agents/sales-eu/agent.json": agentFile("sales", { agent: { voice_speed: 1.3 }, llm: { begin_message: "Hi" } }), "agents/desk/agent.json": agentFile("desk", { llm: { general_tools: [swapTo("agent://sales-eu")] } }) }, writes: 4 },
    // Lock, flow, agent, flow's content, the swap of the one that refers to it with its mark, record.
    replaced: { change: { "agents/sales/agent.json": FLOW }, writes: 7 },
  };
  interface Case {
    readonly story: string;
    readonly at: number;
    readonly disturbance: Disturbance;
  }
  const CASES = Object.entries(STORIES).flatMap(([story, { writes }]) => Array.from({ length: writes }, (_, at) => KINDS.map((disturbance): Case => ({ story, at, disturbance }))).flat());
  const PLAYED = CASES.filter(({ at, disturbance }) => process.env["PROVE"] === "full" || (disturbance === KINDS[at % KINDS.length] && at === 2));

  interface End {
    readonly outcome: string | undefined;
    readonly log: string;
    readonly picture: unknown;
  }

  async function play({ story, at, disturbance }: Case): Promise<End> {
    const own = await startScene({ files: FILES, retell: { now: () => Date.now() - 2_000 } });
    try {
      await own.deploy(IN_SEQUENCE);
      await own.repository.commit({ branch: "staging", files: STORIES[story]?.change ?? {}, message: "Change" });
      const disturbed = await deployDisturbed(own, at, disturbance, IN_SEQUENCE);
      await own.deploy({ ...IN_SEQUENCE, ...(at % 2 === 0 ? { rerunOf: disturbed.runId } : {}) });
      const end = await own.deploy(IN_SEQUENCE);
      const sales = own.staging.agents().filter(({ latest }) => latest.agent["agent_name"] === "sales").map(({ id }) => id);
      const newest = (JSON.parse((await own.repository.readFile("retell/state/staging", `agents/${story === "replaced" ? "sales" : "sales-eu"}/staging.json`)) ?? "{}") as { agent_id?: string }).agent_id ?? "";
      const desk = JSON.stringify(agentNamed(own.staging, "desk").latest.engine?.["general_tools"]);
      return { outcome: end.outputs["outcome"], log: end.log, picture: { agents: own.staging.agents().length, known: sales.includes(newest), follows: desk.includes(newest), files: await own.repository.files("retell/state/staging") } };
    } finally {
      await own.stop();
    }
  }

  test("killed, cancelled or without an answer at any write: the next runs end with one agent that everybody knows", async () => {
    scene = await startScene({ files: FILES });
    const results = startPool(PLAYED, 3, play);
    for (const [{ story, at, disturbance }, result] of results) {
      const { outcome, log, picture } = await result;
      const folder = story === "replaced" ? "sales" : "sales-eu";
      const expected = { agents: story === "replaced" ? 4 : 3, known: true, follows: true, files: ["agents/desk/staging.json", `agents/${folder}/staging.json`, "agents/spare/staging.json", "workspace.json"] };
      expect({ story, at, disturbance, outcome, picture, log: outcome === "unchanged" ? "" : log.slice(-2_000) }).toEqual({ story, at, disturbance, outcome: "unchanged", picture: expected, log: "" });
    }
  }, 600_000);
});

describe("a production is renamed", () => {
  const RENAMED = { "workspaces.json": jsonFile({ mode: "multi-production", staging: WORKSPACES.staging, production: { "prod-us-east": WORKSPACES.production, "prod-eu": { api_key_env: "RETELL_PROD_EU_API_KEY" } }, moved: [{ workspace: "production", to: "prod-us-east" }] }) };
  const production = (workspace: string): { branch: string; inputs: Record<string, string> } => ({ branch: "production", inputs: { workspace, "require-staging": "false", concurrency: "1" } });

  test("its record goes on under the new name, for deploy, publish-version and validation; idle is free (L6), the old branch is kept", async () => {
    scene = await startScene({ files: FILES });
    expectOutcome(await scene.deploy(production("production")), "deployed");
    const published = await scene.action("publish-version", { branch: "production", inputs: { workspace: "production" } });
    expect(published.outputs["outcome"]).toBe("published");
    const before = await state("agents/sales/production.json", "production");
    await commit(RENAMED, "production");
    const check = await scene.validate({ branch: "production", env: { RETELL_PROD_EU_API_KEY: KEYS.production }, inputs: { workspace: "prod-us-east" } });
    expect(check.outputs).toMatchObject({ outcome: "passed", "agents-to-deploy": "[]" });
    expectOutcome(await scene.deploy(production("prod-us-east")), "unchanged");
    expect(await state("agents/sales/prod-us-east.json", "prod-us-east")).toEqual({ ...before, workspace: "prod-us-east" });
    expect(await state("workspace.json", "production")).toMatchObject({ moved_to: "prod-us-east" });
    scene.retell.clearRequests();
    scene.github.clearRequests();
    expectOutcome(await scene.deploy(production("prod-us-east")), "unchanged");
    expect((await scene.action("publish-version", { branch: "production", inputs: { workspace: "prod-us-east" } })).outputs["outcome"]).toBe("unchanged");
    expect([...scene.retell.requests, ...scene.github.requests].filter(({ write }) => write)).toEqual([]);
    expect(scene.production.agents().length).toBe(3);
  });

  const BROKEN_OFF = [
    [1, "killed after"],
    [0, "killed after"],
    [1, "killed before"],
    [2, "answer dropped"],
    [3, "killed after"],
  ] as const;
  test.each(sampled<(typeof BROKEN_OFF)[number]>(BROKEN_OFF, 3))("L4: write %d of the first run under the new name: %s; the rerun goes on", async (at, disturbance) => {
    scene = await startScene({ files: FILES, retell: { now: () => Date.now() - 2_000 } });
    expectOutcome(await scene.deploy(production("production")), "deployed");
    const ids = scene.production.agents().map(({ id }) => id).sort();
    await commit({ ...RENAMED, "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: 1.3 } }) }, "production");
    await deployDisturbed(scene, at, disturbance, production("prod-us-east"));
    await scene.deploy(production("prod-us-east"));
    expectOutcome(await scene.deploy(production("prod-us-east")), "unchanged");
    expect([scene.production.agents().map(({ id }) => id).sort(), agentNamed(scene.production, "sales").latest.agent["voice_speed"]]).toEqual([ids, 1.3]);
    expect((await scene.repository.files("retell/state/prod-us-east")).filter((path) => !path.endsWith("/prod-us-east.json"))).toEqual(["workspace.json"]);
  });
});
