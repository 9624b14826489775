import { knownName } from "./moves.ts";
import type { WorkspacesFile } from "./workspace.ts";

/**
 * The workspaces that are trusted, under the names that a change gives them: keys, hosts and branches stay those of the
 * trusted file, only names and renames are the change's. A name that the change does not have stays.
 */
export function renamedWorkspaces(trusted: WorkspacesFile, change: WorkspacesFile | undefined): WorkspacesFile {
  if (change === undefined) return trusted;
  const names = new Set(change.workspaces.map(({ name }) => name));
  const renamed = (name: string): string => knownName(name, (candidate) => names.has(candidate), { kind: "workspace", moved: change.moved }) ?? name;
  return { ...trusted, workspaces: trusted.workspaces.map((workspace) => ({ ...workspace, name: renamed(workspace.name) })), moved: change.moved };
}
