import { isAncestor, readCommit } from "../git/commits.ts";
import { diffFiles } from "../git/diff.ts";
import { resolveCommit } from "../git/objects.ts";
import { listRefs, readRef } from "../git/refs.ts";
import { listTree, type TreeEntry } from "../git/trees.ts";
import { matchesPattern } from "../model/protection.ts";
import type { Repository } from "../model/repository.ts";
import { commitView } from "../view/commit.ts";
import { htmlUrl, repositoryUrl, repositoryView } from "../view/repository.ts";
import { pullView } from "../view/pull.ts";
import { notFound, unprocessable } from "./api-error.ts";
import { param, type RestContext, type Route } from "./context.ts";
import { pageAnswer, paginate } from "./paginate.ts";

/** Docs "REST API endpoints for repositories", "branches", "repository contents", "commits". */
export const contentRoutes: readonly Route[] = [
  { operation: "repos/get", needs: ["metadata:read"], handle: getRepository },
  { operation: "repos/get-branch", needs: ["contents:read"], handle: getBranch },
  { operation: "repos/list-branches", needs: ["contents:read"], handle: listBranches },
  { operation: "repos/get-content", needs: ["contents:read"], handle: getContent },
  { operation: "repos/get-commit", needs: ["contents:read"], handle: getCommit },
  { operation: "repos/list-pull-requests-associated-with-commit", needs: ["pull-requests:read"], handle: listPulls },
];

async function getRepository({ repository }: RestContext) {
  const extra = repository.parent === undefined ? {} : { parent: repositoryView(repository.parent), source: repositoryView(repository.parent) };
  return { status: 200, body: { ...repositoryView(repository), network_count: 0, subscribers_count: 0, ...extra } };
}

function isProtected(repository: Repository, branch: string): boolean {
  return repository.protections.some(({ pattern }) => matchesPattern(pattern, branch));
}

function protectionView(repository: Repository, branch: string): Record<string, unknown> {
  const contexts = repository.protections.filter(({ pattern }) => matchesPattern(pattern, branch)).flatMap((rule) => rule.requiredStatusChecks);
  return {
    protected: isProtected(repository, branch),
    protection: {
      enabled: isProtected(repository, branch),
      required_status_checks: { enforcement_level: contexts.length > 0 ? "non_admins" : "off", contexts, checks: contexts.map((context) => ({ context, app_id: null })) },
    },
    protection_url: `${repositoryUrl(repository)}/branches/${encodeURIComponent(branch)}/protection`,
  };
}

async function getBranch(context: RestContext) {
  const { repository } = context;
  const name = param(context, "branch");
  const sha = await readRef(repository.git, `refs/heads/${name}`);
  if (sha === undefined) throw notFound("Branch not found");
  const commit = commitView(repository, await readCommit(repository.git, sha));
  const links = { self: `${repositoryUrl(repository)}/branches/${encodeURIComponent(name)}`, html: `${htmlUrl(repository)}/tree/${name}` };
  return { status: 200, body: { name, commit, _links: links, ...protectionView(repository, name) } };
}

async function listBranches(context: RestContext) {
  const { repository } = context;
  const refs = await listRefs(repository.git, "refs/heads/");
  return pageAnswer(context, refs, ({ ref, sha }) => {
    const name = ref.slice("refs/heads/".length);
    return { name, commit: { sha, url: `${repositoryUrl(repository)}/commits/${sha}` }, ...protectionView(repository, name) };
  });
}

/** A branch or tag name, a full ref or a SHA; a name means the branch first, as GitHub resolves it. */
export async function resolveRevision(repository: Repository, name: string): Promise<string | undefined> {
  for (const candidate of name.startsWith("refs/") ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`]) {
    if ((await readRef(repository.git, candidate)) !== undefined) return resolveCommit(repository.git, candidate);
  }
  return /^[0-9a-f]{4,40}$/.test(name) ? resolveCommit(repository.git, name) : undefined;
}

async function getContent(context: RestContext) {
  const { repository } = context;
  const ref = context.query.get("ref") ?? repository.defaultBranch;
  const path = param(context, "path").replace(/^\/+|\/+$/g, "");
  const sha = await resolveRevision(repository, ref);
  if (sha === undefined) throw notFound(`No commit found for the ref ${ref}`);
  if (path.split("/").includes("..")) throw notFound();
  const raw = context.request.headers.accept?.includes("raw") === true;
  if (path === "") return { status: 200, body: await folderView(repository, { revision: sha, path, ref }) };
  const [entry] = await listTree(repository.git, sha, { path });
  if (entry === undefined) throw notFound();
  if (entry.type === "tree") return { status: 200, body: await folderView(repository, { revision: sha, path, ref }) };
  const content = (await repository.git.run(["cat-file", "blob", entry.sha])).stdout;
  if (raw) return { status: 200, raw: content, headers: { "content-type": "application/vnd.github.raw+json; charset=utf-8" } };
  // Above 1 MB the content must be asked for raw; here it is simply left out.
  const large = content.length > 1_000_000;
  const text = content.toString("base64").replace(/(.{60})/g, "$1\n");
  const inline = { encoding: large ? "none" : "base64", content: large ? "" : `${text}\n` };
  return { status: 200, body: { ...entryView(repository, { entry, ref }), ...inline } };
}

async function folderView(repository: Repository, at: { revision: string; path: string; ref: string }): Promise<unknown[]> {
  const entries = await listTree(repository.git, at.path === "" ? at.revision : `${at.revision}:${at.path}`);
  return entries.map((entry) => entryView(repository, { entry: { ...entry, path: at.path === "" ? entry.path : `${at.path}/${entry.path}` }, ref: at.ref }));
}

function entryView(repository: Repository, { entry, ref }: { entry: TreeEntry; ref: string }): Record<string, unknown> {
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const url = `${repositoryUrl(repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const type = entry.type === "tree" ? "dir" : "file";
  const git = `${repositoryUrl(repository)}/git/${entry.type}s/${entry.sha}`;
  const html = `${htmlUrl(repository)}/${entry.type}/${ref}/${path}`;
  return {
    name: entry.path.split("/").at(-1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: git,
    download_url: type === "dir" ? null : `${htmlUrl(repository)}/raw/${ref}/${path}`,
    type,
    _links: { self: url, git, html },
  };
}

async function getCommit(context: RestContext) {
  const { repository } = context;
  const name = param(context, "ref");
  const sha = await resolveRevision(repository, name);
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${name}`);
  const commit = await readCommit(repository.git, sha);
  const files = await diffFiles(repository.git, commit.parents[0] ?? "4b825dc642cb6eb9a060e54bf8d69288fbee4904", sha);
  return { status: 200, body: commitView(repository, commit, files) };
}

/** Open pull requests that contain the commit, and the merged ones that brought it in. */
async function listPulls(context: RestContext) {
  const { repository } = context;
  const name = param(context, "commit_sha");
  const sha = await resolveRevision(repository, name);
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${name}`);
  const found = [];
  for (const pull of repository.pulls.values()) {
    if (pull.state === "closed" && pull.mergedAt === null) continue;
    const isMerge = pull.mergedAt !== null && pull.mergeCommitSha === sha;
    // The base as it was before the merge: what it had already was not brought in by this pull request.
    const broughtIn = (await isAncestor(repository.git, sha, pull.head.sha)) && !(await isAncestor(repository.git, sha, pull.base.sha));
    if (isMerge || broughtIn) found.push(pull);
  }
  const { items, headers } = paginate(context, found);
  return { status: 200, body: items.map((pull) => pullView(repository, pull)), headers };
}
