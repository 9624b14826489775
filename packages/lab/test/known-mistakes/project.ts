import { afterAll } from "@jest/globals";
import type { PullRequest, Comment } from "@retell-actions/lab/github/model/records";
import { startScene, type RunResult, type Scene, type SceneOptions } from "@retell-actions/lab/scene/scene";

/** A project's files: text by path; `null` deletes in a commit. */
export type Files = Record<string, string>;

const scenes: Scene[] = [];

afterAll(async () => {
  await Promise.all(scenes.splice(0).map((scene) => scene.stop()));
});

/** A scene that ends with the test file. */
export async function openScene(options: SceneOptions): Promise<Scene> {
  const scene = await startScene(options);
  scenes.push(scene);
  return scene;
}

/** A scene whose staging holds what the branch says. */
export async function deployedScene(options: SceneOptions): Promise<Scene> {
  const scene = await openScene(options);
  const first = await scene.deploy();
  if (first.outputs["outcome"] !== "deployed") throw new Error(`The first deploy ended as ${first.outputs["outcome"]}:\n${first.log}`);
  clearRecords(scene);
  return scene;
}

/** Forgets the requests so far. */
export function clearRecords(scene: Scene): void {
  scene.retell.clearRequests();
  scene.github.clearRequests();
}

/** JSON as people write it. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export const WORKSPACES = {
  staging: { api_key_env: "RETELL_STAGING_API_KEY" },
  production: { api_key_env: "RETELL_PRODUCTION_API_KEY" },
} as const;

/** An agent's file: a voice agent on a Retell LLM. */
export function agent(name: string, llm: Record<string, unknown> = {}, fields: Record<string, unknown> = {}): string {
  return json({ agent_name: name, voice_id: "retell-Cimo", ...fields, llm_config: { model: "gpt-4.1", start_speaker: "agent", general_prompt: `You are ${name}.`, ...llm } });
}

/** An agent's file whose prompt is put together from shared sections. */
export function sectionAgent(name: string, sections: readonly string[], variables: Record<string, string> = {}): string {
  const { general_prompt: _prompt, ...llm } = (JSON.parse(agent(name)) as { llm_config: Record<string, unknown> }).llm_config;
  return json({ agent_name: name, voice_id: "retell-Cimo", llm_config: { ...llm, prompt_config: { sections, variables } } });
}

/** A project with these agents' files by name. */
export function project(agents: Record<string, string>, more: Files = {}): Files {
  const files = Object.entries(agents).map(([name, text]): [string, string] => [`agents/${name}/agent.json`, text]);
  return { "workspaces.json": json(WORKSPACES), ...Object.fromEntries(files), ...more };
}

let branches = 0;

/** Commits files on a new branch and opens a pull request with it. */
export async function propose(scene: Scene, files: Record<string, string | Buffer | null>, base = "staging"): Promise<PullRequest> {
  branches += 1;
  const head = `change-${branches}`;
  await scene.repository.commit({ branch: head, parent: base, files, message: `Change ${branches}`, author: "octocat" });
  return scene.repository.openPullRequest({ head, base, title: `Change ${branches}`, user: "octocat" });
}

/** Commits files straight to a branch and returns the new tip. */
export function push(scene: Scene, files: Record<string, string | Buffer | null>, branch = "staging"): Promise<string> {
  return scene.repository.commit({ branch, files, message: `Change on ${branch}`, author: "octocat" });
}

/** The comments of these actions on a pull request. */
export function ourComments(scene: Scene, pull: PullRequest): Comment[] {
  return scene.repository.commentsOf(pull.number).filter((comment) => comment.user.type === "Bot" && comment.body.startsWith("<!-- retell-actions "));
}

/** The one comment of these actions on a pull request; fails for none or several. */
export function ourComment(scene: Scene, pull: PullRequest): Comment {
  const [comment, ...more] = ourComments(scene, pull);
  if (comment === undefined || more.length > 0) throw new Error(`There are ${more.length + (comment === undefined ? 0 : 1)} comments of these actions.`);
  return comment;
}

/** Names in an output that holds a JSON list. */
export function list(result: RunResult, output: string): string[] {
  return JSON.parse(result.outputs[output] ?? "null") as string[];
}

/** The state of an agent in a workspace, from the tip of its branch. */
export async function stateOf(scene: Scene, name: string, workspace = "staging"): Promise<Record<string, unknown> | undefined> {
  const text = await scene.repository.readFile(`retell/state/${workspace}`, `agents/${name}/${workspace}.json`);
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
}

/** The agent in Retell that the state of staging records; fails if there is none. */
export async function liveId(scene: Scene, name: string, workspace = "staging"): Promise<string> {
  const id = (await stateOf(scene, name, workspace))?.["agent_id"];
  if (typeof id !== "string") throw new Error(`The state records no id of ${name}.`);
  return id;
}

/** Everything that a run says to people. */
export function said(result: RunResult): string {
  return [result.log, result.summary, ...result.annotations.map((annotation) => annotation.message), JSON.stringify(result.outputs)].join("\n");
}

/** Requests to Retell that changed something. */
export function retellWrites(scene: Scene): string[] {
  return scene.retell.requests.filter((request) => request.write).map((request) => `${request.method} ${request.path}`);
}

/** Requests to GitHub that asked for a change. */
export function githubWrites(scene: Scene): string[] {
  return scene.github.requests.filter((request) => request.write).map((request) => `${request.method} ${request.path}`);
}
