import { normalizedDirectory, readFilesAt, readWorkingFiles } from "@retell-actions/core/apply/read-files";
import { readRecord } from "@retell-actions/core/apply/read-state";
import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { findWorkspace } from "@retell-actions/core/project/find-workspace";
import { projectPrefix } from "@retell-actions/core/project/project-paths";
import { readWorkspaces, validateProject, type ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { Workspace, WorkspacesFile } from "@retell-actions/core/project/workspace";
import type { RecordedState } from "@retell-actions/core/state/recorded";
import { recordPlaces, type RecordPlace } from "@retell-actions/core/state/former-record";
import { stateBranch } from "@retell-actions/core/state/workspace-state";
import { importBranch, inspectImportBranch, type FoundBranch } from "./import-branch.ts";
import type { ImportInputs } from "./inputs.ts";

/** A workspace's record, and the texts behind it. */
export interface RecordedWorkspace {
  readonly workspace: Workspace;
  readonly recorded: RecordedState;
  readonly files: ProjectFiles;
}

/** What Git has, before Retell is asked anything. */
export interface GitWorld {
  readonly directory: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  readonly base: string;
  readonly baseTip: string;
  readonly files: ProjectFiles;
  readonly project: ValidatedProject;
  readonly workspaces: WorkspacesFile;
  /** Those to import from, in the order of workspaces.json. */
  readonly wanted: readonly Workspace[];
  /** All workspaces, by name. */
  readonly records: ReadonlyMap<string, RecordedWorkspace>;
  readonly branch: string;
  readonly found: FoundBranch;
  readonly pullRequests: readonly PullRequest[];
}

/** Reads the base, the records of all workspaces and the import's own branch. Throws `ActionError` for what cannot be used. */
export async function readGitWorld(inputs: ImportInputs, ports: ActionPorts): Promise<GitWorld> {
  const directory = normalizedDirectory(inputs.workingDirectory);
  const prefix = projectPrefix(directory) ?? "";
  const branch = importBranch(directory);
  const { base, baseTip } = await findBase(inputs, directory, ports);
  const files = await readFilesAt(ports.git, baseTip, directory);
  const workspaces = declaredIn(files, { prefix, base });
  const wanted = inputs.workspaces.includes("all") ? workspaces.workspaces : workspaces.workspaces.filter((workspace) => inputs.workspaces.map((name) => findWorkspace(workspaces, name)).includes(workspace));
  const placesOf = (name: string): RecordPlace[] => recordPlaces(name, { moved: workspaces.moved, workingDirectory: directory });
  const stateBranches = workspaces.workspaces.flatMap(({ name }) => placesOf(name).map((place) => place.branch));
  const tips = await ports.git.remoteTips([branch, ...stateBranches]);
  await ports.git.fetch(stateBranches.flatMap((name) => tips.get(name) ?? []));
  const records = new Map<string, RecordedWorkspace>();
  for (const workspace of workspaces.workspaces) {
    const state = await readRecord({ git: ports.git, tips, places: placesOf(workspace.name) });
    checkReadable(workspace, state.recorded, directory);
    records.set(workspace.name, { workspace, ...state });
  }
  const [found, pullRequests] = await Promise.all([inspectImportBranch({ tip: tips.get(branch), baseTip, directory }, ports), ports.pullRequests.ofBranch(branch)]);
  return { directory, prefix, base, baseTip, files, project: validateProject({ files, workingDirectory: directory }), workspaces, wanted, records, branch, found, pullRequests };
}

/** The develop branch as the checkout declares it, else the branch that the run was started on. */
async function findBase(inputs: ImportInputs, directory: string, { git, tree, job }: ActionPorts): Promise<{ base: string; baseTip: string }> {
  const path = `${projectPrefix(directory) ?? ""}workspaces.json`;
  const develop = inputs.base ?? readWorkspaces(await readWorkingFiles(tree, directory), path).file?.branches.develop ?? "develop";
  const own = job.event.name === "workflow_dispatch" ? job.event.branch : undefined;
  const tips = await git.remoteTips([develop, ...(own === undefined ? [] : [own])]);
  const base = tips.has(develop) || inputs.base !== undefined || own === undefined ? develop : own;
  const baseTip = tips.get(base);
  if (baseTip === undefined) throw new ActionError("branch-missing", `The branch ${base}, which the pull request would go to, does not exist. Create it, name another one under "branches" in workspaces.json, or give the input base.`);
  return { base, baseTip };
}

/** A text that can be pasted as it is. */
const READY_MADE = `{
  "staging": { "api_key_env": "RETELL_STAGING_API_KEY", "read_key_env": "RETELL_STAGING_READ_KEY" },
  "production": { "api_key_env": "RETELL_PRODUCTION_API_KEY", "read_key_env": "RETELL_PRODUCTION_READ_KEY" }
}`;

function declaredIn(files: ProjectFiles, { prefix, base }: { prefix: string; base: string }): WorkspacesFile {
  const path = `${prefix}workspaces.json`;
  const { file, problems } = readWorkspaces(files, path);
  if (file !== undefined) return file;
  if (!files.has(path)) {
    throw new ActionError("invalid-files", `The branch ${base} has no ${path}, which says what workspaces there are. Commit it there first, for example with this text (it holds names of variables, and no keys):\n${READY_MADE}`);
  }
  const first = problems.find(({ severity }) => severity === "error");
  throw new ActionError("invalid-files", `${path} on ${base} cannot be used: ${first?.message ?? "it has errors."}${first?.hint === undefined ? "" : ` ${first.hint}`}`, {
    position: { file: path, ...(first?.line === undefined ? {} : { line: first.line }) },
  });
}

/** Whoever cannot read a record does not know which agents Git has already. */
function checkReadable(workspace: Workspace, recorded: RecordedState, directory: string): void {
  const broken = [...recorded.agents].find(([, record]) => record.kind === "unreadable");
  const what = recorded.workspace.kind === "unreadable" ? `workspace.json (${recorded.workspace.problem})` : broken?.[1].kind === "unreadable" ? `the record of ${broken[0]} (${broken[1].problem})` : undefined;
  if (what === undefined) return;
  throw new ActionError("unreadable-state", `On ${stateBranch(directory, workspace.name)}, ${what} cannot be read, so it is not known which agents Git has already. Restore the file from the branch's history.`);
}
