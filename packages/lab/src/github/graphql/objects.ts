import { readCommit } from "../git/commits.ts";
import { objectType, type Person, resolveObject } from "../git/objects.ts";
import { listRefs, readRef } from "../git/refs.ts";
import { listTree, type TreeEntry } from "../git/trees.ts";
import type { Repository } from "../model/repository.ts";
import { userOfEmail } from "../model/users.ts";
import { resolveRevision } from "../rest/contents.ts";
import { verificationView } from "../view/commit.ts";
import { nodeId } from "../view/node-id.ts";
import { htmlUrl } from "../view/repository.ts";

/** Fields for graphql-js's default resolvers; functions take the field's arguments. */
export type Fields = Record<string, unknown>;

/** `Repository` of the GraphQL schema, as far as the lab resolves it. */
export function repositoryFields(repository: Repository): Fields {
  return {
    __typename: "Repository",
    id: nodeId("R", repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: repository.fullName,
    owner: { __typename: "Organization", id: nodeId("U", repository.owner), login: repository.owner },
    url: htmlUrl(repository),
    isPrivate: repository.private,
    isFork: repository.parent !== undefined,
    defaultBranchRef: () => refFields(repository, `refs/heads/${repository.defaultBranch}`),
    ref: ({ qualifiedName }: { qualifiedName: string }) => findRef(repository, qualifiedName),
    refs: ({ refPrefix, first, query }: { refPrefix: string; first?: number; query?: string }) => refConnection(repository, { refPrefix, first: first ?? 100, query }),
    object: ({ oid, expression }: { oid?: string; expression?: string }) => findObject(repository, oid ?? expression ?? ""),
    pullRequest: ({ number }: { number: number }) => pullFields(repository, number),
  };
}

async function findRef(repository: Repository, name: string): Promise<Fields | null> {
  const candidates = name.startsWith("refs/") ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`];
  for (const ref of candidates) {
    const found = await refFields(repository, ref);
    if (found !== null) return found;
  }
  return null;
}

/** `Ref`, or null if absent. */
export async function refFields(repository: Repository, ref: string): Promise<Fields | null> {
  const sha = await readRef(repository.git, ref);
  if (sha === undefined) return null;
  const [, kind = "", ...rest] = ref.split("/");
  return {
    __typename: "Ref",
    id: nodeId("REF", repository.id, ref),
    name: rest.join("/"),
    prefix: `refs/${kind}/`,
    repository: () => repositoryFields(repository),
    target: () => objectFields(repository, sha),
  };
}

async function refConnection(repository: Repository, options: { refPrefix: string; first: number; query: string | undefined }): Promise<Fields> {
  const all = (await listRefs(repository.git, options.refPrefix)).filter(({ ref }) => ref.includes(options.query ?? ""));
  const nodes = await Promise.all(all.slice(0, options.first).map(({ ref }) => refFields(repository, ref)));
  const pageInfo = { hasNextPage: all.length > nodes.length, hasPreviousPage: false, startCursor: null, endCursor: null };
  return { nodes, edges: nodes.map((node) => ({ node, cursor: "" })), totalCount: all.length, pageInfo };
}

/** An expression is `<revision>` or `<revision>:<path>`. */
async function findObject(repository: Repository, expression: string): Promise<Fields | null> {
  const colon = expression.indexOf(":");
  const revision = colon < 0 ? expression : expression.slice(0, colon);
  const commit = revision === "HEAD" ? await resolveRevision(repository, repository.defaultBranch) : await resolveRevision(repository, revision);
  const sha = colon < 0 ? (commit ?? (await resolveObject(repository.git, expression))) : commit === undefined ? undefined : await resolveObject(repository.git, `${commit}:${expression.slice(colon + 1)}`);
  return sha === undefined ? null : objectFields(repository, sha);
}

/** `GitObject`: a commit, tree or blob by SHA. */
export async function objectFields(repository: Repository, sha: string): Promise<Fields | null> {
  const type = await objectType(repository.git, sha);
  const common = { oid: sha, abbreviatedOid: sha.slice(0, 7), repository: () => repositoryFields(repository) };
  if (type === "commit") return commitFields(repository, sha, common);
  if (type === "tree") {
    const entries = async (): Promise<Fields[]> => (await listTree(repository.git, sha)).map((entry) => treeEntryFields(repository, entry));
    return { __typename: "Tree", id: nodeId("T", repository.id, sha), ...common, entries };
  }
  if (type !== "blob") return null;
  const content = (await repository.git.run(["cat-file", "blob", sha])).stdout;
  const isBinary = content.subarray(0, 8000).includes(0);
  const text = isBinary ? null : content.toString("utf8");
  return { __typename: "Blob", id: nodeId("B", repository.id, sha), ...common, byteSize: content.length, isBinary, isTruncated: false, text };
}

function treeEntryFields(repository: Repository, entry: TreeEntry): Fields {
  return {
    name: entry.path,
    path: entry.path,
    mode: Number.parseInt(entry.mode, 8),
    type: entry.type,
    oid: entry.sha,
    size: entry.size ?? 0,
    object: () => objectFields(repository, entry.sha),
  };
}

async function commitFields(repository: Repository, sha: string, common: Fields): Promise<Fields> {
  const commit = await readCommit(repository.git, sha);
  const [headline = "", ...body] = commit.message.split("\n");
  const verified = verificationView(repository, sha)["verified"] === true;
  const parents = async (): Promise<Fields> => ({ nodes: await Promise.all(commit.parents.map((parent) => objectFields(repository, parent))), totalCount: commit.parents.length });
  return {
    __typename: "Commit",
    id: nodeId("C", repository.id, sha),
    ...common,
    url: `${htmlUrl(repository)}/commit/${sha}`,
    message: commit.message,
    messageHeadline: headline,
    messageBody: body.join("\n").trim(),
    committedDate: commit.committer.date,
    authoredDate: commit.author.date,
    author: personFields(commit.author),
    committer: personFields(commit.committer),
    parents,
    tree: () => objectFields(repository, commit.tree),
    file: ({ path }: { path: string }) => fileFields(repository, commit.tree, path),
    signature: verified ? { __typename: "GpgSignature", isValid: true, state: "VALID", wasSignedByGitHub: true } : null,
  };
}

function personFields(person: Person): Fields {
  const user = userOfEmail(person.email);
  return { ...person, user: user?.type === "User" ? { id: nodeId("U", user.id), login: user.login, databaseId: user.id } : null };
}

async function fileFields(repository: Repository, tree: string, path: string): Promise<Fields | null> {
  const [entry] = await listTree(repository.git, tree, { path });
  return entry === undefined ? null : treeEntryFields(repository, entry);
}

function pullFields(repository: Repository, number: number): Fields | null {
  const pull = repository.pulls.get(number);
  if (pull === undefined) return null;
  const mergeable = { true: "MERGEABLE", false: "CONFLICTING", null: "UNKNOWN" } as const;
  return {
    __typename: "PullRequest",
    id: nodeId("PR", pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? "",
    state: pull.mergedAt === null ? pull.state.toUpperCase() : "MERGED",
    merged: pull.mergedAt !== null,
    mergeable: mergeable[`${pull.mergeable}`],
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    baseRefName: pull.base.ref,
    baseRefOid: pull.base.sha,
  };
}
