import { adopt } from "../adopt/adopt.ts";
import type { AdoptEdit } from "../adopt/edit.ts";
import type { Content } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import type { AgentPlan } from "../plan/plan.ts";
import type { ProjectFile, ProjectFiles } from "../project/files.ts";
import { projectPrefix } from "../project/project-paths.ts";
import type { DecidedAgent } from "../report/answer-input.ts";
import type { FieldDecision } from "./decide-agent.ts";
import { overwriteText } from "./overwrite-text.ts";

/** Decisions about one agent. */
export interface AgentDecision {
  readonly plan: AgentPlan;
  readonly fields: readonly FieldDecision[];
  /** Whose values are written, as a whole: what the console holds, or what the base builds. Items that come back take their place in it. */
  readonly source: Content | undefined;
}

/** Decisions about agents of one workspace, and the files that they go into. */
export interface Decisions {
  /** Of the branch that takes the commit, with what was decided before. */
  readonly files: ProjectFiles;
  readonly workingDirectory: string;
  readonly workspace: string;
  /** The branch that the commit is merged into; what is deployed from it must not change by a decision about another workspace. */
  readonly targetBranch: string;
  readonly agents: readonly AgentDecision[];
  readonly sharedSections: "fork" | "update" | "refuse";
  readonly flatten: boolean;
}

/** The files after the decisions, and what became of each. */
export interface CarriedOut {
  readonly files: ProjectFiles;
  readonly agents: readonly DecidedAgent[];
}

/**
 * Puts decisions into the files: values that shall be built by way of `adopt`, which gives out only what builds exactly
 * them, and what Git may overwrite into `overwrite.<workspace>.json`. Entries that say nothing any more go. What cannot be
 * written is left, with the reason, and no entry is made for it. Pure.
 */
export function carryOut(decisions: Decisions): CarriedOut {
  const { workspace, workingDirectory } = decisions;
  const adoption = adopt({
    files: decisions.files,
    workingDirectory,
    workspace,
    onTheWay: [decisions.targetBranch],
    edits: new Map(decisions.agents.map(({ plan, fields }) => [plan.name, fields.flatMap(editOf)] as const).filter(([, edits]) => edits.length > 0)),
    live: new Map(decisions.agents.flatMap(({ plan, source }) => (source === undefined ? [] : [[plan.name, source] as const]))),
    sharedSections: decisions.sharedSections,
    flatten: decisions.flatten,
  });
  const files = new Map<string, ProjectFile>(decisions.files);
  for (const [path, text] of adoption.files) files.set(path, { kind: "file", text });
  const agents = decisions.agents.map(({ plan, fields }): DecidedAgent => {
    const written = adoption.agents.get(plan.name);
    const refused = new Map(written?.unmappable.map(({ field, reason }) => [field, reason]));
    const settled = fields.map((field) => settle(field, refused));
    const path = `${projectPrefix(workingDirectory) ?? ""}agents/${plan.name}/overwrite.${workspace}.json`;
    const removedEntries = keepEntries({ files, path, plan, settled });
    const named = (is: (field: FieldDecision) => boolean): string[] => settled.filter(is).map(({ field }) => field);
    return {
      workspace,
      name: plan.name,
      adopted: named((field) => field.kind === "adopt" && field.entry === undefined),
      merged: named((field) => field.kind === "adopt" && field.entry !== undefined),
      overwrites: named((field) => field.kind === "overwrite"),
      already: named((field) => field.kind === "already"),
      left: settled.flatMap((field) => (field.kind === "left" ? [{ field: field.field, reason: field.reason }] : [])),
      forked: written?.forked ?? [],
      reaches: written?.reaches ?? [],
      secretsToCreate: written?.secretsToCreate ?? [],
      removedEntries,
    };
  });
  return { files, agents };
}

function editOf(decision: FieldDecision): AdoptEdit[] {
  return decision.kind === "adopt" || (decision.kind === "overwrite" && decision.edit !== undefined) ? [decision.edit].filter((edit) => edit !== undefined) : [];
}

function settle(decision: FieldDecision, refused: ReadonlyMap<string, string>): FieldDecision {
  const reason = editOf(decision).length === 0 ? undefined : refused.get(decision.field);
  return reason === undefined ? decision : { kind: "left", field: decision.field, reason };
}

/** Writes the file of entries; returns the fields whose entries were spent or no longer what the console holds, and went. */
function keepEntries({ files, path, plan, settled }: { readonly files: Map<string, ProjectFile>; readonly path: string; readonly plan: AgentPlan; readonly settled: readonly FieldDecision[] }): string[] {
  const { state, desired } = plan.material;
  const deployedAt = state?.deployed_at ?? null;
  const known = desired?.overwrite;
  const decided = new Map(settled.map((field) => [field.field, field] as const));
  const fields = new Map<string, Json>();
  const removed: string[] = [];
  for (const [name, value] of Object.entries(known?.fields ?? {})) {
    const works = known?.deployedAt === deployedAt && plan.changes.some((change) => change.name === name && change.overwritten);
    const isTaken = decided.get(name)?.kind === "adopt";
    if (works && !isTaken) fields.set(name, value);
    else if (!works) removed.push(name);
  }
  for (const field of settled) {
    if (field.kind === "overwrite" || (field.kind === "adopt" && field.entry !== undefined)) fields.set(field.field, field.entry ?? null);
  }
  const current = files.get(path)?.text;
  const text = overwriteText(current, { deployedAt, fields });
  if (text === null) files.delete(path);
  else if (text !== current) files.set(path, { kind: "file", text });
  return removed;
}
