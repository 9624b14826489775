import type { RepositoryEvent } from "../model/events.ts";
import type { Comment } from "../model/records.ts";
import type { Repository } from "../model/repository.ts";
import type { Actor } from "../model/users.ts";
import { commentView } from "./comment.ts";
import { nodeId } from "./node-id.ts";
import { pullView } from "./pull.ts";
import { repositoryUrl, repositoryView } from "./repository.ts";
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
      issue: issueView(repository, comment.issueNumber),
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

function issueView(repository: Repository, number: number): Record<string, unknown> {
  const pull = repository.pull(number);
  const view = pullView(repository, pull);
  const { html_url, diff_url, patch_url, url, title, user, state, labels, locked, body, created_at, updated_at, closed_at, author_association } = view;
  const issue = `${repositoryUrl(repository)}/issues/${number}`;
  return {
    ...{ url: issue, repository_url: repositoryUrl(repository), comments_url: `${issue}/comments`, html_url, id: pull.id + 1, node_id: nodeId("PR", pull.id) },
    ...{ number, title, user, state, labels, locked, body, created_at, updated_at, closed_at, author_association },
    comments: repository.commentsOf(number).length,
    draft: pull.draft,
    pull_request: { url, html_url, diff_url, patch_url, merged_at: pull.mergedAt },
  };
}
