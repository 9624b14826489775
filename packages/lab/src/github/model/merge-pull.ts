import { mergeBase, mergeTree, readCommits } from "../git/commits.ts";
import { writeCommit } from "../git/objects.ts";
import { writeRefs } from "../git/refs.ts";
import { markMerged } from "./pull-moves.ts";
import { judgeUpdate, refsMoved, RefRefused } from "./move-refs.ts";
import type { PullRequest } from "./records.ts";
import type { Repository } from "./repository.ts";
import { timestamp } from "./timestamp.ts";
import type { Token } from "./tokens.ts";
import { type Actor, commitIdentity, webFlow } from "./users.ts";

/** The three buttons of a pull request. */
export type MergeMethod = "merge" | "squash" | "rebase";

/** The request to merge; with a `token` branch rules other than "by pull request" apply, without one nothing does. */
export interface MergeRequest {
  pull: PullRequest;
  method: MergeMethod;
  actor: Actor;
  token?: Token;
  title?: string;
  message?: string;
}

/** A pull request that cannot be merged; GitHub answers 405. Sources: docs "Merge a pull request"; field reports for drafts. */
export class NotMergeable extends Error {}

/** Merges by one of the three methods and returns the new tip. The repository's lock must be held. */
export async function mergePull(repository: Repository, request: MergeRequest): Promise<string> {
  const { pull, method } = request;
  const { git } = repository;
  if (pull.state !== "open") throw new NotMergeable("Pull Request is not mergeable");
  if (pull.draft) throw new NotMergeable("Pull Request is still a draft");
  const tip = await repository.tip(pull.base.ref);
  const merged = await mergeTree(git, tip, pull.head.sha);
  if (!("tree" in merged)) throw new NotMergeable("Pull Request is not mergeable");
  const sha = method === "rebase" ? await rebase(repository, request, tip) : await mergeCommit(repository, request, { tip, tree: merged.tree });
  const change = { ref: `refs/heads/${pull.base.ref}`, old: tip, new: sha };
  if (request.token !== undefined) {
    const refusal = await judgeUpdate({ repository, change, actor: request.actor, token: request.token, git, mergedHead: pull.head.sha });
    if (refusal !== undefined) throw new RefRefused(refusal);
  }
  await writeRefs(git, [change]);
  await markMerged(repository, { pull, actor: request.actor, sha });
  await refsMoved(repository, [change], request.actor);
  return sha;
}

async function mergeCommit(repository: Repository, request: MergeRequest, onto: { tip: string; tree: string }): Promise<string> {
  const { pull, method } = request;
  const date = timestamp();
  const title =
    request.title ??
    (method === "squash" ? `${pull.title} (#${pull.number})` : `Merge pull request #${pull.number} from ${pull.head.repository.owner}/${pull.head.ref}`);
  const message = request.message ?? (method === "squash" ? "" : pull.title);
  const sha = await writeCommit(repository.git, {
    tree: onto.tree,
    parents: method === "squash" ? [onto.tip] : [onto.tip, pull.head.sha],
    message: message === "" ? title : `${title}\n\n${message}`,
    author: { ...commitIdentity(request.actor.user), date },
    committer: { ...commitIdentity(webFlow), date },
  });
  repository.verifiedCommits.add(sha);
  return sha;
}

async function rebase(repository: Repository, { pull, actor }: MergeRequest, tip: string): Promise<string> {
  const { git } = repository;
  const start = await mergeBase(git, tip, pull.head.sha);
  const commits = await readCommits(git, [`${start ?? tip}..${pull.head.sha}`], ["--reverse", "--topo-order", "--no-merges"]);
  let onto = tip;
  for (const commit of commits) {
    // What earlier commits changed is equal on both sides, so a merge of this one brings over its own change only.
    const merged = await mergeTree(git, onto, commit.sha);
    if (!("tree" in merged)) throw new NotMergeable("Pull Request is not mergeable");
    onto = await writeCommit(git, {
      tree: merged.tree,
      parents: [onto],
      message: commit.message,
      author: commit.author,
      committer: { ...commitIdentity(actor.user), date: timestamp() },
    });
  }
  return onto;
}
