import type { RepositoryEvent } from "../model/events.ts";
import type { Issue } from "../model/records.ts";
import type { Repository } from "../model/repository.ts";
import type { Actor } from "../model/users.ts";
import { issueView } from "./issue.ts";
import { repositoryView } from "./repository.ts";
import { userView } from "./user.ts";

/** An `issues` event: it runs on the default branch (docs "Events that trigger workflows"). */
export async function issueEvent(
  repository: Repository,
  { issue, action, actor, extra = {} }: { issue: Issue; action: string; actor: Actor; extra?: Record<string, unknown> },
): Promise<RepositoryEvent> {
  return {
    name: "issues",
    payload: { action, issue: issueView(repository, issue), repository: repositoryView(repository), sender: userView(repository.world, actor.user), ...extra },
    ref: `refs/heads/${repository.defaultBranch}`,
    sha: await repository.tip(repository.defaultBranch),
    actor: actor.user.login,
  };
}
