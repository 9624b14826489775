import { ActionError } from "../errors.ts";
import { suggest } from "../schema/suggest.ts";
import type { Workspace, WorkspacesFile } from "./workspace.ts";

/** The workspace of that name. A name that workspaces.json does not have never falls through to another one. */
export function findWorkspace(workspaces: WorkspacesFile, name: string): Workspace {
  const found = workspaces.workspaces.find((workspace) => workspace.name === name);
  if (found !== undefined) return found;
  const names = workspaces.workspaces.map((workspace) => workspace.name);
  const suggestion = suggest(name, names);
  throw new ActionError(
    "unknown-workspace",
    `workspaces.json has no workspace ${JSON.stringify(name)}; it has ${names.join(", ")}.${suggestion === undefined ? "" : ` Did you mean ${suggestion}?`}`,
  );
}
