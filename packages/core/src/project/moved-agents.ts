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
        hint: `Rename the folder, or remove the entry from "moved".`,
      },
    ];
  });
}
