import type { Problem } from "./problem.ts";

/** Sorted by file, line, column and code, the same everywhere; one finding that several agents share stands once, without an agent. */
export function sortedProblems(problems: readonly Problem[]): Problem[] {
  const kept = new Map<string, Problem>();
  for (const problem of problems) {
    const { agent, ...shared } = problem;
    const key = JSON.stringify([shared.file, shared.line, shared.column, shared.code, shared.message]);
    const earlier = kept.get(key);
    if (earlier === undefined) kept.set(key, problem);
    else if (earlier.agent !== agent && earlier.agent !== undefined) kept.set(key, shared);
  }
  return [...kept.values()].sort(compareProblems);
}

function compareProblems(a: Problem, b: Problem): number {
  return (
    compare(a.file, b.file) ||
    compare(a.line ?? 0, b.line ?? 0) ||
    compare(a.column ?? 0, b.column ?? 0) ||
    compare(a.code, b.code) ||
    compare(a.message, b.message)
  );
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
