import { beforeAll, describe, expect, test } from "@jest/globals";
import { runDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { importNow, picture, startImportScene } from "./import-scene.ts";

const KINDS: readonly Disturbance[] = ["killed before", "killed after", "answer dropped", "request dropped"];

interface Case {
  readonly at: number;
  readonly disturbance: Disturbance;
}

/** The commit with its blobs and tree, the branch, records and locks of two workspaces, status, pull request. */
const MOST_WRITES = 12;
const CASES: readonly Case[] = Array.from({ length: MOST_WRITES }, (_, at) => KINDS.map((disturbance, kind) => ({ at, disturbance, sampled: at % 6 === 1 && (Math.floor(at / 2) + kind) % KINDS.length === 0 })))
  .flat()
  .filter(({ sampled }) => process.env["PROVE"] === "full" || sampled);

async function play({ at, disturbance }: Case): Promise<unknown> {
  const scene = await startImportScene({ seed: 5 });
  try {
    const first = await runDisturbed(scene, { at, disturbance }, (options) => importNow(scene, options));
    const rerun = await importNow(scene, at % 2 === 0 ? { rerunOf: first.runId } : {});
    return { conclusion: rerun.conclusion, picture: await picture(scene) };
  } finally {
    await scene.stop();
  }
}

describe("L4: an import that broke off anywhere is finished by the next one", () => {
  let undisturbed: unknown;
  let results: Map<Case, ReturnType<typeof play>>;
  beforeAll(async () => {
    const scene = await startImportScene({ seed: 5 });
    await importNow(scene);
    expect(scene.faults.writes).toBeLessThanOrEqual(MOST_WRITES);
    expect(scene.faults.writes).toBeGreaterThan(MOST_WRITES - 3);
    undisturbed = await picture(scene);
    await scene.stop();
    results = startPool(CASES, 2, play);
  });

  for (const one of CASES) {
    test(`L4: write ${one.at} ${one.disturbance}`, async () => {
      expect(await results.get(one)).toEqual({ conclusion: "success", picture: undisturbed });
    });
  }
});
