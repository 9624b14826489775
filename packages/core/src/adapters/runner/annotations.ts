import type { Log } from "../../ports/runner.ts";
import type { Problem } from "../../project/problem.ts";

/** The runner shows 10 errors and 10 warnings of a step (GitHub docs, "Limitations" of annotations). */
const MOST = 10;

/** Annotates the worst problems: errors first, each kind in the order given. `reserved` errors are left for others. */
export function annotate({ problems, log, reserved }: { problems: readonly Problem[]; log: Log; reserved: number }): void {
  const worst = [...problems.filter((problem) => problem.severity === "error"), ...problems.filter((problem) => problem.severity === "warning")];
  for (const problem of worst.slice(0, MOST - reserved)) {
    const { file, line, column } = problem;
    const position = { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
    const message = `${problem.message}${problem.hint === undefined ? "" : ` ${problem.hint}`} (${problem.code})`;
    if (problem.severity === "error") log.error(message, position);
    else log.warning(message, position);
  }
}
