import { agentNamed, base, commit, detect, diffs, files, flow, importNow, jsonFile, node, resolve, scenario, show, tail, P, WORKSPACES_FILE, agentResults } from "./h.ts";
const W = { "workspaces.json": WORKSPACES_FILE };
const pulls = (s: any) => [...s.repository.pulls.values()].filter((p: any) => p.head.ref === "retell/import");
const tree = async (s: any, b: string) => { try { return (await s.repository.files(b)); } catch { return "no branch"; } };
const cat = async (s: any, b: string, p: string) => s.repository.readFile(b, p);
const mergeAll = async (s: any) => { await s.repository.merge(pulls(s).at(-1)?.number); for (const b of ["staging", "production"]) await s.repository.git.run(["branch", "-f", b, "develop"]); };
const brief = (t: string, r: any) => { console.log(`  ${t}: ${r.outputs.outcome} ${r.outputs["reason-code"]} agents=${r.outputs.agents} secrets=${r.outputs.secrets}`); };
const dep = async (s: any, w = "staging", o: any = {}) => { const r = await s.action("deploy", { branch: w, ...o, inputs: { workspace: w, ...o.inputs } }); console.log(`  deploy ${w}: ${r.outputs.outcome} ${r.outputs["reason-code"]} drifted=${r.outputs.drifted} ${[...agentResults(r)].filter(([, x]) => x.class !== "in-sync").map(([n, x]: any) => `${n}:${x.class}/${x.status}/${x.changed_fields}`)}`); return r; };

