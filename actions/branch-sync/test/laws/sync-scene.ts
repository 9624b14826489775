import { sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunOptions, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { DEPLOY_WORKFLOW, PERMISSIONS } from "../lab-scene.ts";

export const GREETING = "prompts/shared/greeting.txt";
export const CLOSING = "prompts/shared/closing.txt";

/** A repository with the bundle, the workflow that deploys staging, and the setting for pull requests. */
export interface SyncScene {
  readonly scene: Scene;
  sync(options?: RunOptions): Promise<RunResult>;
  commit(branch: string, files: Record<string, string>): Promise<string>;
  tip(branch: string): Promise<string>;
  has(branch: string, commit: string): Promise<boolean>;
  /** Writes since the last question, without those of people. */
  writes(): string[];
  /** Branches on which a deploy was started. */
  started(): string[];
}

export async function startSyncScene(): Promise<SyncScene> {
  const scene = await startScene({ files: { ...sampleFiles({ sales: { sections: ["shared/greeting", "shared/closing"] } }), [CLOSING]: "Goodbye.\n", ".github/workflows/retell-deploy-staging.yml": DEPLOY_WORKFLOW } });
  const { repository, github } = scene;
  repository.settings.allowActionsToCreatePullRequests = true;
  return {
    scene,
    sync: (options = {}) => scene.action("branch-sync", { branch: "production", permissions: PERMISSIONS, ...options }),
    commit: (branch, files) => repository.commit({ branch, files, message: `Change ${Object.keys(files).join(", ")}` }),
    tip: (branch) => repository.tip(branch),
    has: async (branch, commit) => (await repository.git.text(["merge-base", commit, branch])) === commit,
    writes() {
      const found = github.requests.filter(({ write }) => write).map(({ method, path }) => `${method} ${path}`);
      github.clearRequests();
      return found;
    },
    started: () => repository.events.filter(({ name }) => name === "workflow_dispatch").map(({ ref }) => ref),
  };
}

/** A hotfix that merges into staging and conflicts on develop. */
export async function hotfix({ commit }: SyncScene): Promise<{ readonly hotfix: string; readonly onStaging: string; readonly onDevelop: string }> {
  const onStaging = await commit("staging", { [CLOSING]: "Bye.\n" });
  const onDevelop = await commit("develop", { [GREETING]: "Hello from develop.\n" });
  return { hotfix: await commit("production", { [GREETING]: "Hello from production.\n" }), onStaging, onDevelop };
}
