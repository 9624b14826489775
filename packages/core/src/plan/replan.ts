import type { ValidatedProject } from "../project/validate-project.ts";
import type { PlanContext } from "./options.ts";
import type { Plan } from "./plan.ts";
import { planWorkspace, type WorkspaceSnapshot } from "./plan-workspace.ts";

/**
 * The plan of a workspace that has been read, for other files than those it was read with. Retell and the state are not
 * asked again, so an agent that only the new files have must have been among those that were read. Pure.
 */
export function replan(read: { readonly snapshot: WorkspaceSnapshot; readonly context: PlanContext }, project: ValidatedProject): Plan {
  const { snapshot, context } = read;
  const built = (workspace: string) => project.desired.get(workspace) ?? new Map<string, never>();
  const staging = snapshot.staging === undefined ? undefined : { ...snapshot.staging, desired: built(snapshot.staging.name) };
  return planWorkspace({ ...snapshot, desired: built(snapshot.workspace.name), moved: project.workspaces?.moved ?? snapshot.moved, staging }, context);
}
