import { agentNamed, base, commit, detect, diffs, files, flow, importNow, jsonFile, node, resolve, scenario, show, tail, P, agentResults, WORKSPACES_FILE } from "./h.ts";
const id = (s: any, n = "g") => agentNamed(s.staging, n).id;
const live = (s: any, n = "g") => agentNamed(s.staging, n).latest.engine as any;
const st = { inputs: { workspace: "staging" } };
const line = (t: string, r: any) => console.log(`  ${t}: ${r.outputs.outcome} ${r.outputs["reason-code"]} drifted=${r.outputs.drifted} ${[...agentResults(r)].map(([n, x]: any) => `${n}:${x.class}/${x.operation}/${x.status}/${x.reason_code}/${(x.changed_fields ?? []).slice(0, 6)}`)}`);
await scenario("rename-deployed", { files: files({ g: { conversation_flow: base() } }) }, async (s) => {
  line("d", await s.deploy()); await commit(s, { "agents/g/agent.json": null, "agents/gg/agent.json": files({ g: { conversation_flow: base() } })["agents/g/agent.json"] }); const r = await s.deploy(); line("renamed", r); tail(r, 600);
});
await scenario("dangling", { files: files({ g: { conversation_flow: flow([node("a", "A", ["b"])]) } }) }, async (s) => { const v = await s.validate({ inputs: { scope: "all" } }); console.log(v.outputs.outcome); tail(v, 500); });
await scenario("import-in-use-toolid", { files: { "workspaces.json": WORKSPACES_FILE }, retell: { generatedToolIds: "fresh" } }, async (s) => {
  s.staging.console.createAgentOn({ engine: { type: "conversation-flow", fields: { ...base(), tools: [{ type: "custom", name: "one", description: "d", url: "https://x.example/", parameters: { type: "object", properties: {} } }] } }, fields: { agent_name: "F" } });
  const t = live(s, "F").tools; console.log(t.map((x: any) => x.tool_id));
  const r = await importNow(s, st); console.log(r.outputs.outcome, r.log.slice(-400)); await s.repository.merge(([...s.repository.pulls.values()][0] as any).number); await s.repository.git.run(["branch", "-f", "staging", "develop"]); line("d", await s.deploy());
});
await scenario("import-no-secret-write", { files: { "workspaces.json": WORKSPACES_FILE } }, async (s) => {
  const typed = "Bearer " + ["sk", "live", "9f8e7d6c5b4a39281706f5e4d3c2b1a0"].join("-");
  s.staging.console.createAgentOn({ engine: { type: "conversation-flow", fields: { ...base(), tools: [{ type: "custom", tool_id: "t", name: "one", description: "d", url: "https://x.example/", headers: { Authorization: typed }, parameters: { type: "object", properties: {} } }] } }, fields: { agent_name: "F" } });
  await importNow(s, st); await s.repository.merge(([...s.repository.pulls.values()][0] as any).number); await s.repository.git.run(["branch", "-f", "staging", "develop"]);
  const t = await s.repository.readFile("staging", "agents/f/flow.json"); await commit(s, { "agents/f/flow.json": t.replace("Gamma ends.", "Gamma 2") }); const r = await s.deploy(); line("no secret, only nodes", r); tail(r, 400); console.log(live(s, "F").tools[0].headers, live(s, "F").nodes[2].instruction);
  const r2 = await s.deploy({ env: { RETELL_SECRET_F_ONE_AUTHORIZATION: typed } }); line("with", r2); line("idle", await s.deploy()); console.log(live(s, "F").tools[0].headers.Authorization === typed);
});
await scenario("null-nodes-in-live", { files: files({ g: { conversation_flow: base() } }), retell: { nullAsAbsent: true } }, async (s) => {
  line("d", await s.deploy()); s.staging.console.editFlow(id(s), { nodes: null }); console.log(live(s).nodes); const r = await s.deploy(); line("nodes null in console", r); const d = await detect(s, st); console.log(d.outputs.outcome); console.log((await diffs(s, "retell/drift/staging", "staging").catch(() => "none")).slice(0, 400)); tail(d, 500);
});
