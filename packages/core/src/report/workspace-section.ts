import type { AgentPlan } from "../plan/plan.ts";
import { decidableAgents, waitsForDecision } from "../resolve/console-changes.ts";
import { link, name, prose } from "./escape.ts";
import { agentName, fieldCounts, fieldTable, fullConsoleValues, textDiffs, wholeValues, writtenCounts } from "./field-changes.ts";
import type { Piece } from "./fit.ts";
import type { WorkspaceReport } from "./report-input.ts";
import { resourcePieces } from "./resource-section.ts";
import { resolutionPieces, type ResolutionContext } from "./resolution.ts";
import { rowList, table } from "./row-list.ts";
import { bySituation, CLASS_WORDS, needsDecision, OPERATION_WORDS } from "./situation.ts";
import { whoAndWhen } from "./who-and-when.ts";
import { count, utcTime } from "./words.ts";

export interface SectionContext extends Omit<ResolutionContext, "workspace" | "place" | "all"> {
  /** True if the report has a section for more than one workspace, which then get headings. */
  readonly several: boolean;
  /** The summary may link to another run; the comment may not change because of one. */
  readonly linkRuns: boolean;
  /** What the report says about agents that deploy would write: a table and their changes, the changes only (it has its own table of results), or nothing. */
  readonly planned: "table" | "changes" | "none";
  /** How many agents with open decisions get a section of their own; the others a row in a table. */
  readonly mostDetailed: number;
}

/** One workspace: what needs a person, what would be deployed, what else is known. */
export function workspacePieces(report: WorkspaceReport, context: SectionContext): Piece[] {
  const { plan, busyWith } = report;
  const groups = bySituation(report);
  const pieces: Piece[] = [];
  if (context.several) pieces.push({ text: `## Workspace ${name(plan.workspace.name)}` });
  if (busyWith !== undefined) {
    const run = context.linkRuns ? `Run ${link(busyWith.run, busyWith.url)}` : "A run";
    pieces.push({ text: `> ⏳ ${run} is deploying to ${name(plan.workspace.name)} at the moment; what it writes is not taken for console edits.` });
  }
  if (plan.stops.length > 0) {
    pieces.push({ text: `### Nothing can be deployed\n\n${plan.stops.map(({ message }) => `- ${prose(message)}`).join("\n")}` });
  }
  if (context.planned !== "changes") pieces.push(...resourcePieces(plan.resources));
  const allUndecided = groups.blocked.filter(needsDecision);
  const undecided = allUndecided.slice(0, context.mostDetailed);
  pieces.push(...undecided.flatMap((agent) => undecidedAgent(agent, context)));
  const place = context.linkRuns ? "summary" : context.merged ? "merged-pull-request" : "pull-request";
  pieces.push(...resolutionPieces(undecided, { ...context, workspace: plan.workspace, place, all: decidableAgents(plan).filter(waitsForDecision) }));
  pieces.push(blockedList([...groups.blocked.filter((agent) => !needsDecision(agent)), ...allUndecided.slice(context.mostDetailed)]));
  pieces.push(...PLANNED[context.planned](groups["to-deploy"], context.sharedSections));
  pieces.push(...driftPieces([...groups["blocked-elsewhere"], ...groups.drifted], context.sharedSections));
  pieces.push(notesPiece(plan.agents));
  pieces.push(quietPiece(context.planned === "table" ? [...groups["to-record"], ...groups["in-sync"]] : [], plan.unmanaged));
  return pieces;
}

function undecidedAgent(agent: AgentPlan, { sharedSections, linkRuns: isSummary }: SectionContext): Piece[] {
  const reasons = agent.blocks.map(({ message }) => prose(message)).join(" ");
  return [
    { text: `### ${agentName(agent)} is left alone\n\n${reasons}\n\n${whoAndWhen(agent)}` },
    ...(agent.changes.length === 0 ? [] : [{ text: fieldTable(agent), shorter: { step: "counts" as const, piece: { text: `Changed fields: ${fieldCounts(agent.changes, 5)}` } } }]),
    ...textDiffs(agent, sharedSections),
    ...(isSummary ? wholeValues(agent) : fullConsoleValues(agent)),
  ];
}

