import { beforeAll, describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { FOUR_WAYS, runDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { chainPicture, runChain, startChainScene } from "./production-chain.ts";

interface Case {
  readonly seed: number;
  readonly at: number;
  readonly disturbance: Disturbance;
}

/** Writes of the undisturbed chain, in order: lock, 10 for three agents, record; lock, 3 publications, record; staging and develop, with a status each. */
const WRITES = 20;
/** The first write that is not deploy's, whose own are played in its own tests. */
const AFTER_DEPLOY = 12;
const every = Array.from({ length: WRITES }, (_, index) => index);

/** Everything in `npm run prove:crash`, in turns on a plain Retell and on one that invents behaviour; in `npm test` every third write of publishing and syncing. */
const CASES: readonly Case[] =
  process.env["PROVE"] === "full"
    ? FOUR_WAYS.flatMap((disturbance, kind) => every.map((at): Case => ({ seed: (at + kind) % 2 === 0 ? 0 : 3, at, disturbance })))
    : every.filter((at) => at > AFTER_DEPLOY && at % 6 === 1).map((at): Case => ({ seed: 0, at, disturbance: FOUR_WAYS[at % 3] ?? "killed after" }));

const SEEDS = [...new Set(CASES.map(({ seed }) => seed))];

interface Played {
  readonly log: string;
  readonly conclusions: readonly (string | undefined)[];
  readonly picture: unknown;
}

async function play({ seed, at, disturbance }: Case): Promise<Played> {
  const scene = await startChainScene(seed);
  try {
    const broken = await runDisturbed(scene, { at, disturbance }, (options) => runChain(scene, options));
    const again = await runChain(scene, at % 2 === 0 ? { rerunOf: broken.deploy.runId } : {});
    return {
      log: [again.deploy.log, again.publish?.log, again.sync?.log].join("\n"),
      conclusions: [again.deploy.conclusion, again.publish?.conclusion, again.sync?.conclusion],
      picture: await chainPicture(scene),
    };
  } finally {
    await scene.stop();
  }
}

describe("L4: the production chain (deploy, publish, branch-sync) that broke off anywhere is finished by its rerun", () => {
  const undisturbed = new Map<number, { writes: number; picture: unknown }>();
  let results: Map<Case, Promise<Played>>;

  beforeAll(async () => {
    for (const seed of SEEDS) {
      const scene = await startChainScene(seed);
      try {
        const chain = await runChain(scene);
        expect([chain.deploy.outputs["outcome"], chain.publish?.outputs["outcome"], chain.sync?.outputs["outcome"]]).toEqual(["deployed", "published", "synced"]);
        undisturbed.set(seed, { writes: scene.faults.writes, picture: await chainPicture(scene) });
      } finally {
        await scene.stop();
      }
    }
    results = startPool(CASES, 2, play);
  });

  test("L4: the undisturbed chain has as many writes as there are cases", () => {
    expect(SEEDS.map((seed) => undisturbed.get(seed)?.writes)).toEqual(SEEDS.map(() => WRITES));
  });

  for (const one of CASES) {
    test(`L4: write ${one.at} ${one.disturbance} (lab seed ${one.seed})`, async () => {
      const played = await results.get(one);
      expect({ conclusions: played?.conclusions, log: played?.conclusions.every((conclusion) => conclusion === "success") === true ? "" : played?.log }).toEqual({ conclusions: ["success", "success", "success"], log: "" });
      expect(played?.picture).toEqual(undisturbed.get(one.seed)?.picture);
      tellCase({ matrix: "crash", subject: "deploy, publish-version, branch-sync", what: `write ${one.at} ${one.disturbance}`, outcome: "converged" });
    });
  }
});
