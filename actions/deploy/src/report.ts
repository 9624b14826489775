import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { upsertComment } from "@retell-actions/core/apply/upsert-comment";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { ActionError } from "@retell-actions/core/errors";
import { REASON_CODES } from "@retell-actions/core/outcome";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { CommentIdentity } from "@retell-actions/core/report/comment-header";
import { renderDeploySummary } from "@retell-actions/core/report/job-summary";
import { renderMergedConflictComment } from "@retell-actions/core/report/merged-conflict-comment";
import type { AgentResult, DeployReport } from "@retell-actions/core/report/report-input";
import { deployResult } from "@retell-actions/core/report/result-json";
import { runUrl } from "@retell-actions/core/report/run-url";
import type { Ending } from "./ending.ts";
import type { DeployInputs } from "./inputs.ts";

/** Turns the end of a run into outputs, summary and, after conflicts, a comment on the merged pull request. */
export async function report(
  finished: { inputs: DeployInputs; commit: string; directory: string; ending: Ending; project: ValidatedProject },
  ports: ActionPorts,
): Promise<ActionReport> {
  const { ending, inputs, commit, directory } = finished;
  const { job } = ports;
  const message = ending.message ?? REASON_CODES[ending.reason];
  const deploy: DeployReport = {
    outcome: ending.outcome,
    reason: ending.reason,
    explanation: ending.message,
    plan: ending.target?.plan,
    results: ending.results,
    ...(ending.resources.length === 0 ? {} : { resources: ending.resources }),
    problems: finished.project.problems,
    dryRun: inputs.dryRun,
    commit,
    runUrl: runUrl(job),
    stateCommit: ending.stateCommit,
  };
  if (ending.outcome === "conflicts") await commentOnMerge(deploy, { directory, workspace: inputs.workspace }, ports);
  for (const { name, notKept = [] } of ending.results) {
    for (const field of notKept) ports.log.warning(`Retell did not keep ${field} of ${name}: its answer does not have it, so callers do not get it. Correct the name, or ask Retell whether this workspace has the field.`);
  }
  for (const { name, status, message: rest } of ending.results) {
    if (status === "deleted" && rest !== undefined) ports.log.warning(`${name} was deleted. ${rest}`);
  }
  const by = (...statuses: AgentResult["status"][]): string => JSON.stringify(ending.results.filter((result) => statuses.includes(result.status)).map((result) => result.name).sort());
  return {
    outcome: ending.outcome,
    reason: ending.reason,
    message,
    outputs: {
      agents: by("created", "updated", "replaced", "deleted", "recorded"),
      created: by("created", "replaced"),
      updated: by("updated"),
      unchanged: by("unchanged", "recorded"),
      drifted: by("drifted"),
      blocked: by("left-alone"),
      failed: by("failed", "cancelled"),
      "state-commit": ending.stateCommit ?? "",
      "plan-fingerprint": ending.target?.plan.fingerprint ?? "",
    },
    result: deployResult(deploy) as unknown as JsonObject,
    summary: renderDeploySummary(deploy, { folder: directory }),
    problems: finished.project.problems,
  };
}

async function commentOnMerge(deploy: DeployReport, place: { directory: string; workspace: string }, ports: ActionPorts): Promise<void> {
  try {
    const [pullRequest] = await ports.repository.pullRequestsOf(deploy.commit);
    if (pullRequest === undefined) return;
    const repositoryId = ports.job.repositoryId ?? (await ports.repository.repositoryId());
    const identity = { kind: "deploy", repositoryId, folder: place.directory, workspace: place.workspace } satisfies CommentIdentity;
    await upsertComment({ pullRequest, body: renderMergedConflictComment(deploy, identity).body, identity }, ports);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    ports.log.warning(`The merged pull request could not be told about the conflicts: ${error.message}`);
  }
}
