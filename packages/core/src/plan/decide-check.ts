import type { ActionError } from "../errors.ts";
import type { ReasonCode, ValidateOutcome } from "../outcome.ts";
import { hasErrors } from "../project/problem.ts";
import type { ValidatedProject } from "../project/validate-project.ts";
import type { AgentPlan, Plan } from "./plan.ts";

/** What was compared with Retell, or why nothing was. */
export interface Checked<Target extends { readonly plan: Plan } = { readonly plan: Plan }> {
  /** Why the comparison could not be made at all. */
  readonly failure: ActionError | undefined;
  readonly offline: { readonly reason: ReasonCode; readonly sentence: string } | undefined;
  readonly targets: readonly Target[];
  /** Touched agents by workspace. */
  readonly touched: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface CheckDecision {
  readonly outcome: ValidateOutcome;
  readonly reason: ReasonCode;
  /** A sentence where the outcome needs one. */
  readonly sentence: string | undefined;
  /** Agents whose console edits or conflicts block, by workspace and name. */
  readonly conflicting: readonly AgentPlan[];
}

const STAGING: ReadonlySet<ReasonCode> = new Set(["staging-required", "staging-unreadable"]);

/**
 * What the check ends in. Pure. What could not be read is `failed`, whatever the scope; of blocked agents those count
 * that the scope asks about; console edits of agents that Git does not want to change never block.
 */
export function decideCheck(input: { project: ValidatedProject; checked: Checked; scope: "changed" | "all" }): CheckDecision {
  const { project, checked } = input;
  if (hasErrors(project.problems)) {
    return { outcome: "invalid", reason: "invalid-files", sentence: undefined, conflicting: [] };
  }
  if (checked.failure !== undefined) {
    return { outcome: "failed", reason: checked.failure.reason, sentence: checked.failure.message, conflicting: [] };
  }
  if (checked.offline !== undefined) {
    return { outcome: "passed-offline", reason: checked.offline.reason, sentence: checked.offline.sentence, conflicting: [] };
  }
  const inScope = checked.targets.flatMap((target) => {
    const touched = checked.touched.get(target.plan.workspace.name);
    return target.plan.agents.filter((agent) => agent.blocks.length > 0 && (input.scope === "all" || touched === undefined || touched.has(agent.name)));
  });
  const shared = checked.targets.flatMap((target) => {
    const touched = checked.touched.get(target.plan.workspace.name);
    return (target.plan.resources ?? []).filter((resource) => resource.blocks.length > 0 && (input.scope === "all" || touched === undefined || touched.has(resource.symbol)));
  });
  const stop = checked.targets.flatMap((target) => target.plan.stops)[0];
  const unreadable = checked.targets.flatMap((target) => target.plan.agents).find((agent) => agent.class === "unreadable");
  const unreadableShared = checked.targets.flatMap((target) => target.plan.resources ?? []).find((resource) => resource.class === "unreadable");
  const stagingOnly = (agent: Pick<AgentPlan, "blocks">): boolean => agent.blocks.every((block) => STAGING.has(block.reason));
  const conflicting = inScope.filter((agent) => agent.class !== "unreadable" && !stagingOnly(agent));
  if (stop !== undefined) return { outcome: "failed", reason: stop.reason, sentence: stop.message, conflicting };
  if (unreadableShared !== undefined) {
    const block = unreadableShared.blocks[0];
    return { outcome: "failed", reason: block?.reason ?? "unreadable", sentence: `${unreadableShared.symbol} could not be compared: ${block?.message ?? ""}`, conflicting };
  }
  if (unreadable !== undefined) {
    const block = unreadable.blocks[0];
    return { outcome: "failed", reason: block?.reason ?? "unreadable", sentence: `${unreadable.name} could not be compared: ${block?.message ?? ""}`, conflicting };
  }
  const [sharedConflict] = shared.filter((resource) => resource.class !== "unreadable" && !stagingOnly(resource)).flatMap((resource) => resource.blocks);
  if (sharedConflict !== undefined) return { outcome: "conflicts", reason: sharedConflict.reason, sentence: sharedConflict.message, conflicting };
  const first = conflicting[0]?.blocks[0];
  if (first !== undefined) return { outcome: "conflicts", reason: first.reason, sentence: undefined, conflicting };
  const staging = [...shared, ...inScope].find(stagingOnly)?.blocks[0];
  if (staging !== undefined) return { outcome: "staging-required", reason: staging.reason, sentence: staging.message, conflicting };
  return { outcome: "passed", reason: "ok", sentence: undefined, conflicting };
}
