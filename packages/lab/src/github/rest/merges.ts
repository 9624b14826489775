import { isAncestor, mergeTree, readCommit } from "../git/commits.ts";
import { writeCommit } from "../git/objects.ts";
import { readRef } from "../git/refs.ts";
import { moveRefs, RefRefused } from "../model/move-refs.ts";
import { timestamp } from "../model/timestamp.ts";
import { commitIdentity, webFlow } from "../model/users.ts";
import { commitView } from "../view/commit.ts";
import { ApiError, notFound } from "./api-error.ts";
import { resolveRevision } from "./contents.ts";
import { actor, type RestContext, type Route, text } from "./context.ts";
import { refusalMessage } from "./refusal.ts";

/** Docs "Merge a branch": always a merge commit, never a fast-forward. */
export const mergeRoutes: readonly Route[] = [{ operation: "repos/merge", needs: ["contents:write"], handle: merge }];

async function merge(context: RestContext) {
  const { repository } = context;
  const { git } = repository;
  const [baseName = "", headName = ""] = [text(context, "base"), text(context, "head")];
  const ref = `refs/heads/${baseName}`;
  const base = await readRef(git, ref);
  if (base === undefined) throw notFound("Base does not exist");
  const head = await resolveRevision(repository, headName);
  if (head === undefined) throw notFound("Head does not exist");
  if (await isAncestor(git, head, base)) return { status: 204 };
  const merged = await mergeTree(git, base, head);
  if (!("tree" in merged)) throw new ApiError(409, "Merge conflict");
  const by = actor(context);
  const date = timestamp();
  const sha = await writeCommit(git, {
    tree: merged.tree,
    parents: [base, head],
    message: text(context, "commit_message") ?? `Merge ${headName} into ${baseName}`,
    author: { ...commitIdentity(by.user), date },
    committer: { ...commitIdentity(webFlow), date },
  });
  try {
    await moveRefs(repository, [{ ref, old: base, new: sha }], { actor: by, token: context.token });
  } catch (error) {
    if (error instanceof RefRefused && error.refusal.kind !== "workflow-file") throw new ApiError(409, refusalMessage(error.refusal));
    throw error;
  }
  repository.verifiedCommits.add(sha);
  return { status: 201, body: commitView(repository, await readCommit(git, sha)) };
}
