import { ActionError } from "@retell-actions/core/errors";
import type { ReasonCode } from "@retell-actions/core/outcome";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { RepositoryPermission } from "@retell-actions/core/ports/github";
import type { JobEvent } from "@retell-actions/core/ports/runner";
import { MOST_COMMANDS, parseCommand, parseCommands, type CommandLine } from "@retell-actions/core/resolve/parse-commands";
import type { ResolveInputs } from "./inputs.ts";

type CommentEvent = Extract<JobEvent, { name: "issue_comment" }>;

/** Refuses a comment that nobody can have thought through; it is answered like every failure. */
export function checkCount({ lines }: { readonly lines: readonly CommandLine[] }): void {
  if (lines.length > MOST_COMMANDS) throw new ActionError("unknown-command", `The comment has ${lines.length} commands; at most ${MOST_COMMANDS} are carried out at once. Use \`all\` in place of an agent's name.`);
}

/** Who asks for what. */
export type Request =
  | { readonly kind: "comment"; readonly lines: readonly CommandLine[]; readonly event: CommentEvent }
  | { readonly kind: "dispatch"; readonly lines: readonly CommandLine[] }
  /** Nothing is done, and nothing is answered: not everybody who writes is to be answered. */
  | { readonly kind: "ignored"; readonly reason: ReasonCode; readonly message: string };

/**
 * Reads the commands of the comment or of the manual run. Comments of bots, edited ones, and those of people without write
 * permission are ignored: what GitHub answers counts, not what the event says of its author.
 */
export async function findRequest(inputs: ResolveInputs, ports: Pick<ActionPorts, "job" | "comments" | "repository" | "log">): Promise<Request> {
  const { event } = ports.job;
  if (event.name !== "issue_comment") {
    if (inputs.command === "") {
      throw new ActionError("invalid-input", "Input command is missing: without a comment there is nothing to carry out. Add it under with:, for example `use-git staging my-agent @0123456789ab`, or start this workflow by a comment (on: issue_comment: types: [created]).");
    }
    return { kind: "dispatch", lines: [parseCommand(inputs.command)] };
  }
  if (inputs.command !== "") throw new ActionError("invalid-input", "Input command is for manual runs; this run was started by a comment, whose commands count. Remove it, or pass it as ${{ inputs.command }}, which is empty here.");
  return readComment(event, ports);
}

async function readComment(event: CommentEvent, { comments, repository, log }: Pick<ActionPorts, "comments" | "repository" | "log">): Promise<Request> {
  const { comment } = event;
  if (event.action !== "created") return ignored("comment-changed", "Only new comments are carried out, since nobody can tell what an edited one said when it was agreed to. Write a new comment.");
  if (comment.authorIsBot) return ignored("not-a-command", "The comment is a bot's.");
  const lines = parseCommands(comment.body);
  if (lines.length === 0) return ignored("not-a-command", "No line of the comment starts with /retell.");
  const permission = await repository.permissionOf(comment.author);
  if (!mayCommand(permission)) {
    await comments.react(comment.id, "confused");
    return ignored("no-permission", `${comment.author} may not command: write permission to the repository is needed, GitHub says ${JSON.stringify(permission)}.`);
  }
  const now = await comments.get(comment.id);
  if (now?.body !== comment.body) {
    return ignored("comment-changed", now === undefined ? "The comment was deleted before it was carried out." : "The comment was edited before it was carried out. Write a new comment.");
  }
  log.info(`${lines.length} command${lines.length === 1 ? "" : "s"} by ${comment.author}`);
  return { kind: "comment", lines, event };
}

/**
 * Asks once more just before a comment's decisions are committed, since reading Retell takes a while: the author may still command,
 * and the comment is there and says the same. Throws `no-permission` or `comment-changed`.
 */
export async function assertStillMeant({ comment }: CommentEvent, { comments, repository }: Pick<ActionPorts, "comments" | "repository">): Promise<void> {
  const [permission, now] = await Promise.all([repository.permissionOf(comment.author), comments.get(comment.id)]);
  if (!mayCommand(permission)) throw new ActionError("no-permission", `Nothing was committed: ${comment.author} lost the permission to write while the command was carried out.`);
  if (now?.body !== comment.body) throw new ActionError("comment-changed", `Nothing was committed: the comment was ${now === undefined ? "deleted" : "edited"} while it was carried out. Write a new comment.`);
}

function mayCommand(permission: RepositoryPermission): boolean {
  return permission === "admin" || permission === "write";
}

function ignored(reason: ReasonCode, message: string): Request {
  return { kind: "ignored", reason, message };
}
