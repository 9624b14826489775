import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { decideCheck, type Checked as CheckedPlans } from "@retell-actions/core/plan/decide-check";
import { selectAgents } from "@retell-actions/core/plan/select-agents";
import { normalizedDirectory, readFilesAt, readWorkingFiles } from "@retell-actions/core/apply/read-files";
import { readTarget, stateBranchesFor, type Target } from "@retell-actions/core/apply/read-target";
import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { parseWorkspaces } from "@retell-actions/core/project/parse-workspaces";
import { hasErrors } from "@retell-actions/core/project/problem";
import { formerNames } from "@retell-actions/core/project/moves";
import { renamedWorkspaces } from "@retell-actions/core/project/renamed-workspaces";
import { touchedAgents, touchedResources } from "@retell-actions/core/project/touched";
import { readWorkspaces, validateProject, type ValidatedProject } from "@retell-actions/core/project/validate-project";
import { findWorkspace } from "@retell-actions/core/project/find-workspace";
import type { Workspace, WorkspacesFile } from "@retell-actions/core/project/workspace";
import { recordPlaces } from "@retell-actions/core/state/former-record";
import { planLine, resourceLine } from "@retell-actions/core/report/log-lines";
import { findChange, type Change } from "./change.ts";
import type { ValidateInputs } from "./inputs.ts";
import { report } from "./report.ts";

type Checked = CheckedPlans<Target>;

/** Checks the files, then plans every workspace of the target branch; writes nothing but the pull request's comment. */
export async function run(inputs: ValidateInputs, ports: ActionPorts): Promise<ActionReport> {
  const { log } = ports;
  const directory = normalizedDirectory(inputs.workingDirectory);
  const [change, files] = await Promise.all([findChange(ports), readWorkingFiles(ports.tree, directory)]);
  const tips = fetchAhead({ change, files, directory }, ports);
  tips.catch(() => undefined); // awaited where it is needed; files that are wrong come first
  const project = await log.group("Check files", async () => {
    const validated = validateProject({ files, workingDirectory: directory });
    log.info(`${agentNames(validated).size} agents, ${validated.problems.filter((problem) => problem.severity === "error").length} errors, ${validated.problems.filter((problem) => problem.severity === "warning").length} warnings`);
    return validated;
  });
  const checked = hasErrors(project.problems) ? NOTHING : await checkTargets(inputs, { change, project, directory, tips }, ports).catch(asFailure);
  const decision = decideCheck({ project, checked, scope: inputs.scope });
  return report({ inputs, change, project, checked, decision, directory }, ports);
}

const NOTHING: Checked = { failure: undefined, offline: undefined, targets: [], touched: new Map() };

/** A failure is reported like any other end: a comment of an earlier check must not go on saying that all is well. */
function asFailure(error: unknown): Checked {
  if (!(error instanceof ActionError)) throw error;
  return { ...NOTHING, failure: error };
}

/** Tips of branches by name; a branch that was asked for and does not exist has no entry. */
interface Tips {
  readonly asked: ReadonlySet<string>;
  readonly found: ReadonlyMap<string, string>;
}

/**
 * Asks for the tips that the check is going to need and fetches them while the files are checked: one question and one
 * fetch instead of several in a row. The names come from the change's own workspaces.json; what it does not know is asked
 * for later.
 */
async function fetchAhead({ change, files, directory }: { change: Change; files: ProjectFiles; directory: string }, { git }: ActionPorts): Promise<Tips> {
  const own = readWorkspaces(files, projectFile(directory)).file?.workspaces ?? [];
  const moved = readWorkspaces(files, projectFile(directory)).file?.moved ?? [];
  const asked = new Set([change.targetBranch, ...own.flatMap((workspace) => recordPlaces(workspace.name, { moved, workingDirectory: directory }).map(({ branch }) => branch))]);
  const found = await git.remoteTips([...asked]);
  const tips = [...new Set(found.values())];
  // A commit that a force push has removed may be gone from the server; the tips are needed all the same.
  await (change.base === undefined ? git.fetch(tips) : git.fetch([...tips, change.base]).catch(() => git.fetch(tips)));
  return { asked, found };
}

function projectFile(directory: string): string {
  return directory === "" ? "workspaces.json" : `${directory}/workspaces.json`;
}

interface Scene {
  readonly change: Change;
  readonly project: ValidatedProject;
  readonly directory: string;
  readonly tips: Promise<Tips>;
}

async function checkTargets(inputs: ValidateInputs, scene: Scene, ports: ActionPorts): Promise<Checked> {
  const trusted = await readTrustedWorkspaces(scene, ports);
  if (trusted === undefined) {
    return { ...NOTHING, offline: { reason: "no-target-yet", sentence: `${scene.change.targetBranch} has no workspaces.json yet, so nothing was compared with Retell. Deploy checks again.` } };
  }
  const workspaces = chooseWorkspaces(inputs, scene, trusted);
  if (workspaces.length === 0) {
    return { ...NOTHING, offline: { reason: "develop-branch", sentence: `${scene.change.targetBranch} deploys to no workspace, so only files were checked. Conflicts with Retell are checked in the pull request to ${trusted.branches.staging}.` } };
  }
  const only = workspaces.length === 1;
  const closed = workspaces.filter((workspace) => !ports.hasKey(workspace, only));
  if (closed.length > 0 && scene.change.withoutKeys) {
    return {
      ...NOTHING,
      offline: {
        reason: "no-keys-in-this-job",
        sentence: `Pull requests from forks and Dependabot get no keys: conflicts with ${closed.map((workspace) => workspace.name).join(", ")} were NOT checked. Deploy checks again after the merge.`,
      },
    };
  }
  const tips = await scene.tips;
  const compareAll = async (): Promise<Target[]> => {
    const targets: Target[] = [];
    for (const workspace of workspaces) {
      targets.push(await ports.log.group(`Compare with ${workspace.name}`, () => compare(inputs, { ...scene, trusted, workspace, only, known: tips }, ports)));
    }
    return targets;
  };
  const [targets, touched] = await Promise.all([compareAll(), touchedByWorkspace(scene, ports)]);
  return { ...NOTHING, targets, touched };
}

