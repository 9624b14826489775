import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { applyPlan, type Applied } from "@retell-actions/core/apply/apply-plan";
import { normalizedDirectory, readWorkingFiles } from "@retell-actions/core/apply/read-files";
import { readTarget, stateBranchesFor, type Target } from "@retell-actions/core/apply/read-target";
import { openStateBranch } from "@retell-actions/core/apply/state-branch";
import type { WriteContext } from "@retell-actions/core/apply/write-context";
import { ActionError } from "@retell-actions/core/errors";
import { selectAgents } from "@retell-actions/core/plan/select-agents";
import type { ActionPorts, OpenedWorkspace } from "@retell-actions/core/ports/action-ports";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import { findWorkspace } from "@retell-actions/core/project/find-workspace";
import { hasErrors } from "@retell-actions/core/project/problem";
import { readWorkspaces, validateProject, type ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { Workspace, WorkspacesFile } from "@retell-actions/core/project/workspace";
import { recordFor } from "@retell-actions/core/plan/agent-records";
import { resourceIdsOf } from "@retell-actions/core/plan/plan-resources";
import { formerIds, goneIds, replacedAgents } from "@retell-actions/core/plan/known-ids";
import { isoSeconds, takingRun } from "@retell-actions/core/state/taking-run";
import type { WorkspaceState } from "@retell-actions/core/state/workspace-state";
import { stateBranch } from "@retell-actions/core/state/workspace-state";
import { planLine, resourceLine } from "@retell-actions/core/report/log-lines";
import { ending, stopped, type Ending } from "./ending.ts";
import { findStop, keptChanging } from "./gate.ts";
import type { DeployInputs } from "./inputs.ts";
import { findPosition } from "./position.ts";
import { report } from "./report.ts";

/** How often a run reads and plans anew because another one changed the state before it could take the workspace. */
const PLANNING_TRIES = 3;

/** Converges one workspace to the commit that is checked out: plan all, check all, apply, record. */
export async function run(inputs: DeployInputs, ports: ActionPorts): Promise<ActionReport> {
  const directory = normalizedDirectory(inputs.workingDirectory);
  const [commit, { project, ahead }] = await Promise.all([ports.git.head(), readProject(inputs, directory, ports), checkClean(ports)]);
  const done = (how: Ending): Promise<ActionReport> => report({ inputs, commit, directory, ending: how, project }, ports);
  if (hasErrors(project.problems) || project.workspaces === undefined) return done(stopped("failed", "invalid-files"));
  const workspaces = project.workspaces;
  const workspace = findWorkspace(workspaces, inputs.workspace);
  if (workspace.kind === "production" && ports.job.event.name === "workflow_dispatch" && !inputs.dryRun && inputs.confirm !== "PRODUCTION") {
    return done(stopped("not-confirmed", "not-confirmed", `A manual deploy to ${workspace.name} needs the input confirm: PRODUCTION. Nothing was done.`));
  }
  if (workspace.kind === "production" && inputs.options.onConsoleEdit === "keep") {
    return done(stopped("failed", "invalid-input", `on-console-edit: keep is refused for the production workspace ${workspace.name}, since its callers would get a mix that nobody reviewed. Use fail or overwrite.`));
  }
  const scene: Scene = { inputs, ports, project, workspaces, workspace, directory, commit };
  let tips: ReadonlyMap<string, string> | undefined = await ahead;
  const position = await findPosition(scene, tips);
  if (position.kind !== "current") return done(position.ending);
  const retell = ports.openRetell(workspace, inputs.dryRun ? "read" : "write", true);
  for (let attempt = 0; attempt < PLANNING_TRIES; attempt += 1) {
    const target = await ports.log.group(`Read and plan ${workspace.name}`, () => plan(scene, retell, tips));
    const stop = findStop(target, inputs, ports);
    if (stop !== undefined) return done({ ...stop, target });
    if (inputs.dryRun) return done({ ...ending(target, undefined), outcome: "planned" });
    const applied = await ports.log.group(`Deploy to ${workspace.name}`, () => apply(scene, retell, target));
    tips = undefined;
    if (applied.kind === "stale") continue;
    if (applied.kind === "superseded") return done({ ...stopped("superseded", "superseded"), target });
    return done(ending(target, applied));
  }
  return done(stopped("busy", "busy", keptChanging(workspace.name)));
}

/** What is checked out, and what the server has been asked meanwhile. */
interface CheckedOut {
  /** Checked and built; its texts are not kept. */
  readonly project: ValidatedProject;
  /** Tips of the branches that the run needs. */
  readonly ahead: Promise<ReadonlyMap<string, string>>;
}

async function readProject(inputs: DeployInputs, directory: string, ports: ActionPorts): Promise<CheckedOut> {
  const files = await readWorkingFiles(ports.tree, directory);
  const ahead = askAhead(readWorkspaces(files, directory === "" ? "workspaces.json" : `${directory}/workspaces.json`).file, { inputs, directory, ports });
  ahead.catch(() => undefined); // awaited where it is needed; files that are wrong come first
  const project = await ports.log.group("Check files", async () => {
    const validated = validateProject({ files, workingDirectory: directory });
    ports.log.info(`${validated.problems.filter((problem) => problem.severity === "error").length} errors, ${validated.problems.filter((problem) => problem.severity === "warning").length} warnings`);
    return validated;
  });
  return { project, ahead };
}

/** Asks for the tips that the run is going to need, and fetches the state, while the files are checked. */
async function askAhead(workspaces: WorkspacesFile | undefined, { inputs, directory, ports }: { readonly inputs: DeployInputs; readonly directory: string; readonly ports: ActionPorts }): Promise<ReadonlyMap<string, string>> {
  if (workspaces === undefined) return new Map();
  const workspace = findWorkspace(workspaces, inputs.workspace);
  const stateBranches = stateBranchesFor(workspace, workspaces, directory);
  const tips = await ports.git.remoteTips([workspace.branch, ...stateBranches]);
  // Where that fails, it fails again when the state is read, and is reported there.
  await ports.git.fetch(stateBranches.flatMap((branch) => tips.get(branch) ?? [])).catch(() => undefined);
  return tips;
}

/** What the steps of one run share. */
export interface Scene {
  readonly inputs: DeployInputs;
  readonly ports: ActionPorts;
  readonly project: ValidatedProject;
  readonly workspaces: WorkspacesFile;
  readonly workspace: Workspace;
  readonly directory: string;
  readonly commit: string;
}

/** What is deployed must be what was reviewed: the commit, and nothing that lies around it. */
async function checkClean(ports: ActionPorts): Promise<void> {
  const changed = await ports.git.uncommitted();
  if (changed.length === 0) return;
  const shown = changed.slice(0, 5).map((path) => JSON.stringify(path)).join(", ");
  throw new ActionError(
    "dirty-tree",
    `The checkout has ${changed.length} uncommitted ${changed.length === 1 ? "file" : "files"} (${shown}${changed.length > 5 ? ", …" : ""}). ` +
      "Deploy only what is committed: let earlier steps write elsewhere, or add their files to .gitignore.",
  );
}

async function plan(scene: Scene, retell: OpenedWorkspace, tips: ReadonlyMap<string, string> | undefined): Promise<Target> {
  const { inputs, ports, project, workspaces, workspace } = scene;
  const staging = workspaces.workspaces.find((other) => other.kind === "staging");
  const target = await readTarget(
    {
      workspace,
      workspaces,
      desired: project.desired.get(workspace.name) ?? new Map<string, DesiredAgent>(),
      stagingDesired: workspace.kind === "production" && staging !== undefined ? project.desired.get(staging.name) : undefined,
      resources: project.resources?.get(workspace.name) ?? new Map(),
      stagingResources: workspace.kind === "production" && staging !== undefined ? project.resources?.get(staging.name) : undefined,
      workingDirectory: scene.directory,
      commit: scene.commit,
      options: inputs.options,
      select: (names) => selectAgents(inputs.agents, names),
      retell,
      repositoryId: ports.job.repositoryId ?? (await ports.repository.repositoryId()),
      ...(tips === undefined ? {} : { tips }),
    },
    ports,
  );
  for (const resource of target.plan.resources ?? []) if (resource.class !== "in-sync") ports.log.info(resourceLine(resource));
  for (const agent of target.plan.agents) if (agent.class !== "in-sync") ports.log.info(planLine(agent));
  return target;
}

async function apply(scene: Scene, retell: OpenedWorkspace, target: Target): Promise<Applied> {
  const { ports, workspace, commit, inputs } = scene;
  const { job, clock } = ports;
  if (retell.writer === undefined) throw new TypeError("the workspace was opened for reading only");
  const { recorded, desired } = target.snapshot;
  const replaced = replacedAgents(target.plan);
  const planned = new Map(target.plan.agents.map((agent) => [agent.name, agent.agentId]));
  const context: WriteContext = {
    reader: retell.reader,
    writer: retell.writer,
    secrets: target.context.secrets,
    agentIds: new Map(
      [...desired.keys()].flatMap((name) => {
        const record = recordFor(name, target.snapshot);
        const found = planned.get(name) ?? (record?.kind === "state" ? record.state.agent_id : null);
        return found === null || target.snapshot.live.get(name)?.kind === "missing" || replaced.has(name) ? [] : [[name, found] as const];
      }),
    ),
    formerIds: formerIds(target.snapshot, { options: inputs.options, replaced }),
    goneIds: goneIds(target.snapshot, inputs.options),
    fingerprint: target.context.fingerprint,
    ...resourceIdsOf(target.plan.resources, recorded.resources),
    ...sharedContext(retell, ports),
    repositoryId: target.context.repositoryId,
    workingDirectory: scene.directory,
    commit,
    signal: ports.signal,
  };
  const first: WorkspaceState = { format: 1, organization: null, salt: target.salt, pending: null };
  const state = recorded.workspace.kind === "state" ? recorded.workspace.state : first;
  const note = { commit, branch: workspace.branch, actor: job.actor, runId: job.runId, at: isoSeconds(clock.now()) };
  return applyPlan({
    plan: target.plan,
    context,
    branch: openStateBranch({
      branch: stateBranch(scene.directory, workspace.name),
      head: recorded.head,
      former: recorded.former,
      known: new Map([...target.stateFiles].flatMap(([path, file]) => (file.text === undefined ? [] : [[path, file.text] as const]))),
      writer: ports.gitWriter,
      git: ports.git,
    }),
    state: { ...state, organization: state.organization ?? { id: target.organization.id, name: target.organization.name } },
    hasLeftovers: target.leftovers,
    run: takingRun(job, { commit, now: clock.now() }),
    note,
    concurrency: inputs.concurrency,
    log: ports.log,
    isStillNewest: async () => (await findPosition(scene, await ports.git.remoteTips([workspace.branch]))).kind === "current",
  });
}

/** What shared resources are written with; a workspace opened for writing has all of it. */
function sharedContext({ knowledge, components }: OpenedWorkspace, { sleep, log }: ActionPorts): Pick<WriteContext, "shared"> {
  if (knowledge?.writer === undefined || components?.writer === undefined) return {};
  return { shared: { knowledge: { reader: knowledge.reader, writer: knowledge.writer }, components: { reader: components.reader, writer: components.writer }, sleep, log } };
}
