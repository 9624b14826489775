import { isSha, writeBlob, writeCommit } from "../git/objects.ts";
import { readRef } from "../git/refs.ts";
import { listTree, type TreeChange, type TreeEntry, writeTree } from "../git/trees.ts";
import { moveRefs } from "../model/move-refs.ts";
import type { Repository } from "../model/repository.ts";
import { timestamp } from "../model/timestamp.ts";
import { commitIdentity, webFlow } from "../model/users.ts";
import { enforces } from "../model/world.ts";
import { parseNodeId } from "../view/node-id.ts";
import { mutate, type GraphQLContext } from "./context.ts";
import { typedError } from "./errors.ts";
import { type Fields, objectFields, refFields } from "./objects.ts";

/** `CreateCommitOnBranchInput`; graphql-js has checked its form. */
export interface CreateCommitInput {
  branch: { id?: string | null; repositoryNameWithOwner?: string | null; branchName?: string | null };
  expectedHeadOid: string;
  message: { headline: string; body?: string | null };
  fileChanges?: { additions?: { path: string; contents: string }[] | null; deletions?: { path: string }[] | null } | null;
  clientMutationId?: string;
}

function findBranch(context: GraphQLContext, { branch }: CreateCommitInput): { repository: Repository; ref: string } {
  const repositories = [...context.world.repositories.values()];
  if (branch.id !== undefined && branch.id !== null) {
    const [id, ref] = parseNodeId("REF", branch.id) ?? [];
    const repository = repositories.find((candidate) => String(candidate.id) === id);
    if (repository === undefined || ref === undefined) throw typedError("NOT_FOUND", `Could not resolve to a node with the global id of '${branch.id}'`);
    return { repository, ref };
  }
  const name = branch.repositoryNameWithOwner ?? "";
  const repository = repositories.find((candidate) => candidate.fullName.toLowerCase() === name.toLowerCase());
  if (repository === undefined || !context.canSee(repository)) throw typedError("NOT_FOUND", `Could not resolve to a Repository with the name '${name}'.`);
  return { repository, ref: `refs/heads/${(branch.branchName ?? "").replace(/^refs\/heads\//, "")}` };
}

/** The mutation `createCommitOnBranch`: one signed commit on an existing branch whose head is the expected one. */
export function createCommitOnBranch(context: GraphQLContext, input: CreateCommitInput): Promise<Fields> {
  const { repository, ref } = findBranch(context, input);
  return mutate(context, repository, async ({ actor, token }) => {
    if (!ref.startsWith("refs/heads/")) throw typedError("UNPROCESSABLE", "The ref to be updated must be a branch.");
    const head = await readRef(repository.git, ref);
    if (head === undefined) throw typedError("NOT_FOUND", `No ref found for: ${ref}`);
    if (head !== input.expectedHeadOid && enforces(context.world, "stale-data")) {
      // Two blanks before "Pull", as GitHub writes it.
      throw typedError("STALE_DATA", `Expected branch to point to "${input.expectedHeadOid}" but it did not.  Pull and try again.`);
    }
    const tree = await writeTree(repository.git, { base: head, changes: await fileChanges(repository, head, input) });
    const date = timestamp();
    const body = input.message.body ?? "";
    const sha = await writeCommit(repository.git, {
      tree,
      parents: [head],
      message: body === "" ? input.message.headline : `${input.message.headline}\n\n${body}`,
      author: { ...commitIdentity(actor.user), date },
      committer: { ...commitIdentity(webFlow), date },
    });
    await moveRefs(repository, [{ ref, old: head, new: sha }], { actor, token });
    repository.verifiedCommits.add(sha);
    return { clientMutationId: input.clientMutationId ?? null, commit: () => objectFields(repository, sha), ref: () => refFields(repository, ref) };
  });
}

async function fileChanges(repository: Repository, head: string, input: CreateCommitInput): Promise<TreeChange[]> {
  const additions = input.fileChanges?.additions ?? [];
  const deletions = input.fileChanges?.deletions ?? [];
  const paths = [...additions, ...deletions].map(({ path }) => path);
  const twice = paths.find((path, at) => paths.indexOf(path) !== at);
  if (twice !== undefined) throw typedError("UNPROCESSABLE", `A path was requested for more than one change: ${twice}`);
  const bad = paths.find((path) => path.split("/").some((part) => ["", ".", "..", ".git"].includes(part)));
  if (bad !== undefined) throw typedError("UNPROCESSABLE", `A path contains a malformed path component: ${bad}`);
  const existing = new Map((await listTree(repository.git, head, { recursive: true })).map((entry) => [entry.path, entry]));
  const missing = deletions.find(({ path }) => existing.get(path)?.type !== "blob");
  if (missing !== undefined) throw typedError("UNPROCESSABLE", `A path was requested for deletion which does not exist as of commit oid \`${head}\``);
  const written = additions.map(async ({ path, contents }): Promise<TreeChange> => {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(contents.replace(/\s/g, ""))) throw typedError("UNPROCESSABLE", `The contents of ${path} are not valid base64.`);
    return { path, mode: modeOf(existing.get(path)), sha: await writeBlob(repository.git, Buffer.from(contents, "base64")) };
  });
  return [...(await Promise.all(written)), ...deletions.map(({ path }): TreeChange => ({ path, mode: "100644", sha: null }))];
}

/** The mutation has no file modes: new files are plain; that a changed file keeps its mode is unproven. */
function modeOf(entry: TreeEntry | undefined): string {
  return entry?.type === "blob" && isSha(entry.sha) && entry.mode !== "120000" ? entry.mode : "100644";
}
