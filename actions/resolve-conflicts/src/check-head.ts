import type { Target } from "@retell-actions/core/apply/read-target";
import type { ActionError } from "@retell-actions/core/errors";
import { decideCheck, type CheckDecision, type Checked } from "@retell-actions/core/plan/decide-check";
import { replan } from "@retell-actions/core/plan/replan";
import type { JobContext } from "@retell-actions/core/ports/runner";
import { touchedAgents, touchedResources } from "@retell-actions/core/project/touched";
import type { ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { WorkspacesFile } from "@retell-actions/core/project/workspace";
import type { ValidationReport } from "@retell-actions/core/report/report-input";
import { validationReport } from "@retell-actions/core/report/validation-report";
import type { ResolveInputs } from "./inputs.ts";
import type { Merged } from "./merged-project.ts";

/** A new head, and what was read to judge it. */
export interface NewHead {
  readonly commit: string;
  readonly merged: Merged;
  /** What the branch builds that the pull request goes to. */
  readonly before: ValidatedProject;
  readonly targetBranch: string;
  readonly trusted: WorkspacesFile;
  readonly targets: ReadonlyMap<string, Target>;
  readonly deploy: Pick<ResolveInputs, "onConsoleEdit" | "requireStaging">;
  /** Why a workspace of that branch could not be read. */
  readonly failure: ActionError | undefined;
  readonly job: Pick<JobContext, "serverUrl" | "repository" | "runId">;
}

/** What the check of a pull request would say of the new head; no workflow starts for commits that are made with the job's token. */
export function checkHead(head: NewHead): { readonly decision: CheckDecision; readonly report: ValidationReport | undefined } {
  const { merged, trusted, targetBranch } = head;
  if (merged.kind === "conflicts") {
    return { decision: { outcome: "failed", reason: "merge-conflicts", sentence: `The branch cannot be merged into ${targetBranch}: both changed ${merged.paths.slice(0, 5).join(", ")}.`, conflicting: [] }, report: undefined };
  }
  const { project } = merged;
  const workspaces = trusted.workspaces.filter(({ branch }) => branch === targetBranch);
  const checked: Checked<Pick<Target, "plan" | "busyWith">> = {
    failure: head.failure,
    offline: workspaces.length > 0 ? undefined : { reason: "develop-branch", sentence: `${targetBranch} deploys to no workspace, so only files were checked.` },
    targets: workspaces.flatMap(({ name }) => {
      const target = head.targets.get(name);
      return target === undefined ? [] : [{ plan: replan(asDeployed(target, head.deploy), project), busyWith: target.busyWith }];
    }),
    touched: new Map([...project.desired].map(([workspace, agents]) => [workspace, new Set<string>([...touchedAgents(head.before.desired.get(workspace), agents), ...touchedResources(head.before.resources?.get(workspace), project.resources?.get(workspace) ?? new Map())])])),
  };
  const decision = decideCheck({ project, checked, scope: "changed" });
  return { decision, report: validationReport({ decision, project, checked, scope: "changed", targetBranch, commit: head.commit, job: head.job }) };
}

/** Decisions are made about every edit; the check asks what the deploy of the workspace would do with those that are left. */
function asDeployed({ snapshot, context }: Target, { onConsoleEdit, requireStaging }: NewHead["deploy"]): Pick<Target, "snapshot" | "context"> {
  const isRefused = onConsoleEdit === "keep" && snapshot.workspace.kind === "production";
  return { snapshot, context: { ...context, options: { ...context.options, onConsoleEdit: isRefused ? "fail" : onConsoleEdit, requireStaging } } };
}

/** The commit status of a decision. */
export function statusOf({ outcome, sentence, conflicting }: CheckDecision): { readonly state: "success" | "failure"; readonly description: string } {
  if (outcome === "passed") return { state: "success", description: "Nothing stands in the way of the deployment" };
  if (outcome === "passed-offline") return { state: "success", description: sentence ?? "Files are valid" };
  if (outcome === "conflicts") return { state: "failure", description: `Conflicts left: ${conflicting.map(({ name }) => name).join(", ")}` };
  return { state: "failure", description: sentence ?? (outcome === "invalid" ? "The files have errors" : "The check failed") };
}
