import { lookAtBranch } from "@retell-actions/core/apply/look-at-branch";
import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { findWorkspace } from "@retell-actions/core/project/find-workspace";
import type { Workspace } from "@retell-actions/core/project/workspace";
import type { WorkspaceStatus } from "@retell-actions/core/report/answer-input";
import type { Command } from "@retell-actions/core/resolve/read-command";
import { recordPlaces } from "@retell-actions/core/state/former-record";
import { unreadableOf } from "./decide-lines.ts";
import type { Scene } from "./scene.ts";

/** The workflow of the template that looks for drift. */
const DRIFT_WORKFLOW = "retell-drift-detection.yml";

/** How the workspaces stand beside their own branches. One that cannot be read says so, and the others are shown. */
export async function readStatus(command: Extract<Command, { kind: "status" }>, { trusted, directory }: Scene, ports: ActionPorts): Promise<WorkspaceStatus[]> {
  const names = command.workspaces.length > 0 ? command.workspaces : trusted.workspaces.map(({ name }) => name);
  const workspaces = names.map((name) => findWorkspace(trusted, name));
  const places = workspaces.flatMap((workspace) => recordPlaces(workspace.name, { moved: trusted.moved, workingDirectory: directory }));
  const tips = await ports.git.remoteTips([...new Set([...workspaces, ...places].map(({ branch }) => branch))]);
  const lastDriftCheck = await lastRun(ports);
  const statuses: WorkspaceStatus[] = [];
  for (const workspace of workspaces) {
    const context = { agents: [command.agent === "all" ? "*" : command.agent], directory, tips, moved: trusted.moved, only: workspaces.length === 1 };
    statuses.push({ ...(await ports.log.group(`Look at ${workspace.name}`, () => statusOf(workspace, context, ports))), lastDriftCheck });
  }
  return statuses;
}

async function statusOf(workspace: Workspace, context: Parameters<typeof lookAtBranch>[1], ports: ActionPorts): Promise<Omit<WorkspaceStatus, "lastDriftCheck">> {
  try {
    const look = await lookAtBranch(workspace, context, ports);
    if (look.kind === "nothing") return { workspace, agents: [], unmanaged: undefined, problem: look.why };
    const { plan } = look.target;
    const stop = unreadableOf(plan);
    if (stop !== undefined) return { workspace, agents: [], unmanaged: undefined, problem: stop.message };
    return { workspace, agents: plan.agents, unmanaged: plan.unmanaged, problem: undefined };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { workspace, agents: [], unmanaged: undefined, problem: error.message };
  }
}

/** When drift was looked for last. Not being allowed to ask is no failure of the status. */
async function lastRun({ workflows, log }: ActionPorts): Promise<WorkspaceStatus["lastDriftCheck"]> {
  const run = await workflows.lastRun(DRIFT_WORKFLOW);
  if (run.kind === "forbidden") log.notice("When drift was looked for last is not known. To see it: permissions: actions: read.");
  return run.kind === "found" ? run : undefined;
}
