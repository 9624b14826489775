import { agentNamed, base, commit, detect, diffs, files, flow, jsonFile, node, resolve, scenario, show, tail, P } from "./h.ts";
const G = (f: any, extra: any = {}) => files({ g: { conversation_flow: f, ...extra } });
const id = (s: any, n = "g") => agentNamed(s.staging, n).id;
const live = (s: any, n = "g") => agentNamed(s.staging, n).latest.engine as any;

await scenario("swap-order", { files: G(base()) }, async (s) => {
  show("d1", await s.deploy());
  const f = base(); [f.nodes[1], f.nodes[2]] = [f.nodes[2], f.nodes[1]];
  await commit(s, G(f)); show("swap nodes", await s.deploy());
  const e = base(); e.nodes[0].edges.reverse();
  await commit(s, G(e)); show("swap edges", await s.deploy());
  console.log(live(s).nodes[0].edges.map((x: any) => x.id));
  s.staging.console.editFlow(id(s), { nodes: live(s).nodes.toReversed() });
  show("console reorders", await s.deploy());
});
await scenario("rename-node", { files: G(base()) }, async (s) => {
  show("d1", await s.deploy());
  const f = flow([node("a", "Alpha says hello.", ["bb", "c"]), node("bb", "Beta talks on.", ["c"]), node("c", "Gamma ends.")]);
  s.staging.console.editNode(id(s), "b", { instruction: { type: "prompt", text: "Beta talks on and on." } });
  await commit(s, G(f)); const r = await s.deploy(); show("git renames b, console edits b", r);
  show("keep", await s.deploy({ inputs: { "on-console-edit": "keep" } }));
  console.log(JSON.stringify(live(s).nodes.map((n: any) => [n.id, n.instruction?.text, n.edges?.map((e: any) => e.destination_node_id)])));
  show("again", await s.deploy());
  const d = await detect(s, { inputs: { workspace: "staging" } }); show("drift", d); console.log(d.outputs.outcome); try { console.log(await diffs(s, "retell/drift/staging", "staging")); } catch (e) { tail(d); }
});
await scenario("console-removes-node-git-edits", { files: G(base()) }, async (s) => {
  show("d1", await s.deploy());
  s.staging.console.removeNode(id(s), "b");
  s.staging.console.addNode(id(s), node("z", "Zeta.", ["c"]));
  const f = base(); f.nodes[1].instruction.text = "Beta is new."; f.nodes[2].instruction.text = "Gamma is new.";
  await commit(s, G(f)); show("dep", await s.deploy());
  show("keep", await s.deploy({ inputs: { "on-console-edit": "keep" } }));
  show("overwrite", await s.deploy({ inputs: { "on-console-edit": "overwrite" } }));
  console.log(JSON.stringify(live(s).nodes.map((n: any) => [n.id, n.instruction?.text, n.edges?.map((e: any) => e.destination_node_id)])));
  show("again", await s.deploy());
});
await scenario("keep-with-node-removed-by-git-edge-from-console", { files: G(base()) }, async (s) => {
  show("d1", await s.deploy());
  // the console adds a node that leads to b; Git removes b
  s.staging.console.addNode(id(s), node("z", "Zeta.", ["b"]));
  const f = flow([node("a", "Alpha says hello.", ["c"]), node("c", "Gamma ends.")]);
  await commit(s, G(f));
  show("keep", await s.deploy({ inputs: { "on-console-edit": "keep" } }));
  console.log(JSON.stringify(live(s).nodes.map((n: any) => [n.id, n.edges?.map((e: any) => e.destination_node_id)])));
});
await scenario("type-change", { files: G(base()) }, async (s) => {
  show("d1", await s.deploy());
  const f = base(); f.nodes[2] = { id: "c", type: "end", name: "c", instruction: { type: "prompt", text: "Gamma ends." } };
  await commit(s, G(f)); show("conv->end", await s.deploy()); show("again", await s.deploy());
  console.log(JSON.stringify(live(s).nodes[2]));
  const g = base(); g.nodes[1] = { id: "b", type: "branch", name: "b", edges: [{ id: "b-c", transition_condition: { type: "equation", equations: [{ left: "{{x}}", operator: "==", right: "1" }], operator: "&&" }, destination_node_id: "c" }], else_edge: { id: "e", transition_condition: { type: "prompt", prompt: "Else" }, destination_node_id: "c" } };
  await commit(s, G(g)); show("b->branch", await s.deploy()); show("again", await s.deploy());
  s.staging.console.editFlow(id(s), { nodes: live(s).nodes.map((n: any) => n.id === "b" ? node("b", "Console type.", ["c"]) : n) });
  const h = structuredClone(g); h.nodes[1].name = "renamed";
  await commit(s, G(h)); show("console type back, git renames", await s.deploy());
  show("keep", await s.deploy({ inputs: { "on-console-edit": "keep" } }));
  console.log(JSON.stringify(live(s).nodes[1]));
});
await scenario("start-node", { files: G(base()) }, async (s) => {
  show("d1", await s.deploy());
  s.staging.console.editFlow(id(s), { start_node_id: "b" });
  const f = flow([node("a", "Alpha says hello.", ["c"]), node("c", "Gamma ends.")]);
  await commit(s, G(f));
  show("fail", await s.deploy());
  show("keep", await s.deploy({ inputs: { "on-console-edit": "keep" } }));
  console.log(live(s).start_node_id, live(s).nodes.map((n: any) => n.id));
});
await scenario("nullish", { files: G({ ...base(), global_prompt: null }) }, async (s) => {
  const r = await s.deploy(); show("global_prompt null", r); if (r.outputs.outcome !== "deployed") tail(r);
  await commit(s, G(base())); show("absent", await s.deploy());
  await commit(s, G({ ...base(), global_prompt: "" })); show("empty", await s.deploy()); show("again", await s.deploy());
  await commit(s, G({ ...base(), global_prompt: "x" })); show("x", await s.deploy());
  await commit(s, G(base())); show("absent", await s.deploy()); console.log(live(s).global_prompt);
  for (const nodes of [null, undefined, []]) { await commit(s, G(flow(nodes))); const r = await s.deploy(); show("nodes " + nodes, r); if (!r.outputs.outcome?.match(/deployed/)) tail(r, 500); show("again", await s.deploy()); }
});
for (const mode of ["fresh", "kept"]) for (const seed of [0, 3]) await scenario(`tool-ids-${mode}-${seed}`, { files: G(base()), retell: { generatedToolIds: mode, seed } }, async (s) => {
  const tool = (name: string, more: any = {}) => ({ type: "custom", name, description: "d", url: "https://example.com/" + name, parameters: { type: "object", properties: {} }, ...more });
  const f = base(); f.tools = [tool("one"), tool("two", { tool_id: "t2" })]; f.nodes.push({ id: "f", type: "function", name: "f", tool_id: "t2", tool_type: "local", wait_for_result: true, edges: [] });
  await commit(s, G(f)); const r = await s.deploy(); show("d", r); if (r.outputs.outcome !== "deployed") return tail(r);
  const before = live(s).tools.map((t: any) => t.tool_id);
  show("again", await s.deploy());
  // console: function node calls tool "one" by generated id
  s.staging.console.addNode(id(s), { id: "g", type: "function", name: "g", tool_id: before[0], tool_type: "local", wait_for_result: true, edges: [] });
  const h = structuredClone(f); h.tools[1].description = "changed"; await commit(s, G(h));
  show("keep", await s.deploy({ inputs: { "on-console-edit": "keep" } }));
  console.log(JSON.stringify(before), JSON.stringify(live(s).tools.map((t: any) => t.tool_id)), JSON.stringify(live(s).nodes.map((n: any) => n.tool_id)));
  const d = await detect(s, { inputs: { workspace: "staging" } }); show("drift", d); try { console.log(await diffs(s, "retell/drift/staging", "staging")); } catch (e) { tail(d); return; }
  await s.repository.git.run(["branch", "-f", "staging", "retell/drift/staging"]); show("deploy drift", await s.deploy());show("deploy drift", await s.deploy());
  console.log(JSON.stringify(live(s).tools.map((t: any) => t.tool_id)), JSON.stringify(live(s).nodes.map((n: any) => n.tool_id)));
});
await scenario("tool-id-twoagents", { files: G(base()), retell: { generatedToolIds: "fresh" } }, async (s) => {
  const tool = (name: string, more: any = {}) => ({ type: "custom", name, description: "d", url: "https://example.com/" + name, parameters: { type: "object", properties: {} }, ...more });
  const f = base(); f.tools = [tool("one")];
  await commit(s, G(f)); show("d", await s.deploy());
  const h = structuredClone(f); h.tools[0].name = "uno"; await commit(s, G(h)); show("rename tool in git", await s.deploy()); show("again", await s.deploy());
  s.staging.console.editFlow(id(s), { tools: live(s).tools.map((t: any) => ({ ...t, name: "eins" })) });
  show("console renames tool", await s.deploy());
});
