/** A finding in the user's files. Line and column count from 1; they are absent only where a whole file or folder is meant. */
export interface Problem {
  /** Stable, kebab-case; documented in docs/problems.md. */
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The agent it belongs to, where there is one. */
  readonly agent?: string;
  readonly message: string;
  /** What to do, as a sentence. */
  readonly hint?: string;
}

/** Errors make the agent (or, without an agent, the whole project) undeployable. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === "error");
}
