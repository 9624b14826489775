import { agentNamed, agentResults } from "@retell-actions/lab/scene/look-at";
import { startScene } from "@retell-actions/lab/scene/scene";
import { jsonFile, WORKSPACES_FILE } from "@retell-actions/lab/scene/sample-files";
export { agentNamed, agentResults, startScene, jsonFile, WORKSPACES_FILE };
export const voice = { voice_id: "retell-Cimo", language: "en-US" };
export const node = (id: string, text: any, to: string[] = [], more: any = {}): any => ({ id, type: "conversation", name: id, instruction: { type: "prompt", text }, edges: to.map((d, i) => ({ id: `${id}-${d}`, transition_condition: { type: "prompt", prompt: `go ${d}` }, destination_node_id: d })), ...more });
export const flow = (nodes: any, more: any = {}): any => ({ start_speaker: "agent", model_choice: { type: "cascading", model: "gpt-4.1" }, start_node_id: "a", nodes, ...more });
export const base = () => flow([node("a", "Alpha says hello.", ["b", "c"]), node("b", "Beta talks on.", ["c"]), node("c", "Gamma ends.")]);
export const files = (agents: Record<string, any>, extra: Record<string, string> = {}): Record<string, string> => ({ "workspaces.json": WORKSPACES_FILE, ...Object.fromEntries(Object.entries(agents).map(([n, a]) => [`agents/${n}/agent.json`, typeof a === "string" ? a : jsonFile({ agent_name: n, ...(a.channel === "chat" ? {} : voice), ...a })])), ...extra });
export function show(title: string, run: any): void {
  console.log(`  ${title}: ${run.outputs.outcome} ${run.outputs["reason-code"] ?? ""}`);
  for (const [n, r] of agentResults(run)) console.log(`     ${n}: ${JSON.stringify({ ...r, agent: undefined, agent_id: undefined, engine_id: undefined })}`);
}
export const tail = (run: any, n = 1500) => console.log(run.log.slice(-n));
export async function scenario(name: string, start: any, body: (s: any) => Promise<void>): Promise<void> {
  if (process.argv[2] && !new RegExp(process.argv[2]).test(name)) return;
  console.log(`== ${name}`);
  let s: any;
  try { s = await startScene(start); s.repository.settings.allowActionsToCreatePullRequests = true; await body(s); } catch (e: any) { console.log("  THROWN", e.stack?.slice(0, 900)); } finally { await s?.stop(); }
}
export const P = { contents: "write", "pull-requests": "write", issues: "write", statuses: "write", actions: "read" } as any;
export const detect = (s: any, o: any = {}) => s.action("drift-detect", { branch: "develop", eventName: "schedule", event: { schedule: "1 1 * * *" }, permissions: P, ...o });
export const importNow = (s: any, o: any = {}) => s.action("import-agents", { branch: "develop", eventName: "workflow_dispatch", event: { inputs: {} }, permissions: P, ...o });
export const resolve = (s: any, command: string, o: any = {}) => s.action("resolve-conflicts", { branch: "develop", eventName: "workflow_dispatch", event: {}, permissions: P, ...o, inputs: { command, ...o.inputs } });
export async function diffs(s: any, branch: string, from: string) {
  const r = s.repository; const { stdout } = await r.git.run(["diff", from, branch]); return stdout.toString();
}
export const commit = (s: any, files: any, branch = "staging") => s.repository.commit({ branch, files, message: "c" });
