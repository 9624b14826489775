import { addComment, editComment, removeComment } from "../model/comments.ts";
import type { Comment } from "../model/records.ts";
import { timestamp } from "../model/timestamp.ts";
import { allows } from "../model/tokens.ts";
import { enforces } from "../model/world.ts";
import { commentView, reactionView } from "../view/comment.ts";
import { notFound, unprocessable } from "./api-error.ts";
import { actor, numberParam, type RestContext, type Route, text } from "./context.ts";
import { pageAnswer } from "./paginate.ts";
import { findConversation } from "./issues.ts";
import { forbidden } from "./permission.ts";

const read = ["issues:read", "pull-requests:read"] as const;
const write = ["issues:write", "pull-requests:write"] as const;

/** Docs "REST API endpoints for issue comments" and "reactions". */
export const commentRoutes: readonly Route[] = [
  { operation: "issues/list-comments", needs: read, handle: list },
  { operation: "issues/get-comment", needs: read, handle: get },
  { operation: "issues/create-comment", needs: write, handle: create },
  { operation: "issues/update-comment", needs: write, handle: update },
  { operation: "issues/delete-comment", needs: write, handle: remove },
  { operation: "reactions/create-for-issue-comment", needs: write, handle: react },
  { operation: "reactions/list-for-issue-comment", needs: read, handle: listReactions },
];

function find(context: RestContext): Comment {
  const id = numberParam(context, "comment_id");
  const comment = context.repository.comments.find((candidate) => candidate.id === id);
  if (comment === undefined) throw notFound();
  return comment;
}

async function list(context: RestContext) {
  const conversation = findConversation(context);
  const since = context.query.get("since");
  const comments = context.repository.commentsOf(conversation.number).filter((comment) => since === null || comment.updatedAt >= since);
  return pageAnswer(context, comments, (comment) => commentView(context.repository, comment));
}

async function get(context: RestContext) {
  return { status: 200, body: commentView(context.repository, find(context)) };
}

function bodyOf(context: RestContext): string {
  const body = text(context, "body") ?? "";
  if (body.trim() === "") throw unprocessable("Validation Failed", [{ resource: "IssueComment", code: "unprocessable", field: "data", message: "Body cannot be blank" }]);
  return body;
}

async function create(context: RestContext) {
  const conversation = findConversation(context);
  const comment = await addComment(context.repository, { number: conversation.number, body: bodyOf(context), actor: actor(context) });
  const body = commentView(context.repository, comment);
  return { status: 201, body, headers: { location: String(body["url"]) } };
}

async function update(context: RestContext) {
  const comment = find(context);
  await editComment(context.repository, { comment, body: bodyOf(context), actor: actor(context) });
  return { status: 200, body: commentView(context.repository, comment) };
}

async function remove(context: RestContext) {
  await removeComment(context.repository, { comment: find(context), actor: actor(context) });
  return { status: 204 };
}

/** 201 for a new reaction, 200 for one that this account gave before. */
async function react(context: RestContext) {
  const comment = find(context);
  checkReactionPermission(context, comment);
  const { user } = actor(context);
  const content = text(context, "content") ?? "";
  const given = comment.reactions.find((reaction) => reaction.content === content && reaction.user.login === user.login);
  if (given !== undefined) return { status: 200, body: reactionView(context.repository, given) };
  const reaction = { id: context.world.nextId(), content, user, createdAt: timestamp() };
  comment.reactions.push(reaction);
  return { status: 201, body: reactionView(context.repository, reaction) };
}

/** See `reactionPermission` of the lab's options. */
function checkReactionPermission(context: RestContext, comment: Comment): void {
  const { world, repository, token } = context;
  if (world.options.reactionPermission === "either" || !enforces(world, "permissions")) return;
  const key = repository.pulls.has(comment.issueNumber) ? "pull-requests" : "issues";
  if (token === undefined || !allows(token, key, "write")) throw forbidden(token, [`${key}:write`]);
}

async function listReactions(context: RestContext) {
  const content = context.query.get("content");
  const reactions = find(context).reactions.filter((reaction) => content === null || reaction.content === content);
  return pageAnswer(context, reactions, (reaction) => reactionView(context.repository, reaction));
}
