import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { REASON_CODES, type PublishOutcome, type ReasonCode } from "@retell-actions/core/outcome";
import type { JobContext } from "@retell-actions/core/ports/runner";
import type { Problem } from "@retell-actions/core/project/problem";
import type { PublishReport, PublishResult } from "@retell-actions/core/report/publish-report";
import { publishResult } from "@retell-actions/core/report/publish-result";
import { renderPublishSummary } from "@retell-actions/core/report/publish-summary";
import { runUrl } from "@retell-actions/core/report/run-url";

/** How a run ends. */
export interface Ending {
  readonly outcome: PublishOutcome;
  readonly reason: ReasonCode;
  readonly message: string | undefined;
  readonly results: readonly PublishResult[];
  readonly stateCommit: string | undefined;
}

/** An end before anything was published. */
export function stopped(outcome: PublishOutcome, reason: ReasonCode, message?: string): Ending {
  return { outcome, reason, message, results: [], stateCommit: undefined };
}

/** Turns the end of a run into outputs and summary. */
export function report(finished: { workspace: string; ending: Ending; problems: readonly Problem[] }, job: JobContext): ActionReport {
  const { ending, workspace, problems } = finished;
  const whole: PublishReport = {
    outcome: ending.outcome,
    reason: ending.reason,
    explanation: ending.message,
    workspace,
    results: ending.results,
    problems,
    runUrl: runUrl(job),
    stateCommit: ending.stateCommit,
  };
  const of = (...statuses: PublishResult["status"][]): PublishResult[] => ending.results.filter(({ status }) => statuses.includes(status));
  const names = (results: readonly PublishResult[]): string => JSON.stringify(results.map(({ name }) => name).sort());
  const published = of("published", "recorded");
  return {
    outcome: ending.outcome,
    reason: ending.reason,
    message: ending.message ?? REASON_CODES[ending.reason],
    outputs: {
      agents: names(published),
      published: JSON.stringify(Object.fromEntries(published.map(({ name, version }) => [name, version] as const).sort(([a], [b]) => (a < b ? -1 : 1)))),
      unchanged: names(of("unchanged")),
      blocked: names(of("left-alone")),
      failed: names(of("failed", "cancelled")),
      "state-commit": ending.stateCommit ?? "",
    },
    result: publishResult(whole) as unknown as JsonObject,
    summary: renderPublishSummary(whole),
    problems,
  };
}
