import { nullSha, resolveCommit, writeBlob, writeCommit } from "../git/objects.ts";
import { readRef, writeRefs } from "../git/refs.ts";
import { type TreeChange, writeTree } from "../git/trees.ts";
import { refsMoved } from "./move-refs.ts";
import type { Repository } from "./repository.ts";
import { timestamp } from "./timestamp.ts";
import { commitIdentity, userOf } from "./users.ts";

/** A commit by a person. */
export interface CommitRequest {
  branch: string;
  /** Text by path; `null` deletes. An executable or symlink needs `modes`. */
  files: Record<string, string | Buffer | null>;
  message: string;
  /** Login of the author; default: the repository's owner. */
  author?: string;
  /**
   * Revision to commit on. Default: the branch's tip, or the default branch's if the branch is new. If the branch exists
   * and its tip is another commit, the branch is forced to the new one.
   */
  parent?: string;
  modes?: Record<string, "100644" | "100755" | "120000">;
}

/** Commits files past all rules and emits what a push emits. The repository's lock must be held. */
export async function commitFiles(repository: Repository, request: CommitRequest): Promise<string> {
  const { git } = repository;
  const ref = `refs/heads/${request.branch}`;
  const tip = await readRef(git, ref);
  const parent = request.parent === undefined ? (tip ?? (await readRef(git, `refs/heads/${repository.defaultBranch}`))) : await resolveCommit(git, request.parent);
  if (request.parent !== undefined && parent === undefined) throw new Error(`${request.parent} is no commit of ${repository.fullName}.`);
  const changes = await Promise.all(
    Object.entries(request.files).map(async ([path, content]): Promise<TreeChange> => ({
      path,
      mode: request.modes?.[path] ?? "100644",
      sha: content === null ? null : await writeBlob(git, Buffer.from(content)),
    })),
  );
  const tree = await writeTree(git, { changes, ...(parent === undefined ? {} : { base: parent }) });
  const user = userOf(request.author ?? repository.owner);
  const identity = { ...commitIdentity(user), date: timestamp() };
  const sha = await writeCommit(git, { tree, parents: parent === undefined ? [] : [parent], message: request.message, author: identity, committer: identity });
  const change = { ref, old: tip ?? nullSha, new: sha };
  await writeRefs(git, [change]);
  await refsMoved(repository, [change], { user, kind: "person" });
  return sha;
}
