import type { Permissions } from "@retell-actions/lab/github/model/tokens";
import type { PullRequest } from "@retell-actions/lab/github/model/records";
import { agentNamed } from "@retell-actions/lab/scene/look-at";
import { sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunOptions, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";

/** Permissions of the job in retell-drift-detection.yml. */
const PERMISSIONS: Permissions = { contents: "write", "pull-requests": "write", issues: "write", statuses: "write", actions: "read" };

const FILES = sampleFiles({
  sales: { agent: { voice_speed: 1.1 }, llm: { model_temperature: 0.2 }, sections: ["shared/greeting", "sales/task"] },
  support: { agent: { webhook_url: "https://example.com/hook" } },
});
FILES["prompts/sales/task.txt"] = "Sell chairs.\n";

/** Both workspaces deployed, production published; develop, where the job runs, has other files than either. */
export async function startDriftScene(options: { readonly seed?: number } = {}): Promise<Scene> {
  const scene = await startScene({ files: FILES, ...(options.seed === undefined ? {} : { retell: { seed: options.seed } }) });
  try {
    scene.repository.settings.allowActionsToCreatePullRequests = true;
    for (const [name, branch] of [["staging", "staging"], ["production", "production"]] as const) {
      await succeed(scene.action("deploy", { branch, inputs: { workspace: name, "require-staging": "false" } }));
    }
    await succeed(scene.action("publish-version", { branch: "production", inputs: { workspace: "production" } }));
    await scene.repository.commit({ branch: "develop", files: { "agents/sales/agent.json": "{}\n" }, message: "Half-done work on develop" });
    scene.faults.reset();
  } catch (error) {
    await scene.stop();
    throw error;
  }
  return scene;
}

async function succeed(running: Promise<RunResult>): Promise<void> {
  const run = await running;
  if (run.conclusion !== "success") throw new Error(run.log);
}

/** A scheduled run on the default branch. */
export function detect(scene: Scene, options: RunOptions = {}): Promise<RunResult> {
  return scene.action("drift-detect", { branch: "develop", eventName: "schedule", event: { schedule: "17 */6 * * *" }, permissions: PERMISSIONS, ...options });
}

/** Somebody edits an agent in the console of a workspace. */
export function edit(scene: Scene, workspace: "staging" | "production", name: string, change: { agent?: Record<string, unknown>; llm?: Record<string, unknown> }): void {
  const organization = scene[workspace];
  const { id } = agentNamed(organization, name);
  if (change.agent !== undefined) organization.console.editAgent(id, change.agent as never);
  if (change.llm !== undefined) organization.console.editLlm(id, change.llm as never);
}

/** The pull requests from a workspace's drift branch, oldest first. */
export function driftPulls(scene: Scene, workspace: string): PullRequest[] {
  return [...scene.repository.pulls.values()].filter(({ head }) => head.ref === `retell/drift/${workspace}`).sort((a, b) => a.number - b.number);
}

/** Files in which the drift branch differs from the branch that it proposes a change for. */
export async function changedFiles(scene: Scene, workspace: "staging" | "production"): Promise<Record<string, string>> {
  const { repository } = scene;
  const branch = `retell/drift/${workspace}`;
  const changed: Record<string, string> = {};
  for (const path of await repository.files(branch)) {
    const text = (await repository.readFile(branch, path)) ?? "";
    if (text !== (await repository.readFile(workspace, path))) changed[path] = text;
  }
  return changed;
}
