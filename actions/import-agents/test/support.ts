import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { PlanOptions } from "@retell-actions/core/plan/options";
import type { JobContext } from "@retell-actions/core/ports/runner";
import { parseAgentState, type AgentState } from "@retell-actions/core/state/agent-state";
import type { MemoryPullRequest } from "@retell-actions/lab/memory/memory-github";
import type { MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { run as runDeploy } from "../../deploy/src/run.ts";
import { run as runValidate } from "../../validate-and-conflict-check/src/run.ts";
import type { ImportInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";

/** The inputs as action.yml has them. */
export const INPUTS: ImportInputs = {
  workspaces: ["all"],
  agents: ["*"],
  base: undefined,
  statusContext: "Validate & Check Conflicts",
  workingDirectory: "",
  token: "",
  concurrency: 8,
};

export const WORKSPACES = `${JSON.stringify({ staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } }, null, 2)}\n`;

let lastRun = 500;

/** A run by hand on the default branch. */
export function importNow(world: MemoryWorld, changes: Partial<ImportInputs> & { job?: Partial<JobContext> } = {}): Promise<ActionReport> {
  const { job, ...inputs } = changes;
  world.git.checkout(world.git.branches.get("develop") ?? "");
  return run({ ...INPUTS, ...inputs }, world.ports({ runId: String((lastRun += 1)), event: { name: "workflow_dispatch", branch: "develop" }, ref: "refs/heads/develop", job: "import", ...job }));
}

/** Deploys a branch to its workspace. */
export async function deploy(world: MemoryWorld, workspace: string, options: Partial<PlanOptions> = {}): Promise<ActionReport> {
  world.git.checkout(world.git.branches.get(workspace) ?? "");
  const runId = String((lastRun += 1));
  world.github.runs.set(`${runId}/1`, { kind: "in-progress" });
  try {
    return await runDeploy(
      {
        agents: ["*"],
        workingDirectory: "",
        token: "",
        workspace,
        dryRun: false,
        planFingerprint: undefined,
        confirm: "",
        concurrency: 8,
        options: { onConsoleEdit: "fail", requireStaging: true, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false, ...options },
      },
      world.ports({ runId, event: { name: "push", branch: workspace, before: undefined, after: world.git.branches.get(workspace) ?? "" }, ref: `refs/heads/${workspace}` }),
    );
  } finally {
    world.github.runs.set(`${runId}/1`, { kind: "over", endedAt: Date.parse("2026-11-24T03:00:00Z") });
  }
}

/** Checks all agents of a branch against its workspace. */
export function validate(world: MemoryWorld, workspace: string): Promise<ActionReport> {
  world.git.checkout(world.git.branches.get(workspace) ?? "");
  return runValidate(
    { agents: ["*"], workingDirectory: "", token: "", workspace, scope: "all", onConsoleEdit: "fail", requireStaging: true, comment: false, concurrency: 8 },
    world.ports({ event: { name: "workflow_dispatch", branch: workspace }, ref: `refs/heads/${workspace}` }),
  );
}

/** Somebody makes an agent in the console. */
export async function make(world: MemoryWorld, workspace: string, agent: { name: string; channel?: "voice" | "chat"; fields?: JsonObject; llm?: JsonObject; flow?: JsonObject; custom?: string }): Promise<string> {
  const { writer } = world.retell(workspace);
  const engine = async (): Promise<JsonObject> => {
    if (agent.custom !== undefined) return { type: "custom-llm", llm_websocket_url: agent.custom };
    if (agent.flow !== undefined) return { type: "conversation-flow", conversation_flow_id: (await writer.createEngine("conversation-flow", { start_speaker: "agent", model_choice: { type: "cascading", model: "gpt-4.1" }, ...agent.flow })).id };
    return { type: "retell-llm", llm_id: (await writer.createEngine("retell-llm", { model: "gpt-4.1", start_speaker: "agent", general_prompt: "Be kind.", ...agent.llm })).id };
  };
  const voice = agent.channel === "chat" ? {} : { voice_id: "retell-Cimo" };
  const made = await writer.createAgent(agent.channel ?? "voice", { agent_name: agent.name, ...voice, ...agent.fields, response_engine: await engine() });
  return made.agentId;
}

/** The pull requests of the import's branch, oldest first. */
export function pulls(world: MemoryWorld): MemoryPullRequest[] {
  return [...world.github.pulls.values()].filter(({ head }) => head === "retell/import").sort((a, b) => a.number - b.number);
}

/** Files at a branch's tip. */
export function filesAt(world: MemoryWorld, branch: string): ReadonlyMap<string, string> {
  return world.git.commits.get(world.git.branches.get(branch) ?? "")?.files ?? new Map();
}

/** The import is merged, and develop is brought to the branches that deploy. */
export function mergeEverywhere(world: MemoryWorld): void {
  const open = pulls(world).find(({ state }) => state === "open");
  if (open !== undefined) world.github.mergePullRequest(open.number);
  for (const branch of ["staging", "production"]) world.git.merge(branch, "develop");
}

export function stateOf(world: MemoryWorld, workspace: string, agent: string): AgentState {
  const parsed = parseAgentState(filesAt(world, `retell/state/${workspace}`).get(`agents/${agent}/${workspace}.json`) ?? "", workspace);
  if (!("state" in parsed)) throw new Error(parsed.problem);
  return parsed.state;
}
