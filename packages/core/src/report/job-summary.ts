import type { AgentPlan } from "../plan/plan.ts";
import type { Workspace } from "../project/workspace.ts";
import { deployStatus, STATUS_RANK, STATUS_WORDS } from "./deploy-status.ts";
import { code, link, name, prose } from "./escape.ts";
import { agentName, writtenCounts } from "./field-changes.ts";
import { shortValue } from "./field-values.ts";
import { fit, type Piece, type Pieces } from "./fit.ts";
import { problemPiece } from "./problem-list.ts";
import { validationPieces } from "./pull-request-comment.ts";
import type { DeployReport, ValidationReport } from "./report-input.ts";
import { resourceResultsPiece } from "./resource-section.ts";
import { rowList, table } from "./row-list.ts";
import { validationStatus } from "./validation-status.ts";
import { enumerate } from "./words.ts";
import { workspacePieces, type SectionContext } from "./workspace-section.ts";

/** The runner drops a step's summary of more than 1 MiB as a whole. */
export const SUMMARY_LIMIT_BYTES = 900 * 1024;

/** Agents with a section of their own in a summary. */
const DETAILED_AGENTS = 400;

/** The job summary of a validation: what the comment says, in full, with commit, run and fingerprints. */
export function renderValidationSummary(report: ValidationReport, options: { readonly folder?: string } = {}): string {
  const status = validationStatus(report);
  const fingerprints = report.workspaces.map(({ plan }) => `${name(plan.workspace.name)}: plan ${code(plan.fingerprint)}`);
  const context = [`${origin(report)}, for branch ${name(report.targetBranch)}`, ...fingerprints].join("  \n");
  return fitSummary([status, context, ...validationPieces(report, { folder: options.folder ?? "", linkRuns: true, mostDetailed: DETAILED_AGENTS })], status);
}

/** The job summary of a deploy: what was done to each agent, what was left alone and why, what Retell changed by itself. */
export function renderDeploySummary(report: DeployReport, options: { readonly folder?: string } = {}): string {
  const status = deployStatus(report);
  return fitSummary(
    [
      status,
      deployContext(report),
      ...(report.dryRun ? [] : [resourceResultsPiece(report.resources, report.plan?.resources)]),
      resultsPiece(report),
      observedPiece(report),
      notKeptPiece(report),
      problemPiece(report.problems),
      ...deployPlanPieces(report, { folder: options.folder ?? "", linkRuns: true, mostDetailed: DETAILED_AGENTS, merged: true, planned: report.dryRun ? "table" : "changes" }),
    ],
    status,
  );
}

/** What the plan of a deploy says about the agents that were not written (and, in a dry run, would be). */
export function deployPlanPieces(
  report: DeployReport,
  options: Pick<SectionContext, "folder" | "linkRuns" | "mostDetailed" | "merged" | "planned">,
): Piece[] {
  if (report.plan === undefined) return [];
  const sharedSections = sectionUsers(report.plan.agents);
  return workspacePieces(
    { plan: report.plan, touched: undefined, busyWith: undefined },
    { ...options, several: false, sharedFiles: isOneOfSeveral(report.plan.workspace), sharedSections },
  );
}

/** True for a named production (`prod-eu`): the branch's files build the other productions too. */
function isOneOfSeveral({ kind, name: workspace }: Workspace): boolean {
  return kind === "production" && workspace !== "production";
}

/** Which agents use a prompt section, by its file. */
function sectionUsers(agents: readonly AgentPlan[]): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const agent of agents) {
    for (const source of agent.material.desired?.sources ?? []) {
      const known = users.get(source);
      if (known === undefined) users.set(source, [agent.name]);
      else known.push(agent.name);
    }
  }
  return users;
}

function deployContext(report: DeployReport): string {
  const lines = [origin(report)];
  if (report.plan !== undefined) lines.push(`Workspace ${name(report.plan.workspace.name)}, plan ${code(report.plan.fingerprint)}`);
  if (report.stateCommit !== undefined) lines.push(`State recorded in commit ${commitLink(report.stateCommit, report.runUrl)}`);
  const skipping = (report.plan?.agents ?? []).filter((agent) => agent.skipsStaging === true).map(agentName);
  const skipped = skipping.length === 0 ? "" : `\n\n> ⚠️ **Staging was skipped** by \`require-staging: false\`: ${enumerate(skipping, 20)} ${skipping.length === 1 ? "has" : "have"} content that was never deployed to staging.`;
  return lines.join("  \n") + skipped;
}

function resultsPiece(report: DeployReport): Piece {
  const plans = new Map(report.plan?.agents.map((agent) => [agent.name, agent]));
  const results = [...report.results].sort((a, b) => STATUS_RANK[a.status] - STATUS_RANK[b.status]);
  return rowList(results, (shown, rest) => {
    const rows = shown.map((result) => {
      const plan = plans.get(result.name);
      return [agentName(result), STATUS_WORDS[result.status] + (result.partly === true ? ", written in part" : ""), result.version === null ? "–" : String(result.version), plan === undefined ? "–" : writtenCounts(plan), result.message === undefined ? "" : prose(result.message)];
    });
    return `### Results\n\n${table(["Agent", "Result", "Version", "Changed fields", ""], rows, rest)}`;
  });
}

function observedPiece(report: DeployReport): Piece {
  const observed = report.results.flatMap((result) => result.observed.map((change) => ({ agent: result, change })));
  return rowList(observed, (shown, rest) => {
    const rows = shown.map(({ agent, change }) => [agentName(agent), code(change.name), showObserved(change.before), showObserved(change.after), change.mentioned ? "kept as a console edit: Git has this field" : "recorded: Git is silent about it"]);
    return `### Also changed in Retell while deploying\n\nFields that this run did not send and that differ afterwards: side effects of Retell, or somebody's edit at that moment.\n\n${table(["Agent", "Field", "Before", "After", ""], rows, rest)}`;
  });
}

function notKeptPiece(report: DeployReport): Piece {
  const dropped = report.results.flatMap((result) => (result.notKept ?? []).map((field) => ({ agent: result, field })));
  return rowList(dropped, (shown, rest) => {
    const rows = shown.map(({ agent, field }) => [agentName(agent), code(field)]);
    return `### Not kept by Retell\n\nFields that this run sent and that Retell's answer does not have. Callers do not get them: the name is misspelled, or this workspace does not know it yet.\n\n${table(["Agent", "Field"], rows, rest)}`;
  });
}

function showObserved(value: unknown): string {
  return value === undefined ? "–" : code(shortValue(value as Parameters<typeof shortValue>[0]));
}

function origin({ commit, runUrl }: { readonly commit: string; readonly runUrl: string }): string {
  return `Commit ${commitLink(commit, runUrl)}, ${link("this run", runUrl)}`;
}

/** The commit's page beside the run's, in the same repository. */
function commitLink(commit: string, runUrl: string): string {
  const short = commit.slice(0, 7);
  const repository = /^(https?:\/\/[^?#]+)\/actions\/runs\//.exec(runUrl)?.[1];
  return repository === undefined || !/^[0-9a-f]{40,64}$/.test(commit) ? name(short) : link(short, `${repository}/commit/${commit}`);
}

function fitSummary(pieces: Pieces, status: string): string {
  return fit(pieces, {
    limit: SUMMARY_LIMIT_BYTES,
    where: "The file at the output `result-path` names every agent and field.",
    fallback: `${status.slice(0, 8_000).toWellFormed()}\n\n> The report is too long for a job summary. The file at the output \`result-path\` names every agent and field.\n`,
  }).text;
}
