import type { Permissions } from "@retell-actions/lab/github/model/tokens";
import type { PullRequest } from "@retell-actions/lab/github/model/records";
import { agentNamed, conversationOf, type SeenComment } from "@retell-actions/lab/scene/look-at";
import { Person } from "@retell-actions/lab/scene/person";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunOptions, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";

/** Permissions of the job in retell-commands.yml. */
export const PERMISSIONS: Permissions = { contents: "write", "pull-requests": "write", statuses: "write", actions: "read" };

export const SALES = "agents/sales/agent.json";
export const OVERWRITE = "agents/sales/overwrite.staging.json";

const SAMPLES = {
  sales: { agent: { voice_speed: 1 }, sections: ["shared/greeting", "sales/task"] },
  support: { agent: { voice_speed: 1 } },
};

/** Two agents that share a section; `sales` has one of its own. */
export const FILES: Readonly<Record<string, string>> = { ...sampleFiles(SAMPLES), "prompts/sales/task.txt": "Sell chairs.\nBe kind.\n" };

/** The file of `sales` with another speed. */
export function salesWith(speed: number, agent: Readonly<Record<string, unknown>> = {}): string {
  return agentFile("sales", { ...SAMPLES.sales, agent: { voice_speed: speed, ...agent } });
}

/** A scene with somebody who may write. */
export interface ResolveScene extends Scene {
  readonly dana: Person;
}

/** The project, deployed to staging. */
export async function startDeployed(options: { readonly files?: Readonly<Record<string, string>>; readonly seed?: number; readonly env?: Readonly<Record<string, string>> } = {}): Promise<ResolveScene> {
  const scene = await startScene({ files: options.files ?? FILES, ...(options.seed === undefined ? {} : { retell: { seed: options.seed } }) });
  try {
    scene.repository.settings.allowActionsToCreatePullRequests = true;
    const run = await scene.deploy({ env: options.env ?? {} });
    if (run.conclusion !== "success") throw new Error(run.log);
    scene.faults.reset();
    return { ...scene, dana: new Person(scene.repository, "dana") };
  } catch (error) {
    await scene.stop();
    throw error;
  }
}

/** The same with a pull request from `feature` to staging. */
export async function openPull(scene: Scene, files: Readonly<Record<string, string>>): Promise<number> {
  await scene.repository.commit({ branch: "feature", parent: "staging", files: { ...files }, message: "A change" });
  return (await scene.repository.openPullRequest({ head: "feature", base: "staging", title: "A change" })).number;
}

/** A pull request that makes `sales` faster, while the console has made it slower. */
export async function startConflict(options: Parameters<typeof startDeployed>[0] = {}): Promise<{ readonly scene: ResolveScene; readonly pull: number }> {
  const scene = await startDeployed(options);
  const pull = await openPull(scene, { [SALES]: salesWith(1.2) });
  edit(scene, "sales", { agent: { voice_speed: 0.9 } });
  return { scene, pull };
}

/** Makes all comments an hour older, for commands that mean the report that stood there before them. */
export function age(scene: Scene): void {
  const ago = (time: string): string => new Date(Date.parse(time) - 3_600_000).toISOString().replace(".000Z", "Z");
  for (const comment of scene.repository.comments) Object.assign(comment, { createdAt: ago(comment.createdAt), updatedAt: ago(comment.updatedAt) });
}

/** Somebody edits an agent in staging's console. */
export function edit(scene: Scene, name: string, change: { readonly agent?: Readonly<Record<string, unknown>>; readonly llm?: Readonly<Record<string, unknown>> }): void {
  const { id } = agentNamed(scene.staging, name);
  if (change.agent !== undefined) scene.staging.console.editAgent(id, change.agent as never);
  if (change.llm !== undefined) scene.staging.console.editLlm(id, change.llm as never);
}

/** The run that a comment starts; also once more. */
export function carryOut(scene: Scene, id: number, options: RunOptions = {}): Promise<RunResult> {
  return scene.action("resolve-conflicts", { permissions: PERMISSIONS, ...options, comment: { id } });
}

/** Dana writes a comment, and its workflow runs. */
export async function command(scene: ResolveScene, pull: number, body: string, options: RunOptions = {}): Promise<RunResult & { readonly id: number }> {
  const id = await scene.dana.comment(pull, body);
  return { ...(await carryOut(scene, id, options)), id };
}

/** A run by hand. */
export function dispatch(scene: Scene, words: string, options: RunOptions = {}): Promise<RunResult> {
  return scene.action("resolve-conflicts", { branch: "develop", eventName: "workflow_dispatch", event: {}, permissions: PERMISSIONS, ...options, inputs: { command: words, ...options.inputs } });
}

/** What Retell holds now, as `/retell diff` names it: the digest with its `@`. */
export async function digestOf(scene: Scene, agent = "sales", workspace = "staging"): Promise<string> {
  const shown = await dispatch(scene, `diff ${workspace} ${agent}`);
  const digest = new RegExp(`^/retell use-git ${workspace} ${agent} (@[0-9a-f]{12})$`, "m").exec(shown.summary)?.[1];
  if (digest === undefined) throw new Error(`No digest in:\n${shown.summary}\n${shown.log}`);
  return digest;
}

/** The action's answers on a pull request, oldest first. */
export function answersOn(scene: Scene, pull: number): SeenComment[] {
  return conversationOf(scene, pull).filter(({ body }) => body.startsWith('<!-- retell-actions {"kind":"answer"'));
}

/** Signs under a comment. */
export function signsOf(scene: Scene, pull: number, id: number): readonly string[] {
  return conversationOf(scene, pull).find((comment) => comment.id === id)?.reactions ?? [];
}

/** Pull requests from branches of decisions, oldest first. */
export function decisionPulls(scene: Scene): PullRequest[] {
  return [...scene.repository.pulls.values()].filter(({ head }) => head.ref.startsWith("retell/resolve/")).sort((a, b) => a.number - b.number);
}

/** The files of a branch by path. */
export async function filesOf(scene: Scene, branch: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const path of await scene.repository.files(branch)) files[path] = (await scene.repository.readFile(branch, path)) ?? "";
  return files;
}

/** The files of the project in which a branch differs from another; `null` for those that are gone. */
export async function changesOf(scene: Scene, branch: string, from = "staging"): Promise<Record<string, string | null>> {
  const [mine, theirs] = [await filesOf(scene, branch), await filesOf(scene, from)];
  const changed = Object.entries(mine).filter(([path, text]) => theirs[path] !== text);
  return { ...Object.fromEntries(changed), ...Object.fromEntries(Object.keys(theirs).filter((path) => !(path in mine)).map((path) => [path, null])) };
}

/** Requests of both services that changed something, since a moment. */
export function writesSince(scene: Scene, from: { readonly github: number; readonly retell: number }): string[] {
  return [...scene.github.requests.slice(from.github), ...scene.retell.requests.slice(from.retell)].filter(({ write }) => write).map(({ method, path }) => `${method} ${path}`);
}

export function now(scene: Scene): { readonly github: number; readonly retell: number } {
  return { github: scene.github.requests.length, retell: scene.retell.requests.length };
}
