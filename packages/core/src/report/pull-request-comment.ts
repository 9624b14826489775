import type { AgentPlan, Plan } from "../plan/plan.ts";
import { decidableAgents, waitsForDecision } from "../resolve/console-changes.ts";
import { withHeader, type CommentIdentity, type ShownDigests } from "./comment-header.ts";
import { byteLength } from "./escape.ts";
import { fit, type DropStep, type Piece, type Pieces } from "./fit.ts";
import { shownDigests } from "./open-decision.ts";
import { problemPiece } from "./problem-list.ts";
import type { ValidationReport } from "./report-input.ts";
import { validationStatus } from "./validation-status.ts";
import { workspacePieces } from "./workspace-section.ts";

/** GitHub's API documents "maximum is 65536 characters" for comments; bytes are the stricter count. */
export const COMMENT_LIMIT_BYTES = 60_000;

/** Agents with a section of their own in a comment; beyond these a row in a table. */
export const COMMENT_DETAILED_AGENTS = 40;

export interface RenderedComment {
  readonly body: string;
  /** What was left out for the sake of size, in order. */
  readonly dropped: readonly DropStep[];
}

/**
 * The sticky comment on a pull request, header included, at most {@link COMMENT_LIMIT_BYTES} long. It holds neither the
 * run nor the commit that was checked: as long as nothing changed, its bytes do not change.
 */
export function renderComment(report: ValidationReport, identity: CommentIdentity): RenderedComment {
  const status = validationStatus(report);
  const pieces = validationPieces(report, { folder: identity.folder, linkRuns: false, mostDetailed: COMMENT_DETAILED_AGENTS });
  const workspaces = report.workspaces.map(({ plan }) => plan.workspace.name);
  return fitComment([status, ...pieces], { identity, status, workspaces, summaryOf: "this check", shown: shownDigests(report.workspaces.map(({ plan }) => decidableFirst(plan))) });
}

/** The agents of a workspace between whose sides a person can decide, those that wait for it first. */
export function decidableFirst(plan: Plan): { readonly workspace: string; readonly agents: readonly AgentPlan[] } {
  const agents = decidableAgents(plan);
  return { workspace: plan.workspace.name, agents: [...agents.filter(waitsForDecision), ...agents.filter((agent) => !waitsForDecision(agent))] };
}

/** What may be left out of a comment that still shows every value to decide about. */
const HARMLESS: ReadonlySet<DropStep> = new Set(["by-hand", "full-texts", "unchanged-agents"]);

/**
 * Pieces as a comment with its hidden header, cut to the limit. Where values are cut away nobody has read them, and a command
 * without a digest means none of them. `status` is what stays if all else fails; then nothing
 * was shown that a command could refer to.
 */
export function fitComment(
  pieces: Pieces,
  options: { readonly identity: CommentIdentity; readonly status: string; readonly workspaces: readonly string[]; readonly summaryOf: string; readonly shown?: ShownDigests },
): RenderedComment {
  const { identity, status, workspaces, summaryOf, shown } = options;
  const where = `The job summary of ${summaryOf} has more of it.`;
  const { text, dropped } = fit(pieces, {
    limit: COMMENT_LIMIT_BYTES - byteLength(withHeader("", identity, workspaces, shown)),
    where,
    fallback: `${status.slice(0, 8_000).toWellFormed()}\n\n> The report is too long for a comment. ${where}\n`,
  });
  return { body: withHeader(text, identity, workspaces, dropped.some((step) => !HARMLESS.has(step)) ? {} : shown), dropped };
}

/** Findings and a section per workspace: what comment and summary have in common. */
export function validationPieces(report: ValidationReport, options: { readonly folder: string; readonly linkRuns: boolean; readonly mostDetailed: number }): Piece[] {
  const several = report.workspaces.length > 1;
  return [
    problemPiece(report.problems),
    ...report.workspaces.flatMap((workspace) =>
      workspacePieces(workspace, { ...options, several, sharedFiles: several, sharedSections: report.sharedSections, merged: false, planned: "table" }),
    ),
  ];
}
