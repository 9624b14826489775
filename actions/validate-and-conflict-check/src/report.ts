import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { upsertComment } from "@retell-actions/core/apply/upsert-comment";
import { ActionError } from "@retell-actions/core/errors";
import { isWritten } from "@retell-actions/core/plan/plan";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { sharedSections } from "@retell-actions/core/project/shared-sections";
import type { Problem } from "@retell-actions/core/project/problem";
import type { ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { CommentIdentity } from "@retell-actions/core/report/comment-header";
import { renderValidationSummary } from "@retell-actions/core/report/job-summary";
import { renderComment } from "@retell-actions/core/report/pull-request-comment";
import type { ValidationReport } from "@retell-actions/core/report/report-input";
import { validationResult } from "@retell-actions/core/report/result-json";
import { REASON_CODES } from "@retell-actions/core/outcome";
import { runUrl } from "@retell-actions/core/report/run-url";
import type { Change } from "./change.ts";
import type { Checked, Decision } from "./decide.ts";
import type { ValidateInputs } from "./inputs.ts";

interface Finished {
  readonly inputs: ValidateInputs;
  readonly change: Change;
  readonly project: ValidatedProject;
  readonly checked: Checked;
  readonly decision: Decision;
  readonly directory: string;
}

/** Turns the decision into comment, summary and outputs. The comment is the only thing that this action writes. */
export async function report(finished: Finished, ports: ActionPorts): Promise<ActionReport> {
  const { decision, project, checked, change } = finished;
  const { job } = ports;
  const agents = new Map([...project.desired.values()].flatMap((byName) => [...byName]));
  const validation: ValidationReport = {
    outcome: decision.outcome,
    reason: decision.reason,
    explanation: decision.sentence,
    problems: project.problems,
    agentCount: agents.size,
    workspaces: checked.targets.map((target) => ({
      plan: target.plan,
      touched: finished.inputs.scope === "all" ? undefined : checked.touched.get(target.plan.workspace.name),
      busyWith:
        target.busyWith === undefined ? undefined : { run: target.busyWith.run, url: runUrl(job, encodeURIComponent(target.busyWith.run)) },
    })),
    targetBranch: change.targetBranch,
    commit: change.commit,
    runUrl: runUrl(job),
    sharedSections: sharedSections(agents),
  };
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
      "has-conflicts": String(conflicting.length > 0),
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
