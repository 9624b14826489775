import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { link, name, prose } from "@retell-actions/core/report/escape";
import { fit } from "@retell-actions/core/report/fit";
import { hideCredentials } from "@retell-actions/core/report/hide-credentials";
import { SUMMARY_LIMIT_BYTES } from "@retell-actions/core/report/job-summary";
import { place, problemPiece } from "@retell-actions/core/report/problem-list";
import { rowList, table } from "@retell-actions/core/report/row-list";
import { count } from "@retell-actions/core/report/words";
import type { Request } from "./find-request.ts";
import type { Finished } from "./finished.ts";
import { faultPiece, openSentence } from "./issue-answer.ts";

type Done = Exclude<Finished, { kind: "invalid" }>;

/** The outputs of a run that made no pull request. */
const NOTHING = { agents: "[]", branch: "", "pull-request": "" };

/** Turns what became of a request into outputs, result and summary. */
export function report(finished: Finished): ActionReport {
  return finished.kind === "invalid" ? invalidReport(finished) : doneReport(finished);
}

/** An issue that is not carried out: said in the log and the summary, and nowhere else. */
export function ignoredReport({ reason, message }: Extract<Request, { kind: "ignored" }>): ActionReport {
  return { outcome: "ignored", reason, message, outputs: NOTHING, result: { agents: [], faults: [], branch: null, pull_request: null }, summary: `${prose(message)}\n`, problems: [] };
}

function doneReport(done: Done): ActionReport {
  const { kind, names, template, agents, branch, pullRequest, problems } = done;
  const message = `${SENTENCES[kind](done)} ${pullRequest.url}`;
  const heading = kind === "written" ? `## ${count(names.length, "new agent")}` : "## Nothing to do";
  const list = rowList(names, (shown, rest) => table(["Agent", "Template"], shown.map((agent) => [name(agent), name(template)]), rest));
  const pointer = `${link(`Pull request ${pullRequest.number}`, pullRequest.url)}: ${prose(SENTENCES[kind](done))}`;
  return {
    outcome: kind === "written" ? "scaffolded" : "unchanged",
    reason: "ok",
    message,
    outputs: { agents: JSON.stringify(names), branch, "pull-request": String(pullRequest.number) },
    result: {
      agents: agents.map((agent): JsonObject => ({ agent: agent.name, display_name: agent.displayName, files: [...agent.files.keys()].sort() })),
      template,
      faults: [],
      branch,
      pull_request: pullRequest.number,
    },
    summary: fit([heading, pointer, list, problemPiece(problems)], { limit: SUMMARY_LIMIT_BYTES, where: "All of it is in the file that the output `result-path` names.", fallback: heading }).text,
    problems,
  };
}

const SENTENCES: Record<Done["kind"], (done: Done) => string> = {
  written: ({ names, template, pullRequest }) => `Pull request #${pullRequest.number} has ${count(names.length, "new agent")} made from ${template}.`,
  unchanged: ({ pullRequest }) => `Pull request #${pullRequest.number} has them already.`,
  left: ({ pullRequest }) => `Somebody works on the branch of pull request #${pullRequest.number}, so it was not touched.`,
  answered: ({ pullRequest }) => `Pull request #${pullRequest.number} was opened for this request and ${pullRequest.merged ? "merged" : "closed by somebody"}, so nothing was made again.`,
};

function invalidReport({ faults, problems, open }: Extract<Finished, { kind: "invalid" }>): ActionReport {
  const errors = problems.filter(({ severity }) => severity === "error");
  const lines = [...faults.map(({ line, message, hint }) => `${line === undefined ? "" : `line ${line}: `}${message} ${hint}`), ...errors.map((problem) => `${place(problem)}: ${problem.message}`)];
  const heading = "## ❌ No new agents";
  return {
    outcome: "invalid",
    reason: faults.length > 0 ? "invalid-input" : "invalid-files",
    message: hideCredentials(`Nothing was written. ${open === undefined ? "" : `${openSentence(open)} `}${lines.slice(0, 10).join("\n")}${lines.length > 10 ? `\n… and ${lines.length - 10} more` : ""}`),
    outputs: NOTHING,
    result: {
      agents: [],
      faults: faults.map(({ line, message, hint }): JsonObject => ({ line: line ?? null, message: hideCredentials(message), hint: hideCredentials(hint) })),
      branch: null,
      pull_request: null,
    },
    summary: fit([heading, "Nothing was written.", ...(open === undefined ? [] : [prose(openSentence(open))]), faultPiece(faults), problemPiece(problems)], { limit: SUMMARY_LIMIT_BYTES, where: "All of it is in the file that the output `result-path` names.", fallback: heading }).text,
    problems,
  };
}
