import type { PullRequest } from "@retell-actions/lab/github/model/records";
import type { Permissions } from "@retell-actions/lab/github/model/tokens";
import { startScene, type RunOptions, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";

/** Permissions of the job in retell-import.yml. */
const PERMISSIONS: Permissions = { contents: "write", "pull-requests": "write", statuses: "write", actions: "read" };

export const TYPED = ["sk", "live", "9f8e7d6c5b4a39281706f5e4d3c2b1a0"].join("-");

const WORKSPACES = `${JSON.stringify({ staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } }, null, 2)}\n`;

/** A repository that knows its workspaces and nothing else, beside two organisations full of agents. */
export async function startImportScene(options: { readonly seed?: number } = {}): Promise<Scene> {
  const scene = await startScene({ files: { "workspaces.json": WORKSPACES }, ...(options.seed === undefined ? {} : { retell: { seed: options.seed } }) });
  scene.repository.settings.allowActionsToCreatePullRequests = true;
  for (const workspace of ["staging", "production"] as const) {
    const { console } = scene[workspace];
    const desk = console.createAgent({ agent_name: "Front Desk" }, { general_prompt: "You answer the phone.\n\nBe kind." });
    console.createAgent(
      { agent_name: "Sales é", webhook_url: `https://example.com/${workspace}` },
      {
        general_prompt: `You sell.\n\nIn ${workspace}.`,
        general_tools: [
          { type: "agent_swap", name: "to_desk", agent_id: desk.agentId, agent_version: workspace === "staging" ? "latest" : "latest_published", post_call_analysis_setting: "both_agents" },
          { type: "custom", name: "crm", description: "CRM", url: "https://example.com/crm", method: "POST", parameters: { type: "object", properties: {} }, headers: { Authorization: `Bearer ${TYPED}` }, speak_after_execution: true },
        ],
      } as never,
    );
    console.createAgentOn({ channel: "chat", engine: { type: "retell-llm", fields: { general_prompt: "Write." } }, fields: { agent_name: "Chat" } });
    console.createAgentOn({ engine: { type: "conversation-flow" }, fields: { agent_name: "Steps" } });
    console.createAgentOn({ engine: { type: "custom-llm", llm_websocket_url: "wss://example.com/socket" }, fields: { agent_name: "Own" } });
    if (workspace === "production") console.publish(desk.agentId, 0);
  }
  scene.faults.reset();
  return scene;
}

/** A run by hand on the default branch. */
export function importNow(scene: Scene, options: RunOptions = {}): Promise<RunResult> {
  return scene.action("import-agents", { branch: "develop", eventName: "workflow_dispatch", event: { inputs: {} }, permissions: PERMISSIONS, ...options });
}

/** The pull requests of the import's branch, oldest first. */
export function importPulls(scene: Scene): PullRequest[] {
  return [...scene.repository.pulls.values()].filter(({ head }) => head.ref === "retell/import").sort((a, b) => a.number - b.number);
}

/** Everything on a branch, by path; empty where there is none. */
export async function filesOn({ repository }: Scene, branch: string): Promise<Record<string, string>> {
  try {
    const paths = (await repository.git.run(["ls-tree", "-r", "--name-only", "-z", branch])).stdout.toString("utf8").split("\0").filter((path) => path !== "");
    return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, (await repository.readFile(branch, path)) ?? ""] as const)));
  } catch {
    return {};
  }
}

/** What an import leaves behind: files, records, and what the pull request says. */
export async function picture(scene: Scene): Promise<unknown> {
  const pulls = importPulls(scene).map(({ state, title, base, body }) => ({ state, title, base: base.ref, body: (body ?? "").replace(/[0-9a-f]{40}/g, "<sha>") }));
  return {
    pulls,
    files: await filesOn(scene, "retell/import"),
    staging: await recordsOf(scene, "staging"),
    production: await recordsOf(scene, "production"),
    isChecked: scene.repository.statusesOf(importPulls(scene)[0]?.head.sha ?? "").some(({ context, state }) => context === "Validate & Check Conflicts" && state === "success"),
  };
}

/** A workspace's records without Retell's times, which are those of the scene. */
async function recordsOf(scene: Scene, workspace: string): Promise<Record<string, string>> {
  const files = await filesOn(scene, `retell/state/${workspace}`);
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replace(/(?<="(agent|engine)_at": )\d{13}/g, "<time>")]));
}
