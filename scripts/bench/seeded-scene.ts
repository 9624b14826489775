import { setTimeout as wait } from "node:timers/promises";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { stateBranch } from "@retell-actions/core/state/workspace-state";
import { KEYS, startScene, type Scene } from "../../packages/lab/src/scene/scene.ts";
import { projectFiles, workspacesOnly } from "./agents.ts";
import { commitAtOnce } from "./fast-import.ts";
import { seedAgents } from "./seed.ts";

export interface SceneRequest {
  readonly agents: number;
  /** Milliseconds that Retell takes for each answer. */
  readonly latency: number;
  /** Whether Retell's request limits are on. */
  readonly limits: boolean;
  /** `deployed`: in Git, in staging, and recorded; `unmanaged`: in staging only, the repository has no agents yet. */
  readonly kind: "deployed" | "unmanaged";
}

/** A scene whose staging workspace holds the agents of {@link projectFiles}; seeding it takes none of the latency and none of the limits. */
export async function startSeededScene({ agents, latency, limits, kind }: SceneRequest): Promise<Scene> {
  let seeding = true;
  const scene = await startScene({
    files: workspacesOnly(),
    retell: { latencyMs: latency, sleep: (milliseconds, signal) => (seeding ? Promise.resolve() : wait(milliseconds, undefined, { signal })) },
  });
  try {
    const { repository, retell } = scene;
    repository.settings.allowActionsToCreatePullRequests = true;
    const files = projectFiles(agents);
    const initial = await repository.tip("develop");
    if (kind === "deployed") {
      await commitAtOnce({ repository: repository.path, branch: "develop", parent: initial, files: Object.entries(files), message: "Agents" });
      for (const branch of ["staging", "production"]) await repository.git.run(["branch", "--force", branch, "develop"]);
    }
    const commit = await repository.tip("staging");
    const project: ProjectFiles = new Map(Object.entries(files).map(([path, text]) => [path, { kind: "file", text }]));
    const { desired, problems } = validateProject({ files: project, workingDirectory: "" });
    if (problems.some(({ severity }) => severity === "error")) throw new Error(JSON.stringify(problems.slice(0, 3)));
    const state = await seedAgents(
      { url: retell.url, key: KEYS.staging },
      {
        workspace: "staging",
        organization: { id: "org_staging", name: "Acme Staging" },
        desired: [...(desired.get("staging")?.values() ?? [])],
        ...(kind === "deployed" ? { owner: { repositoryId: repository.id, commit } } : {}),
      },
    );
    if (state.size > 0) await commitAtOnce({ repository: repository.path, branch: stateBranch("", "staging"), files: state, message: "staging: deployed" });
  } catch (error) {
    await scene.stop();
    throw error;
  }
  seeding = false;
  // The lab reads its switches with every request.
  Object.assign(scene.retell.options, { rateLimits: limits });
  scene.retell.clearRequests();
  return scene;
}