await scenario("empty", { files: W }, async (s) => { const r = await importNow(s); brief("import", r); console.log(await tree(s, "retell/import"), await tree(s, "retell/state/staging")); });
await scenario("names", { files: W }, async (s) => {
  for (const n of ["😀🎉", "😀🎉", "Same", "same", "SAME", "Same"]) s.staging.console.createAgent({ agent_name: n }, { general_prompt: "p " + n });
  s.production.console.createAgent({ agent_name: "Same" }, { general_prompt: "prod" });
  const r = await importNow(s); brief("import", r); console.log((await tree(s, "retell/import")).join(" "));
  await mergeAll(s); await dep(s); await dep(s, "production"); brief("import again", await importNow(s));
});
await scenario("production-only", { files: W }, async (s) => {
  s.production.console.createAgentOn({ engine: { type: "conversation-flow", fields: base() }, fields: { agent_name: "F" } });
  brief("import", await importNow(s, { inputs: { workspace: "production" } })); console.log((await tree(s, "retell/import")).join(" ")); console.log(pulls(s)[0]?.body.slice(0, 2500));
  await mergeAll(s); await dep(s, "production"); await dep(s, "staging"); await dep(s, "production"); console.log(s.staging.agents().length);
});
await scenario("edited-between", { files: W }, async (s) => {
  const a = s.staging.console.createAgentOn({ engine: { type: "conversation-flow", fields: base() }, fields: { agent_name: "F" } });
  const b = s.staging.console.createAgent({ agent_name: "Gone" }, { general_prompt: "x" });
  brief("import", await importNow(s, { inputs: { workspace: "staging" } }));
  s.staging.console.editNode(a.agentId, "b", { instruction: { type: "prompt", text: "EDITED" } });
  s.staging.console.deleteAgent(b.agentId);
  await mergeAll(s); await dep(s); await dep(s, "staging", { inputs: { prune: "delete", "max-deletes": "9" } });
  console.log(agentNamed(s.staging, "F").latest.engine.nodes[1].instruction.text);
  const d = await detect(s, { inputs: { workspace: "staging" } }); console.log(d.outputs.outcome, await diffs(s, "staging", "retell/drift/staging").catch(() => "none"));
});
await scenario("person-edits-import-branch", { files: W }, async (s) => {
  const a = s.staging.console.createAgentOn({ engine: { type: "conversation-flow", fields: base() }, fields: { agent_name: "F" } });
  brief("import", await importNow(s, { inputs: { workspace: "staging" } }));
  const text = await cat(s, "retell/import", "agents/f/flow.json");
  await commit(s, { "agents/f/flow.json": text.replace("Beta talks on.", "Beta by hand.") }, "retell/import");
  const head = await s.repository.tip("retell/import");
  s.staging.console.editNode(a.agentId, "a", { instruction: { type: "prompt", text: "Alpha EDITED" } });
  s.staging.console.createAgent({ agent_name: "Late" }, { general_prompt: "x" });
  const r = await importNow(s, { inputs: { workspace: "staging" } }); brief("again", r); tail(r, 600);
  console.log("head kept", head === await s.repository.tip("retell/import"), (await tree(s, "retell/import")).join(" "), "|", (await tree(s, "retell/state/staging")).join(" "));
  await mergeAll(s); await dep(s); console.log(agentNamed(s.staging, "F").latest.engine.nodes.map((n: any) => n.instruction.text));
  await dep(s, "staging", { inputs: { "on-console-edit": "keep" } }); console.log(agentNamed(s.staging, "F").latest.engine.nodes.map((n: any) => n.instruction.text));
});
await scenario("import-twice-edited", { files: W }, async (s) => {
  const a = s.staging.console.createAgentOn({ engine: { type: "conversation-flow", fields: base() }, fields: { agent_name: "F" } });
  brief("import", await importNow(s));
  s.staging.console.editNode(a.agentId, "a", { instruction: { type: "prompt", text: "Alpha EDITED" } });
  brief("again", await importNow(s));
  console.log((await cat(s, "retell/import", "agents/f/flow.json")).includes("EDITED"));
  await mergeAll(s); await dep(s);
});
await scenario("closed-then-again", { files: W }, async (s) => {
  const a = s.staging.console.createAgentOn({ engine: { type: "conversation-flow", fields: base() }, fields: { agent_name: "F" } });
  brief("import", await importNow(s));
  await s.repository.git.run(["update-ref", "-d", "refs/heads/retell/import"]);
  s.staging.console.editNode(a.agentId, "a", { instruction: { type: "prompt", text: "Alpha EDITED" } });
  brief("branch deleted, again", await importNow(s)); console.log(pulls(s).map((p: any) => [p.number, p.state]));
});
for (const status of [403, 500]) await scenario("unreadable-" + status, { files: W }, async (s) => {
  const a = s.staging.console.createAgentOn({ engine: { type: "conversation-flow", fields: base() }, fields: { agent_name: "F" } });
  s.staging.console.createAgent({ agent_name: "Ok" }, { general_prompt: "x" });
  s.faults.add({ matches: (q: any) => q.service === "retell" && q.path.includes(a.agentId), action: { kind: "status", status, body: { status: "error", message: "no" } } });
  const r = await importNow(s, { inputs: { workspace: "staging" } }); brief("import", r); console.log(r.conclusion); tail(r, 700); console.log(await tree(s, "retell/import"), await tree(s, "retell/state/staging"));
});
await scenario("wd", { files: { "voice/workspaces.json": WORKSPACES_FILE } }, async (s) => {
  s.staging.console.createAgentOn({ engine: { type: "conversation-flow", fields: base() }, fields: { agent_name: "F" } });
  const o = { inputs: { "working-directory": "voice" } };
  brief("import", await importNow(s, o)); for (const b of (await s.repository.git.run(["branch", "--list"])).stdout.toString().split("\n")) console.log(b);
  const p: any = [...s.repository.pulls.values()][0]; await s.repository.merge(p.number); for (const b of ["staging", "production"]) await s.repository.git.run(["branch", "-f", b, "develop"]);
  console.log((await tree(s, "develop")).join(" ")); await dep(s, "staging", o);
});
await scenario("tags", { files: W }, async (s) => {
  const t = "Hello {{x}} and {{ user_name }}.  \r\nLine with trailing   \n\n\n  {\"$prompt\": \"x\"}\t\n\n";
  s.staging.console.createAgentOn({ engine: { type: "conversation-flow", fields: { ...base(), nodes: [node("a", t, ["b", "c"]), node("b", "{{x}}"), node("c", "OVERRIDE\n\nx")], global_prompt: t, default_dynamic_variables: { x: "1" } } }, fields: { agent_name: "T", webhook_url: "https://x.example/{{x}}" } });
  s.staging.console.createAgent({ agent_name: "L" }, { general_prompt: t, begin_message: " {{x}} ", states: [{ name: "s", state_prompt: t }], starting_state: "s" });
  for (const name of ["D1", "D2", "D3"]) s.staging.console.createAgentOn({ channel: "chat", engine: { type: "conversation-flow", fields: { ...base(), global_prompt: t } }, fields: { agent_name: name } });
  const r = await importNow(s, { inputs: { workspace: "staging" } }); brief("import", r); tail(r, 900); console.log((await tree(s, "retell/import")).join(" ")); 
  await mergeAll(s); await dep(s); const v = await s.validate({ inputs: { scope: "all" } }); console.log(v.outputs.outcome, v.outputs["agents-to-deploy"]);
});
await scenario("secrets", { files: W }, async (s) => {
  const tools = [{ type: "custom", tool_id: "t1", name: "crm", description: "d", url: "https://example.com/crm?api_key=abcd1234efgh5678ijkl", parameters: { type: "object", properties: {} }, headers: { Authorization: "Bearer " + ["sk", "live", "9f8e7d6c5b4a39281706f5e4d3c2b1a0"].join("-") } }];
  for (const n of ["A", "B"]) s.staging.console.createAgentOn({ engine: { type: "conversation-flow", fields: { ...base(), tools, components: [{ name: "comp", nodes: [node("q", "Q")], tools, start_node_id: "q" }], mcps: [{ name: "m", url: "https://m.example", headers: { "x-key": "zzzzzz11111yyyyy" } }] } }, fields: { agent_name: n } });
  const r = await importNow(s, { inputs: { workspace: "staging" } }); brief("import", r); tail(r, 600);
  console.log((await tree(s, "retell/import")).join(" ")); const f = await cat(s, "retell/import", "agents/a/flow.json"); console.log(f?.match(/.*(secret:|api_key).*/g));
  await mergeAll(s); await dep(s);
  const secrets = JSON.parse(r.outputs.secrets ?? "[]"); console.log(secrets);
  const env = Object.fromEntries(secrets.map((n: string) => ["RETELL_SECRET_" + n, tools[0].headers.Authorization]));
  await dep(s, "staging", { env });
});
await scenario("busy", { files: W }, async (s) => {
  s.staging.console.createAgent({ agent_name: "Ok" }, { general_prompt: "x" });
  await commit(s, { "agents/new/agent.json": jsonFile({ agent_name: "new", voice_id: "retell-Cimo", llm_config: { model: "gpt-4.1", general_prompt: "n", start_speaker: "agent" } }) });
  let done = false, r: any;
  s.faults.add({ matches: (q: any) => q.service === "retell" && q.write && !done, times: 1, action: { kind: "call", when: "before", run: async () => { done = true; r = await importNow(s, { inputs: { workspace: "staging" } }); } } });
  await dep(s); brief("import while deploying", r); tail(r, 800); console.log(await tree(s, "retell/state/staging"));
  brief("import", await importNow(s, { inputs: { workspace: "staging" } })); console.log(await tree(s, "retell/state/staging"), await tree(s, "retell/import"));
});
