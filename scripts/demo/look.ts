/** What can be seen: in Retell, on the branches, and on pull requests. Nothing here changes anything. */
import { validateProject, type ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { Comment } from "@retell-actions/lab/github/model/records";
import type { AgentPicture, VersionPicture } from "@retell-actions/lab/retell/console/picture";
import type { OrganizationHandle, RecordedRequest } from "@retell-actions/lab/retell/server";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import { isDeepStrictEqual } from "node:util";
import type { Shown } from "./chapter.ts";
import type { JobRecord } from "./record.ts";

/** Name of the check of pull requests. */
export const CHECK = "Validate & Check Conflicts";

/** The organisation of a workspace. */
export function organizationOf({ staging, productions }: WorkflowScene, workspace: string): OrganizationHandle {
  const found = workspace === "staging" ? staging : productions.get(workspace);
  if (found === undefined) throw new Error(`There is no workspace ${workspace}.`);
  return found;
}

/** An agent as Retell holds it, found by the id that the suite recorded. */
export async function agentIn(scene: WorkflowScene, workspace: string, name: string): Promise<AgentPicture> {
  const id = await recordedId(scene, workspace, name);
  if (id === undefined) throw new Error(`No state was recorded for ${name} in ${workspace}.`);
  return organizationOf(scene, workspace).agent(id);
}

/** The id in the record of the last deploy; undefined if there is no record. */
export async function recordedId({ repository }: WorkflowScene, workspace: string, name: string): Promise<string | undefined> {
  const text = await repository.readFile(`refs/heads/retell/state/${workspace}`, `agents/${name}/${workspace}.json`);
  return text === undefined ? undefined : (JSON.parse(text) as { agent_id: string }).agent_id;
}

/** The prompt of a version, such as `latest` or `latestPublished` of an agent. */
export function promptOf(version: VersionPicture | undefined): string {
  return String(version?.engine?.["general_prompt"] ?? "");
}

/**
 * Names of the agents whose content on the branch is not what callers of the workspace get: every field that Git mentions
 * is compared with the version published last, which must also be the newest one. Empty if all agree.
 */
export async function notPublishedAsInGit(scene: WorkflowScene, workspace: string, branch = "production"): Promise<string[]> {
  const agents = (await projectAt(scene, branch)).desired.get(workspace);
  if (agents === undefined || agents.size === 0) throw new Error(`${branch} has no agents for ${workspace}.`);
  const wrong: string[] = [];
  for (const [name, { content }] of agents) {
    const { latest, latestPublished } = await agentIn(scene, workspace, name);
    const agrees = latest.version === latestPublished?.version && holds(latestPublished.agent, content.agent) && holds(latestPublished.engine ?? {}, content.llm ?? {});
    if (!agrees) wrong.push(name);
  }
  return wrong;
}

/** Objects are compared by the keys that are wanted, everything else whole. */
function holds(live: unknown, wanted: unknown): boolean {
  if (!isObject(live) || !isObject(wanted)) return isDeepStrictEqual(live, wanted);
  return Object.entries(wanted).every(([key, value]) => holds(live[key], value));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The project of a branch, checked and built by the suite's own code. */
export async function projectAt({ repository }: WorkflowScene, branch: string): Promise<ValidatedProject> {
  const paths = (await repository.files(`refs/heads/${branch}`)).filter((path) => /^(workspaces\.json$|agents\/|prompts\/)/.test(path));
  const files = await Promise.all(paths.map(async (path) => [path, { kind: "file", text: (await repository.readFile(`refs/heads/${branch}`, path)) ?? "" }] as const));
  return validateProject({ files: new Map(files), workingDirectory: "" });
}

/** True if the branch holds every commit of the other one. */
export async function contains({ repository }: WorkflowScene, branch: string, other: string): Promise<boolean> {
  return (await repository.git.text(["rev-list", "--count", `refs/heads/${branch}..refs/heads/${other}`])).trim() === "0";
}

/** Paths that a pull request changes. */
export async function filesOf({ repository }: WorkflowScene, pullRequest: number): Promise<string[]> {
  const { base, head } = repository.pull(pullRequest);
  return (await repository.git.text(["diff", "--name-only", `${base.sha}...${head.sha}`])).split("\n");
}

/** Names of the keys that an organisation was asked with, and the writes among the requests. */
export function askedOf({ retell }: WorkflowScene, since: number, organization: OrganizationHandle): { readonly keys: readonly string[]; readonly writes: readonly RecordedRequest[] } {
  const sent = retell.requests.slice(since).filter((request) => request.organization === organization.id);
  return { keys: [...new Set(sent.map(({ apiKey }) => apiKey ?? "none"))], writes: sent.filter(({ write }) => write) };
}

/** How many agents an organisation has. */
export function agentsIn(organization: OrganizationHandle): number {
  return organization.agents().length;
}

/** Everything that an idle run must leave as it is: what Retell holds and where all branches are. */
export async function stillLife({ repository, staging, productions }: WorkflowScene): Promise<string> {
  const branches = await repository.git.text(["for-each-ref", "refs/heads"]);
  return JSON.stringify([branches, ...[staging, ...productions.values()].map((organization) => organization.snapshot())]);
}

/** A comment, and whether it was changed since it was written. */
export interface SeenComment extends Shown {
  readonly edited: boolean;
}

/** The newest comment of a pull request. */
export function lastComment(scene: WorkflowScene, pullRequest: number): SeenComment {
  return existing(scene.repository.commentsOf(pullRequest).at(-1), pullRequest);
}

/** The comment that the check of a pull request keeps. */
export function checkComment(scene: WorkflowScene, pullRequest: number): SeenComment {
  return existing(scene.repository.commentsOf(pullRequest).find(({ body }) => body.includes('"kind":"validation"')), pullRequest);
}

/** Signs below a comment, in the order in which they were given. */
const SIGNS: Readonly<Record<string, string>> = { eyes: "👀", "+1": "👍", confused: "😕" };

function existing(comment: Comment | undefined, pullRequest: number): SeenComment {
  if (comment === undefined) throw new Error(`There is no such comment on pull request ${pullRequest}.`);
  return seenComment(comment);
}

/** A comment as people see it, with its signs. */
export function seenComment(comment: Comment): SeenComment {
  const edited = comment.edits > 0;
  const signs = comment.reactions.map(({ content }) => SIGNS[content] ?? content).join(" ");
  const what = `${edited ? "changed its comment" : "commented"} on pull request #${comment.issueNumber}${signs === "" ? "" : `: ${signs}`}`;
  return { author: comment.user.login, what, body: comment.body, brief: edited, edited };
}

/** The ready-made command with its digest that a comment or description prints for one agent. */
export function commandIn(body: string, command: string): string {
  const found = body.split("\n").find((line) => line.startsWith(`/retell ${command} @`));
  if (found === undefined) throw new Error(`No command begins with /retell ${command} @ in: ${body}`);
  return found;
}

/** The newest commit of a branch as a diff, with the names of its files instead of git's own lines. */
export async function commitOn({ repository }: WorkflowScene, branch: string): Promise<Shown> {
  const ref = `refs/heads/${branch}`;
  const [author = "", subject = ""] = (await repository.git.text(["log", "-1", "--format=%an%n%s", ref])).split("\n");
  const lines: string[] = [];
  let isHeader = false;
  for (const line of (await repository.git.text(["show", "--format=", "--unified=0", "--no-renames", ref])).split("\n")) {
    const file = /^diff --git a\/.* b\/(.*)$/.exec(line)?.[1];
    if (file !== undefined) lines.push(`@@ ${file} @@`);
    if (file !== undefined || line.startsWith("@@")) isHeader = file !== undefined;
    else if (!isHeader && /^[+-]/.test(line)) lines.push(line);
  }
  return { author, what: `committed to ${branch}: ${subject}`, body: `${"`".repeat(9)}diff\n${lines.join("\n")}\n${"`".repeat(9)}\n` };
}

/** A pull request's own text. */
export function description({ repository }: WorkflowScene, pullRequest: number): Shown {
  const { user, base, title, body } = repository.pull(pullRequest);
  return { author: user.login, what: `wants to merge into ${base.ref}: ${title} #${pullRequest}`, body: body ?? "" };
}

/** What a job wrote for its readers. */
export function summaryOf(job: JobRecord): Shown {
  return { what: `Summary of the job ${job.name}`, body: job.summary };
}
