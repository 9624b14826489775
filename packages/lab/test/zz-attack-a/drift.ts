import { agentNamed, base, commit, detect, diffs, files, flow, jsonFile, node, resolve, scenario, show, tail, P, agentResults } from "./h.ts";
const id = (s: any, n = "g") => agentNamed(s.staging, n).id;
const live = (s: any, n = "g") => agentNamed(s.staging, n).latest.engine as any;
const st = { inputs: { workspace: "staging" } };
async function drift(s: any) { const d = await detect(s, st); console.log("  drift", d.outputs.outcome, [...agentResults(d)].map(([n, x]: any) => `${n}:${x.class} adopted=${x.adopted_fields}`)); const t = await diffs(s, "retell/drift/staging", "staging").catch(() => "none"); console.log(t.slice(0, 3500)); if (t === "none") tail(d, 800); return d; }
async function adopt(s: any) { await s.repository.git.run(["branch", "-f", "staging", "retell/drift/staging"]); s.retell.clearRequests(); const r = await s.deploy(); console.log("  after adoption", r.outputs.outcome, r.outputs.drifted, "writes", s.retell.requests.filter((q: any) => q.write).map((q: any) => q.path)); const v = await s.validate({ inputs: { scope: "all" } }); console.log("  validate", v.outputs.outcome, v.outputs["agents-to-deploy"]); if (r.conclusion !== "success") tail(r, 900); }
const shared = { "prompts/base/hi.txt": "Hello from the shared section.\n", "prompts/base/rules.txt": "Be kind.\nBe brief.\n" };
const pf = () => flow([node("a", { $prompt: "base/hi" }, ["b", "c"]), node("b", { $prompt: ["base/hi", "base/rules"] }, ["c"]), node("c", "Gamma ends.")], { prompt_config: { sections: ["base/rules"], variables: {} } });

