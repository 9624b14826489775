/** A small project, and scenes that are stopped after each test. */
import { afterEach } from "@jest/globals";
import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import { startWorkflowScene, type WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";

export const CHECK = "Validate & Check Conflicts";

const scenes: WorkflowScene[] = [];
afterEach(async () => {
  for (const scene of scenes.splice(0)) await scene.stop();
});

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

/** A scene whose branches develop, staging and production hold the project; staging is deployed and protected. */
export async function deployedScene(): Promise<WorkflowScene> {
  const scene = await startWorkflowScene({ files: PROJECT, retell: { rateLimits: false, seed: 5 } });
  scenes.push(scene);
  const { repository, actions } = scene;
  await repository.commit({ branch: "staging", files: {}, message: "First deploy" });
  await actions.idle();
  expectOutcome(actions.runs.at(-1), "deployed");
  await repository.git.run(["branch", "production", "staging"]);
  repository.protectBranch("staging", { requiredStatusChecks: [CHECK] });
  return scene;
}

/** What the action of the run put out as `outcome`. */
export function outcomeOf(run: LabRun | undefined): string {
  const steps = Object.values(run?.jobs ?? {}).flatMap((job) => job.steps);
  return steps.map(({ outputs }) => outputs["outcome"]).find((outcome) => outcome !== undefined) ?? `${run?.conclusion ?? "no run"}: ${run?.reason ?? ""}\n${run?.log ?? ""}`;
}

function expectOutcome(run: LabRun | undefined, outcome: string): void {
  if (outcomeOf(run) !== outcome) throw new Error(`Expected the run to be ${outcome}: ${outcomeOf(run)}\n${run?.log ?? ""}`);
}

/** Commits to a branch that begins at `base`, opens a pull request and waits for its runs. */
export async function pullRequest(scene: WorkflowScene, request: { readonly files: Record<string, string | null>; readonly base?: string; readonly head?: string }): Promise<number> {
  const { repository, actions } = scene;
  const { base = "staging", head = "feature" } = request;
  await repository.commit({ branch: head, parent: base, files: request.files, message: "Change" });
  const { number } = await repository.openPullRequest({ head, base, title: "Change" });
  await actions.idle();
  return number;
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
