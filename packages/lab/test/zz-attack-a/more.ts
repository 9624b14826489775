import { agentNamed, base, commit, detect, diffs, files, flow, importNow, jsonFile, node, resolve, scenario, show, tail, P, agentResults, WORKSPACES_FILE } from "./h.ts";
const id = (s: any, n = "g") => agentNamed(s.staging, n).id;
const live = (s: any, n = "g") => agentNamed(s.staging, n).latest.engine as any;
const W = { "workspaces.json": WORKSPACES_FILE };
const st = { inputs: { workspace: "staging" } };
const line = (t: string, r: any) => console.log(`  ${t}: ${r.outputs.outcome} ${r.outputs["reason-code"]} drifted=${r.outputs.drifted} ${[...agentResults(r)].map(([n, x]: any) => `${n}:${x.class}/${x.operation}/${x.status}/${x.reason_code}/${(x.changed_fields ?? []).slice(0, 6)}`)}`);
const eq = (i: string, v: string, to: string) => ({ id: i, transition_condition: { type: "equation", equations: [{ left: "{{tier}}", operator: v === "any" ? "exists" : "==", right: v }], operator: "&&" }, destination_node_id: to });
const ef = (edges: any[], text = "Alpha") => files({ g: { conversation_flow: flow([{ ...node("a", text), edges }, node("b", "B"), node("c", "C")], { default_dynamic_variables: { tier: "x" } }) } });

