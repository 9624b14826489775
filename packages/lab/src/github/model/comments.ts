import { issueCommentEvent } from "../view/comment-event.ts";
import { emit } from "./events.ts";
import { checkBody } from "./pulls.ts";
import type { Comment } from "./records.ts";
import type { Repository } from "./repository.ts";
import { timestamp } from "./timestamp.ts";
import type { Actor } from "./users.ts";

/** Adds a comment to a pull request or issue and emits `issue_comment`. The repository's lock must be held. */
export async function addComment(repository: Repository, request: { number: number; body: string; actor: Actor; at?: Date }): Promise<Comment> {
  repository.conversation(request.number);
  checkBody(repository, request.body, "IssueComment");
  const date = timestamp(request.at);
  const comment: Comment = {
    id: repository.world.nextId(),
    issueNumber: request.number,
    body: request.body,
    user: request.actor.user,
    createdAt: date,
    updatedAt: date,
    edits: 0,
    reactions: [],
  };
  repository.comments.push(comment);
  await emitComment(repository, { comment, action: "created", actor: request.actor });
  return comment;
}

/** Changes a comment's text; an equal text is an edit too, as on GitHub. */
export async function editComment(repository: Repository, request: { comment: Comment; body: string; actor: Actor }): Promise<void> {
  const { comment } = request;
  checkBody(repository, request.body, "IssueComment");
  const from = comment.body;
  comment.body = request.body;
  comment.edits += 1;
  comment.updatedAt = timestamp();
  await emitComment(repository, { comment, action: "edited", actor: request.actor, extra: { changes: { body: { from } } } });
}

/** Removes a comment. */
export async function removeComment(repository: Repository, request: { comment: Comment; actor: Actor }): Promise<void> {
  repository.comments.splice(repository.comments.indexOf(request.comment), 1);
  await emitComment(repository, { comment: request.comment, action: "deleted", actor: request.actor });
}

async function emitComment(
  repository: Repository,
  change: { comment: Comment; action: "created" | "edited" | "deleted"; actor: Actor; extra?: Record<string, unknown> },
): Promise<void> {
  emit(repository, await issueCommentEvent(repository, change), { actor: change.actor });
}
