import type { ScaffoldScene } from "../../../../../actions/scaffold-agents/test/laws/scaffold-scene.ts";
import { scaffold, startScaffoldScene } from "../../../../../actions/scaffold-agents/test/laws/scaffold-scene.ts";
import type { Story } from "../story.ts";

/** An issue asks for two agents. */
export const scaffoldFromIssue: Story = { action: "scaffold-agents", name: "from an issue", step: 7, ordinaryStep: 251, start: () => startScaffoldScene(), run: (scene, options) => scaffold(scene as ScaffoldScene, options) };
