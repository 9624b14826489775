import { beforeAll, describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { agentFile } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { runDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { deploy, FASTER, FILES, finalPicture, publications, publish, publishedVersions, stateFile, type Place } from "./publishing.ts";

/** Published once, deployed again: version 1 of both agents waits. Retell's clock is behind GitHub's, which tells whole seconds. */
async function prepared(place: Place, seed: number): Promise<Scene> {
  const scene = await startScene({ files: FILES, retell: { seed, now: () => Date.now() - 2_000, republish: "refuse" } });
  try {
    expect((await deploy(scene, place)).outputs["outcome"]).toBe("deployed");
    expect((await publish(scene, place)).outputs["outcome"]).toBe("published");
    await scene.repository.commit({ branch: place, files: FASTER, message: "Faster" });
    expect((await deploy(scene, place)).outputs["outcome"]).toBe("deployed");
    scene.retell.clearRequests();
    scene.github.clearRequests();
    scene.faults.reset();
    return scene;
  } catch (error) {
    await scene.stop();
    throw error;
  }
}

/** The lock, two publications, the record. */
const WRITES = 4;
const KINDS: readonly Disturbance[] = ["killed before", "killed after", "request dropped", "answer dropped", "terminated"];

interface Case {
  readonly place: Place;
  readonly at: number;
  readonly disturbance: Disturbance;
  /** What follows: a new attempt of that run, or the deploy of a newer commit and then a publication. */
  readonly next: "rerun" | "newer commit";
}

/** With PROVE=full all of them; else every other write with one kind, places and continuations in turn. */
const CASES: readonly Case[] = Array.from({ length: WRITES }, (_, at) =>
  KINDS.flatMap((disturbance, kind) =>
    (["staging", "production"] as const).flatMap((place, first) =>
      (["rerun", "newer commit"] as const).map((next, second): Case & { sampled: boolean } => ({ place, at, disturbance, next, sampled: at % 2 === 1 && kind === at % KINDS.length && (at + Math.floor(kind / 2)) % 2 === first && kind % 2 === second })),
    ),
  ),
)
  .flat()
  .filter(({ sampled }) => process.env["PROVE"] === "full" || sampled);

interface Played {
  readonly disturbed: RunResult;
  readonly next: RunResult;
  readonly publications: readonly string[];
  readonly versions: Record<string, number[]>;
  readonly pending: unknown;
  readonly picture: unknown;
}

async function play({ place, at, disturbance, next }: Case): Promise<Played> {
  const scene = await prepared(place, at);
  try {
    const disturbed = await runDisturbed(scene, { at, disturbance }, (options) => publish(scene, place, options));
    let run: RunResult;
    if (next === "rerun") run = await publish(scene, place, { rerunOf: disturbed.runId });
    else {
      await scene.repository.commit({ branch: place, files: { "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: 1.5 } }) }, message: "Faster still" });
      const deployed = await deploy(scene, place);
      if (deployed.outputs["outcome"] !== "deployed") throw new Error(`${deployed.log}\n${deployed.summary}`);
      run = await publish(scene, place);
    }
    const organization = place === "staging" ? scene.staging : scene.production;
    return { disturbed, next: run, publications: publications(scene), versions: publishedVersions(organization), pending: (await stateFile(scene, place, "workspace.json"))["pending"], picture: await finalPicture(scene, place) };
  } finally {
    await scene.stop();
  }
}

describe("L4: a publication that was disturbed anywhere", () => {
  let results: Map<Case, Promise<Played>>;
  const undisturbed = new Map<string, unknown>();

  beforeAll(async () => {
    for (const place of ["staging", "production"] as const) {
      for (let seed = 0; seed < WRITES; seed += 1) {
        if (!CASES.some((one) => one.next === "rerun" && one.place === place && one.at === seed)) continue;
        const scene = await prepared(place, seed);
        expect((await publish(scene, place)).outputs["outcome"]).toBe("published");
        expect(scene.faults.writes).toBe(WRITES);
        undisturbed.set(`${place} ${seed}`, await finalPicture(scene, place));
        await scene.stop();
      }
    }
    results = startPool(CASES, 2, play);
  }, 240_000);

  for (const one of CASES) {
    test(`L4: write ${one.at} in ${one.place} ${one.disturbance}, then ${one.next}: nothing is published twice`, async () => {
      const result = await results.get(one);
      if (result === undefined) throw new Error("not played");
      expect(result.next.outputs["outcome"]).toMatch(/^(published|unchanged)$/);
      expect(result.publications).toEqual([...new Set(result.publications)]);
      expect(result.pending).toBeNull();
      if (one.next === "rerun") {
        expect(result.versions).toEqual({ sales: [0, 1], support: [0, 1] });
        expect(result.picture).toEqual(undisturbed.get(`${one.place} ${one.at}`));
      } else expect(result.versions["support"]).toEqual([0, 1]);
      tellCase({ matrix: "crash", subject: "publish-version", what: `write ${one.at} in ${one.place} ${one.disturbance}, then ${one.next}`, outcome: "converged" });
    }, 240_000);
  }
});
