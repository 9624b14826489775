import type { WorkspaceDrift } from "../drift/drift.ts";
import { link, name, prose } from "./escape.ts";
import { agentName } from "./field-changes.ts";
import { fit, type Piece } from "./fit.ts";
import { SUMMARY_LIMIT_BYTES } from "./job-summary.ts";
import { driftPieces, type DriftReport } from "./drift-report.ts";
import { count, enumerate, utcTime } from "./words.ts";

/** One workspace in the summary of a drift detection. */
export type SummarizedWorkspace =
  | { readonly kind: "seen"; readonly report: DriftReport; readonly told: readonly { readonly text: string; readonly url: string | undefined }[] }
  | { readonly kind: "nothing"; readonly workspace: string; readonly why: string }
  | { readonly kind: "failed"; readonly workspace: string; readonly problem: string };

/** Agents with a section of their own in the summary. */
const DETAILED_AGENTS = 400;

/** The job summary of a drift detection: every workspace, what was found, where it was told, what is not known. */
export function renderDriftSummary(summary: { readonly outcome: "in-sync" | "drift-detected" | "failed"; readonly runUrl: string; readonly workspaces: readonly SummarizedWorkspace[] }): string {
  const status = `## ${HEADINGS[summary.outcome]}\n\n${overview(summary.workspaces)} ${link("This run", summary.runUrl)}.`;
  const pieces = summary.workspaces.flatMap(workspacePieces);
  return fit([status, ...pieces], {
    limit: SUMMARY_LIMIT_BYTES,
    where: "The file at the output `result-path` names every agent and field.",
    fallback: `${status.slice(0, 8_000).toWellFormed()}\n\n> The report is too long for a job summary. The file at the output \`result-path\` names every agent and field.\n`,
  }).text;
}

const HEADINGS = {
  "in-sync": "✅ No Drift",
  "drift-detected": "⚠️ Configuration Drift Detected",
  failed: "❌ Drift Detection Could Not Be Completed",
} as const;

function overview(workspaces: readonly SummarizedWorkspace[]): string {
  const parts = workspaces.map((one) => {
    if (one.kind === "nothing") return `${name(one.workspace)}: nothing deployed yet`;
    if (one.kind === "failed") return `${name(one.workspace)}: **not known**`;
    return `${name(one.report.drift.workspace.name)}: ${counts(one.report.drift)}`;
  });
  return `${parts.join("; ")}.`;
}

function counts(drift: WorkspaceDrift): string {
  const { agents, inSync, undeployed, unreadable, deploying } = drift;
  return [
    `${count(agents.length, "drifted agent")}`,
    ...(drift.resources === undefined ? [] : [count(drift.resources.length, "drifted shared resource")]),
    `${inSync} in sync`,
    ...(drift.notRead === undefined ? [] : [inSyncNotRead(drift.notRead)]),
    ...(undeployed.length === 0 ? [] : [`${undeployed.length} with content that is not deployed yet`]),
    ...(deploying.length === 0 ? [] : [`${deploying.length} being deployed at the moment`]),
    ...(unreadable.length === 0 ? [] : [`**${unreadable.length} unreadable**`]),
  ].join(", ");
}

function workspacePieces(one: SummarizedWorkspace): Piece[] {
  if (one.kind === "nothing") return [{ text: `## ${name(one.workspace)}\n\n${prose(one.why)}` }];
  if (one.kind === "failed") return [{ text: `## ${name(one.workspace)}\n\nIt is not known whether anything changed: ${prose(one.problem)}` }];
  const { drift } = one.report;
  const told = one.told.map(({ text, url }) => `- ${url === undefined ? prose(text) : link(text, url)}`).join("\n");
  const quiet = drift.agents.length + drift.unreadable.length + drift.deploying.length + drift.undeployed.length + (drift.resources?.length ?? 0) === 0;
  const heading = `## ${name(drift.workspace.name)}`;
  return [
    { text: quiet && drift.notRead === undefined ? `${heading}\n\nEvery agent is as it was deployed.` : heading },
    { text: told },
    unreadablePiece(drift),
    deployingPiece(drift),
    undeployedPiece(drift),
    { text: drift.notRead === undefined ? "" : notReadSentence(drift.notRead) },
    // A run has no pull request of its own, so that its commands are those by hand.
    ...driftPieces(one.report, { mostDetailed: DETAILED_AGENTS, commands: "issue" }),
    { text: drift.unmanaged === undefined || drift.unmanaged === 0 ? "" : `${count(drift.unmanaged, "agent")} in Retell ${drift.unmanaged === 1 ? "is" : "are"} not managed by this repository.` },
  ];
}

function unreadablePiece({ unreadable }: WorkspaceDrift): Piece {
  if (unreadable.length === 0) return { text: "" };
  const lines = unreadable.map((agent) => `- ${agentName(agent)}: ${prose(agent.problem)}`);
  return { text: `### Could Not Be Read\n\nWhether these agents have drifted is not known.\n\n${lines.join("\n")}` };
}

function deployingPiece({ deploying }: WorkspaceDrift): Piece {
  if (deploying.length === 0) return { text: "" };
  return { text: `Another run is deploying ${enumerate(deploying.map(name), 20)} at the moment; the next detection looks at ${deploying.length === 1 ? "it" : "them"}.` };
}

function undeployedPiece({ undeployed }: WorkspaceDrift): Piece {
  if (undeployed.length === 0) return { text: "" };
  return { text: `The branch has content that is not deployed yet for ${enumerate(undeployed.map(name), 20)}. That is no drift; the next deploy writes it.` };
}

type NotRead = NonNullable<WorkspaceDrift["notRead"]>;

/** `880 in sync (not read since 2026-11-24 02:30 UTC)`: a moment that holds for all of them. */
function inSyncNotRead(agents: NotRead): string {
  return `${agents.length.toLocaleString("en-US")} in sync (not read since ${oldest(agents)})`;
}

/** Says of agents that were not read what is known of them. */
export function notReadSentence(agents: NotRead): string {
  return `${count(agents.length, "agent")} ${agents.length === 1 ? "was" : "were"} not read this time, because Retell's lists say of nothing that it changed: in sync (not read since ${oldest(agents)}, ${agents.length === 1 ? "or later" : "each of them or later"}).`;
}

/** The moment of the agent that waits longest for its full read. */
function oldest(agents: NotRead): string {
  return utcTime(Math.min(...agents.map(({ since }) => since))) ?? "";
}
