import type { RepositoryEvent } from "../model/events.ts";
import type { PullRequest } from "../model/records.ts";
import type { Repository } from "../model/repository.ts";
import type { Actor } from "../model/users.ts";
import { fullPullView } from "./pull.ts";
import { repositoryView } from "./repository.ts";
import { userView } from "./user.ts";

/**
 * A `pull_request` event. `ref` and `sha` are what the runner sets: the test merge while open, the base branch and the
 * merge commit after a merge (docs "Events that trigger workflows").
 */
export async function pullRequestEvent(
  repository: Repository,
  { pull, action, actor, extra }: { pull: PullRequest; action: string; actor: Actor; extra: Record<string, unknown> },
): Promise<RepositoryEvent> {
  const merged = pull.mergedAt !== null;
  return {
    name: "pull_request",
    payload: {
      action,
      number: pull.number,
      pull_request: await fullPullView(repository, pull, null),
      repository: repositoryView(repository),
      sender: userView(repository.world, actor.user),
      ...extra,
    },
    ref: merged ? `refs/heads/${pull.base.ref}` : `refs/pull/${pull.number}/merge`,
    sha: pull.mergeCommitSha ?? pull.head.sha,
    actor: actor.user.login,
  };
}
