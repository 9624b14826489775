import { readTarget, type Target } from "@retell-actions/core/apply/read-target";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import type { DesiredResources } from "@retell-actions/core/project/desired-resources";
import { findWorkspace } from "@retell-actions/core/project/find-workspace";
import { hasErrors } from "@retell-actions/core/project/problem";
import { formerNames } from "@retell-actions/core/project/moves";
import type { ValidatedProject } from "@retell-actions/core/project/validate-project";
import type { WorkspacesFile } from "@retell-actions/core/project/workspace";
import type { Scene } from "./scene.ts";

/**
 * Reads the workspaces as the branch says that is deployed from: so every edit of the console is seen as one and is
 * confirmed. Agents that only the branch of the decisions has are read with them.
 */
export async function readTargets(names: readonly string[], scene: Scene, projects: { readonly base: ValidatedProject; readonly branch: ValidatedProject }, ports: ActionPorts): Promise<Map<string, Target>> {
  const targets = new Map<string, Target>();
  const { trusted, directory, repositoryId } = scene;
  const staging = trusted.workspaces.find(({ kind }) => kind === "staging");
  const bases = hasErrors(projects.base.problems) ? [projects.branch] : [projects.branch, projects.base];
  const built = (workspace: string): Map<string, DesiredAgent> => new Map(bases.flatMap(({ desired }) => [...(namesOf(workspace, trusted).flatMap((name) => desired.get(name) ?? [])[0] ?? [])]));
  const shared = (workspace: string): DesiredResources => new Map(bases.flatMap(({ resources }) => [...(namesOf(workspace, trusted).flatMap((name) => resources?.get(name) ?? [])[0] ?? [])]));
  for (const name of names) {
    const workspace = findWorkspace(trusted, name);
    const target = await ports.log.group(`Compare with ${name}`, async () =>
      readTarget(
        {
          workspace,
          workspaces: { ...trusted, moved: projects.branch.workspaces?.moved ?? trusted.moved },
          desired: built(name),
          stagingDesired: workspace.kind === "production" && staging !== undefined ? built(staging.name) : undefined,
          resources: shared(name),
          stagingResources: workspace.kind === "production" && staging !== undefined ? shared(staging.name) : undefined,
          workingDirectory: directory,
          commit: scene.base?.commit ?? "",
          options: { onConsoleEdit: "fail", requireStaging: true, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false },
          select: (all) => new Set(all),
          retell: ports.openRetell(workspace, "read", names.length === 1),
          repositoryId,
        },
        ports,
      ),
    );
    targets.set(name, target);
  }
  return targets;
}

/** A workspace's name and those that it had before: the branch that is deployed from may not have the new one yet. */
function namesOf(workspace: string, { moved }: WorkspacesFile): string[] {
  return [workspace, ...formerNames(workspace, { kind: "workspace", moved })];
}
