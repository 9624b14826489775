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
test("A settings removed", async () => {
  await begin();
  await commit({ "knowledge/faq/knowledge.json": jsonFile({ name: "FAQ", texts: [{ title: "Hours", text: "Nine to five." }], files: ["./manual.txt"], urls: ["https://example.com"] }) });
  show("A", await scene.deploy());
  out(scene.staging.snapshot().knowledgeBases, await st("knowledge/faq/staging.json"));
  await scene.repository.git.run(["branch", "-f", "production", "staging"]);
  show("A prod", await scene.deploy({ branch: "production", inputs: { workspace: "production" } }));
  out(scene.production.snapshot().knowledgeBases);
});
test("B prune while published uses", async () => {
  await begin();
  await scene.repository.git.run(["branch", "-f", "production", "staging"]);
  show("B prod", await scene.deploy({ branch: "production", inputs: { workspace: "production" } }));
  const p = await scene.action("publish-version", { branch: "production", inputs: { workspace: "production" } });
  out("B publish", p.outputs["outcome"]);
  await commit({ "agents/sales/agent.json": agentFile("sales", {}), "knowledge/faq/knowledge.json": null, "knowledge/faq/manual.txt": null });
  show("B staging", await scene.deploy());
  await scene.repository.git.run(["branch", "-f", "production", "staging"]);
  show("B prod1", await scene.deploy({ branch: "production", inputs: { workspace: "production", prune: "delete" } }));
  show("B prod2", await scene.deploy({ branch: "production", inputs: { workspace: "production", prune: "delete" } }));
  out("B kbs", scene.production.snapshot().knowledgeBases, scene.production.agents().map((a) => [a.latest.agent["agent_name"], a.latestPublished?.engine?.["knowledge_base_ids"], a.latest.engine?.["knowledge_base_ids"]]));
});
test("C replace keeps name", async () => {
  await begin();
  await commit({ "knowledge/faq/knowledge.json": jsonFile({ name: "FAQ", enable_auto_refresh: true, max_chunk_size: 1200, texts: [{ title: "Hours", text: "Nine to five." }], files: ["./manual.txt"], urls: ["https://example.com"] }) });
  show("C", await scene.deploy());
  show("C allow", await scene.deploy({ inputs: { "allow-replace": "true" } }));
  show("C again", await scene.deploy({}));
  out(scene.staging.snapshot().knowledgeBases, await st("knowledge/faq/staging.json"));
});
test("N rename folder, same name", async () => {
  await begin();
  const f = FILES();
  await commit({ "knowledge/faq/knowledge.json": null, "knowledge/faq/manual.txt": null, "knowledge/help/knowledge.json": f["knowledge/faq/knowledge.json"]!, "knowledge/help/manual.txt": f["knowledge/faq/manual.txt"]!, "agents/sales/agent.json": agentFile("sales", { llm: { knowledge_base_ids: ["knowledge://help"] } }) });
  show("N", await scene.deploy());
  show("N prune", await scene.deploy({ inputs: { prune: "delete" } }));
  show("N adopt", await scene.deploy({ inputs: { adopt: "true" } }));
  out(scene.staging.snapshot().knowledgeBases);
});
test("O deleted and remade by hand", async () => {
  await begin();
  const id = ((await st("knowledge/faq/staging.json")) as { knowledge_base_id: string }).knowledge_base_id;
  scene.staging.console.deleteKnowledgeBase(id);
  scene.staging.console.createKnowledgeBase("FAQ", { texts: [{ title: "Mine", text: "x" }] });
  show("O", await scene.deploy());
  await commit({ "knowledge/faq/manual.txt": "changed" });
  show("O changed", await scene.deploy());
  show("O recreate", await scene.deploy({ inputs: { recreate: "true" } }));
  show("O recreate+adopt", await scene.deploy({ inputs: { recreate: "true", adopt: "true" } }));
  out(scene.staging.snapshot().knowledgeBases, scene.staging.agents().map((a) => a.latest.engine?.["knowledge_base_ids"]));
});
test("Q literal beside symbolic", async () => {
  await begin();
  const id = ((await st("knowledge/faq/staging.json")) as { knowledge_base_id: string }).knowledge_base_id;
  const other = scene.staging.console.createKnowledgeBase("Other", { texts: [{ title: "Mine", text: "x" }] });
  await commit({ "agents/sales/agent.json": agentFile("sales", { llm: { knowledge_base_ids: ["knowledge://faq", id, other] } }) });
  show("Q", await scene.deploy());
  show("Q idle", await scene.deploy());
  await commit({ "agents/sales/agent.json": agentFile("sales", { llm: { knowledge_base_ids: [id] } }) });
  show("Q literal only", await scene.deploy());
  show("Q idle", await scene.deploy());
  await commit({ "knowledge/faq/knowledge.json": null, "knowledge/faq/manual.txt": null });
  show("Q prune", await scene.deploy({ inputs: { prune: "delete" } }));
  out(scene.staging.snapshot().knowledgeBases, scene.staging.agents().map((a) => a.latest.engine?.["knowledge_base_ids"]));
});
