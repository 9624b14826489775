/** A small project, and one scene for all tests of a file. */
import { afterAll, beforeAll } from "@jest/globals";
import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import type { Answer } from "@retell-actions/lab/scene/person";
import type { AgentPicture } from "@retell-actions/lab/retell/console/picture";
import type { OrganizationHandle } from "@retell-actions/lab/retell/server";
import { startWorkflowScene, type WorkflowScene, type WorkflowSceneOptions } from "@retell-actions/lab/scene/workflow-scene";

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

/** `workspaces.json` of several productions, with the variables of the scene. */
export function workspacesFile(productions: readonly string[]): string {
  const variable = (name: string, kind: string): string => `RETELL_${name.toUpperCase().replaceAll("-", "_")}_${kind}_KEY`;
  return json({
    mode: "multi-production",
    staging: { api_key_env: "RETELL_STAGING_API_KEY", read_key_env: "RETELL_STAGING_READ_KEY" },
    production: Object.fromEntries(productions.map((name) => [name, { api_key_env: variable(name, "API"), read_key_env: variable(name, "READ") }])),
  });
}

/**
 * One scene for a file, deployed once: a first deploy costs as much as most tests. Tests therefore change texts that no other
 * test uses, and leave staging in sync. Call it at the top of the file; the result gives the scene to tests.
 */
export function sharedScene({ protect = true, ...options }: WorkflowSceneOptions & { readonly protect?: boolean } = {}): () => WorkflowScene {
  let scene: WorkflowScene | undefined;
  beforeAll(async () => {
    scene = await startWorkflowScene({ files: PROJECT, ...options, retell: { rateLimits: false, seed: 5 } });
    await deployFirst(scene);
    if (protect) scene.repository.protectBranch("staging", { requiredStatusChecks: [CHECK] });
  });
  afterAll(() => scene?.stop());
  return () => {
    if (scene === undefined) throw new Error("The scene exists only while tests run.");
    return scene;
  };
}

/** Leaves a scene whose branches develop, staging and production hold the project; staging is deployed, productions are not. */
async function deployFirst({ repository, actions }: WorkflowScene): Promise<void> {
  await repository.commit({ branch: "staging", files: {}, message: "First deploy" });
  await actions.idle();
  expectOutcome(actions.runs.at(-1), "deployed");
  await repository.git.run(["branch", "production", "staging"]);
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

/** Outputs of a step by the ids of its job and itself; of a job with a matrix, those of the leg whose name has this word. */
export function outputsOf(run: LabRun | undefined, place: { readonly job: string; readonly step: string; readonly leg?: string }): Readonly<Record<string, string>> {
  const legs = run?.jobs[place.job]?.legs.filter(({ name }) => name.includes(place.leg ?? "")) ?? [];
  return legs.flatMap(({ steps }) => steps).find(({ id }) => id === place.step)?.outputs ?? {};
}

/** Conclusions of a run's jobs, in the order of the file. */
export function jobsOf(run: LabRun | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.values(run?.jobs ?? {}).map(({ id, conclusion }) => [id, conclusion]));
}

/** Commits to staging and waits until it is deployed there. */
export async function stage(scene: WorkflowScene, files: Readonly<Record<string, string>>): Promise<void> {
  const [run] = await runsOf(scene, () => scene.repository.commit({ branch: "staging", files, message: "Change" }));
  expectOutcome(run, "deployed");
}

/** Merges staging into production by a pull request, and waits as long as something goes on without the reviewer. */
export async function promote(scene: WorkflowScene): Promise<void> {
  const { number } = await scene.repository.openPullRequest({ head: "staging", base: "production", title: "Promote" });
  await scene.actions.idle();
  const answer = await merge(scene, number);
  if (answer.status !== 200) throw new Error(`The pull request was not merged: ${answer.message}`);
}

/** The reviewer's yes to the oldest job that waits for this environment, and all that follows. Returns the runs that ended. */
export function approve(scene: WorkflowScene, environment = "production"): Promise<readonly LabRun[]> {
  return runsOf(scene, () => {
    scene.actions.approvals.answer(environment, { approved: true });
    return Promise.resolve();
  });
}

/** Ids and keys of what Retell was asked since a moment, for one organisation. */
export function retellRequests({ retell }: WorkflowScene, since: { readonly index: number; readonly organization: string }): { readonly keys: readonly (string | null)[]; readonly writes: number } {
  const sent = retell.requests.slice(since.index).filter(({ organization }) => organization === since.organization);
  return { keys: [...new Set(sent.map(({ apiKey }) => apiKey))], writes: sent.filter(({ write }) => write).length };
}

/** Id that the suite recorded for an agent. */
export async function agentId({ repository }: WorkflowScene, name: string, workspace = "staging"): Promise<string> {
  const text = await repository.readFile(`refs/heads/retell/state/${workspace}`, `agents/${name}/${workspace}.json`);
  return (JSON.parse(text ?? "{}") as { agent_id: string }).agent_id;
}

/** The organisation of a workspace. */
export function organizationOf({ staging, productions }: WorkflowScene, workspace: string): OrganizationHandle {
  const found = workspace === "staging" ? staging : productions.get(workspace);
  if (found === undefined) throw new Error(`The scene has no workspace ${workspace}.`);
  return found;
}

/** An agent in the organisation of a workspace. */
export async function agentIn(scene: WorkflowScene, place: { readonly agent: string; readonly workspace: string }): Promise<AgentPicture> {
  return organizationOf(scene, place.workspace).agent(await agentId(scene, place.agent, place.workspace));
}

/** The prompt that callers of a workspace get. */
export async function publishedPrompt(scene: WorkflowScene, place: { readonly agent: string; readonly workspace: string }): Promise<unknown> {
  return (await agentIn(scene, place)).latestPublished?.engine?.["general_prompt"];
}

/** True if the branch holds every commit of the other one. */
export async function contains({ repository }: WorkflowScene, branch: string, other: string): Promise<boolean> {
  const missing = await repository.git.run(["rev-list", "--count", `refs/heads/${branch}..refs/heads/${other}`]);
  return missing.stdout.toString("utf8").trim() === "0";
}

/** What Retell holds of an agent. */
export async function live(scene: WorkflowScene, name: string): Promise<{ readonly speed: unknown; readonly prompt: unknown }> {
  const { latest } = scene.staging.agent(await agentId(scene, name));
  return { speed: latest.agent["voice_speed"], prompt: latest.engine?.["general_prompt"] };
}

/** The text with the commented step that tells Slack. */
export function slackSwitchedOn(text: string): string {
  const at = text.indexOf("      # - name: Tell Slack\n");
  if (at < 0) return text;
  const lines = text.slice(at).split("\n");
  const end = lines.findIndex((line) => !line.startsWith("      # "));
  return text.slice(0, at) + lines.map((line, index) => (index < end ? line.replace("      # ", "      ") : line)).join("\n");
}
