import { isAncestor, mergeTree } from "../git/commits.ts";
import { nullSha, writeCommit } from "../git/objects.ts";
import { readRef, type RefChange } from "../git/refs.ts";
import { pullRequestEvent } from "../view/pull-event.ts";
import { emit } from "./events.ts";
import type { PullRequest } from "./records.ts";
import type { Repository } from "./repository.ts";
import { timestamp } from "./timestamp.ts";
import { type Actor, commitIdentity, webFlow } from "./users.ts";

/** Updates the pull requests that have the moved branch as head (also in the parent of a fork) or as base. */
export async function pullsAfterMove(repository: Repository, change: RefChange, actor: Actor): Promise<void> {
  const branch = change.ref.slice("refs/heads/".length);
  for (const home of new Set([repository, repository.parent ?? repository])) {
    for (const pull of home.openPulls()) {
      if (pull.head.repository === repository && pull.head.ref === branch) await headMoved(home, pull, change, actor);
    }
  }
  for (const pull of repository.openPulls()) {
    if (pull.base.ref === branch) await baseMoved(repository, pull, change, actor);
  }
}

async function headMoved(home: Repository, pull: PullRequest, change: RefChange, actor: Actor): Promise<void> {
  if (change.new === nullSha) return closePull(home, pull, actor);
  pull.head.sha = change.new;
  pull.updatedAt = timestamp();
  await refreshPull(home, pull);
  await emitPull(home, { pull, action: "synchronize", actor, extra: { before: change.old, after: change.new } });
}

async function baseMoved(home: Repository, pull: PullRequest, change: RefChange, actor: Actor): Promise<void> {
  if (change.new === nullSha) return closePull(home, pull, actor);
  if (await isAncestor(home.git, pull.head.sha, change.new)) return markMerged(home, { pull, actor, sha: change.new });
  await refreshPull(home, pull, "base");
}

/** Closes without merging and says so. */
export async function closePull(home: Repository, pull: PullRequest, actor: Actor): Promise<void> {
  pull.state = "closed";
  pull.closedAt = pull.updatedAt = timestamp();
  await emitPull(home, { pull, action: "closed", actor });
}

/** Records a merge that is already in the base branch. */
export async function markMerged(home: Repository, merge: { pull: PullRequest; actor: Actor; sha: string }): Promise<void> {
  const { pull, actor } = merge;
  pull.state = "closed";
  pull.closedAt = pull.mergedAt = pull.updatedAt = timestamp();
  pull.mergedBy = actor.user;
  pull.mergeCommitSha = merge.sha;
  await emitPull(home, { pull, action: "closed", actor });
}

/**
 * Brings `refs/pull/N/head`, the test merge `refs/pull/N/merge` and `mergeable` up to date, by a real merge. With a
 * conflict the merge ref keeps its old value, as on GitHub.
 */
export async function refreshPull(home: Repository, pull: PullRequest, cause: "head" | "base" = "head"): Promise<void> {
  const { git } = home;
  const headRef = `refs/pull/${pull.number}/head`;
  if (pull.head.repository !== home) {
    await git.run(["fetch", "--quiet", "--no-tags", pull.head.repository.git.path, `+refs/heads/${pull.head.ref}:${headRef}`]);
  } else {
    await git.run(["update-ref", headRef, pull.head.sha]);
  }
  const baseTip = await readRef(git, `refs/heads/${pull.base.ref}`);
  if (baseTip === undefined) return;
  if (cause !== "base" || home.world.options.baseShaFollowsBase === true) pull.base.sha = baseTip;
  pull.hiddenReads = home.world.options.mergeableNullReads ?? 1;
  const merged = await mergeTree(git, baseTip, pull.head.sha);
  pull.mergeable = "tree" in merged;
  pull.mergeCommitSha = null;
  if (!("tree" in merged)) return;
  const person = { ...commitIdentity(webFlow), date: timestamp() };
  pull.mergeCommitSha = await writeCommit(git, {
    tree: merged.tree,
    parents: [baseTip, pull.head.sha],
    message: `Merge ${pull.head.sha} into ${baseTip}`,
    author: { ...commitIdentity(pull.user), date: person.date },
    committer: person,
  });
  await git.run(["update-ref", `refs/pull/${pull.number}/merge`, pull.mergeCommitSha]);
}

/** Emits a `pull_request` event. */
export async function emitPull(
  home: Repository,
  { pull, action, actor, extra = {} }: { pull: PullRequest; action: string; actor: Actor; extra?: Record<string, unknown> },
): Promise<void> {
  const event = await pullRequestEvent(home, { pull, action, actor, extra });
  emit(home, event, { actor, conflict: pull.mergeable === false });
}
