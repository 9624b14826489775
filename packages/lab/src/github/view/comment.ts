import type { Comment } from "../model/records.ts";
import type { Repository } from "../model/repository.ts";
import { nodeId } from "./node-id.ts";
import { association } from "./pull.ts";
import { htmlUrl, repositoryUrl } from "./repository.ts";
import { userView } from "./user.ts";

/** Contents of a reaction in GitHub's words. */
export const reactionContents = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;

/** A comment (schema `issue-comment`). */
export function commentView(repository: Repository, comment: Comment): Record<string, unknown> {
  const url = `${repositoryUrl(repository)}/issues/comments/${comment.id}`;
  const count = (content: string): number => comment.reactions.filter((reaction) => reaction.content === content).length;
  return {
    url,
    html_url: `${htmlUrl(repository)}/${repository.pulls.has(comment.issueNumber) ? "pull" : "issues"}/${comment.issueNumber}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(repository)}/issues/${comment.issueNumber}`,
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    user: userView(repository.world, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: association(repository, comment.user.login),
    reactions: {
      url: `${url}/reactions`,
      total_count: comment.reactions.length,
      ...Object.fromEntries(reactionContents.map((content) => [content, count(content)])),
    },
    performed_via_github_app: null,
  };
}

/** A reaction (schema `reaction`). */
export function reactionView(repository: Repository, reaction: Comment["reactions"][number]): Record<string, unknown> {
  return {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: userView(repository.world, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}
