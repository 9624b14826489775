import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { normalizedDirectory, readWorkingFiles } from "@retell-actions/core/apply/read-files";
import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { findWorkspace } from "@retell-actions/core/project/find-workspace";
import { readWorkspaces } from "@retell-actions/core/project/validate-project";
import type { WorkspacesFile } from "@retell-actions/core/project/workspace";
import { driftBranch } from "@retell-actions/core/drift/drift-branch";
import type { Issue } from "@retell-actions/core/ports/issues";
import { projectPrefix } from "@retell-actions/core/project/project-paths";
import { recordPlaces } from "@retell-actions/core/state/former-record";
import { adoptAll } from "./adopt-edits.ts";
import type { DriftInputs } from "./inputs.ts";
import { lookAt, type Look } from "./look.ts";
import { proposalsOf, type Told } from "./propose.ts";
import { agentsNotToRead } from "./remember.ts";
import { report } from "./report.ts";

/** Looks at the workspaces, each from its own branch, and tells what was changed outside Git. Writes no state and nothing to Retell. */
export async function run(inputs: DriftInputs, ports: ActionPorts): Promise<ActionReport> {
  const directory = normalizedDirectory(inputs.workingDirectory);
  const declared = await readDeclared(directory, ports);
  const wanted = inputs.workspace === "all" ? declared.workspaces : [findWorkspace(declared, inputs.workspace)];
  const places = wanted.flatMap((workspace) => recordPlaces(workspace.name, { moved: declared.moved, workingDirectory: directory }));
  const branches = [...[...wanted, ...places].map(({ branch }) => branch), ...wanted.map(({ name }) => driftBranch(directory, name))];
  const tips = await ports.git.remoteTips([...new Set(branches)]);
  let listed: Promise<Issue[]> | undefined;
  const issues = (): Promise<Issue[]> => (listed ??= ports.issues.listByBots());
  const mayRemember = (workspace: string, names: readonly string[]) => agentsNotToRead(workspace, names, { inputs, directory, tips, issues }, ports);
  const looks: Look[] = [];
  for (const workspace of wanted) looks.push(await lookAt(workspace, { agents: inputs.agents, directory, tips, moved: declared.moved, only: wanted.length === 1, mayRemember }, ports));

  const seen = looks.flatMap((look) => (look.kind === "seen" ? [look.seen] : []));
  const adoptions = adoptAll(seen, { workingDirectory: directory, sharedSections: inputs.sharedSections });
  const told: Told[] = inputs.mode === "report" ? [] : await proposalsOf(adoptions, { inputs, directory, declared, issues }, ports);
  return report({ inputs, directory, looks, adoptions, told, severalProductions: declared.mode === "multi-production" }, ports);
}

/** Which workspaces there are, from the checkout: the job runs on the default branch, where nothing is deployed from. */
async function readDeclared(directory: string, ports: ActionPorts): Promise<WorkspacesFile> {
  const path = `${projectPrefix(directory) ?? ""}workspaces.json`;
  const { file, problems } = readWorkspaces(await readWorkingFiles(ports.tree, directory), path);
  if (file !== undefined) return file;
  const first = problems.find(({ severity }) => severity === "error");
  throw new ActionError("invalid-files", `${path} cannot be used: ${first?.message ?? "it has errors."}${first?.hint === undefined ? "" : ` ${first.hint}`}`, {
    position: { file: path, ...(first?.line === undefined ? {} : { line: first.line }) },
  });
}
