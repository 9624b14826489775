import { REASON_CODES } from "../outcome.ts";
import type { CommentIdentity } from "./comment-header.ts";
import { prose } from "./escape.ts";
import { agentName } from "./field-changes.ts";
import type { Piece } from "./fit.ts";
import { deployPlanPieces } from "./job-summary.ts";
import { shownDigests } from "./open-decision.ts";
import { COMMENT_DETAILED_AGENTS, fitComment, decidableFirst, type RenderedComment } from "./pull-request-comment.ts";
import type { DeployReport } from "./report-input.ts";
import { rowList, table } from "./row-list.ts";
import { CONFLICTS_TEXT } from "./validation-status.ts";
import { count } from "./words.ts";

/**
 * What deploy says on the pull request whose merge it could not deploy completely because of console edits. Sticky like
 * the validation's, one per workspace; it names neither run nor commit.
 */
export function renderMergedConflictComment(report: DeployReport, identity: CommentIdentity & { readonly kind: "deploy" }): RenderedComment {
  const left = report.results.filter((result) => result.status === "left-alone").length;
  const status = [
    `## ⚠️ Conflicts Detected with ${identity.workspace} Workspace`,
    `This PR is merged, but ${count(left, "agent")} ${left === 1 ? "was" : "were"} left as ${left === 1 ? "it is" : "they are"} in Retell. ${CONFLICTS_TEXT}`,
  ].join("\n\n");
  const explanation: Piece = { text: report.explanation === undefined ? "" : prose(report.explanation.slice(0, 1_000)) };
  const pieces = deployPlanPieces(report, { folder: identity.folder, linkRuns: false, mostDetailed: COMMENT_DETAILED_AGENTS, merged: true, planned: "none" });
  const shown = report.plan === undefined ? {} : shownDigests([decidableFirst(report.plan)]);
  return fitComment([status, explanation, ...pieces, noticedLater(report)], { identity, status, workspaces: [identity.workspace], summaryOf: "the deploy run", shown });
}

/** Agents that the plan would have written and that were left alone all the same: they changed in Retell in between. */
function noticedLater({ plan, results }: DeployReport): Piece {
  const blocked = new Set(plan?.agents.filter(({ blocks }) => blocks.length > 0).map((agent) => agent.name));
  const later = results.filter((result) => result.status === "left-alone" && !blocked.has(result.name));
  return rowList(later, (shown, rest) => {
    const rows = shown.map((result) => [agentName(result), prose(result.message ?? REASON_CODES[result.reason])]);
    return `### Left alone during the deployment\n\n${table(["Agent", "Why, and what to do"], rows, rest)}`;
  });
}
