import type { Problem } from "./problem.ts";
import { quoted } from "./quoted.ts";
import type { WorkspacesFile } from "./workspace.ts";

/** Declared renames of agents that do not fit the folders. A rename that was followed by another, or by a deletion, may stay. */
export function movedProblems(options: { readonly workspaces: WorkspacesFile; readonly agents: ReadonlySet<string>; readonly file: string }): Problem[] {
  return options.workspaces.moved.flatMap((move): Problem[] => {
    if (move.kind !== "agent" || !options.agents.has(move.from)) return [];
    return [
      {
        code: "moved-agent-exists",
        severity: "error",
        file: options.file,
        message: `"moved" says that the agent ${quoted(move.from)} is ${move.to === null ? "gone" : `${quoted(move.to)} now`}, but its folder is still there.`,
        // Without the entry, a workspace that is behind would take the new folder for the old agent and write over it.
        hint: `Rename the folder. The name is free again only once every workspace has carried out ${move.to === null ? "the deletion" : "the rename"}.`,
      },
    ];
  });
}
