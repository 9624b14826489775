/** Everything that a story leaves behind in Retell and on GitHub, comparable between installations. */
import { createHash } from "node:crypto";
import type { Comment } from "@retell-actions/lab/github/model/records";
import type { Asset } from "@retell-actions/lab/github/model/releases";
import type { Repository } from "@retell-actions/lab/github/model/repository";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";

const STATE = "retell/state/";

/** Ids, commits, runs and times are replaced by what they stand for; everything else must be the same whatever happened on the way. */
export async function pictureOf(scene: WorkflowScene): Promise<unknown> {
  const { repository } = scene;
  const neutral = await neutralFor(scene);
  const organizations = new Map([["staging", scene.staging], ...scene.productions]);
  return {
    retell: Object.fromEntries([...organizations].map(([name, organization]) => [name, JSON.parse(neutral(JSON.stringify(organization.snapshot()))) as unknown])),
    // Also in the snapshots, but here they can be read at a glance.
    agents: Object.fromEntries([...organizations].map(([name, organization]) => [name, organization.agents().map(({ versions }) => versions.length)])),
    branches: await branchesOf(repository, neutral),
    tags: await repository.git.text(["for-each-ref", "--format=%(refname)", "refs/tags/"]),
    pulls: [...repository.pulls.values()].map(({ number, title, body, state, head, base, labels, mergedAt }) => ({ number, title, body: neutral(body ?? ""), state, head: neutral(head.ref), base: base.ref, labels: labels.toSorted(), isMerged: mergedAt !== null })),
    issues: [...repository.issues.values()].map(({ number, title, body, state, labels }) => ({ number, title, body: neutral(body ?? ""), state, labels: labels.toSorted() })),
    labels: repository.labels.map(({ name }) => name).toSorted(),
    comments: repository.comments.map(({ issueNumber, user, body, reactions }) => ({ on: issueNumber, by: user.login, body: neutral(body), signs: signsOf(reactions) })),
    releases: repository.releases.map(({ tag, name, body, draft, assets }) => ({ tag, name, body: neutral(body ?? ""), draft, assets: assets.map((asset) => assetPicture(asset, assets, neutral)).toSorted() })),
  };
}

/** A cancelled run says by "confused" that it did not carry a command out. That sign stays, beside the one of the rerun that did. */
function signsOf(reactions: Comment["reactions"]): string[] {
  const given = new Set(reactions.map(({ content }) => content));
  if (given.has("+1")) given.delete("confused");
  return [...given].toSorted();
}

/** Names commits by their subjects. Commits of the state are called so whichever they are: their number tells of what happened on the way. */
async function neutralFor({ repository, github, retell }: WorkflowScene): Promise<(text: string) => string> {
  const lines = (await repository.git.text(["log", "--all", "--format=%H %S %s"])).split("\n");
  const commits = lines.map((line) => /^(\S+) (\S+) (.*)$/.exec(line) ?? []).map(([, sha = "", source = "", subject = ""]) => ({ sha, name: source.includes(STATE) ? "<a commit of the state>" : `<commit ${subject.replaceAll(/["\\]/g, "")}>` }));
  return (text) =>
    text
      .replaceAll(String(repository.id), "<repository>")
      .replaceAll(github.url, "<github>")
      .replaceAll(retell.url, "<retell>")
      .replace(/actions\/runs\/\d+/g, "actions/runs/<run>")
      .replace(/issuecomment-\d+/g, "issuecomment-<comment>")
      .replace(/\b(agent|llm|conversation_flow_component|conversation_flow|knowledge_base)_[0-9a-f]{12,28}\b/g, "<$1>")
      .replace(/@[0-9a-f]{12}\b/g, "@<digest>")
      // Of a comment's own text, before the above.
      .replace(/"digest":"sha256:[0-9a-f]{64}"/g, '"digest":"<digest>"')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "<time>")
      .replace(/\b[0-9a-f]{7,40}\b/g, (word) => commits.find(({ sha }) => sha.startsWith(word))?.name ?? word);
}

/** Files by path, and the number of commits where nothing but decisions makes some: the state's branches are also a journal of what was begun. */
async function branchesOf(repository: Repository, neutral: (text: string) => string): Promise<unknown> {
  const names = (await repository.git.text(["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/"])).split("\n");
  const branches = names.map(async (name) => {
    const listed = (await repository.git.text(["ls-tree", "-r", name])).split("\n").map((line) => /^\d+ blob (\S+)\t(.*)$/.exec(line) ?? []);
    const files = listed.map(async ([, blob = "", path = ""]) => [path, varies(name, path) ? recorded(neutral((await repository.readFile(name, path)) ?? "")) : blob] as const);
    const commits = name.startsWith(STATE) ? {} : { commits: await repository.git.text(["rev-list", "--count", name]) };
    const isChecked = [...new Set(repository.statusesOf(await repository.tip(name)).map(({ context, state }) => `${context}: ${state}`))].toSorted();
    return [neutral(name), { files: Object.fromEntries(await Promise.all(files)), ...commits, isChecked }] as const;
  });
  return Object.fromEntries(await Promise.all(branches));
}

/** Files that hold ids and times. */
function varies(branch: string, path: string): boolean {
  return branch.startsWith(STATE) || /\/overwrite\.[^/]+\.json$/.test(path);
}

/** A file of the state without what names the run that wrote it. */
function recorded(text: string): unknown {
  const file = JSON.parse(text) as Record<string, unknown>;
  for (const key of ["workflow_run_id", "deployed_at", "salt"]) if (key in file) file[key] = `<${key}>`;
  // Only saves reads, and holds times of Retell.
  delete file["last_change"];
  return file;
}

/** A file of a release: texts as they are, sums by whether they are right. Archives hold commits and so differ; their sums are among the others. */
function assetPicture({ name, state, data }: Asset, all: readonly Asset[], neutral: (text: string) => string): string {
  if (name === "SHA256SUMS") return `${name} ${state} ${sums(data.toString("utf8"), all)}`;
  return name.endsWith(".json") ? `${name} ${state} ${neutral(data.toString("utf8")).replace(/[0-9a-f]{64}/g, "<sha256>")}` : `${name} ${state}`;
}

function sums(text: string, all: readonly Asset[]): string {
  const lines = text.trim().split("\n").map((line) => line.split(/ +\*?/));
  return lines.map(([sum, name = ""]) => `${name} ${String(sum === createHash("sha256").update(all.find((asset) => asset.name === name)?.data ?? "").digest("hex"))}`).toSorted().join(", ");
}
