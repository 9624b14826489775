import { startScene, type Scene } from "@retell-actions/lab/scene/scene";
import { deploy, FASTER, FILES, publish } from "../../../../../actions/publish-version/test/laws/publishing.ts";
import { succeed, type Story } from "../story.ts";

/** Published once and deployed again: a draft of two agents waits in production. */
export const publishDrafts: Story = {
  action: "publish-version",
  name: "in production",
  step: 5,
  async start(retell = {}): Promise<Scene> {
    const scene = await startScene({ files: FILES, retell: { now: () => Date.now() - 2_000, republish: "refuse", ...retell } });
    await succeed(deploy(scene, "production"));
    await succeed(publish(scene, "production"));
    await scene.repository.commit({ branch: "production", files: FASTER, message: "Faster" });
    await succeed(deploy(scene, "production"));
    return scene;
  },
  run: (scene, options) => publish(scene, "production", options),
};
