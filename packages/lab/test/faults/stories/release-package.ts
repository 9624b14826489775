import { packageByHand, taggedScene } from "../../../../../actions/release-package/test/laws/release-scene.ts";
import type { Story } from "../story.ts";

/** A tag that has no release yet. */
export const packageTag: Story = { action: "release-package", name: "of a tag", step: 5, ordinaryStep: 109, start: () => taggedScene(), run: packageByHand };
