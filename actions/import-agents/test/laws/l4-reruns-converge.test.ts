import { beforeAll, describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { FOUR_WAYS, runDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { importNow, picture, startImportScene } from "./import-scene.ts";

const KINDS: readonly Disturbance[] = [...FOUR_WAYS, "request dropped"];

interface Case {
  readonly at: number;
  readonly disturbance: Disturbance;
}

/** The commit with its blobs and tree, the branch, records and locks of two workspaces, status, pull request. */
const WRITES = 11;
const CASES: readonly Case[] = Array.from({ length: WRITES }, (_, at) => KINDS.map((disturbance, kind) => ({ at, disturbance, sampled: at % 6 === 1 && (Math.floor(at / 2) + kind) % KINDS.length === 0 })))
  .flat()
  .filter(({ sampled }) => process.env["PROVE"] === "full" || sampled);

/** With what an import must leave alone, too. */
async function wholePicture(scene: Scene): Promise<unknown> {
  const { repository, staging, production } = scene;
  return { ...((await picture(scene)) as object), comments: repository.comments, issues: repository.issues.size, retell: [staging, production].map((organization) => organization.snapshot()) };
}

async function play({ at, disturbance }: Case): Promise<unknown> {
  const scene = await startImportScene({ seed: 5 });
  try {
    const first = await runDisturbed(scene, { at, disturbance }, (options) => importNow(scene, options));
    const rerun = await importNow(scene, at % 2 === 0 ? { rerunOf: first.runId } : {});
    return { conclusion: rerun.conclusion, picture: await wholePicture(scene) };
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
    expect(scene.faults.writes).toBe(WRITES);
    undisturbed = await wholePicture(scene);
    await scene.stop();
    results = startPool(CASES, 2, play);
  });

  for (const one of CASES) {
    test(`L4: write ${one.at} ${one.disturbance}`, async () => {
      expect(await results.get(one)).toEqual({ conclusion: "success", picture: undisturbed });
      tellCase({ matrix: "crash", subject: "import-agents", what: `write ${one.at} ${one.disturbance}`, outcome: "converged" });
    });
  }
});
