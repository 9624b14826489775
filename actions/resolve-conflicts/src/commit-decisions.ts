import { ActionError, PlatformError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { FileChanges } from "@retell-actions/core/ports/github";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import type { WorkingBranch } from "./working-branch.ts";

/** What happened to the commit. `refuses`: a rule of the branch forbids it, and nothing was written. */
export type Committed = { readonly kind: "committed"; readonly commit: string } | { readonly kind: "stale" } | { readonly kind: "refuses"; readonly error: PlatformError };

/** The files that differ; undefined where none does. */
export function changedFiles(before: ProjectFiles, after: ProjectFiles): FileChanges | undefined {
  const changes = new Map<string, string | null>();
  for (const [path, { text }] of after) if (text !== undefined && text !== before.get(path)?.text) changes.set(path, text);
  for (const path of before.keys()) if (!after.has(path)) changes.set(path, null);
  return changes.size === 0 ? undefined : changes;
}

/** One commit on top of what the decisions were made from, or nothing where the branch has moved meanwhile. */
export async function commitDecisions(branch: WorkingBranch, change: { readonly message: string; readonly files: FileChanges }, { gitWriter, signal }: Pick<ActionPorts, "gitWriter" | "signal">): Promise<Committed> {
  if (signal.aborted) throw new ActionError("cancelled", "The run was cancelled before anything was committed. Write the command again.");
  if (branch.onServer === null) {
    const created = await gitWriter.createBranch({ branch: branch.name, parent: branch.commit, ...change });
    return created.kind === "exists" ? { kind: "stale" } : { kind: "committed", commit: created.commit };
  }
  if (branch.onServer !== branch.commit) {
    // A leftover, whose commits its own pull request keeps.
    const moved = await gitWriter.moveRef({ branch: branch.name, expected: branch.onServer, to: branch.commit, force: true });
    if (moved.kind === "stale") return moved;
    if (moved.kind === "refused") throw new ActionError(moved.reason, moved.message);
  }
  try {
    return await gitWriter.commitFiles({ branch: branch.name, expectedHead: branch.commit, ...change });
  } catch (error) {
    const isRule = error instanceof PlatformError && !error.ambiguous && (error.reason === "branch-protected" || error.reason === "github-forbidden");
    if (isRule && branch.isHead) return { kind: "refuses", error };
    throw error;
  }
}
