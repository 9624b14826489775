import * as core from "@actions/core";
import { ActionError } from "../../errors.ts";
import { FAILS_STEP, REASON_CODES } from "../../outcome.ts";
import type { Cancellation, Clock, JobContext, Log } from "../../ports/runner.ts";
import { objectFrom } from "../../canonical/json.ts";
import type { ActionReport } from "./action-report.ts";
import { annotate } from "./annotations.ts";
import { listenForCancellation } from "./cancellation.ts";
import { InputReader } from "./input-reader.ts";
import { readJobContext, type Environment } from "./job-context.ts";
import { writeSummary } from "./job-summary.ts";
import { createLog, inert } from "./log.ts";
import { resultOutput, writeResultFile } from "./result-output.ts";

/** What an action's `run` gets. */
export interface ActionContext<Inputs> {
  readonly inputs: Inputs;
  readonly job: JobContext;
  readonly log: Log;
  readonly clock: Clock;
  readonly cancellation: Cancellation;
  readonly environment: Environment;
  /** Leaves a report for the case that the process has to exit before `run` returns. */
  checkpoint(report: ActionReport): void;
}

export interface ActionDefinition<Inputs> {
  /** Such as `deploy`. */
  readonly name: string;
  /** Reads everything before any call; contradictions by `reader.reject`. */
  readInputs(reader: InputReader): Inputs;
  run(context: ActionContext<Inputs>): Promise<ActionReport>;
}

/**
 * The frame around every action: inputs, job context, cancellation; then outputs, result file, job summary, annotations
 * and the step's fate. Whatever `run` throws becomes a failed outcome; it never passes as a success.
 */
export async function runAction<Inputs>(definition: ActionDefinition<Inputs>): Promise<void> {
  const environment = process.env;
  const log = createLog();
  let latest: ActionReport | undefined;
  let written = false;
  const finish = (report: ActionReport): void => {
    if (written) return;
    written = true;
    writeReport({ name: definition.name, report, log, environment });
  };
  const exitWith = (report: ActionReport): void => {
    try {
      finish(report);
    } finally {
      process.exit(1);
    }
  };
  const cancellation = listenForCancellation({
    source: process,
    onSignal: () => log.info("Cancelled: nothing new is started; what was done is recorded."),
    giveUp: () => exitWith(latest ?? failure(new ActionError("cancelled", "The run was cancelled and did not end in time."), log)),
  });
  const onStrayError = (error: unknown): void => exitWith(failure(error, log));
  process.on("uncaughtException", onStrayError);
  process.on("unhandledRejection", onStrayError);

  let report: ActionReport;
  try {
    const reader = new InputReader(environment);
    const inputs = definition.readInputs(reader);
    reader.finish();
    report = await definition.run({
      inputs,
      job: readJobContext(environment),
      log,
      clock: { now: () => Date.now() },
      cancellation,
      environment,
      checkpoint: (partial) => void (latest = partial),
    });
  } catch (error) {
    report = failure(error, log);
  }
  try {
    finish(report);
  } catch (error) {
    core.setFailed(inert(`The outputs could not be written: ${error instanceof Error ? error.message : String(error)}`));
  } finally {
    cancellation.stop();
    process.off("uncaughtException", onStrayError);
    process.off("unhandledRejection", onStrayError);
  }
}

/** The report for something thrown. Anything but an `ActionError` is a defect of ours and is shown with its stack. */
export function failure(error: unknown, log: Log): ActionReport {
  const known = error instanceof ActionError;
  const reason = known ? error.reason : "defect";
  const message = known ? error.message : `${REASON_CODES.defect} ${(error as Error | undefined)?.message ?? String(error)}`;
  if (!known) log.info((error as Error | undefined)?.stack ?? String(error));
  const position = known ? error.position : undefined;
  return {
    outcome: "failed",
    reason,
    message,
    outputs: {},
    result: {},
    summary: `### Failed\n\n${escapeMarkdown(message)}\n`,
    problems: position === undefined ? [] : [{ code: reason, severity: "error", message, ...position }],
  };
}

function writeReport({ name, report, log, environment }: { name: string; report: ActionReport; log: Log; environment: Environment }): void {
  const fails = report.fails ?? FAILS_STEP[report.outcome];
  const message = report.message ?? REASON_CODES[report.reason];
  // First of all: if anything below throws, the step has failed already.
  if (fails) core.setFailed(message);
  else log.info(`${report.outcome}: ${message}`);
  annotate({ problems: report.problems, log, reserved: fails ? 1 : 0 });

  const result = { schema_version: 1, outcome: report.outcome, reason_code: report.reason, ...objectFrom(Object.entries(report.result)) };
  core.setOutput("outcome", report.outcome);
  core.setOutput("reason-code", report.reason);
  for (const [output, value] of Object.entries(report.outputs)) core.setOutput(output, value);
  core.setOutput("result", resultOutput(result));
  const path = writeResultFile({ name, result, folder: environment["RUNNER_TEMP"] });
  core.setOutput("result-path", path);
  writeSummary({ text: report.summary, pointer: "All of it is in the file that the output `result-path` names.", file: environment["GITHUB_STEP_SUMMARY"] });
}

/** Message text as plain text in Markdown: indented code keeps every character and ends with the text. */
function escapeMarkdown(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `    ${line}`)
    .join("\n");
}
