import { beforeAll, describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { runDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { packageByHand, picture, taggedScene } from "./release-scene.ts";

/** The draft, four files, publishing. */
const WRITES = 6;
const KINDS: readonly Disturbance[] = ["killed before", "killed after", "request dropped", "answer dropped", "terminated"];

interface Case {
  readonly at: number;
  readonly disturbance: Disturbance;
}

/** All of them by `npm run prove:crash` on this folder; else every other write with one of the kinds, in turn. */
const CASES: readonly Case[] = Array.from({ length: WRITES }, (_, at) => KINDS.map((disturbance, kind) => ({ at, disturbance, sampled: at % 2 === 0 && (at / 2 + kind) % KINDS.length === 0 })))
  .flat()
  .filter(({ sampled }) => process.env["PROVE"] === "full" || sampled);

/** Commits of two scenes differ, so the undisturbed end is looked at in the scene of the case: what is lost is done again. */
async function play({ at, disturbance }: Case): Promise<{ disturbed: string | undefined; rerun: string | undefined; ended: unknown; undisturbed: unknown; violations: unknown[] }> {
  const scene: Scene = await taggedScene();
  try {
    const first = await runDisturbed(scene, { at, disturbance }, (options) => packageByHand(scene, options));
    const rerun = await packageByHand(scene, { rerunOf: first.runId });
    const ended = picture(scene);
    scene.repository.releases.length = 0;
    await packageByHand(scene);
    return { disturbed: first.outputs["outcome"], rerun: rerun.outputs["outcome"], ended, undisturbed: picture(scene), violations: scene.github.violations };
  } finally {
    await scene.stop();
  }
}

describe("L4: packaging that broke off anywhere", () => {
  let results: Map<Case, ReturnType<typeof play>>;
  beforeAll(async () => {
    const scene = await taggedScene();
    await packageByHand(scene);
    const writes = scene.github.requests.filter(({ write }) => write).length;
    await scene.stop();
    expect(writes).toBe(WRITES);
    results = startPool(CASES, 2, play);
  });

  for (const disturbed of CASES) {
    test(`L4: write ${disturbed.at} ${disturbed.disturbance}: a rerun ends in the same release`, async () => {
      const result = await results.get(disturbed);
      expect(result?.violations).toEqual([]);
      expect(result?.rerun).toBe("packaged");
      expect(result?.ended).toEqual(result?.undisturbed);
      tellCase({ matrix: "crash", subject: "release-package", what: `write ${disturbed.at} ${disturbed.disturbance}`, outcome: "converged" });
    });
  }
});
