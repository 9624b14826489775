import type { MaskSet } from "./masks.ts";
import type { ProgramResult } from "./run-program.ts";
import type { StepLog } from "./step-log.ts";

/** Result of an action that the lab does itself, without a program. */
export function builtInResult(done: {
  readonly conclusion: ProgramResult["conclusion"];
  readonly log: StepLog;
  readonly masks: MaskSet;
  readonly outputs: Readonly<Record<string, string>>;
  /** `performance.now()` at the beginning. */
  readonly started: number;
}): ProgramResult {
  const { conclusion, log, masks, outputs, started } = done;
  return {
    conclusion, exitCode: conclusion === "success" ? 0 : 1, signal: null, stdout: "", stderr: "", log: log.text, outputs, env: {}, state: {}, path: [],
    summary: "", annotations: log.annotations, annotationsDropped: 0, groups: [], masks: masks.values, durationMs: performance.now() - started,
  };
}