await scenario("shared-prompt", { files: files({ g: { conversation_flow: pf() }, h: { channel: "chat", conversation_flow: pf() } }, shared) }, async (s) => {
  show("d", await s.deploy());
  s.staging.console.editNode(id(s), "a", { instruction: { type: "prompt", text: "Hello from the EDITED section." } });
  await drift(s); await adopt(s);
});
await scenario("shared-prompt-all-same", { files: files({ g: { conversation_flow: pf() } }, shared) }, async (s) => {
  await s.deploy();
  s.staging.console.editFlow(id(s), { global_prompt: "Be kind.\nBe very brief.", nodes: live(s).nodes.map((n: any) => n.id === "b" ? { ...n, instruction: { type: "prompt", text: "Hello from the shared section.\n\nBe kind.\nBe very brief." } } : n) });
  await drift(s); await adopt(s);
});
await scenario("shared-prompt-mixed", { files: files({ g: { conversation_flow: pf() } }, shared) }, async (s) => {
  await s.deploy();
  s.staging.console.editFlow(id(s), { global_prompt: "Be kind.\nBe very brief.", nodes: live(s).nodes.map((n: any) => n.id === "b" ? { ...n, instruction: { type: "prompt", text: "Hello from the shared section.\n\nBe kind.\nBe not brief." } } : n) });
  await drift(s); await adopt(s);
});
await scenario("edge-order", { files: files({ g: { conversation_flow: base() } }) }, async (s) => {
  await s.deploy();
  s.staging.console.editNode(id(s), "a", { edges: [{ id: "new", transition_condition: { type: "equation", equations: [{ left: "{{x}}", operator: "==", right: "1" }], operator: "&&" }, destination_node_id: "c" }, ...live(s).nodes[0].edges] });
  s.staging.console.addNode(id(s), node("z", "Zeta {{y}}", ["a"]));
  await drift(s); await adopt(s); console.log(live(s).nodes[0].edges.map((e: any) => e.id));
});
await scenario("overlay-flow", { files: files({ g: { conversation_flow: "./flow.json" } }, { "agents/g/flow.json": jsonFile(base()), "agents/g/agent.staging.json": jsonFile({ conversation_flow: { nodes: [{ id: "b", instruction: { text: "Staging beta." } }] } }) }) }, async (s) => {
  const r = await s.deploy(); show("d", r); if (r.conclusion !== "success") return tail(r);
  console.log(live(s).nodes[1].instruction);
  s.staging.console.editFlow(id(s), { nodes: live(s).nodes.map((n: any) => n.id === "b" ? { ...n, instruction: { type: "prompt", text: "Staging beta EDIT." } } : n.id === "c" ? { ...n, instruction: { type: "prompt", text: "Gamma EDIT." } } : n) });
  s.staging.console.addNode(id(s), node("z", "Zeta", ["a"]));
  await drift(s); await adopt(s);
});
await scenario("overlay-own-flowfile", { files: files({ g: { conversation_flow: "./flow.json" } }, { "agents/g/flow.json": jsonFile(base()), "agents/g/agent.production.json": jsonFile({ conversation_flow: "./flow.json" }), "agents/g/agent.staging.json": jsonFile({ conversation_flow: "./flow.staging.json" }), "agents/g/flow.staging.json": jsonFile(base()) }) }, async (s) => {
  const r = await s.deploy(); show("d", r); if (r.conclusion !== "success") return tail(r);
  s.staging.console.editNode(id(s), "b", { instruction: { type: "prompt", text: "EDIT." } }); await drift(s); await adopt(s);
});
await scenario("overlay-engine", { files: files({ g: { conversation_flow: base() } }, { "agents/g/agent.production.json": jsonFile({ conversation_flow: null, llm_config: { model: "gpt-4.1", start_speaker: "agent", general_prompt: "P" } }) }) }, async (s) => {
  show("s", await s.deploy()); const r = await s.action("deploy", { branch: "production", inputs: { workspace: "production" } }); show("p", r); if (r.conclusion !== "success") tail(r);
  const r2 = await s.action("deploy", { branch: "production", inputs: { workspace: "production" } }); show("p", r2); console.log(s.production.agents().length, s.production.llms().length, s.production.flows().length);
  await commit(s, { "agents/g/agent.production.json": jsonFile({ voice_speed: 1.1 }) }, "production"); const r3 = await s.action("deploy", { branch: "production", inputs: { workspace: "production", "require-staging": "false" } }); show("p switched", r3); tail(r3, 500);
});
await scenario("bom-crlf", { files: files({ g: "\uFEFF" + jsonFile({ agent_name: "g", voice_id: "retell-Cimo", language: "en-US", conversation_flow: "./flow.json" }).replaceAll("\n", "\r\n") }, { "agents/g/flow.json": "\uFEFF" + jsonFile(base()).replaceAll("\n", "\r\n") }) }, async (s) => {
  const r = await s.deploy(); show("d", r); if (r.conclusion !== "success") tail(r);
  s.staging.console.editNode(id(s), "b", { instruction: { type: "prompt", text: "Line 1\r\nLine 2" } }); s.staging.console.editAgent(id(s), { voice_speed: 1.2 });
  await drift(s); await adopt(s); const f = await s.repository.readFile("staging", "agents/g/flow.json"); console.log(f.startsWith("\uFEFF"), f.replaceAll("\r\n", "").includes("\n"));
});
await scenario("channel", { files: files({ g: { conversation_flow: base() } }) }, async (s) => {
  show("d", await s.deploy());
  await commit(s, files({ g: { channel: "chat", conversation_flow: base() } })); let r = await s.deploy(); show("chat now", r); tail(r, 400);
  const v = await s.validate({ inputs: { scope: "all" } }); console.log(v.outputs.outcome);
  r = await s.deploy({ inputs: { "allow-replace": "true" } }); show("allow", r); tail(r, 400); show("again", await s.deploy());
  console.log(s.staging.agents().map((a: any) => [a.id, a.channel]), s.staging.flows().length);
  const d = await detect(s, st); console.log(d.outputs.outcome);
});
await scenario("voice-only", { files: files({ g: { channel: "chat", voice_id: "retell-Cimo", interruption_sensitivity: 1, conversation_flow: base() } }) }, async (s) => { const r = await s.deploy(); show("d", r); tail(r, 900); });
await scenario("flow-fields", { files: files({ g: { conversation_flow: { ...base(), is_transfer_cf: true, is_transfer_llm: true, flex_mode: true } } }) }, async (s) => { const r = await s.deploy(); show("d", r); tail(r, 500); show("again", await s.deploy()); });
await scenario("big", { files: files({ g: { conversation_flow: "./flow.json" } }, { "agents/g/flow.json": jsonFile(flow(Array.from({ length: 300 }, (_, i) => node("n" + i, `Node ${i} ` + "lorem ipsum dolor ".repeat(180), ["n" + (i + 1) % 300])), { start_node_id: "n0" })) }) }, async (s) => {
  for (const t of ["deploy", "again"]) { const t0 = Date.now(); const r = await s.deploy(); console.log(t, r.outputs.outcome, Date.now() - t0); if (r.conclusion !== "success") tail(r); }
  s.staging.console.editFlow(id(s), { nodes: live(s).nodes.map((n: any, i: number) => i % 3 ? n : { ...n, instruction: { type: "prompt", text: n.instruction.text.replace("ipsum", "EDITED") } }) });
  let t0 = Date.now(); const d = await detect(s, st); console.log(d.outputs.outcome, Date.now() - t0, [...s.repository.pulls.values()].map((p: any) => p.body.length));
  await adopt(s); 
});