function blockedList(agents: readonly AgentPlan[]): Piece {
  return rowList(agents, (shown, rest) => {
    const rows = shown.map((agent) => [agentName(agent), CLASS_WORDS[agent.class], agent.blocks.map(({ message }) => prose(message)).join(" ")]);
    return `### Agents left alone\n\n${table(["Agent", "State", "Why, and what to do"], rows, rest)}`;
  });
}

const PLANNED: Record<SectionContext["planned"], (agents: readonly AgentPlan[], sharedSections: SectionContext["sharedSections"]) => Piece[]> = {
  table: plannedTable,
  changes: (agents, sharedSections) => {
    const details = agents.filter(({ changes }) => changes.length > 0).map((agent) => changesOfOne(agent, sharedSections));
    return details.length === 0 ? [] : [{ text: "### Changes by Git" }, ...details];
  },
  none: () => [],
};

function plannedTable(agents: readonly AgentPlan[], sharedSections: SectionContext["sharedSections"]): Piece[] {
  const list = rowList(agents, (shown, rest) => {
    const rows = shown.map((agent) => [agentName(agent), OPERATION_WORDS[agent.operation], agent.operation === "create" ? "all" : writtenCounts(agent)]);
    return `### Agents to be deployed:\n\n${table(["Agent", "Deploy would", "Changed fields"], rows, rest)}`;
  });
  return [list, ...agents.filter(({ changes }) => changes.length > 0).map((agent) => changesOfOne(agent, sharedSections))];
}

/** The changes of an agent that is deployed, folded away. */
function changesOfOne(agent: AgentPlan, sharedSections: SectionContext["sharedSections"]): Piece {
  const summary = `<details><summary><code>${agent.name.replace(/[^a-z0-9._-]/g, "?")}</code>: ${count(agent.changes.length, "field")}</summary>`;
  const body = (parts: readonly string[]): string => [summary, ...parts.filter((part) => part !== ""), "</details>"].join("\n\n");
  const fields = fieldTable(agent);
  const diffs = textDiffs(agent, sharedSections);
  const withoutHunks: Piece = { text: body([fields]), shorter: { step: "counts", piece: { text: "" } } };
  if (diffs.length === 0) return withoutHunks;
  return { text: body([fields, ...diffs.map(({ text }) => text)]), shorter: { step: "hunks", piece: withoutHunks } };
}

function driftPieces(agents: readonly AgentPlan[], sharedSections: SectionContext["sharedSections"]): Piece[] {
  const list = rowList(agents, (shown, rest) => {
    const rows = shown.map((agent) => [agentName(agent), CLASS_WORDS[agent.class], fieldCounts(agent.changes), utcTime(agent.modifiedAt) ?? "–"]);
    return `### Different in Retell\n\nThese agents block nothing here, and deploy leaves them as they are.\n\n${table(["Agent", "State", "Changed fields", "Last changed in Retell"], rows, rest)}`;
  });
  return [list, ...agents.filter(({ changes }) => changes.length > 0).map((agent) => changesOfOne(agent, sharedSections))];
}

function notesPiece(agents: readonly AgentPlan[]): Piece {
  const notes = agents.flatMap((agent) => agent.notes.map((note) => ({ agent, note })));
  return rowList(notes, (shown, rest) => {
    const lines = shown.map(({ agent, note }) => `- ${agentName(agent)}: ${prose(note)}`);
    return `**Notes**\n\n${lines.join("\n")}${rest === undefined ? "" : `\n\n${rest}`}`;
  });
}

function quietPiece(agents: readonly AgentPlan[], unmanaged: number | undefined): Piece {
  const others = unmanaged === undefined || unmanaged === 0 ? "" : ` ${count(unmanaged, "agent")} in Retell ${unmanaged === 1 ? "is" : "are"} not managed by this repository.`;
  if (agents.length === 0) return { text: others.trim() };
  const short = `${count(agents.length, "agent")} without changes`;
  return {
    text: `${short}: ${agents.map(agentName).join(", ")}.${others}`,
    shorter: { step: "unchanged-agents", piece: { text: `${short}.${others}` } },
  };
}
