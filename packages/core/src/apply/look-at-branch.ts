import { ActionError } from "../errors.ts";
import { selectAgents } from "../plan/select-agents.ts";
import type { ActionPorts } from "../ports/action-ports.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { ProjectFiles } from "../project/files.ts";
import { hasErrors } from "../project/problem.ts";
import { validateProject, type ValidatedProject } from "../project/validate-project.ts";
import { formerNames, knownName } from "../project/moves.ts";
import type { Move, Workspace, WorkspacesFile } from "../project/workspace.ts";
import { planLine, resourceLine } from "../report/log-lines.ts";
import { recordPlaces } from "../state/former-record.ts";
import { readFilesAt } from "./read-files.ts";
import { readTarget, stateBranchesFor, type Target } from "./read-target.ts";

/** A workspace that was read, with the files of its own branch. */
export interface BranchLook {
  readonly kind: "seen";
  readonly workspace: Workspace;
  readonly workspaces: WorkspacesFile;
  readonly tip: string;
  readonly files: ProjectFiles;
  readonly project: ValidatedProject;
  readonly target: Target;
}

/** Nothing was ever deployed there, so there is nothing to compare. */
export interface NothingDeployed {
  readonly kind: "nothing";
  readonly workspace: string;
  readonly why: string;
}

export interface LookContext {
  /** Patterns of agent names. */
  readonly agents: readonly string[];
  readonly directory: string;
  /** Tips of the branches and state branches on the server. */
  readonly tips: ReadonlyMap<string, string>;
  /** The renames that the run's own workspaces.json declares. */
  readonly moved: readonly Move[];
  /** True if the run looks at this workspace only. */
  readonly only: boolean;
  /** As in {@link TargetInput}, by name of the workspace on its branch. */
  readonly mayRemember?: (workspace: string, names: readonly string[]) => Promise<ReadonlyMap<string, number>>;
}

/** Compares a workspace with the tip of its own branch, whatever is checked out. Throws `ActionError` for what cannot be read. */
export async function lookAtBranch(declared: Workspace, context: LookContext, ports: ActionPorts): Promise<BranchLook | NothingDeployed> {
  const { directory, tips } = context;
  const tip = tips.get(declared.branch);
  const wasDeployed = recordPlaces(declared.name, { moved: context.moved, workingDirectory: directory }).some(({ branch }) => tips.has(branch));
  if (tip === undefined) {
    if (!wasDeployed) return { kind: "nothing", workspace: declared.name, why: `The branch ${declared.branch} does not exist yet, and nothing was deployed.` };
    throw new ActionError("branch-missing", `The branch ${declared.branch}, which deploys to ${declared.name}, does not exist, but something was deployed from it. Restore the branch, or name another one under "branches" in workspaces.json.`);
  }
  const files = await readFilesAt(ports.git, tip, directory);
  const project = validateProject({ files, workingDirectory: directory });
  const workspace = project.workspaces === undefined ? undefined : sameWorkspace(declared, project.workspaces, context.moved);
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
  const target = await read({ ...context, workspace, workspaces: project.workspaces, project, tip }, ports);
  for (const resource of target.plan.resources ?? []) if (resource.class !== "in-sync") ports.log.info(resourceLine(resource));
  for (const agent of target.plan.agents) if (agent.class !== "in-sync") ports.log.info(planLine(agent));
  return { kind: "seen", workspace, workspaces: project.workspaces, tip, files, project, target };
}

/** The workspace under the name that it has on this branch: a rename reaches the branches one after the other. */
function sameWorkspace({ name }: Workspace, there: WorkspacesFile, moved: readonly Move[]): Workspace | undefined {
  const find = (wanted: string): Workspace | undefined => there.workspaces.find((candidate) => candidate.name === wanted);
  const before = formerNames(name, { kind: "workspace", moved }).find((former) => find(former) !== undefined);
  const after = knownName(name, (candidate) => find(candidate) !== undefined, { kind: "workspace", moved: there.moved });
  return find(name) ?? find(before ?? after ?? name);
}

async function read(scene: LookContext & { workspace: Workspace; workspaces: WorkspacesFile; project: ValidatedProject; tip: string }, ports: ActionPorts): Promise<Target> {
  const { workspace, workspaces, project, agents, directory, tips, only } = scene;
  const known = stateBranchesFor(workspace, workspaces, directory);
  return readTarget(
    {
      workspace,
      workspaces,
      desired: project.desired.get(workspace.name) ?? new Map<string, DesiredAgent>(),
      stagingDesired: undefined,
      resources: project.resources?.get(workspace.name) ?? new Map(),
      workingDirectory: directory,
      commit: scene.tip,
      options: { onConsoleEdit: "fail", requireStaging: false, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false },
      // A pattern has to match an agent of some workspace, not of each: a region may lack one.
      select: (names) => selectAgents(agents, names),
      retell: ports.openRetell(workspace, "read", only),
      repositoryId: ports.job.repositoryId ?? (await ports.repository.repositoryId()),
      mayRemember: scene.mayRemember && ((names) => scene.mayRemember?.(workspace.name, names) ?? Promise.resolve(new Map())),
      // A state branch that was not asked for may exist all the same.
      ...(known.every((branch) => tips.has(branch)) ? { tips } : {}),
    },
    ports,
  );
}
