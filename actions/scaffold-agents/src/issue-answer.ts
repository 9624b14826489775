import { withHeader, type CommentIdentity } from "@retell-actions/core/report/comment-header";
import { name, prose, proseWithCode } from "@retell-actions/core/report/escape";
import { fit } from "@retell-actions/core/report/fit";
import { rowList } from "@retell-actions/core/report/row-list";
import { enumerate } from "@retell-actions/core/report/words";
import { problemPiece } from "@retell-actions/core/report/problem-list";
import type { Piece } from "@retell-actions/core/report/fit";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import type { Finished } from "./finished.ts";
import type { Fault } from "./fault.ts";

const LIMIT_BYTES = 60_000;
const AGAIN = "Edit the text of this issue; every edit is tried again.";

/** What the issue is told, hidden header first. The same ending gives the same bytes. */
export function issueAnswer(finished: Finished | { readonly kind: "failed"; readonly message: string }, identity: CommentIdentity): string {
  return withHeader(textOf(finished), identity, []);
}

function textOf(finished: Finished | { readonly kind: "failed"; readonly message: string }): string {
  if (finished.kind === "failed") return `❌ **No new agents.**\n\n${proseWithCode(finished.message.slice(0, 10_000))}\n`;
  if (finished.kind === "invalid") {
    const heading = "❌ **No new agents**: nothing was written.";
    return fit([heading, faultPiece(finished.faults), problemPiece(finished.problems), ...(finished.open === undefined ? [] : [prose(openSentence(finished.open))]), AGAIN], { limit: LIMIT_BYTES, where: "The job summary has all of it.", fallback: `${heading}\n` }).text;
  }
  const agents = enumerate(finished.names.map(name), 10);
  return `✅ Pull request #${finished.pullRequest.number} has ${agents}, made from the template ${name(finished.template)}. Read the prompts, write in what is yours, and merge it.\n`;
}

/** Says that a pull request for an earlier text of the issue is there, by its title, which has the agents' names. */
export function openSentence({ number, title }: PullRequest): string {
  return `Pull request #${number} is still open and holds what this issue asked for before: ${title}. It stays until an edit of the issue is carried out; close it if it is not wanted.`;
}

/** What is wrong, as a list. */
export function faultPiece(faults: readonly Fault[]): Piece {
  return rowList(faults, (shown, rest) => {
    const lines = shown.map(({ line, message, hint }) => `- ${line === undefined ? "" : `line ${line}: `}${prose(message)} ${prose(hint)}`);
    return `${lines.join("\n")}${rest === undefined ? "" : `\n\n${rest}`}`;
  });
}
