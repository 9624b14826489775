import { importNow, startImportScene } from "../../../../../actions/import-agents/test/laws/import-scene.ts";
import type { Story } from "../story.ts";

/** Two organisations with agents of every kind, and a repository without any. */
export const importEverything: Story = {
  action: "import-agents",
  name: "of two workspaces",
  step: 7,
   start: () => startImportScene(),
  run: (scene, options) => importNow(scene, { ...options, inputs: { concurrency: "1" } }),
};
