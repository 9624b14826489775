import { DEPLOY_OUTCOMES, REASON_CODES, type DeployOutcome } from "../outcome.ts";
import { name, prose } from "./escape.ts";
import type { AgentResult, DeployReport } from "./report-input.ts";
import { count } from "./words.ts";

type Status = AgentResult["status"];

/** What happened to an agent, in a table. */
export const STATUS_WORDS: Record<Status, string> = {
  created: "✅ created",
  updated: "✅ updated",
  replaced: "✅ replaced with a new agent",
  recorded: "✅ recorded",
  deleted: "🗑️ deleted",
  unchanged: "unchanged",
  drifted: "👀 changed in Retell only",
  "left-alone": "⚠️ left alone",
  failed: "❌ failed",
  cancelled: "⏹️ not started",
  planned: "would be deployed",
};

/** The most urgent first, so that a shortened table keeps what matters. */
export const STATUS_RANK: Record<Status, number> = {
  failed: 0,
  "left-alone": 1,
  cancelled: 2,
  created: 3,
  updated: 4,
  replaced: 5,
  deleted: 6,
  planned: 7,
  recorded: 8,
  drifted: 9,
  unchanged: 10,
};

/** The heading by outcome; `{}` stands for the workspace. */
const HEADINGS: Record<DeployOutcome, string> = {
  deployed: "🚀 Deployed to {}",
  unchanged: "✅ Nothing to Deploy to {}",
  planned: "📋 Plan for {} (dry run, nothing written)",
  superseded: "⏭️ Superseded: a Newer Commit Deploys to {}",
  conflicts: "⚠️ Conflicts Detected with {} Workspace",
  "staging-required": "🚧 Staging Required First",
  "not-confirmed": "✋ Deployment to {} Not Confirmed",
  "wrong-branch": "❌ Wrong Branch for {}",
  busy: "⏳ {} Is Busy",
  "partially-deployed": "⚠️ Partially Deployed to {}",
  failed: "❌ Deployment to {} Failed",
};

/** The top of a deploy's report, in Markdown: heading, why, and the results counted. */
export function deployStatus(report: DeployReport): string {
  const outcome = DEPLOY_OUTCOMES.find((known) => known === report.outcome);
  const heading = (outcome === undefined ? `Deploy to {}: ${prose(report.outcome)}` : HEADINGS[outcome]).replace("{}", () => (report.plan === undefined ? "the workspace" : headingName(report.plan.workspace.name)));
  const sentences = [prose(report.explanation ?? (report.reason === "ok" ? "" : REASON_CODES[report.reason])), tally(report.results)];
  return [`## ${heading}`, ...sentences.filter((sentence) => sentence !== "")].join("\n\n");
}

/** `2 agents updated, 1 agent failed`. */
export function tally(results: readonly AgentResult[]): string {
  const statuses = (Object.keys(STATUS_RANK) as Status[]).sort((a, b) => STATUS_RANK[a] - STATUS_RANK[b]);
  const parts = statuses
    .map((status) => ({ status, number: results.filter((result) => result.status === status).length }))
    .filter(({ number }) => number > 0)
    .map(({ status, number }) => `${count(number, "agent")} ${STATUS_WORDS[status].replace(/^\P{L}+/u, "")}`);
  return parts.length === 0 ? "" : `${parts.join(", ")}.`;
}

/** Names of workspaces are plain words; what is not one is set as code. */
function headingName(workspace: string): string {
  return /^[a-z0-9][a-z0-9._-]*$/.test(workspace) ? workspace : name(workspace);
}