async function compare(inputs: ValidateInputs, scene: Scene & { trusted: WorkspacesFile; workspace: Workspace; only: boolean; known: Tips }, ports: ActionPorts): Promise<Target> {
  const { workspace, trusted, project } = scene;
  if (workspace.kind === "production" && inputs.onConsoleEdit === "keep") {
    throw new ActionError("invalid-input", `on-console-edit: keep is refused for the production workspace ${workspace.name}. Use fail or overwrite.`);
  }
  const staging = trusted.workspaces.find((other) => other.kind === "staging");
  const target = await readTarget(
    {
      workspace,
      workspaces: trusted,
      desired: project.desired.get(workspace.name) ?? new Map<string, DesiredAgent>(),
      stagingDesired: workspace.kind === "production" && staging !== undefined ? project.desired.get(staging.name) : undefined,
      resources: project.resources?.get(workspace.name) ?? new Map(),
      stagingResources: workspace.kind === "production" && staging !== undefined ? project.resources?.get(staging.name) : undefined,
      workingDirectory: scene.directory,
      commit: scene.change.commit,
      options: { onConsoleEdit: inputs.onConsoleEdit, requireStaging: inputs.requireStaging, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false },
      select: (names) => selectAgents(inputs.agents, names),
      retell: ports.openRetell(workspace, "read", scene.only),
      repositoryId: ports.job.repositoryId ?? (await ports.repository.repositoryId()),
      ...(stateBranchesFor(workspace, trusted, scene.directory).every((branch) => scene.known.asked.has(branch)) ? { tips: scene.known.found } : {}),
    },
    ports,
  );
  for (const resource of target.plan.resources ?? []) if (resource.class !== "in-sync") ports.log.info(resourceLine(resource));
  for (const agent of target.plan.agents) if (agent.class !== "in-sync") ports.log.info(planLine(agent));
  return target;
}

/** Which branch deploys where, keys and hosts: from the target branch, never from the pull request, which may only rename. */
async function readTrustedWorkspaces(scene: Scene, ports: ActionPorts): Promise<WorkspacesFile | undefined> {
  const { change, directory, project } = scene;
  if (change.targetIsCheckout) return project.workspaces;
  const tip = (await scene.tips).found.get(change.targetBranch);
  if (tip === undefined) throw new ActionError("git-failed", `The target branch ${change.targetBranch} does not exist on the server.`);
  const files = await readFilesAt(ports.git, tip, directory);
  const path = projectFile(directory);
  const text = files.get(path)?.text;
  if (text === undefined) return undefined;
  const parsed = parseWorkspaces(text, path);
  if (parsed.file === undefined) {
    throw new ActionError("invalid-files", `${path} on ${change.targetBranch} is invalid: ${parsed.problems[0]?.message ?? "unknown problem"}. Repair it on that branch first.`, {
      position: { file: path, ...(parsed.problems[0]?.line === undefined ? {} : { line: parsed.problems[0].line }) },
    });
  }
  return renamedWorkspaces(parsed.file, project.workspaces);
}

function chooseWorkspaces(inputs: ValidateInputs, scene: Scene, trusted: WorkspacesFile): Workspace[] {
  if (inputs.workspace !== undefined) {
    return [findWorkspace(trusted, inputs.workspace)];
  }
  return trusted.workspaces.filter((workspace) => workspace.branch === scene.change.targetBranch);
}

async function touchedByWorkspace(scene: Scene, ports: ActionPorts): Promise<Map<string, ReadonlySet<string>>> {
  const { change, project, directory } = scene;
  const files = change.base === undefined ? undefined : await readFilesAt(ports.git, change.base, directory).catch((error: unknown) => unknownBase(error, ports));
  const before = files === undefined ? undefined : validateProject({ files, workingDirectory: directory });
  const moved = project.workspaces?.moved ?? [];
  const builtBefore = (workspace: string) => [workspace, ...formerNames(workspace, { kind: "workspace", moved })].flatMap((name) => before?.desired.get(name) ?? [])[0];
  const sharedBefore = (workspace: string) => [workspace, ...formerNames(workspace, { kind: "workspace", moved })].flatMap((name) => before?.resources?.get(name) ?? [])[0];
  return new Map(
    [...project.desired].map(([workspace, agents]) => [
      workspace,
      new Set<string>([...touchedAgents(builtBefore(workspace), agents), ...touchedResources(sharedBefore(workspace), project.resources?.get(workspace) ?? new Map())]),
    ]),
  );
}

/** Without the commit before the change nobody knows what it touched: everything counts. */
function unknownBase(error: unknown, { log }: ActionPorts): undefined {
  if (!(error instanceof ActionError)) throw error;
  log.info(`The commit before the change cannot be read, so all agents count as touched. ${error.message}`);
}

function agentNames(project: ValidatedProject): Set<string> {
  return new Set([...project.desired.values()].flatMap((agents) => [...agents.keys()]));
}
