import type { Problem } from "../project/problem.ts";
import { name, prose } from "./escape.ts";
import type { Piece } from "./fit.ts";
import { rowList } from "./row-list.ts";
import { count } from "./words.ts";

const SIGNS: Record<Problem["severity"], string> = { error: "❌", warning: "⚠️" };
const RANK: Record<Problem["severity"], number> = { error: 0, warning: 1 };

/** Errors before warnings, each by file and position. */
export function worstFirst(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) => RANK[a.severity] - RANK[b.severity] || compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || compare(a.code, b.code) || compare(a.message, b.message),
  );
}

/** `2 errors and 1 warning`. */
export function countProblems(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  return [errors === 0 ? "" : count(errors, "error"), warnings === 0 ? "" : count(warnings, "warning")].filter((text) => text !== "").join(" and ");
}

/** The findings in files as a list: place, message, what to do. */
export function problemPiece(problems: readonly Problem[]): Piece {
  return rowList(worstFirst(problems), (shown, rest) => {
    const lines = shown.map((problem) => `- ${SIGNS[problem.severity]} ${name(place(problem))}: ${prose(problem.message)}${problem.hint === undefined ? "" : ` ${prose(problem.hint)}`}`);
    return `### Findings in files: ${countProblems(problems)}\n\n${lines.join("\n")}${rest === undefined ? "" : `\n\n${rest}`}`;
  });
}

/** `file:line:column`, as editors and terminals take it. */
export function place({ file, line, column }: Problem): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(":");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
