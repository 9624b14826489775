import { agentNamed } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type Scene } from "@retell-actions/lab/scene/scene";
import { succeed, type Story } from "../story.ts";

/** A pull request to staging changes one agent; another one has a console edit that nobody wants to overwrite. */
export const validatePullRequest: Story = {
  action: "validate-and-conflict-check",
  name: "of a pull request",
  step: 5,
  ordinaryStep: 121,
  async start(retell = {}): Promise<Scene> {
    const scene = await startScene({ files: sampleFiles({ sales: {}, support: {} }), retell });
    await succeed(scene.deploy());
    scene.staging.console.editAgent(agentNamed(scene.staging, "support").id, { voice_speed: 0.8 });
    await scene.repository.commit({ branch: "feature", parent: "staging", files: { "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: 1.2 } }) }, message: "Faster" });
    await scene.repository.openPullRequest({ head: "feature", base: "staging", title: "Faster" });
    return scene;
  },
  run: (scene, options) => scene.validate({ ...options, pullRequest: 1, inputs: { concurrency: "1" } }),
};

/** The same for production, where content has to have been in staging. */
export const validateForProduction: Story = {
  action: "validate-and-conflict-check",
  name: "for production",
  step: 9,
  async start(retell = {}): Promise<Scene> {
    const scene = await startScene({ files: sampleFiles({ sales: {} }), retell });
    await succeed(scene.deploy());
    return scene;
  },
  run: (scene, options) => scene.validate({ ...options, branch: "staging", inputs: { workspace: "production", concurrency: "1" } }),
};
