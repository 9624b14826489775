import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { projectPrefix } from "@retell-actions/core/project/project-paths";
import { readWorkspaces } from "@retell-actions/core/project/validate-project";
import type { WorkspacesFile } from "@retell-actions/core/project/workspace";
import type { BranchRole } from "@retell-actions/core/report/sync-report";

/** The commit to bring over, and the workspaces.json that it holds. */
export interface Source {
  readonly role: BranchRole;
  readonly branch: string;
  readonly commit: string;
  readonly branches: WorkspacesFile["branches"];
}

/**
 * Finds the source's branch and reads workspaces.json at its tip, which decides about all names. The checkout's own file
 * only tells where to look first; a branch counts if its own file says that it is the source.
 */
export async function findSource(role: BranchRole, directory: string, { git, tree }: Pick<ActionPorts, "git" | "tree">): Promise<Source> {
  const path = `${projectPrefix(directory) ?? ""}workspaces.json`;
  const checkedOut = readWorkspaces(await tree.read([path]), path).file?.branches[role];
  const candidates = [...new Set([checkedOut ?? role, role])];
  const tips = await git.remoteTips(candidates);
  let fault: ActionError | undefined;
  for (const branch of candidates) {
    const commit = tips.get(branch);
    if (commit === undefined) {
      fault ??= new ActionError("branch-missing", `The source branch ${JSON.stringify(branch)} does not exist on the server. Create it, or name the branch for ${role} under "branches" in ${path}, on the branch that the workflow checks out too.`);
      continue;
    }
    await git.fetch([commit]);
    const { file, problems } = readWorkspaces(await git.readCommit(commit, [path]), path);
    if (file === undefined) {
      const problem = problems.find(({ severity }) => severity === "error");
      fault ??= new ActionError("invalid-files", `${path} on ${branch} cannot be used: ${problem?.message ?? "unknown problem"} ${problem?.hint ?? ""}`.trim());
      continue;
    }
    if (file.branches[role] === branch) return { role, branch, commit, branches: file.branches };
    fault ??= new ActionError("invalid-files", `${path} on ${branch} says that the branch for ${role} is ${JSON.stringify(file.branches[role])}. Let the workflow check out that branch, so that the action finds it.`);
  }
  throw fault ?? new TypeError("there is always a candidate");
}
