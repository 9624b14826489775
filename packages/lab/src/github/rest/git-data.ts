import { readCommit } from "../git/commits.ts";
import { objectType, type Person, resolveObject, writeBlob, writeCommit } from "../git/objects.ts";
import { listTree, type TreeChange, type TreeEntry, writeTree } from "../git/trees.ts";
import type { Repository } from "../model/repository.ts";
import { timestamp } from "../model/timestamp.ts";
import { enforces } from "../model/world.ts";
import { commitIdentity, webFlow } from "../model/users.ts";
import { gitCommitView } from "../view/commit.ts";
import { nodeId } from "../view/node-id.ts";
import { repositoryUrl } from "../view/repository.ts";
import { notFound, unprocessable } from "./api-error.ts";
import { actor, param, type RestContext, type Route, text } from "./context.ts";

/** Docs "REST API endpoints for Git blobs", "Git trees", "Git commits". */
export const gitDataRoutes: readonly Route[] = [
  { operation: "git/get-blob", needs: ["contents:read"], handle: getBlob },
  { operation: "git/create-blob", needs: ["contents:write"], handle: createBlob },
  { operation: "git/get-tree", needs: ["contents:read"], handle: getTree },
  { operation: "git/create-tree", needs: ["contents:write"], handle: createTree },
  { operation: "git/get-commit", needs: ["contents:read"], handle: getCommit },
  { operation: "git/create-commit", needs: ["contents:write"], handle: createCommit },
];

/** `git/trees?recursive` ends here with `truncated: true`. */
const treeLimit = 100_000;

async function getBlob(context: RestContext) {
  const { repository } = context;
  const sha = param(context, "file_sha");
  if ((await objectType(repository.git, sha)) !== "blob") throw notFound();
  const content = (await repository.git.run(["cat-file", "blob", sha])).stdout;
  if (context.request.headers.accept?.includes("raw") === true) {
    return { status: 200, raw: content, headers: { "content-type": "application/vnd.github.raw; charset=utf-8" } };
  }
  const base64 = content.toString("base64").replace(/(.{60})/g, "$1\n");
  const url = `${repositoryUrl(repository)}/git/blobs/${sha}`;
  return { status: 200, body: { sha, node_id: nodeId("B", repository.id, sha), size: content.length, url, content: `${base64}\n`, encoding: "base64" } };
}

async function createBlob(context: RestContext) {
  const content = Buffer.from(text(context, "content") ?? "", text(context, "encoding") === "base64" ? "base64" : "utf8");
  const sha = await writeBlob(context.repository.git, content);
  const url = `${repositoryUrl(context.repository)}/git/blobs/${sha}`;
  return { status: 201, body: { sha, url }, headers: { location: url } };
}

function treeView(repository: Repository, tree: { sha: string; entries: TreeEntry[] }): Record<string, unknown> {
  const api = `${repositoryUrl(repository)}/git`;
  return {
    sha: tree.sha,
    url: `${api}/trees/${tree.sha}`,
    tree: tree.entries.slice(0, treeLimit).map((entry) => ({ ...entry, url: `${api}/${entry.type}s/${entry.sha}` })),
    truncated: tree.entries.length > treeLimit,
  };
}

async function getTree(context: RestContext) {
  const { repository } = context;
  const sha = await resolveObject(repository.git, `${param(context, "tree_sha")}^{tree}`);
  if (sha === undefined) throw notFound();
  // Any value of `recursive` counts, even "0" and "false".
  const entries = await listTree(repository.git, sha, { recursive: context.query.has("recursive") });
  return { status: 200, body: treeView(repository, { sha, entries }) };
}

async function createTree(context: RestContext) {
  const { repository } = context;
  const base = text(context, "base_tree");
  if (base !== undefined && !["tree", "commit"].includes((await objectType(repository.git, base)) ?? "")) {
    throw unprocessable("base_tree is not a valid tree oid");
  }
  const items = context.body["tree"] as { path?: string; mode?: string; type?: string; sha?: string | null; content?: string }[];
  const changes = await Promise.all(items.map((item) => treeChange(repository, item)));
  await checkRemovals(repository, base, changes);
  const sha = await writeTree(repository.git, { changes, ...(base === undefined ? {} : { base: `${base}^{tree}` }) });
  return { status: 201, body: treeView(repository, { sha, entries: await listTree(repository.git, sha) }) };
}

/** What is not there cannot be removed: 422 with this text. Source: google/go-github issue 2418, field reports. */
async function checkRemovals(repository: Repository, base: string | undefined, changes: readonly TreeChange[]): Promise<void> {
  if (!enforces(repository.world, "tree-removals")) return;
  for (const { path } of changes.filter(({ sha }) => sha === null)) {
    const present = base !== undefined && (await resolveObject(repository.git, `${base}^{tree}:${path}`)) !== undefined;
    if (!present) throw unprocessable("GitRPC::BadObjectState");
  }
}

async function treeChange(repository: Repository, item: { path?: string; mode?: string; type?: string; sha?: string | null; content?: string }): Promise<TreeChange> {
  const path = item.path ?? "";
  const parts = path.split("/");
  if (path === "" || parts.some((part) => ["", ".", "..", ".git"].includes(part))) throw unprocessable("tree.path contains a malformed path component");
  if (item.mode === undefined) throw unprocessable("Must supply a valid tree.mode");
  if (item.content !== undefined && item.sha !== undefined && item.sha !== null) throw unprocessable("Must supply either tree.sha or tree.content");
  if (item.content !== undefined) return { path, mode: item.mode, sha: await writeBlob(repository.git, Buffer.from(item.content)) };
  if (item.sha === null) return { path, mode: item.mode, sha: null };
  if (item.mode !== "160000" && (await objectType(repository.git, item.sha ?? "")) === undefined) throw unprocessable(`tree.sha ${item.sha} is not a valid ${item.type ?? "blob"}`);
  return { path, mode: item.mode, sha: item.sha ?? null };
}

async function getCommit(context: RestContext) {
  const sha = param(context, "commit_sha");
  if ((await objectType(context.repository.git, sha)) !== "commit") throw notFound();
  return { status: 200, body: gitCommitView(context.repository, await readCommit(context.repository.git, sha)) };
}

async function createCommit(context: RestContext) {
  const { repository, body } = context;
  const tree = text(context, "tree") ?? "";
  if ((await objectType(repository.git, tree)) !== "tree") throw unprocessable("Tree SHA does not exist");
  const parents = (body["parents"] as string[] | undefined) ?? [];
  for (const parent of parents) {
    if ((await objectType(repository.git, parent)) !== "commit") throw unprocessable("Parent SHA does not exist or is not a commit object");
  }
  const by = actor(context);
  const own = commitIdentity(by.user);
  const date = timestamp();
  const author = { ...own, date, ...(body["author"] as Partial<Person> | undefined) };
  // Without names of its own a bot's commit is GitHub's to sign (docs "About commit signature verification").
  const signed = by.kind !== "person" && body["author"] === undefined && body["committer"] === undefined && body["signature"] === undefined;
  const committer = signed ? { ...commitIdentity(webFlow), date } : { ...author, ...(body["committer"] as Partial<Person> | undefined) };
  const sha = await writeCommit(repository.git, { tree, parents, message: text(context, "message") ?? "", author, committer });
  if (signed) repository.verifiedCommits.add(sha);
  const view = gitCommitView(repository, await readCommit(repository.git, sha));
  return { status: 201, body: view, headers: { location: String(view["url"]) } };
}
