import type { BareGit } from "../git/bare-git.ts";
import { isAncestor } from "../git/commits.ts";
import { nullSha } from "../git/objects.ts";
import { type RefChange, writeRefs } from "../git/refs.ts";
import { pushEvents } from "../view/push-event.ts";
import { emit } from "./events.ts";
import { protectionRefusal, type Refusal } from "./protection.ts";
import { pullsAfterMove } from "./pull-moves.ts";
import type { Repository } from "./repository.ts";
import { allows, type Token } from "./tokens.ts";
import type { Actor } from "./users.ts";
import { workflowFileRefusal } from "./workflow-files.ts";

/** An update that repository rules or missing permissions forbid. */
export class RefRefused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.messages.join("\n"));
    this.refusal = refusal;
  }
}

/** Judges one update by rules and permissions; fast-forward and leases are the caller's business. */
export async function judgeUpdate(request: {
  repository: Repository;
  change: RefChange;
  actor: Actor;
  token: Token | undefined;
  git: BareGit;
  /** Set for the merge of a pull request (see `UpdateRequest`). */
  mergedHead?: string;
}): Promise<Refusal | undefined> {
  const mayChangeWorkflows = request.token === undefined || allows(request.token, "workflows", "write");
  return (await protectionRefusal(request)) ?? (await workflowFileRefusal(request, mayChangeWorkflows));
}

/**
 * Moves refs as an API call does: rules first (throws `RefRefused`), then one transaction, then everything that follows
 * from it. The repository's lock must be held.
 */
export async function moveRefs(repository: Repository, changes: readonly RefChange[], cause: { actor: Actor; token: Token | undefined }): Promise<void> {
  for (const change of changes) {
    const refusal = await judgeUpdate({ repository, change, actor: cause.actor, token: cause.token, git: repository.git });
    if (refusal !== undefined) throw new RefRefused(refusal);
  }
  await writeRefs(repository.git, changes);
  await refsMoved(repository, changes, cause.actor);
}

/** What follows from refs that have moved: push events, pull requests that synchronise, close or count as merged. */
export async function refsMoved(repository: Repository, changes: readonly RefChange[], actor: Actor): Promise<void> {
  repository.touched();
  for (const change of changes) {
    if (change.old === change.new) continue;
    for (const event of await pushEvents(repository, change, actor)) emit(repository, event, { actor });
    if (change.ref.startsWith("refs/heads/")) await pullsAfterMove(repository, change, actor);
  }
}

/** Whether an update is neither a fast-forward nor a creation or deletion. */
export async function isForced(git: BareGit, change: RefChange): Promise<boolean> {
  if (change.old === nullSha || change.new === nullSha) return false;
  return !(await isAncestor(git, change.old, change.new));
}
