import { beforeAll, describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { deployDisturbed, FOUR_WAYS, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { sampled } from "@retell-actions/lab/scene/sampled";
import { startScene, type Scene } from "@retell-actions/lab/scene/scene";
import { finalPicture } from "./crash-story.ts";

const PRUNE = { inputs: { concurrency: "1", prune: "delete" } };
/** Lock, the voice of one, the other with its engine, record. */
const WRITES = 5;

interface Case {
  readonly at: number;
  readonly disturbance: Disturbance;
}

const CASES: readonly Case[] = sampled(Array.from({ length: WRITES }, (_, at) => FOUR_WAYS.map((disturbance): Case => ({ at, disturbance }))).flat(), WRITES * FOUR_WAYS.length);

/** One agent is changed, another one is gone from Git. */
async function open(): Promise<Scene> {
  const scene = await startScene({ files: sampleFiles({ sales: {}, spare: {} }), retell: { seed: 3, now: () => Date.now() - 2_000 } });
  try {
    expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
    await scene.repository.commit({ branch: "staging", files: { "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: 1.3 } }), "agents/spare/agent.json": null }, message: "Without the spare one" });
    scene.faults.reset();
    return scene;
  } catch (error) {
    await scene.stop();
    throw error;
  }
}

async function play(one?: Case): Promise<unknown> {
  const scene = await open();
  try {
    const disturbed = one === undefined ? undefined : await deployDisturbed(scene, one.at, one.disturbance, PRUNE);
    const run = await scene.deploy({ ...PRUNE, ...(disturbed === undefined ? {} : { rerunOf: disturbed.runId }) });
    if (one === undefined) expect(scene.faults.writes).toBe(WRITES);
    return { conclusion: run.conclusion, agents: scene.staging.agents().length, picture: await finalPicture(scene) };
  } finally {
    await scene.stop();
  }
}

describe("L4: a deployment that deletes an agent is finished by its rerun, which deletes no other", () => {
  let undisturbed: unknown;
  let results: Map<Case, Promise<unknown>>;
  beforeAll(async () => {
    undisturbed = await play();
    expect(undisturbed).toMatchObject({ conclusion: "success", agents: 1 });
    results = startPool(CASES, 2, play);
  });

  for (const one of CASES) {
    test(`L4: write ${one.at} ${one.disturbance}`, async () => {
      expect(await results.get(one)).toEqual(undisturbed);
      tellCase({ matrix: "crash", subject: "deploy", what: `an agent is deleted: write ${one.at} ${one.disturbance}`, outcome: "converged" });
    });
  }
});
