import { agentNamed, base, commit, detect, diffs, files, flow, importNow, jsonFile, node, resolve, scenario, show, tail, P, agentResults, WORKSPACES_FILE } from "./h.ts";
const id = (s: any, n = "g") => agentNamed(s.staging, n).id;
const live = (s: any, n = "g") => agentNamed(s.staging, n).latest.engine as any;
const W = { "workspaces.json": WORKSPACES_FILE };
const st = { inputs: { workspace: "staging" } };
const line = (t: string, r: any) => console.log(`  ${t}: ${r.outputs.outcome} ${r.outputs["reason-code"]} drifted=${r.outputs.drifted} ${[...agentResults(r)].map(([n, x]: any) => `${n}:${x.class}/${x.operation}/${x.status}/${x.reason_code}/${(x.changed_fields ?? []).slice(0, 6)}`)}`);
for (const drop of [false, true]) await scenario("renamed-import-" + drop, { files: W }, async (s) => {
  s.staging.console.createAgent({ agent_name: "Keep" }, { general_prompt: "x" });
  await importNow(s, st); const text = (await s.repository.readFile("retell/import", "agents/keep/agent.json")).replace('"Keep"', drop ? '"Kept"' : '"Keep"');
  await s.repository.commit({ branch: "retell/import", files: { "agents/keep/agent.json": null, "agents/kept/agent.json": text }, message: "rename" });
  const v0 = await importNow(s, st); console.log("import again", v0.outputs.outcome);
  await s.repository.merge(([...s.repository.pulls.values()][0] as any).number); await s.repository.git.run(["branch", "-f", "staging", "develop"]);
  console.log("tree", await s.repository.files("staging"));
  const v = await s.validate({ inputs: { scope: "all" } }); console.log("validate", v.outputs.outcome, v.outputs["agents-to-deploy"]); tail(v, 300);
  const r = await s.deploy(); line("deploy", r); console.log(s.staging.agents().map((a: any) => [a.id, a.latest.agent.agent_name, a.latest.agent.version_title]));
  const q = await s.deploy({ inputs: { prune: "delete", "max-deletes": "1" } }); line("prune", q); tail(q, 500); console.log(s.staging.agents().length);
});
await scenario("renamed-after-merge", { files: W }, async (s) => {
  s.staging.console.createAgent({ agent_name: "Keep" }, { general_prompt: "x" });
  await importNow(s, st); const text = await s.repository.readFile("retell/import", "agents/keep/agent.json");
  await s.repository.merge(([...s.repository.pulls.values()][0] as any).number); await s.repository.git.run(["branch", "-f", "staging", "develop"]);
  line("deploy", await s.deploy());
  await commit(s, { "agents/keep/agent.json": null, "agents/kept/agent.json": text });
  const r = await s.deploy(); line("deploy", r); tail(r, 500); console.log(s.staging.agents().length);
});
await scenario("prompt-credential", { files: files({ g: { conversation_flow: base() }, l: { llm_config: { model: "gpt-4.1", start_speaker: "agent", general_prompt: "Be kind." } } }) }, async (s) => {
  line("d", await s.deploy()); const typed = ["sk", "live", "9f8e7d6c5b4a39281706f5e4d3c2b1a0"].join("-");
  s.staging.console.editNode(id(s), "b", { instruction: { type: "prompt", text: `Beta talks on. Use ${typed} to log in.\nAnd be kind.` } });
  s.staging.console.editLlm(id(s, "l"), { general_prompt: `Be kind. Use ${typed} to log in.` });
  const d = await detect(s, st); console.log(d.outputs.outcome, JSON.stringify([...agentResults(d)]).slice(0, 900)); console.log(await diffs(s, "staging", "retell/drift/staging").catch(() => "none"));
});
await scenario("empty-nodes", { files: files({ g: { conversation_flow: flow([], {}) } }) }, async (s) => { const v = await s.validate({ inputs: { scope: "all" } }); console.log(v.outputs.outcome, v.outputs.errors, v.outputs.warnings); tail(v, 400); });
await scenario("use-git-reorder", { files: files({ g: { conversation_flow: base() } }) }, async (s) => {
  await s.deploy(); s.staging.console.removeNode(id(s), "b"); await commit(s, files({ g: { conversation_flow: { ...base(), global_prompt: "new" } } })); line("blocked", await s.deploy());
  const r = await resolve(s, "diff staging g"); const dig = /@[0-9a-f]{12}/.exec(r.summary)?.[0];
  const u = await resolve(s, `use-git staging g ${dig}`); console.log(u.outputs.outcome); await s.repository.git.run(["branch", "-f", "staging", "retell/resolve/staging"]); line("after", await s.deploy()); console.log(live(s).nodes.map((n: any) => [n.id, n.edges.map((e: any) => e.destination_node_id)])); line("idle", await s.deploy());
});
await scenario("partial-console", { files: files({ g: { conversation_flow: base() } }) }, async (s) => {
  await s.deploy(); s.staging.console.removeNode(id(s), "b"); await commit(s, files({ g: { conversation_flow: { ...base(), global_prompt: "new" } } }));
  const r = await resolve(s, "diff staging g"); const dig = /@[0-9a-f]{12}/.exec(r.summary)?.[0];
  const u = await resolve(s, `use-console staging g flow.nodes[b] ${dig}`); console.log("node b gone only", u.outputs.outcome, u.outputs["reason-code"], u.summary.slice(0, 1200)); console.log(await diffs(s, "staging", "retell/resolve/staging").catch(() => "none"));
});
const drag = (x: number) => { const f = base(); f.nodes[0].display_position = { x, y: 1 }; return f; };
await scenario("layout", { files: files({ g: { conversation_flow: drag(1) } }) }, async (s) => {
  line("d", await s.deploy()); s.staging.console.moveNode(id(s), "a", { x: 500, y: 500 });
  await commit(s, files({ g: { conversation_flow: { ...drag(1), global_prompt: "n" } } })); line("d", await s.deploy()); console.log(live(s).nodes[0].display_position);
  await commit(s, files({ g: { conversation_flow: { ...drag(2), global_prompt: "n" } } })); line("git moves", await s.deploy()); console.log(live(s).nodes[0].display_position);
});
await scenario("components", { files: files({ g: { conversation_flow: { ...base(), components: [{ name: "k", start_node_id: "q", nodes: [node("q", "Q"), node("r", "R")] }], nodes: [...base().nodes, { id: "cc", type: "component", name: "cc", component_id: "k", component_type: "local", edges: [], else_edge: { id: "e", transition_condition: { type: "prompt", prompt: "Else" }, destination_node_id: "b" } }] } } }) }, async (s) => {
  const r0 = await s.deploy(); line("d", r0); if (r0.conclusion !== "success") return tail(r0); line("again", await s.deploy()); console.log(JSON.stringify(live(s).components), JSON.stringify(live(s).nodes[3]));
  const c = live(s).components; s.staging.console.editFlow(id(s), { components: [{ ...c[0], nodes: [{ ...c[0].nodes[0], instruction: { type: "prompt", text: "Q EDIT" } }, c[0].nodes[1]] }, { name: "new", start_node_id: "q", nodes: [node("q", "N")] }] });
  const d = await detect(s, st); console.log(d.outputs.outcome); console.log(await diffs(s, "retell/drift/staging", "staging").catch(() => "none")); await s.repository.git.run(["branch", "-f", "staging", "retell/drift/staging"]); s.retell.clearRequests(); line("adopted", await s.deploy()); console.log(s.retell.requests.filter((q: any) => q.write).length);
  s.staging.console.editFlow(id(s), { components: live(s).components.map((x: any) => x.name === "k" ? { ...x, name: "kk" } : x) }); line("renamed in console", await s.deploy()); const d2 = await detect(s, st); console.log(d2.outputs.outcome); console.log(await diffs(s, "retell/drift/staging", "staging").catch(() => "none"));
});
