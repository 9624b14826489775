import { DEPLOY_WORKFLOW, PERMISSIONS } from "../../../../../actions/branch-sync/test/lab-scene.ts";
import { sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type Scene } from "@retell-actions/lab/scene/scene";
import type { Story } from "../story.ts";

const GREETING = "prompts/shared/greeting.txt";
const CLOSING = "prompts/shared/closing.txt";
const FILES = { ...sampleFiles({ sales: { sections: ["shared/greeting", "shared/closing"] } }), [CLOSING]: "Goodbye.\n", ".github/workflows/retell-deploy-staging.yml": DEPLOY_WORKFLOW };

async function start(): Promise<Scene> {
  const scene = await startScene({ files: FILES });
  scene.repository.settings.allowActionsToCreatePullRequests = true;
  const commit = (branch: string, files: Record<string, string>): Promise<string> => scene.repository.commit({ branch, files, message: "Change" });
  await commit("staging", { [CLOSING]: "Bye.\n" });
  await commit("develop", { [GREETING]: "Hello from develop.\n" });
  await commit("production", { [GREETING]: "Hello from production.\n" });
  return scene;
}

/** A hotfix that merges into staging and conflicts on develop. */
export const syncSafely: Story = {
  action: "branch-sync",
  name: "of a hotfix",
  step: 5,
  ordinaryStep: 181,
  start,
  run: (scene, options) => scene.action("branch-sync", { branch: "production", permissions: PERMISSIONS, ...options }),
};

/** The same by force: both targets become what production is. */
export const syncByForce: Story = {
  action: "branch-sync",
  name: "by force",
  step: 7,
  start,
  run: (scene, options) => scene.action("branch-sync", { branch: "production", permissions: PERMISSIONS, ...options, inputs: { strategy: "force" } }),
};
