import { detect, edit, startDriftScene } from "../../../../../actions/drift-detect/test/laws/drift-scene.ts";
import type { Story } from "../story.ts";

/** An agent was edited in staging's console; production is as it was published. */
export const detectDrift: Story = {
  action: "drift-detect",
  name: "with one drift",
  step: 7,
  async start() {
    const scene = await startDriftScene();
    edit(scene, "staging", "sales", { agent: { voice_speed: 1.3 }, llm: { model_temperature: 0.4 } });
    return scene;
  },
  run: (scene, options) => detect(scene, { ...options, inputs: { concurrency: "1" } }),
};

/** Both workspaces are as Git says. */
export const detectNothing: Story = {
  action: "drift-detect",
  name: "without drift",
  step: 9,
  start: () => startDriftScene(),
  run: (scene, options) => detect(scene, { ...options, inputs: { concurrency: "1" } }),
};

/** Drift that no file can say is told in an issue. */
export const detectIntoIssue: Story = {
  action: "drift-detect",
  name: "into an issue",
  step: 11,
  start: detectDrift.start,
  run: (scene, options) => detect(scene, { ...options, inputs: { concurrency: "1", mode: "issue" } }),
};
