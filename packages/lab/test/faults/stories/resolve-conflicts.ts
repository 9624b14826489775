import { age, carryOut, digestOf, startConflict } from "../../../../../actions/resolve-conflicts/test/laws/resolve-scene.ts";
import type { Scene } from "@retell-actions/lab/scene/scene";
import type { Story } from "../story.ts";

/** The last comment by a person is the command. */
const carryOutLast: Story["run"] = (scene, options) => {
  const command = scene.repository.comments.findLast(({ body }) => body.startsWith("/retell"));
  return carryOut(scene, command?.id ?? 0, options);
};

/** `/retell use-git` on an open pull request with a conflict. */
export const resolveOnPull: Story = {
  action: "resolve-conflicts",
  name: "on an open pull request",
  step: 9,
  async start(): Promise<Scene> {
    const { scene, pull } = await startConflict();
    await scene.validate({ pullRequest: pull });
    age(scene);
    await scene.dana.comment(pull, "/retell use-git sales");
    return scene;
  },
  run: carryOutLast,
};

/** `/retell use-console` after the merge: a branch and a pull request of its own. */
export const resolveAfterMerge: Story = {
  action: "resolve-conflicts",
  name: "after the merge",
  step: 9,
  async start(): Promise<Scene> {
    const { scene, pull } = await startConflict();
    await scene.repository.merge(pull);
    await scene.dana.comment(pull, `/retell use-console sales ${await digestOf(scene)}`);
    return scene;
  },
  run: carryOutLast,
};
