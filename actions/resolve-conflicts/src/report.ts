import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { REASON_CODES, type ReasonCode, type ResolveOutcome } from "@retell-actions/core/outcome";
import { renderAnswerSummary } from "@retell-actions/core/report/answer";
import type { CommandAnswer, DecidedAgent } from "@retell-actions/core/report/answer-input";
import { prose } from "@retell-actions/core/report/escape";
import { hideCredentials } from "@retell-actions/core/report/hide-credentials";
import type { Carried } from "./carry-commands.ts";
import type { Request } from "./find-request.ts";

/** How the run of commands ended. */
export function report({ answer, pullRequest }: Carried): ActionReport {
  const { outcome, reason, message } = endingOf(answer.commands);
  const decided = answer.commands.flatMap((command) => (command.kind === "done" ? command.agents : []));
  return {
    outcome,
    reason,
    message: message ?? REASON_CODES[reason],
    outputs: {
      agents: JSON.stringify([...new Set(decided.map(({ name }) => name))].sort()),
      commit: answer.commit?.sha ?? "",
      branch: answer.commit?.branch ?? "",
      "pull-request": pullRequest === undefined ? "" : String(pullRequest.number),
      check: answer.check?.outcome ?? "",
    },
    result: {
      commands: answer.commands.map((command): JsonObject => ({ line: hideCredentials(command.line), kind: command.kind, ...(command.kind === "refused" ? { reason: command.reason, message: hideCredentials(command.message) } : {}) })),
      agents: decided.map(agentResult),
      commit: answer.commit?.sha ?? null,
      branch: answer.commit?.branch ?? null,
      pull_request: pullRequest?.number ?? null,
      check: answer.check?.outcome ?? null,
    },
    summary: renderAnswerSummary(answer),
    problems: [],
  };
}

/** A comment that is not carried out: said in the log and the summary, and nowhere else. */
export function ignoredReport({ reason, message }: Extract<Request, { kind: "ignored" }>): ActionReport {
  const outputs = { agents: "[]", commit: "", branch: "", "pull-request": "", check: "" };
  return { outcome: "ignored", reason, message, outputs, result: { commands: [], agents: [], commit: null, branch: null, pull_request: null, check: null }, summary: `${prose(message)}\n`, problems: [] };
}

/** What the commands come to together; the first refusal gives the reason, before it what could not be read. */
function endingOf(commands: readonly CommandAnswer[]): { readonly outcome: ResolveOutcome; readonly reason: ReasonCode; readonly message?: string } {
  const done = commands.filter((command) => command.kind === "done");
  const refusals = commands.filter((command) => command.kind === "refused");
  const refused = refusals.find(({ unread }) => unread) ?? refusals[0];
  const open = done.flatMap(({ agents }) => agents).find(({ left }) => left.length > 0);
  if (refused !== undefined) {
    const outcome = done.length > 0 ? "partially-resolved" : refused.unread === true ? "failed" : "refused";
    return { outcome, reason: refused.reason, message: hideCredentials(`${refused.line}: ${refused.message}`) };
  }
  if (open !== undefined) return { outcome: "partially-resolved", reason: "unmappable", message: `${open.name}, ${open.left.map(({ field, reason }) => `${field}: ${reason}`).join("; ")}.` };
  return done.length > 0 ? { outcome: "resolved", reason: "ok" } : { outcome: "answered", reason: "ok" };
}

function agentResult(agent: DecidedAgent): JsonObject {
  const { workspace, name, adopted, merged, overwrites, already, left } = agent;
  return { workspace, name, adopted: [...adopted], merged: [...merged], overwrites: [...overwrites], already: [...already], left: left.map(({ field, reason }) => ({ field, reason })) };
}
