import { beforeAll, describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type Scene } from "@retell-actions/lab/scene/scene";
import { finalPicture, type FinalPicture } from "./crash-story.ts";
import { deployDisturbed, FOUR_WAYS, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";

const swapTo = (name: string): Record<string, unknown> => ({ type: "agent_swap", name: `to_${name}`, agent_id: `agent://${name}`, post_call_analysis_setting: "only_destination_agent" });
/** Two agents that refer to each other: neither can be complete before both exist. */
const FILES = sampleFiles({
  alpha: { agent: { voice_speed: 1.14 }, llm: { general_tools: [swapTo("omega")] } },
  omega: { llm: { general_tools: [swapTo("alpha")], begin_message: "Hi" } },
});
const IN_SEQUENCE = { inputs: { concurrency: "1" } };
/** Retell's clock is behind GitHub's, which tells the end of a run in whole seconds. */
const open = (seed: number): Promise<Scene> => startScene({ files: FILES, retell: { seed, now: () => Date.now() - 2_000 } });

interface Case {
  readonly seed: number;
  readonly at: number;
  readonly disturbance: Disturbance;
}

/** The lock with its branch in three requests, two engines and agents, two references, record. */
const WRITES = 10;
/** All of them by `npm run prove:crash`; else each write once, the kinds and seeds in turn. */
const CASES: readonly Case[] = Array.from({ length: WRITES }, (_, at) => FOUR_WAYS.map((disturbance, kind): Case => ({ seed: (at + kind) % 2 === 0 ? 0 : 3, at, disturbance })))
  .flat()
  .filter(({ at, disturbance }) => process.env["PROVE"] === "full" || (disturbance === FOUR_WAYS[at % FOUR_WAYS.length] && at % 2 === 1));

async function playCase({ seed, at, disturbance }: Case): Promise<{ outcome: string | undefined; log: string; picture: FinalPicture }> {
  const scene = await open(seed);
  try {
    const disturbed = await deployDisturbed(scene, at, disturbance, IN_SEQUENCE);
    const rerun = await scene.deploy({ ...IN_SEQUENCE, ...(at % 2 === 0 ? { rerunOf: disturbed.runId } : {}) });
    return { outcome: rerun.outputs["outcome"], log: rerun.log, picture: await finalPicture(scene) };
  } finally {
    await scene.stop();
  }
}

describe("L4: a first deployment that broke off anywhere, with agents that refer to each other", () => {
  let results: Map<Case, ReturnType<typeof playCase>>;
  const undisturbed = new Map<number, { writes: number; picture: FinalPicture }>();

  beforeAll(async () => {
    for (const seed of [0, 3]) {
      const scene = await open(seed);
      const run = await scene.deploy(IN_SEQUENCE);
      undisturbed.set(seed, { writes: scene.faults.writes, picture: await finalPicture(scene) });
      await scene.stop();
      expect(run.outputs["outcome"]).toBe("deployed");
    }
    results = startPool(CASES, 3, playCase);
  });

  test("L4: every write of the first deployment is among the cases", () => {
    expect([...undisturbed.values()].map(({ writes }) => writes)).toEqual([WRITES, WRITES]);
  });

  for (const play of CASES) {
    test(`L4: write ${play.at} of a first deployment ${play.disturbance} (lab seed ${play.seed})`, async () => {
      const result = await results.get(play);
      const reference = undisturbed.get(play.seed)?.picture;
      expect(result?.outcome).toMatch(/^(deployed|unchanged)$/);
      expect(result?.picture.state["workspace.json"]).toMatchObject({ pending: null });
      expect(result?.picture.retell).toEqual(reference?.retell);
      expect(result?.picture.state).toEqual(reference?.state);
      expect(result?.picture.comments).toEqual([]);
      tellCase({ matrix: "crash", subject: "deploy", what: `first deployment: write ${play.at} ${play.disturbance}`, outcome: "converged" });
    });
  }
});