await scenario("edge-eq", { files: ef([eq("any", "any", "c"), eq("gold", "gold", "b")]) }, async (s) => {
  line("d", await s.deploy());
  await commit(s, ef([eq("gold", "gold", "b"), eq("any", "any", "c")])); line("git puts gold first", await s.deploy()); console.log(live(s).nodes[0].edges.map((e: any) => e.id));
  const v = await s.validate({ inputs: { scope: "all" } }); console.log("validate", v.outputs.outcome, v.outputs["agents-to-deploy"]);
});
await scenario("edge-console", { files: ef([eq("any", "any", "c"), eq("gold", "gold", "b")]) }, async (s) => {
  line("d", await s.deploy());
  s.staging.console.editNode(id(s), "a", { edges: [eq("gold", "gold", "b"), eq("any", "any", "c")] });
  const d = await detect(s, st); console.log("drift", d.outputs.outcome);
  await commit(s, ef([eq("any", "any", "c"), eq("gold", "gold", "b")], "Alpha 2")); const r = await s.deploy(); line("git edits text", r); console.log(live(s).nodes[0].edges.map((e: any) => e.id)); tail(r, 400);
});
await scenario("import-closed", { files: W }, async (s) => {
  s.staging.console.createAgent({ agent_name: "Keep" }, { general_prompt: "x" });
  const r = await importNow(s, st); console.log(r.outputs.outcome);
  const p: any = [...s.repository.pulls.values()][0];
  const { Person } = await import("@retell-actions/lab/scene/person"); const dana = new Person(s.repository, "dana"); await dana.close(p.number);
  await s.repository.git.run(["update-ref", "-d", "refs/heads/retell/import"]);
  line("prune report", await s.deploy()); const q = await s.deploy({ inputs: { prune: "delete", "max-deletes": "9" } }); line("prune delete", q); tail(q, 500); console.log("agents left", s.staging.agents().length);
  const a = await importNow(s, st); console.log("import again", a.outputs.outcome, a.outputs.agents); tail(a, 400);
  const d = await detect(s, st); console.log("drift", d.outputs.outcome);
});
await scenario("import-all-body", { files: W }, async (s) => {
  s.production.console.createAgent({ agent_name: "Keep" }, { general_prompt: "x" });
  await importNow(s); console.log(([...s.repository.pulls.values()][0] as any).body.slice(0, 1500));
});
await scenario("import-merged-then-renamed-folder", { files: W }, async (s) => {
  s.staging.console.createAgent({ agent_name: "Keep" }, { general_prompt: "x" });
  await importNow(s, st); const text = await s.repository.readFile("retell/import", "agents/keep/agent.json");
  await s.repository.commit({ branch: "retell/import", files: { "agents/keep/agent.json": null, "agents/kept/agent.json": text }, message: "rename" }).catch((e: any) => console.log("commit", e.message));
  await s.repository.merge(([...s.repository.pulls.values()][0] as any).number); await s.repository.git.run(["branch", "-f", "staging", "develop"]);
  const r = await s.deploy(); line("deploy", r); tail(r, 700); console.log(s.staging.agents().length);
  const v = await s.validate({ inputs: { scope: "all" } }); console.log(v.outputs.outcome);
});
const cust = (url: string, more: any = {}) => files({ g: { response_engine: { type: "custom-llm", llm_websocket_url: url }, ...more } });
await scenario("custom", { files: cust("wss://a.example/x") }, async (s) => {
  line("d", await s.deploy()); line("again", await s.deploy());
  await commit(s, cust("wss://b.example/x")); line("url", await s.deploy());
  s.staging.console.editAgent(id(s), { response_engine: { type: "custom-llm", llm_websocket_url: "wss://console.example/y" } });
  line("console", await s.deploy()); await commit(s, cust("wss://c.example/x")); line("conflict", await s.deploy());
  const d = await detect(s, st); console.log(d.outputs.outcome); const r = await resolve(s, "diff staging g"); console.log(r.summary.slice(0, 1500));
  const dig = /@[0-9a-f]{12}/.exec(r.summary)?.[0]; for (const c of [`use-console staging g agent.response_engine.llm_websocket_url ${dig}`]) { const u = await resolve(s, c); console.log(c, u.outputs.outcome, u.summary.slice(0, 800)); }
  console.log(await diffs(s, "staging", "retell/resolve/staging").catch(() => "none"));
});
await scenario("custom-secret", { files: cust("secret://WS") }, async (s) => { const r = await s.deploy({ env: { RETELL_SECRET_WS: "wss://u:pw@h.example/x" } }); line("d", r); tail(r, 600); const q = await s.deploy(); line("without value", q); });
await scenario("custom-literal", { files: cust("wss://h.example/x?api_key=sk_live_51H8abcdefghijkl99") }, async (s) => { const r = await s.deploy(); line("d", r); tail(r, 600); });
for (const n of ["use-git", "use-console", "merge"]) await scenario("resolve-" + n, { files: files({ g: { conversation_flow: flow([node("a.b [x]", { $prompt: "base/hi" }, ["b"]), node("b", "Beta talks on and on about chairs.\nSecond line.")], { start_node_id: "a.b [x]" }) }, h: { channel: "chat", conversation_flow: flow([node("a", { $prompt: "base/hi" })]) } }, { "prompts/base/hi.txt": "Hello dear friend.\nHow are you today?\nBye." }) }, async (s) => {
  const r0 = await s.deploy(); line("d", r0); if (r0.conclusion !== "success") return tail(r0);
  const nodes = live(s).nodes; s.staging.console.editFlow(id(s), { nodes: [{ ...nodes[0], instruction: { type: "prompt", text: "Hello dear friend.\nHow are you today?\nBye from console." } }, { ...nodes[1], instruction: { type: "prompt", text: "Beta talks on and on about chairs.\nSecond console line." } }] });
  await commit(s, { "prompts/base/hi.txt": "Hello git friend.\nHow are you today?\nBye." });
  line("conflict", await s.deploy());
  const r = await resolve(s, "diff staging g"); console.log(r.summary.match(/^\/retell.*$/gm)); const dig = /@[0-9a-f]{12}/.exec(r.summary)?.[0];
  for (const f of ["flow.nodes[a.b [x]].instruction.text", '"flow.nodes[a.b [x]].instruction.text"']) { const u = await resolve(s, `${n} staging g ${f} ${dig}`); console.log(f, u.outputs.outcome, u.outputs["reason-code"], u.summary.slice(0, 500)); }
  const u = await resolve(s, `${n} staging g ${dig}`); console.log("whole:", u.outputs.outcome, u.outputs["reason-code"]);
  const df = await diffs(s, "staging", "retell/resolve/staging").catch(() => "none"); console.log(df); if (df === "none") return;
  await s.repository.git.run(["branch", "-f", "staging", "retell/resolve/staging"]); const w = await s.deploy(); line("after", w); console.log(live(s).nodes.map((x: any) => x.instruction.text), live(s, "h").nodes[0].instruction.text); line("idle", await s.deploy());
});
await scenario("publish-kinds", { files: files({ f: { conversation_flow: base() }, c: { channel: "chat", conversation_flow: base() }, w: { response_engine: { type: "custom-llm", llm_websocket_url: "wss://a.example/" } } }) }, async (s) => {
  const p = { branch: "production", inputs: { workspace: "production", "require-staging": "false" } };
  line("d", await s.action("deploy", p)); const r = await s.action("publish-version", { branch: "production", inputs: { workspace: "production" } }); console.log(r.outputs.outcome, r.outputs.published); if (r.conclusion !== "success") tail(r);
  const r2 = await s.action("publish-version", { branch: "production", inputs: { workspace: "production" } }); console.log(r2.outputs.outcome); line("d", await s.action("deploy", p));
  const cid = agentNamed(s.production, "c").id; s.production.console.editNode(cid, "a", { instruction: { type: "prompt", text: "E" } }); s.production.console.publish(cid, agentNamed(s.production, "c").latest.version);
  line("console published c", await s.action("deploy", p)); const d = await detect(s, { inputs: { workspace: "production" } }); console.log(d.outputs.outcome, JSON.stringify([...agentResults(d)]).slice(0, 600));
});
await scenario("secret-in-flow", { files: files({ g: { conversation_flow: { ...base(), tools: [{ type: "custom", tool_id: "t", name: "crm", description: "d", url: "https://example.com/", parameters: { type: "object", properties: {} } }] } } }) }, async (s) => {
  line("d", await s.deploy()); const typed = "Bearer " + ["sk", "live", "9f8e7d6c5b4a39281706f5e4d3c2b1a0"].join("-");
  s.staging.console.editFlow(id(s), { tools: [{ ...live(s).tools[0], headers: { Authorization: typed } }], components: [{ name: "k", nodes: [node("q", "use " + typed)], tools: [{ ...live(s).tools[0], headers: { Authorization: typed } }], start_node_id: "q" }] });
  const d = await detect(s, st); const t = await diffs(s, "staging", "retell/drift/staging").catch(() => "none"); console.log(d.outputs.outcome, t); const all = [d.log, d.summary, t, ...[...s.repository.pulls.values()].map((p: any) => p.body + p.title), JSON.stringify(d.outputs), JSON.stringify(d.annotations)].join("\n"); console.log("leak", all.includes("9f8e7d6c"));
  console.log(([...s.repository.pulls.values()][0] as any)?.body.slice(0, 2500));
  await commit(s, files({ g: { conversation_flow: { ...base(), tools: [{ type: "custom", tool_id: "t", name: "crm", description: "NEW", url: "https://example.com/", parameters: { type: "object", properties: {} } }] } } })); const k = await s.deploy({ inputs: { "on-console-edit": "keep" } }); line("keep", k); console.log(live(s).tools[0].headers?.Authorization === typed, live(s).components?.[0]?.tools?.[0]?.headers?.Authorization === typed);
});
