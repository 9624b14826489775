import { readFilesAt } from "@retell-actions/core/apply/read-files";
import { readTarget, stateBranchesFor, type Target } from "@retell-actions/core/apply/read-target";
import type { WorkspaceDrift } from "@retell-actions/core/drift/drift";
import { findDrift } from "@retell-actions/core/drift/find-drift";
import { ActionError } from "@retell-actions/core/errors";
import { selectAgents } from "@retell-actions/core/plan/select-agents";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { hasErrors } from "@retell-actions/core/project/problem";
import { validateProject, type ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { Workspace, WorkspacesFile } from "@retell-actions/core/project/workspace";
import { planLine } from "@retell-actions/core/report/log-lines";
import { stateBranch } from "@retell-actions/core/state/workspace-state";
import type { DriftInputs } from "./inputs.ts";

/** What one look at a workspace came to. A failure concerns this workspace only; the others are still looked at. */
export type Look =
  | { readonly kind: "seen"; readonly seen: SeenWorkspace }
  /** Nothing was ever deployed there, so nothing can have drifted. */
  | { readonly kind: "nothing"; readonly workspace: string; readonly why: string }
  | { readonly kind: "failed"; readonly workspace: string; readonly error: ActionError };

/** A workspace that was read, with the files of its branch. */
export interface SeenWorkspace {
  readonly workspace: Workspace;
  readonly workspaces: WorkspacesFile;
  readonly tip: string;
  readonly files: ProjectFiles;
  readonly project: ValidatedProject;
  readonly target: Target;
  readonly drift: WorkspaceDrift;
}

export interface LookContext {
  readonly inputs: DriftInputs;
  readonly directory: string;
  /** Tips of the branches and state branches on the server. */
  readonly tips: ReadonlyMap<string, string>;
  /** True if the run looks at this workspace only. */
  readonly only: boolean;
}

/** Looks at one workspace: files from the tip of its own branch, whatever is checked out; then state and Retell. */
export async function lookAt(declared: Workspace, context: LookContext, ports: ActionPorts): Promise<Look> {
  try {
    return await ports.log.group(`Look at ${declared.name}`, () => look(declared, context, ports));
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    ports.log.info(`${declared.name} could not be looked at: ${error.message}`);
    return { kind: "failed", workspace: declared.name, error };
  }
}

async function look(declared: Workspace, { inputs, directory, tips, only }: LookContext, ports: ActionPorts): Promise<Look> {
  const tip = tips.get(declared.branch);
  const wasDeployed = tips.has(stateBranch(directory, declared.name));
  if (tip === undefined) {
    if (!wasDeployed) return { kind: "nothing", workspace: declared.name, why: `The branch ${declared.branch} does not exist yet, and nothing was deployed.` };
    throw new ActionError("branch-missing", `The branch ${declared.branch}, which deploys to ${declared.name}, does not exist, but something was deployed from it. Restore the branch, or name another one under "branches" in workspaces.json.`);
  }
  const files = await readFilesAt(ports.git, tip, directory);
  const project = validateProject({ files, workingDirectory: directory });
  const workspace = project.workspaces?.workspaces.find((candidate) => candidate.name === declared.name);
  if (hasErrors(project.problems) || project.workspaces === undefined) {
    const first = project.problems.find(({ severity }) => severity === "error");
    throw new ActionError(
      "invalid-files",
      `The files on ${declared.branch} have errors${first === undefined ? "" : `, such as ${first.file}${first.line === undefined ? "" : `:${first.line}`}: ${first.message}`} Repair them on that branch.`,
    );
  }
  if (workspace === undefined) {
    if (!wasDeployed) return { kind: "nothing", workspace: declared.name, why: `${declared.branch} does not declare this workspace yet, and nothing was deployed.` };
    throw new ActionError("unknown-workspace", `workspaces.json on ${declared.branch} has no workspace ${declared.name}, but something was deployed to it.`);
  }
  const target = await read({ workspace, workspaces: project.workspaces, project, tip, inputs, directory, tips, only }, ports);
  for (const agent of target.plan.agents) if (agent.class !== "in-sync") ports.log.info(planLine(agent));
  const drift = findDrift({ plan: target.plan, live: target.snapshot.live, deploying: new Set(target.busyWith?.agents) });
  ports.log.info(`${drift.agents.length} drifted, ${drift.inSync} in sync, ${drift.undeployed.length} not deployed yet, ${drift.unreadable.length} unreadable`);
  return { kind: "seen", seen: { workspace, workspaces: project.workspaces, tip, files, project, target, drift } };
}

async function read(scene: LookContext & { workspace: Workspace; workspaces: WorkspacesFile; project: ValidatedProject; tip: string }, ports: ActionPorts): Promise<Target> {
  const { workspace, workspaces, project, inputs, directory, tips, only } = scene;
  const known = stateBranchesFor(workspace, workspaces, directory);
  return readTarget(
    {
      workspace,
      workspaces,
      desired: project.desired.get(workspace.name) ?? new Map<string, DesiredAgent>(),
      stagingDesired: undefined,
      workingDirectory: directory,
      commit: scene.tip,
      options: { onConsoleEdit: "fail", requireStaging: false, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false },
      // A pattern has to match an agent of some workspace, not of each: a region may lack one.
      select: (names) => selectAgents(inputs.agents, names),
      retell: ports.openRetell(workspace, "read", only),
      repositoryId: ports.job.repositoryId ?? (await ports.repository.repositoryId()),
      // A state branch that was not asked for may exist all the same.
      ...(known.every((branch) => tips.has(branch)) ? { tips } : {}),
    },
    ports,
  );
}
