import { REASON_CODES, type ValidateOutcome } from "../outcome.ts";
import { isWritten, type AgentPlan, type Operation } from "../plan/plan.ts";
import { name, prose } from "./escape.ts";
import { countProblems } from "./problem-list.ts";
import type { ValidationReport, WorkspaceReport } from "./report-input.ts";
import { bySituation, needsDecision } from "./situation.ts";
import { count, enumerate } from "./words.ts";

/** What a conflict is, for whoever sees one for the first time. */
export const CONFLICTS_TEXT =
  "The following agents have configurations on Retell that differ from what was deployed last. This typically means someone modified the agent via the Retell Console.";

/** Heading and the sentences below it: how the check ended and what a merge would do. One entry per outcome. */
const STATUS: Record<ValidateOutcome, (report: ValidationReport) => { readonly heading: string; readonly text: string }> = {
  passed: (report) => ({ heading: "✅ Validation Passed", text: passed(report) }),
  "passed-offline": (report) => ({
    heading: "☑️ Validation Passed (files only)",
    text: `${count(report.agentCount, "agent")} checked without Retell: ${why(report)}\n\n**Not checked:** ${notChecked(report)}`,
  }),
  invalid: (report) => ({
    heading: "❌ Validation Failed",
    text: `${report.problems.some(({ severity }) => severity === "error") ? `The files have ${countProblems(report.problems)}.` : why(report)} A merge would deploy nothing until this is corrected.`,
  }),
  conflicts: (report) => ({
    heading: `⚠️ Conflicts Detected with ${workspacesWith(report, needsDecision)}`,
    text: `${CONFLICTS_TEXT} ${ifMerged(report)}`,
  }),
  "staging-required": (report) => ({
    heading: "🚧 Staging Required First",
    text: `${why(report)} Deploy it to staging, then run this check again. ${ifMerged(report)}`,
  }),
  failed: (report) => ({
    heading: "❌ Validation Could Not Be Completed",
    text: `${why(report)} It is not known whether this change can be deployed; run the check again when the cause is removed.`,
  }),
};

/** The top of a validation's report, in Markdown. */
export function validationStatus(report: ValidationReport): string {
  const { heading, text } = STATUS[report.outcome](report);
  return `## ${heading}\n\n${text}`;
}

/** Longest explanation at the top of a report: it may quote an answer of somebody's server. */
const LONGEST_EXPLANATION = 1_000;

function why(report: ValidationReport): string {
  const text = report.explanation ?? REASON_CODES[report.reason];
  return prose(text.length <= LONGEST_EXPLANATION ? text : `${text.slice(0, LONGEST_EXPLANATION)}…`);
}

function notChecked(report: ValidationReport): string {
  return report.reason === "develop-branch"
    ? "console edits and conflicts. That happens on the pull request into a branch that deploys."
    : "console edits, conflicts, API keys, and whether the content was deployed to staging. Deploy checks all of it again before it writes anything.";
}

function passed(report: ValidationReport): string {
  const names = report.workspaces.map(({ plan }) => `**${plan.workspace.name}**`);
  const place = names.length === 0 ? name(report.targetBranch) : `${enumerate(names, 20)} ${names.length === 1 ? "workspace" : "workspaces"}`;
  const written = report.workspaces.some(({ plan }) => plan.agents.some(isWritten) || plan.resources?.some(isWritten) === true);
  if (!written) return `Nothing to deploy to ${place}: merging this PR changes no agent.`;
  return `Ready to deploy to ${place}. Merge this PR to trigger deployment: ${effects(report.workspaces)}.`;
}

function ifMerged(report: ValidationReport): string {
  const blocked = report.workspaces.flatMap((workspace) => bySituation(workspace).blocked);
  const left = `${count(blocked.length, "agent")} left as ${blocked.length === 1 ? "it is" : "they are"}`;
  return `If this PR were merged now: ${[left, effects(report.workspaces)].filter((text) => text !== "").join(", ")}.`;
}

/** What deploy did or would do, counted: `1 agent created, 2 agents updated`. */
function effects(workspaces: readonly WorkspaceReport[]): string {
  const parts = workspaces.map(({ plan }) => {
    const text = [effectsOf(plan.agents, "agent"), effectsOf(plan.resources ?? [], "shared resource")].filter((some) => some !== "").join(", ");
    return text === "" ? "" : workspaces.length === 1 ? text : `${text} in ${plan.workspace.name}`;
  });
  return parts.filter((text) => text !== "").join("; ");
}

const DONE: Record<Operation, string> = { none: "", create: "created", update: "updated", replace: "replaced", record: "", delete: "deleted" };

function effectsOf(agents: readonly Pick<AgentPlan, "operation" | "blocks">[], what: "agent" | "shared resource"): string {
  const written = agents.filter(isWritten);
  return (Object.keys(DONE) as Operation[])
    .map((operation) => ({ operation, number: written.filter((agent) => agent.operation === operation).length }))
    .filter(({ number }) => number > 0)
    .map(({ operation, number }) => `${count(number, what)} ${DONE[operation]}`)
    .join(", ");
}

/** `staging Workspace`, `prod-eu and prod-us Workspaces`. */
function workspacesWith(report: ValidationReport, wanted: (agent: AgentPlan) => boolean): string {
  const found = report.workspaces.filter((workspace) => bySituation(workspace).blocked.some(wanted));
  const names = (found.length === 0 ? report.workspaces : found).map(({ plan }) => plan.workspace.name);
  return `${enumerate(names, 10)} ${names.length === 1 ? "Workspace" : "Workspaces"}`;
}
