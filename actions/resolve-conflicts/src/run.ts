import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { normalizedDirectory } from "@retell-actions/core/apply/read-files";
import { upsertComment } from "@retell-actions/core/apply/upsert-comment";
import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { Reaction } from "@retell-actions/core/ports/github";
import type { CommandAnswer } from "@retell-actions/core/report/answer-input";
import { renderAnswer } from "@retell-actions/core/report/answer";
import { findSticky, type CommentIdentity } from "@retell-actions/core/report/comment-header";
import { renderComment } from "@retell-actions/core/report/pull-request-comment";
import { MOST_COMMANDS } from "@retell-actions/core/resolve/parse-commands";
import { carryUntilDone, type Carried } from "./carry-commands.ts";
import { checkCount, findRequest, type Request } from "./find-request.ts";
import type { ResolveInputs } from "./inputs.ts";
import { ignoredReport, report } from "./report.ts";
import { openScene } from "./scene.ts";
import { unlessItFails } from "./unless-it-fails.ts";

/** Carries out what people with write permission decide about conflicts: by commits, never in Retell. */
export async function run(inputs: ResolveInputs, ports: ActionPorts): Promise<ActionReport> {
  const directory = normalizedDirectory(inputs.workingDirectory);
  const request = await findRequest(inputs, ports);
  if (request.kind === "ignored") return ignoredReport(request);
  if (request.kind === "comment") await sign(request.event.comment.id, "eyes", ports);
  let carried: Carried;
  try {
    checkCount(request);
    carried = await carryUntilDone(async () => {
      const scene = await openScene(request, directory, ports);
      const comments = request.kind === "comment" ? await ports.comments.list(request.event.issue) : [];
      return { request, scene, inputs, comments };
    }, ports);
  } catch (error) {
    // Whoever wrote the command looks at the pull request, not at the log.
    if (error instanceof ActionError) await tellFailure(request, error, { directory }, ports);
    throw error;
  }
  await tell(request, carried, { directory }, ports);
  return report(carried);
}

interface Told {
  readonly directory: string;
}

/** The answer as a comment, its sign, and the report of the check, which is about another head now. */
async function tell(request: Exclude<Request, { kind: "ignored" }>, { answer, newHead }: Carried, { directory }: Told, ports: ActionPorts): Promise<void> {
  if (request.kind === "dispatch") return;
  const { issue, comment } = request.event;
  const repositoryId = ports.job.repositoryId ?? (await ports.repository.repositoryId());
  const sticky: CommentIdentity = { kind: "validation", repositoryId, folder: directory };
  if (newHead !== undefined) {
    await unlessItFails("The report on the pull request", ports.log, async () => {
      if (findSticky(await ports.comments.list(issue), sticky) === undefined) return;
      await upsertComment({ pullRequest: issue, body: renderComment(newHead, sticky).body, identity: sticky }, ports);
    });
  }
  const identity = { kind: "answer", repositoryId, folder: directory, command: comment.id } as const;
  try {
    await upsertComment({ pullRequest: issue, body: renderAnswer(answer, identity).body, identity }, ports);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const done = answer.commit === undefined ? "Nothing was committed." : `The decision is made: ${answer.commit.sha.slice(0, 7)} on ${answer.commit.branch}.`;
    throw new ActionError(error.reason, `The answer could not be written: ${error.message}\n${done} A re-run of the job answers.`);
  }
  await sign(comment.id, answer.commands.some(isRefused) ? "confused" : "+1", ports);
}

async function tellFailure(request: Exclude<Request, { kind: "ignored" }>, error: ActionError, { directory }: Told, ports: ActionPorts): Promise<void> {
  if (request.kind === "dispatch") return;
  const { issue, comment } = request.event;
  // Of too many commands one is enough to say so.
  const lines = request.lines.slice(0, request.lines.length > MOST_COMMANDS ? 1 : undefined);
  const commands = lines.map(({ line }): CommandAnswer => ({ kind: "refused", line, reason: error.reason, message: error.message, fresh: [] }));
  try {
    const repositoryId = ports.job.repositoryId ?? (await ports.repository.repositoryId());
    const identity = { kind: "answer", repositoryId, folder: directory, command: comment.id } as const;
    const answer = { commands, commit: undefined, check: undefined, sharedSections: new Map<string, readonly string[]>(), folder: directory, author: comment.author };
    await upsertComment({ pullRequest: issue, body: renderAnswer(answer, identity).body, identity }, ports);
    await sign(comment.id, "confused", ports);
  } catch (failure) {
    // The first failure is the one to be reported.
    if (!(failure instanceof ActionError)) throw failure;
    ports.log.warning(`The answer could not be written: ${failure.message}`);
  }
}

/** A sign only repeats what the answer says, so nothing depends on it. */
async function sign(comment: number, reaction: Reaction, { comments, log }: ActionPorts): Promise<void> {
  const untold = (why: string): void => log.notice(`The sign under the comment could not be put there; nothing else depends on it. ${why}`);
  try {
    const answer = await comments.react(comment, reaction);
    if (answer.kind === "forbidden") untold("To allow it: permissions: pull-requests: write.");
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    untold(error.message);
  }
}

function isRefused(answer: CommandAnswer): boolean {
  return answer.kind === "refused" || (answer.kind === "done" && answer.agents.some(({ left }) => left.length > 0));
}
