import type { ValidatedProject } from "../project/validate-project.ts";
import type { PlanContext } from "./options.ts";
import type { Plan } from "./plan.ts";
import { selectResources, type ResourceSnapshot } from "./resource-snapshot.ts";
import { planWorkspace, type WorkspaceSnapshot } from "./plan-workspace.ts";

/**
 * The plan of a workspace that has been read, for other files than those it was read with. Retell and the state are not
 * asked again, so an agent that only the new files have must have been among those that were read. Pure.
 */
export function replan(read: { readonly snapshot: WorkspaceSnapshot; readonly context: PlanContext }, project: ValidatedProject): Plan {
  const { snapshot, context } = read;
  const built = (workspace: string) => project.desired.get(workspace) ?? new Map<string, never>();
  const staging = snapshot.staging === undefined ? undefined : { ...snapshot.staging, desired: built(snapshot.staging.name) };
  const desired = built(snapshot.workspace.name);
  const resources = snapshot.resources === undefined ? {} : { resources: withFiles(snapshot.resources, { snapshot, project }) };
  return planWorkspace({ ...snapshot, ...resources, desired, moved: project.workspaces?.moved ?? snapshot.moved, staging }, context);
}

function withFiles(read: ResourceSnapshot, { snapshot, project }: { readonly snapshot: WorkspaceSnapshot; readonly project: ValidatedProject }): ResourceSnapshot {
  const built = (workspace: string): ResourceSnapshot["desired"] => project.resources?.get(workspace) ?? new Map();
  const desired = built(snapshot.workspace.name);
  const selected = selectResources({ desired, records: snapshot.recorded.resources, agents: snapshot.desired, chosen: undefined });
  return { ...read, desired, staging: snapshot.staging === undefined ? undefined : built(snapshot.staging.name), selected };
}
