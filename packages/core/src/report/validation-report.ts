import type { CheckDecision, Checked } from "../plan/decide-check.ts";
import type { Plan } from "../plan/plan.ts";
import type { JobContext } from "../ports/runner.ts";
import { sharedSections } from "../project/shared-sections.ts";
import type { ValidatedProject } from "../project/validate-project.ts";
import type { PendingRun } from "../state/workspace-state.ts";
import type { ValidationReport } from "./report-input.ts";
import { runUrl } from "./run-url.ts";

/** A check that has come to its end, whoever made it. */
export interface FinishedCheck {
  readonly decision: CheckDecision;
  readonly project: ValidatedProject;
  readonly checked: Checked<{ readonly plan: Plan; readonly busyWith: PendingRun | undefined }>;
  readonly scope: "changed" | "all";
  readonly targetBranch: string;
  readonly commit: string;
  readonly job: Pick<JobContext, "serverUrl" | "repository" | "runId">;
}

/** What comment and summary of a check are rendered from. */
export function validationReport({ decision, project, checked, scope, targetBranch, commit, job }: FinishedCheck): ValidationReport {
  const agents = new Map([...project.desired.values()].flatMap((byName) => [...byName]));
  return {
    outcome: decision.outcome,
    reason: decision.reason,
    explanation: decision.sentence,
    problems: project.problems,
    agentCount: agents.size,
    workspaces: checked.targets.map(({ plan, busyWith }) => ({
      plan,
      touched: scope === "all" ? undefined : checked.touched.get(plan.workspace.name),
      busyWith: busyWith === undefined ? undefined : { run: busyWith.run, url: runUrl(job, encodeURIComponent(busyWith.run)) },
    })),
    targetBranch,
    commit,
    runUrl: runUrl(job),
    sharedSections: sharedSections(agents),
  };
}
