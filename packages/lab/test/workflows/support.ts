/** A small project, and one scene for all tests of a file. */
import { afterAll, beforeAll } from "@jest/globals";
import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import type { Answer } from "@retell-actions/lab/scene/person";
import { startWorkflowScene, type WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";

export const CHECK = "Validate & Check Conflicts";

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Agent `one` is built from the shared section, `two` is not. */
export function agentFile(name: "one" | "two", fields: Readonly<Record<string, unknown>> = {}): string {
  const prompt = name === "one" ? { prompt_config: { sections: ["shared/tone"] } } : { general_prompt: "Be two." };
  return json({ agent_name: name, voice_id: "11labs-Adrian", ...fields, llm_config: prompt });
}

export const PROJECT: Readonly<Record<string, string>> = {
  "workspaces.json": json({
    staging: { api_key_env: "RETELL_STAGING_API_KEY", read_key_env: "RETELL_STAGING_READ_KEY" },
    production: { api_key_env: "RETELL_PRODUCTION_API_KEY", read_key_env: "RETELL_PRODUCTION_READ_KEY" },
  }),
  "prompts/shared/tone.md": "Be brief.\n",
  "agents/one/agent.json": agentFile("one"),
  "agents/two/agent.json": agentFile("two"),
};

/**
 * One scene for a file, deployed once: a first deploy costs as much as most tests. Tests therefore change texts that no other
 * test uses, and leave staging in sync. Call it at the top of the file; the result gives the scene to tests.
 */
export function sharedScene(): () => WorkflowScene {
  let scene: WorkflowScene | undefined;
  beforeAll(async () => {
    scene = await startWorkflowScene({ files: PROJECT, retell: { rateLimits: false, seed: 5 } });
    await deployFirst(scene);
  });
  afterAll(() => scene?.stop());
  return () => {
    if (scene === undefined) throw new Error("The scene exists only while tests run.");
    return scene;
  };
}

/** Leaves a scene whose branches develop, staging and production hold the project; staging is deployed and protected. */
async function deployFirst({ repository, actions }: WorkflowScene): Promise<void> {
  await repository.commit({ branch: "staging", files: {}, message: "First deploy" });
  await actions.idle();
  expectOutcome(actions.runs.at(-1), "deployed");
  await repository.git.run(["branch", "production", "staging"]);
  repository.protectBranch("staging", { requiredStatusChecks: [CHECK] });
}

/** What the action of the run put out as `outcome`. */
export function outcomeOf(run: LabRun | undefined): string {
  const steps = Object.values(run?.jobs ?? {}).flatMap((job) => job.steps);
  return steps.map(({ outputs }) => outputs["outcome"]).find((outcome) => outcome !== undefined) ?? `${run?.conclusion ?? "no run"}: ${run?.reason ?? ""}\n${run?.log ?? ""}`;
}

function expectOutcome(run: LabRun | undefined, outcome: string): void {
  if (outcomeOf(run) !== outcome) throw new Error(`Expected the run to be ${outcome}: ${outcomeOf(run)}\n${run?.log ?? ""}`);
}

/** Commits to a new branch that begins at `base`, opens a pull request and waits for its runs. */
export async function pullRequest(scene: WorkflowScene, request: { readonly files: Record<string, string | null>; readonly base?: string }): Promise<{ readonly number: number; readonly head: string }> {
  const { repository, actions } = scene;
  const { base = "staging" } = request;
  const head = `feature-${repository.pulls.size + 1}`;
  await repository.commit({ branch: head, parent: base, files: request.files, message: "Change" });
  const { number } = await repository.openPullRequest({ head, base, title: "Change" });
  await actions.idle();
  return { number, head };
}

/** The merge button, and the end of the runs that the merge starts. */
export async function merge(scene: WorkflowScene, number: number): Promise<Answer> {
  const answer = await scene.person.merge(number);
  await scene.actions.idle();
  return answer;
}

/** Somebody has edited an agent's prompt in the console while `task` runs, and takes the edit back afterwards. */
export async function whileEdited(scene: WorkflowScene, name: "one" | "two", task: () => Promise<void>): Promise<void> {
  const id = await agentId(scene, name);
  const before = scene.staging.agent(id).latest.engine?.["general_prompt"];
  scene.staging.console.editLlm(id, { general_prompt: "Be rude." });
  try {
    await task();
  } finally {
    scene.staging.console.editLlm(id, { general_prompt: before });
  }
}

/** Runs that were started since `action` began, in order. */
export async function runsOf(scene: WorkflowScene, action: () => Promise<unknown>): Promise<readonly LabRun[]> {
  const before = new Set(scene.actions.runs.map(({ run }) => `${run.id}/${run.attempt}`));
  await action();
  await scene.actions.idle();
  return scene.actions.runs.filter(({ run }) => !before.has(`${run.id}/${run.attempt}`));
}

/** Id that the suite recorded for an agent. */
export async function agentId({ repository }: WorkflowScene, name: string): Promise<string> {
  const text = await repository.readFile("refs/heads/retell/state/staging", `agents/${name}/staging.json`);
  return (JSON.parse(text ?? "{}") as { agent_id: string }).agent_id;
}

/** What Retell holds of an agent. */
export async function live(scene: WorkflowScene, name: string): Promise<{ readonly speed: unknown; readonly prompt: unknown }> {
  const { latest } = scene.staging.agent(await agentId(scene, name));
  return { speed: latest.agent["voice_speed"], prompt: latest.engine?.["general_prompt"] };
}
