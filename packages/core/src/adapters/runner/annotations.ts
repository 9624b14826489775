import type { Log } from "../../ports/runner.ts";
import type { Problem } from "../../project/problem.ts";
import { annotationsFor, MOST_ANNOTATIONS } from "../../report/annotations.ts";

/** Annotates the worst problems. `reserved` of the errors that GitHub shows are left for others. */
export function annotate({ problems, log, reserved }: { problems: readonly Problem[]; log: Log; reserved: number }): void {
  for (const { severity, message, ...position } of annotationsFor(problems).slice(0, MOST_ANNOTATIONS - reserved)) {
    if (severity === "error") log.error(message, position);
    else log.warning(message, position);
  }
}
