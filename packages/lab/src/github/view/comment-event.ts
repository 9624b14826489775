import type { RepositoryEvent } from "../model/events.ts";
import type { Comment } from "../model/records.ts";
import type { Repository } from "../model/repository.ts";
import type { Actor } from "../model/users.ts";
import { commentView } from "./comment.ts";
import { issueView } from "./issue.ts";
import { repositoryView } from "./repository.ts";
import { userView } from "./user.ts";

/** An `issue_comment` event: it runs on the default branch, and the issue says whether it is a pull request. */
export async function issueCommentEvent(
  repository: Repository,
  { comment, action, actor, extra = {} }: { comment: Comment; action: string; actor: Actor; extra?: Record<string, unknown> },
): Promise<RepositoryEvent> {
  return {
    name: "issue_comment",
    payload: {
      action,
      issue: issueView(repository, repository.conversation(comment.issueNumber)),
      comment: commentView(repository, comment),
      repository: repositoryView(repository),
      sender: userView(repository.world, actor.user),
      ...extra,
    },
    ref: `refs/heads/${repository.defaultBranch}`,
    sha: await repository.tip(repository.defaultBranch),
    actor: actor.user.login,
  };
}
