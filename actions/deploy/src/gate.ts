import type { Target } from "@retell-actions/core/apply/read-target";
import { isWritten } from "@retell-actions/core/plan/plan";
import { resourceSecretStops, secretStops } from "@retell-actions/core/plan/safety";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { runUrl } from "@retell-actions/core/report/run-url";
import { stopped, type Ending } from "./ending.ts";
import type { DeployInputs } from "./inputs.ts";

/** Why nothing may be written to the workspace at all; undefined lets the plan pass. Every plan is checked before any is applied. */
export function findStop(target: Target, inputs: DeployInputs, ports: Pick<ActionPorts, "job" | "secrets">): Ending | undefined {
  const { plan, busyWith } = target;
  // First, since half of another run's work can look like anything.
  if (!inputs.dryRun && busyWith !== undefined) {
    return stopped("busy", "busy", `Run ${busyWith.run} (attempt ${busyWith.attempt}) is deploying to ${plan.workspace.name}: ${runUrl(ports.job, busyWith.run)}. Nothing was written; run again when it is over.`);
  }
  if (!inputs.dryRun && target.unsettled) return stopped("busy", "busy", keptChanging(plan.workspace.name));
  const [stop] = plan.stops;
  if (stop !== undefined) return stopped("failed", stop.reason, plan.stops.map((block) => block.message).join("\n"));
  if (inputs.planFingerprint !== undefined && inputs.planFingerprint !== plan.fingerprint) {
    return stopped(
      "failed",
      "plan-changed",
      `The plan is not the approved one: approved ${inputs.planFingerprint}, now ${plan.fingerprint}. Nothing was written. ` +
        `It would now write: ${[...(plan.resources ?? []).filter(isWritten).map(({ symbol, operation }) => `${symbol} (${operation})`), ...plan.agents.filter(isWritten).map((agent) => `${agent.name} (${agent.operation})`)].join(", ") || "nothing"}. Review the new plan and approve it.`,
    );
  }
  if (inputs.dryRun) return undefined;
  const [missing] = [...secretStops(plan.agents, ports), ...resourceSecretStops(plan.resources ?? [], ports)];
  if (missing !== undefined) return stopped("failed", missing.reason, missing.message);
  return undefined;
}

/** Said where a run gave up because others were always faster. */
export function keptChanging(workspace: string): string {
  return `Other runs kept changing the state of ${workspace}; nothing was written. Run again.`;
}
