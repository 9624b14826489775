/** What people read on pull requests, and the commands that they write there. */
import type { Fields } from "@retell-actions/lab/retell/schema/schema";
import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import { conversationOf, type SeenComment } from "@retell-actions/lab/scene/look-at";
import type { Person } from "@retell-actions/lab/scene/person";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import { agentId, agentIn, CHECK, merge, organizationOf, outcomeOf, pullRequest, runsOf } from "./support.ts";

export const COMMANDS = "retell-commands.yml";
const DEPLOY = "retell-deploy-staging.yml";

/** A command that was carried out, as its author sees it. */
export interface Answered {
  readonly run: LabRun | undefined;
  readonly outcome: string;
  /** Text of the answer; empty where nobody was answered. */
  readonly answer: string;
  /** Reactions to the command. */
  readonly signs: readonly string[];
}

/** The one report of a kind on a pull request, as it stands now; empty where there is none. */
export function reportOn(scene: WorkflowScene, number: number, kind: "validation" | "deploy" = "validation"): string {
  return commentsOfKind(scene, number, kind).at(-1)?.body ?? "";
}

/** Answers to commands on a pull request, oldest first. */
export function answersOn(scene: WorkflowScene, number: number): string[] {
  return commentsOfKind(scene, number, "answer").map(({ body }) => body);
}

function commentsOfKind(scene: WorkflowScene, number: number, kind: string): SeenComment[] {
  return conversationOf(scene, number).filter(({ author, body }) => author === "github-actions[bot]" && body.startsWith("<!-- retell-actions") && body.split("\n")[0]?.includes(`"kind":"${kind}"`));
}

/** The first line ready to be copied that starts with these words and bears a digest. @throws if there is none. */
export function commandIn(text: string, start: string): string {
  const found = text.split("\n").find((line) => line.startsWith(`${start} `) && / @[0-9a-f]{12}$/.test(line));
  if (found === undefined) throw new Error(`There is no command "${start} …" in:\n${text}`);
  return found;
}

/** The digest of a command. */
export function digestOf(command: string): string {
  return /@[0-9a-f]{12}$/.exec(command)?.[0] ?? "";
}

/** Somebody writes a comment, and the workflow that it starts comes to its end. */
export async function write(scene: WorkflowScene, number: number, body: string, person: Person = scene.person): Promise<Answered> {
  const before = answersOn(scene, number).length;
  let id = 0;
  const runs = await runsOf(scene, async () => void (id = await person.comment(number, body)));
  const run = runs.find(({ workflow }) => workflow.endsWith(COMMANDS));
  return { run, outcome: outcomeOf(run), answer: answersOn(scene, number).slice(before).join("\n"), signs: signsOf(scene, number, id) };
}

/** Reactions to a comment. */
export function signsOf(scene: WorkflowScene, number: number, id: number): readonly string[] {
  return conversationOf(scene, number).find((comment) => comment.id === id)?.reactions ?? [];
}

/** Opens a pull request of these changes to staging and reads its report. */
export async function propose(scene: WorkflowScene, files: Record<string, string | null>): Promise<{ readonly number: number; readonly head: string; readonly outcome: string; readonly report: string }> {
  const opened = await pullRequest(scene, { files });
  return { ...opened, outcome: outcomeOf(scene.actions.runs.at(-1)), report: reportOn(scene, opened.number) };
}

/** The merge button and the deployment after it. @throws if a rule forbids the merge. */
export async function land(scene: WorkflowScene, number: number): Promise<string> {
  const runs = await runsOf(scene, async () => {
    const { status, message } = await scene.person.merge(number);
    if (status !== 200) throw new Error(`The pull request was not merged: ${message}`);
  });
  return outcomeOf(runs.find(({ workflow }) => workflow.endsWith(DEPLOY)));
}

/** True if the required check lets the head of the pull request be merged. */
export function isGreen({ repository }: WorkflowScene, number: number): boolean {
  return repository.isContextGreen(repository.pull(number).head.sha, CHECK);
}

/** What the merge button says of a pull request that must not be merged. */
export async function refusedMerge(scene: WorkflowScene, number: number): Promise<string> {
  const { status, message } = await merge(scene, number);
  return `${status} ${message}`;
}

/** How often Retell was written to since `action` began. */
export async function writesIn(scene: WorkflowScene, action: () => Promise<unknown>): Promise<number> {
  const before = scene.retell.requests.length;
  await action();
  return scene.retell.requests.slice(before).filter(({ write }) => write).length;
}

/** All branches and where they stand: equal texts mean that nothing was committed anywhere. */
export async function refsOf({ repository }: WorkflowScene): Promise<string> {
  return (await repository.git.run(["for-each-ref", "refs/heads", "--format=%(refname) %(objectname)"])).stdout.toString("utf8");
}

/** Somebody edits fields of an agent, or of its engine, in the console of a workspace. */
export async function editInConsole(scene: WorkflowScene, name: string, { agent, llm, workspace = "staging" }: { readonly agent?: Fields; readonly llm?: Fields; readonly workspace?: string }): Promise<void> {
  const id = await agentId(scene, name, workspace);
  const { console } = organizationOf(scene, workspace);
  if (agent !== undefined) console.editAgent(id, agent);
  if (llm !== undefined) console.editLlm(id, llm);
}

/** Fields of an agent and of its engine, as Retell's staging organisation holds them. */
export async function fieldsInRetell(scene: WorkflowScene, name: string): Promise<Fields> {
  const { latest } = await agentIn(scene, { agent: name, workspace: "staging" });
  return { ...latest.engine, ...latest.agent };
}

/** What GitHub's published schemas do not allow, and what the permissions of retell-commands.yml do not: nothing of it may happen. */
export function offences(scene: WorkflowScene): readonly unknown[] {
  const runs = new Set(scene.actions.runs.filter(({ workflow }) => workflow.endsWith(COMMANDS)).map(({ run }) => run.id));
  return [...scene.github.violations, ...scene.jobRequests().filter(({ status, run }) => status === 403 && run !== undefined && runs.has(run))];
}
