import { contentHash } from "@retell-actions/core/canonical/content-hash";
import type { Json } from "@retell-actions/core/canonical/json";
import { readFilesAt } from "@retell-actions/core/apply/read-files";
import { touchedResources } from "@retell-actions/core/project/touched";
import { validateProject } from "@retell-actions/core/project/validate-project";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import { stopped, type Ending } from "./ending.ts";
import type { Scene } from "./run.ts";

/** Where the checked-out commit stands on the branch that deploys to the workspace. */
export type Position = { readonly kind: "current" } | { readonly kind: "elsewhere"; readonly ending: Ending };

/**
 * Deploy is for the newest commit only. A commit off the branch is `wrong-branch`; one that the branch has left behind is
 * `superseded`, unless the tip builds the same content for this workspace.
 */
export async function findPosition(scene: Scene, tips: ReadonlyMap<string, string>): Promise<Position> {
  const { ports, workspace, commit } = scene;
  const tip = tips.get(workspace.branch);
  if (tip === commit) return { kind: "current" };
  if (tip === undefined) {
    return elsewhere(stopped("wrong-branch", "wrong-branch", `The branch ${workspace.branch}, which deploys to ${workspace.name}, does not exist. Create it, or name another one under "branches" in workspaces.json.`));
  }
  const { status } = await ports.repository.compare(tip, commit);
  if (status !== "behind" && status !== "identical") {
    return elsewhere(
      stopped(
        "wrong-branch",
        "wrong-branch",
        `Commit ${commit.slice(0, 7)} is not on ${workspace.branch}, the branch that deploys to ${workspace.name}. Merge it there; nothing else reaches this workspace.`,
      ),
    );
  }
  const files = await readFilesAt(ports.git, tip, scene.directory);
  const newest = validateProject({ files, workingDirectory: scene.directory });
  const sameShared = touchedResources(newest.resources?.get(workspace.name), scene.project.resources?.get(workspace.name) ?? new Map()).size === 0;
  if (sameShared && sameContent(newest.desired.get(workspace.name), scene.project.desired.get(workspace.name))) return { kind: "current" };
  return elsewhere(stopped("superseded", "superseded", `${workspace.branch} has moved on to ${tip.slice(0, 7)} with other content, which its own run deploys. Nothing was written.`));
}

function elsewhere(ending: Ending): Position {
  return { kind: "elsewhere", ending };
}

function sameContent(a: ReadonlyMap<string, DesiredAgent> | undefined, b: ReadonlyMap<string, DesiredAgent> | undefined): boolean {
  if (a === undefined || b === undefined || a.size !== b.size) return false;
  return [...a].every(([name, agent]) => {
    const other = b.get(name);
    return other !== undefined && contentHash(agent.content as Json) === contentHash(other.content as Json);
  });
}
