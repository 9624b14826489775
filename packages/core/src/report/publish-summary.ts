import { REASON_CODES, type PublishOutcome } from "../outcome.ts";
import { link, name, prose } from "./escape.ts";
import { fit, type Piece } from "./fit.ts";
import { SUMMARY_LIMIT_BYTES } from "./job-summary.ts";
import { problemPiece } from "./problem-list.ts";
import type { PublishReport, PublishResult } from "./publish-report.ts";
import { rowList, table } from "./row-list.ts";
import { count } from "./words.ts";

type Status = PublishResult["status"];

/** What happened to an agent, in the table. */
const STATUS_WORDS: Record<Status, string> = {
  published: "✅ published",
  recorded: "✅ was published already, recorded",
  unchanged: "unchanged",
  "left-alone": "⚠️ left alone",
  failed: "❌ failed",
  cancelled: "⏹️ cancelled",
};

/** The most urgent first, so that a shortened table keeps what matters. */
const STATUS_RANK: Record<Status, number> = { failed: 0, "left-alone": 1, cancelled: 2, published: 3, recorded: 4, unchanged: 5 };

/** The heading by outcome; `{}` stands for the workspace. */
const HEADINGS: Record<PublishOutcome, string> = {
  published: "🚀 Published in {}",
  unchanged: "✅ Nothing to Publish in {}",
  conflicts: "⚠️ Not Published in {}",
  "partially-published": "⚠️ Partially Published in {}",
  failed: "❌ Publication in {} Failed",
};

/** The job summary of a publication: agent, version and what became of it. */
export function renderPublishSummary(report: PublishReport): string {
  const heading = `## ${HEADINGS[report.outcome].replace("{}", () => name(report.workspace))}`;
  const why = report.reason === "ok" || report.results.some(({ message }) => message !== undefined) ? "" : prose(report.explanation ?? REASON_CODES[report.reason]);
  const status = [heading, why, tally(report.results)].filter((part) => part !== "").join("\n\n");
  return fit([status, origin(report), resultsPiece(report.results), problemPiece(report.problems)], {
    limit: SUMMARY_LIMIT_BYTES,
    where: "The file at the output `result-path` names every agent.",
    fallback: `${heading}\n\n> The report is too long for a job summary. The file at the output \`result-path\` names every agent.\n`,
  }).text;
}

function tally(results: readonly PublishResult[]): string {
  const statuses = (Object.keys(STATUS_RANK) as Status[]).sort((a, b) => STATUS_RANK[a] - STATUS_RANK[b]);
  const parts = statuses
    .map((status) => ({ status, number: results.filter((result) => result.status === status).length }))
    .filter(({ number }) => number > 0)
    .map(({ status, number }) => `${count(number, "agent")} ${STATUS_WORDS[status].replace(/^\P{L}+/u, "")}`);
  return parts.length === 0 ? "" : `${parts.join(", ")}.`;
}

function origin({ runUrl, stateCommit }: PublishReport): string {
  return [link("This run", runUrl), ...(stateCommit === undefined ? [] : [`State recorded in commit ${name(stateCommit.slice(0, 7))}`])].join("  \n");
}

function resultsPiece(results: readonly PublishResult[]): Piece {
  const sorted = [...results].sort((a, b) => STATUS_RANK[a.status] - STATUS_RANK[b.status]);
  return rowList(sorted, (shown, rest) => {
    const rows = shown.map((result) => [
      name(result.name),
      result.version === null ? "–" : String(result.version),
      STATUS_WORDS[result.status],
      [...(result.message === undefined ? [] : [result.message]), ...result.notes].map(prose).join(" "),
    ]);
    return `### Agents\n\n${table(["Agent", "Version", "Status", ""], rows, rest)}`;
  });
}
