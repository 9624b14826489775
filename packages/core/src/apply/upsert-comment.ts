import { PlatformError } from "../errors.ts";
import type { ActionPorts } from "../ports/action-ports.ts";
import { findSticky, type CommentIdentity } from "../report/comment-header.ts";

/**
 * Writes the one comment that this suite keeps per pull request and purpose: found by its hidden header over all pages,
 * left alone if it says the same already. Where the token may not comment, the log and the job summary have to do.
 */
export async function upsertComment(
  comment: { pullRequest: number; body: string; identity: CommentIdentity },
  ports: Pick<ActionPorts, "comments" | "log">,
): Promise<"created" | "updated" | "unchanged" | "not-allowed"> {
  const { comments, log } = ports;
  const find = async () => findSticky(await comments.list(comment.pullRequest), comment.identity);
  const update = async (id: number) => ((await comments.update(id, comment.body)).kind === "written" ? ("updated" as const) : refused(log));
  const existing = await find();
  if (existing?.body === comment.body) return "unchanged";
  if (existing !== undefined) {
    const updated = await update(existing.id).catch(undefinedIfGone);
    if (updated !== undefined) return updated;
  }
  try {
    return (await comments.create(comment.pullRequest, comment.body)).kind === "written" ? "created" : refused(log);
  } catch (error) {
    if (!(error instanceof PlatformError) || !error.ambiguous) throw error;
    // The answer got lost: look before trying again, so that there is never a second comment.
    const made = await find();
    if (made !== undefined) return made.body === comment.body ? "created" : update(made.id);
    return (await comments.create(comment.pullRequest, comment.body)).kind === "written" ? "created" : refused(log);
  }
}

/** Somebody deleted the comment since it was looked for: it is written anew. */
function undefinedIfGone(error: unknown): undefined {
  if (!(error instanceof PlatformError) || error.status !== 404) throw error;
}

function refused(log: ActionPorts["log"]): "not-allowed" {
  log.notice("The token may not comment on this pull request, so the report is in the job summary only. To allow it: permissions: pull-requests: write.");
  return "not-allowed";
}
