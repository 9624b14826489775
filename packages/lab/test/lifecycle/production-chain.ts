import type { Permissions } from "@retell-actions/lab/github/model/tokens";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { DEPLOY_PERMISSIONS, startScene, type RunOptions, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";

/** How long Retell's clock is behind GitHub's, so that a run's writes are before its end. */
const CLOCK_BEHIND_MS = 2_000;

const FILES = sampleFiles({ alpha: {}, beta: { sections: ["shared/greeting", "beta/task"] } });
FILES["prompts/beta/task.txt"] = "Sell chairs.\n";

/** Shared by both agents, a field of one, and a new agent. */
const CHANGE: Record<string, string> = {
  "prompts/shared/greeting.txt": "Good morning, how can I help you?\n",
  "agents/beta/agent.json": agentFile("beta", { agent: { voice_speed: 1.2 }, sections: ["shared/greeting", "beta/task"] }),
  "agents/gamma/agent.json": agentFile("gamma", {}),
};

const SYNC_PERMISSIONS: Permissions = { contents: "write", "pull-requests": "write", actions: "write", statuses: "write" };

/** Which outcomes of deploy let the job go on to publish, as the template's condition has them. */
const PUBLISHABLE = ["deployed", "unchanged", "conflicts", "partially-deployed"];

/** A production with two published agents, whose branch has a change that staging has had already; develop has work of its own. */
export async function startChainScene(seed: number): Promise<Scene> {
  const scene = await startScene({ files: FILES, retell: { seed, now: () => Date.now() - CLOCK_BEHIND_MS } });
  try {
    await prepare(scene);
  } catch (error) {
    await scene.stop();
    throw error;
  }
  return scene;
}

async function prepare(scene: Scene): Promise<void> {
  const { repository } = scene;
  await expectOutcome(scene.deploy(), "deployed");
  await expectOutcome(scene.action("deploy", { branch: "production", inputs: { workspace: "production" } }), "deployed");
  await expectOutcome(scene.action("publish-version", { branch: "production", inputs: { workspace: "production" } }), "published");
  await repository.commit({ branch: "staging", files: CHANGE, message: "Change everything" });
  await expectOutcome(scene.deploy(), "deployed");
  await repository.commit({ branch: "production", files: CHANGE, message: "Change everything (squashed)" });
  await repository.commit({ branch: "develop", files: { "docs/notes.md": "Work in progress.\n" }, message: "Notes" });
  scene.faults.reset();
}

async function expectOutcome(running: Promise<RunResult>, outcome: string): Promise<void> {
  const run = await running;
  if (run.outputs["outcome"] !== outcome) throw new Error(`expected ${outcome}:\n${run.log}`);
}

/** What the steps of a chain ended as; a step that did not run is undefined. */
export interface ChainResult {
  readonly deploy: RunResult;
  readonly publish: RunResult | undefined;
  readonly sync: RunResult | undefined;
}

/** The jobs of the production workflow after the approval: deploy and publish in one job, then branch-sync. */
export async function runChain(scene: Scene, options: Pick<RunOptions, "onSpawn" | "rerunOf"> = {}): Promise<ChainResult> {
  const common = { ...options, branch: "production" };
  const deploy = await scene.action("deploy", { ...common, permissions: DEPLOY_PERMISSIONS, inputs: { workspace: "production", concurrency: "1" } });
  const goesOn = PUBLISHABLE.includes(deploy.outputs["outcome"] ?? "");
  const publish = goesOn ? await scene.action("publish-version", { ...common, permissions: DEPLOY_PERMISSIONS, inputs: { workspace: "production", concurrency: "1" } }) : undefined;
  const succeeded = deploy.conclusion === "success" && publish?.conclusion === "success";
  const sync = succeeded ? await scene.action("branch-sync", { ...common, permissions: SYNC_PERMISSIONS, inputs: { "deploy-workflow": "none" } }) : undefined;
  return { deploy, publish, sync };
}

/** Retell, recorded state, and what the branches hold; comparable between scenes. */
export async function chainPicture(scene: Scene): Promise<unknown> {
  const { repository } = scene;
  const commits = (await repository.log("production")).map(({ sha }) => sha).reverse();
  const neutral = (text: string): string => {
    let result = text;
    commits.forEach((sha, index) => {
      result = result.replaceAll(sha, `<commit ${index}>`).replaceAll(sha.slice(0, 7), `<commit ${index}>`);
    });
    return result
      .replaceAll(String(repository.id), "<repository>")
      .replace(/\b(agent|llm)_[0-9a-f]{28}\b/g, "<$1>")
      .replace(/actions\/runs\/\d+/g, "actions/runs/<run>")
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, "<server>");
  };
  const state: Record<string, unknown> = {};
  for (const path of await repository.files("retell/state/production")) {
    const file = JSON.parse(neutral((await repository.readFile("retell/state/production", path)) ?? "")) as Record<string, unknown>;
    for (const key of ["workflow_run_id", "deployed_at", "salt"]) if (key in file) file[key] = `<${key}>`;
    // Only saves reads, and holds times of Retell.
    delete file["last_change"];
    state[path] = file;
  }
  const branches: Record<string, unknown> = {};
  for (const branch of ["production", "staging", "develop"]) {
    const files = await repository.files(branch);
    branches[branch] = Object.fromEntries(await Promise.all(files.map(async (path) => [path, await repository.readFile(branch, path)] as const)));
  }
  const behind = await Promise.all(["staging", "develop"].map(async (branch) => (await repository.log(branch)).some(({ sha }) => sha === commits.at(-1))));
  return { retell: JSON.parse(neutral(JSON.stringify(scene.production.snapshot()))) as unknown, state, branches, containsProduction: behind, pulls: repository.pulls.size, comments: repository.comments.map(({ body }) => neutral(body)) };
}
