import { afterEach, test } from "@jest/globals";
import { appendFileSync } from "node:fs";
import { agentResults, listOf } from "@retell-actions/lab/scene/look-at";
import { agentFile, jsonFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { KEYS, startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
let scene: Scene;
afterEach(() => scene.stop());
const out = (...x: unknown[]): void => appendFileSync("/tmp/zzb.log", `${x.map((y) => (typeof y === "string" ? y : JSON.stringify(y))).join(" ")}\n`);
const ORGANIZATIONS = [
  { id: "org_staging", name: "Acme Staging", keys: [{ key: KEYS.staging, name: "deploy", permissions: { agent: "edit", phone: "read" } }] },
  { id: "org_production", name: "Acme Production", keys: [{ key: KEYS.production, name: "deploy", permissions: { agent: "edit", phone: "read" } }] },
] as const;
const commit = (files: Record<string, string | null>, branch = "staging"): Promise<unknown> => scene.repository.commit({ branch, files, message: "Change" });
const FILES = (): Record<string, string> => {
  const f = sampleFiles({ sales: { llm: { knowledge_base_ids: ["knowledge://faq"] } }, support: {} });
  f["knowledge/faq/knowledge.json"] = jsonFile({ name: "FAQ", enable_auto_refresh: true, max_chunk_size: 1000, texts: [{ title: "Hours", text: "Nine to five." }], files: ["./manual.txt"], urls: ["https://example.com"] });
  f["knowledge/faq/manual.txt"] = "Turn it on.\n";
  return f;
};
const show = (name: string, run: RunResult): void => {
  out(name, run.outputs["outcome"], run.outputs["reason-code"], "created", listOf(run, "created"), "updated", listOf(run, "updated"));
  for (const [, r] of agentResults(run)) if (r["status"] !== "unchanged") out("   agent", { ...r, changes: undefined, fields: undefined });
  const result = JSON.parse(run.outputs["result"] ?? "{}") as { resources?: unknown[]; knowledge?: unknown };
  out("   resources", result.resources ?? Object.keys(result));
  if (run.outputs["outcome"] === "failed") out("   LOG", run.log.slice(-1500));
};
const st = async (path: string, ws = "staging"): Promise<unknown> => JSON.parse((await scene.repository.readFile(`retell/state/${ws}`, path)) ?? "null");
async function begin(files = FILES(), retell: object = {}): Promise<void> {
  scene = await startScene({ files, retell: { organizations: ORGANIZATIONS, indexing: { reads: 0 }, ...retell } });
  const r = await scene.deploy();
  if (r.outputs["outcome"] !== "deployed") show("BEGIN!", r);
}
import { describe } from "@jest/globals";
const swapTo = (id: string): Record<string, unknown> => ({ type: "agent_swap", name: "over", agent_id: id, post_call_analysis_setting: "only_destination_agent" });
const WS = { staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } };
const declared = (...moved: object[]): Record<string, string> => ({ "workspaces.json": jsonFile({ ...WS, moved }) });
const A = (): Record<string, string> => sampleFiles({ a: { agent: { voice_speed: 1.1 } }, b: { agent: { voice_speed: 1.2 } }, desk: {} });
const agents = (org = scene.staging): unknown => org.agents().map((x) => [x.id.slice(0, 12), x.latest.agent["agent_name"], x.latest.agent["voice_speed"], x.latest.agent["version_title"], x.latest.agent["response_engine"]]);
describe("identity", () => {
test("I1 shift", async () => {
  await begin(A());
  out("I1 before", agents());
  const f = A();
  await commit({ "agents/a/agent.json": null, "agents/b/agent.json": f["agents/a/agent.json"]!, "agents/c/agent.json": f["agents/b/agent.json"]!, ...declared({ agent: "a", to: "b" }, { agent: "b", to: "c" }) });
  const r = await scene.deploy();
  show("I1", r); out(r.log.slice(-2500));
  out("I1 after", agents());
});
test("I2 reuse", async () => {
  await begin(A());
  await scene.repository.git.run(["branch", "-f", "production", "staging"]);
  show("I2 prod", await scene.deploy({ branch: "production", inputs: { workspace: "production" } }));
  out("I2 prod before", agents(scene.production));
  const f = A();
  await commit({ "agents/a/agent.json": null, "agents/a-eu/agent.json": f["agents/a/agent.json"]!, ...declared({ agent: "a", to: "a-eu" }) });
  show("I2 stg", await scene.deploy());
  await commit({ "agents/a/agent.json": agentFile("a2", { agent: { voice_speed: 0.7 } }) });
  const r = await scene.deploy(); show("I2 exists", r); out(r.log.slice(-900));
  await commit({ ...declared() });
  show("I2 stg2", await scene.deploy());
  await scene.repository.git.run(["branch", "-f", "production", "staging"]);
  const v = await scene.deploy({ branch: "production", inputs: { workspace: "production" } });
  show("I2 prod", v);
  out("I2 prod after", agents(scene.production));
});
test("I3 hand-edited record", async () => {
  await begin(A());
  const made = scene.staging.console.createAgent({ agent_name: "Foreign", voice_speed: 0.9 }, { begin_message: "foreign" });
  const s = (await st("agents/a/staging.json")) as Record<string, unknown>;
  const old = s["agent_id"];
  await commit({ "agents/a/staging.json": `${JSON.stringify({ ...s, agent_id: made.agentId }, null, 2)}\n` }, "retell/state/staging");
  show("I3 idle", await scene.deploy());
  await commit({ "agents/a/agent.json": agentFile("a", { agent: { voice_speed: 1.5 } }) });
  const r = await scene.deploy(); show("I3 change", r); 
  const r2 = await scene.deploy({ inputs: { "on-console-edit": "overwrite" } }); show("I3 overwrite", r2); out(r2.log.slice(-1200));
  out("I3 old", old, agents());
});
test("I8 published uses", async () => {
  const files = sampleFiles({ desk: { llm: { general_tools: [swapTo("agent://sales")] } }, sales: {}, spare: {} });
  await begin(files);
  const id = scene.staging.agents().find((x) => x.latest.agent["agent_name"] === "sales")!.id;
  const foreign = scene.staging.console.createAgent({ agent_name: "Foreign" }, { general_tools: [swapTo(id)] });
  scene.staging.console.publish(foreign.agentId, 0);
  scene.staging.console.editLlm(foreign.agentId, { general_tools: [] });
  const desk = scene.staging.agents().find((x) => x.latest.agent["agent_name"] === "desk")!.id;
  scene.staging.console.publish(desk, 0);
  await commit({ "agents/desk/agent.json": agentFile("desk", {}) });
  show("I8 desk", await scene.deploy());
  await commit({ "agents/sales/agent.json": null });
  const r = await scene.deploy({ inputs: { prune: "delete" } }); show("I8 prune staging (desk published swap)", r);
  await scene.action("publish-version", { branch: "staging", inputs: { workspace: "staging" } });
  scene.staging.console.publish(desk, scene.staging.agents().find((x) => x.id === desk)!.latest.version);
  const r2 = await scene.deploy({ inputs: { prune: "delete" } }); show("I8 prune 2 (foreign published swap)", r2);
  out(agents());
});
test("I5 replace and back", async () => {
  const files = sampleFiles({ desk: { llm: { general_tools: [swapTo("agent://sales")] } }, sales: {} });
  await begin(files);
  const FLOW = agentFile("sales").replace(/"llm_config": [\s\S]*/, `"conversation_flow": ${JSON.stringify({ start_speaker: "agent", model_choice: { type: "cascading", model: "gpt-4.1" }, start_node_id: "a", nodes: [{ id: "a", type: "end", instruction: { type: "prompt", text: "Bye." } }] })}\n}\n`);
  await commit({ "agents/sales/agent.json": FLOW });
  show("I5 flow", await scene.deploy({ inputs: { "allow-replace": "true" } }));
  await commit({ "agents/sales/agent.json": files["agents/sales/agent.json"]! });
  show("I5 back", await scene.deploy({ inputs: { "allow-replace": "true" } }));
  out(agents());
  out("desk", scene.staging.agents().find((x) => x.latest.agent["agent_name"] === "desk")!.latest.engine);
  show("I5 idle", await scene.deploy());
  await scene.repository.git.run(["update-ref", "-d", "refs/heads/retell/state/staging"]);
  const r = await scene.deploy(); show("I5 lost", r); out(r.log.slice(-1800));
});
});
