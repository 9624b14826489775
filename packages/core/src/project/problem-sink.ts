import { positionOf, type Origin } from "./json-node.ts";
import type { Problem } from "./problem.ts";
import type { FilePosition } from "./source-text.ts";

/** What is found at a place of a file. */
export interface Finding {
  readonly code: string;
  readonly at: Origin | FilePosition;
  readonly message: string;
  readonly hint?: string;
}

/** Collects the problems of one agent, or of no agent in particular. */
export interface ProblemSink {
  error(finding: Finding): void;
  warn(finding: Finding): void;
  add(problems: readonly Problem[]): void;
  readonly problems: readonly Problem[];
}

/** An empty collection; every problem added bears the agent's name. */
export function problemSink(agent?: string): ProblemSink {
  const problems: Problem[] = [];
  const owner = agent === undefined ? {} : { agent };
  const push = (severity: Problem["severity"], { code, at, message, hint }: Finding): void => {
    const place = "source" in at ? positionOf(at) : at;
    problems.push({ code, severity, ...place, ...owner, message, ...(hint === undefined ? {} : { hint }) });
  };
  return {
    problems,
    error: (finding) => push("error", finding),
    warn: (finding) => push("warning", finding),
    add: (found) => {
      // One by one: as arguments of one call, the problems of a large file would be too many for the stack.
      for (const problem of found) problems.push({ ...problem, ...owner });
    },
  };
}
