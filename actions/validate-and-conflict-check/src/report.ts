import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { Target } from "@retell-actions/core/apply/read-target";
import { upsertComment } from "@retell-actions/core/apply/upsert-comment";
import { ActionError } from "@retell-actions/core/errors";
import { isWritten } from "@retell-actions/core/plan/plan";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { Problem } from "@retell-actions/core/project/problem";
import type { ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { CheckDecision, Checked } from "@retell-actions/core/plan/decide-check";
import type { CommentIdentity } from "@retell-actions/core/report/comment-header";
import { renderValidationSummary } from "@retell-actions/core/report/job-summary";
import { renderComment } from "@retell-actions/core/report/pull-request-comment";
import { validationResult } from "@retell-actions/core/report/result-json";
import { REASON_CODES } from "@retell-actions/core/outcome";
import { validationReport } from "@retell-actions/core/report/validation-report";
import type { Change } from "./change.ts";
import type { ValidateInputs } from "./inputs.ts";

interface Finished {
  readonly inputs: ValidateInputs;
  readonly change: Change;
  readonly project: ValidatedProject;
  readonly checked: Checked<Target>;
  readonly decision: CheckDecision;
  readonly directory: string;
}

/** Turns the decision into comment, summary and outputs. The comment is the only thing that this action writes. */
export async function report(finished: Finished, ports: ActionPorts): Promise<ActionReport> {
  const { decision, project, checked, change } = finished;
  const { job } = ports;
  const validation = validationReport({ decision, project, checked, scope: finished.inputs.scope, targetBranch: change.targetBranch, commit: change.commit, job });
  const identity: CommentIdentity = {
    kind: "validation",
    repositoryId: job.repositoryId ?? (await ports.repository.repositoryId()),
    folder: finished.directory,
  };
  if (finished.inputs.comment && change.pullRequest !== undefined) {
    await upsertComment({ pullRequest: change.pullRequest, body: renderComment(validation, identity).body, identity }, ports).catch((error: unknown) => {
      // The check itself is the verdict; a comment that could not be written must not turn it into another one.
      if (!(error instanceof ActionError)) throw error;
      ports.log.warning(`The comment on the pull request could not be written: ${error.message} The job summary has the report.`);
    });
  }
  const toDeploy = checked.targets.flatMap((target) => target.plan.agents.filter(isWritten).map((agent) => agent.name));
  const conflicting = decision.conflicting.map((agent) => agent.name);
  const count = (severity: "error" | "warning"): string => String(project.problems.filter((problem) => problem.severity === severity).length);
  return {
    outcome: decision.outcome,
    reason: decision.reason,
    message: decision.sentence ?? REASON_CODES[decision.reason],
    outputs: {
      "has-conflicts": String(conflicting.length > 0 || decision.outcome === "conflicts"),
      "conflicting-agents": names(conflicting),
      "agents-to-deploy": names(toDeploy),
      agents: names(toDeploy),
      "plan-fingerprint": checked.targets.map((target) => target.plan.fingerprint).join(","),
      errors: count("error"),
      warnings: count("warning"),
    },
    result: validationResult(validation) as unknown as JsonObject,
    summary: renderValidationSummary(validation, { folder: finished.directory }),
    problems: [...project.problems, ...placeOf(checked.failure)],
  };
}

/** The annotation of a failure that has a place in a file. */
function placeOf(failure: ActionError | undefined): Problem[] {
  if (failure?.position === undefined) return [];
  return [{ code: failure.reason, severity: "error", message: failure.message, ...failure.position }];
}

function names(list: readonly string[]): string {
  return JSON.stringify([...new Set(list)].sort());
}
