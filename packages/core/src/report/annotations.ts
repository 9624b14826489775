import type { Problem } from "../project/problem.ts";
import { visible } from "./escape.ts";
import { hideCredentials } from "./hide-credentials.ts";
import { worstFirst } from "./problem-list.ts";

/** A message at a line of a file, as the runner's `::error` and `::warning` take it. Plain text, not escaped for commands. */
export interface Annotation {
  readonly severity: Problem["severity"];
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** GitHub shows at most ten annotations of a severity per step. */
export const MOST_ANNOTATIONS = 10;

/** GitHub cuts a message here. */
const LONGEST_MESSAGE = 4_096;

/** The worst ten problems: errors before warnings, then by place. */
export function annotationsFor(problems: readonly Problem[]): Annotation[] {
  return worstFirst(problems)
    .slice(0, MOST_ANNOTATIONS)
    .map(({ severity, file, line, column, code, message, hint }) => ({
      severity,
      file,
      ...(line === undefined ? {} : { line }),
      ...(line === undefined || column === undefined ? {} : { column }),
      message: shown(`${hint === undefined ? message : `${message} ${hint}`} (${code})`),
    }));
}

function shown(text: string): string {
  const line = visible(hideCredentials(text));
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE - 1).toWellFormed()}…`;
}
