import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { atSpeed } from "@retell-actions/lab/faults/at-speed";
import { nameCall } from "@retell-actions/lab/faults/name-call";
import { wholePicture, type WholePicture } from "@retell-actions/lab/faults/whole-picture";
import type { RetellLabOptions } from "@retell-actions/lab/retell/server";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { sampled } from "@retell-actions/lab/scene/sampled";
import { deployFirst, deployToStaging } from "./stories/deploy.ts";
import { detectDrift } from "./stories/drift-detect.ts";
import { publishDrafts } from "./stories/publish-version.ts";
import { validatePullRequest } from "./stories/validate.ts";
import type { Story } from "./story.ts";

const HOUR = 3_600_000;
/** Milliseconds that reads are behind writes. */
const LAG = 1_000;

/** What is wrong with the whole world, not with one call. */
interface World {
  readonly name: string;
  readonly retell?: Partial<RetellLabOptions>;
  /** How far the runner's clock is ahead. */
  readonly ahead?: number;
  /** What happens while the run reads its lists, and in the undisturbed world before it. */
  readonly meanwhile?: (scene: Scene) => void;
}

const add = (scene: Scene): void => void scene.staging.console.createAgent({ agent_name: "newcomer" }, { general_prompt: "I am new." });
const remove = (scene: Scene): void => {
  const found = scene.staging.agents().find(({ latest }) => latest.agent["agent_name"] === "stranger");
  if (found !== undefined) scene.staging.console.deleteAgent(found.id);
};

const WORLDS: readonly World[] = [
  { name: "the runner's clock is an hour ahead", ahead: HOUR },
  { name: "an agent comes while the pages of a list are read", meanwhile: add },
  { name: "reads are a second behind writes", retell: { readLagMs: LAG } },
  { name: "the runner's clock is an hour behind", ahead: -HOUR },
  { name: "an agent goes while the pages of a list are read", meanwhile: remove },
  { name: "Retell's clock is an hour ahead", retell: { now: () => Date.now() + HOUR } },
  { name: "Retell's clock is an hour behind", retell: { now: () => Date.now() - HOUR } },
];
const STORIES: readonly Story[] = [deployFirst, validatePullRequest, publishDrafts, detectDrift, deployToStaging];

interface Case {
  readonly world: World;
  readonly story: Story;
}

const CASES: readonly Case[] = sampled(STORIES.flatMap((story) => WORLDS.map((world): Case => ({ world, story }))), 99).filter(({ story, world }) => story !== detectDrift || world.retell === undefined);

/** The story's world with two agents that nobody manages, so that its list has several pages. */
async function start({ story, world }: Case): Promise<Scene> {
  const scene = await story.start(world.retell);
  for (const name of ["stranger", "another stranger"]) scene.staging.console.createAgent({ agent_name: name }, { general_prompt: "I was here before." });
  if (world.retell?.readLagMs !== undefined) await sleep(LAG + 100);
  return scene;
}

async function undisturbed({ story, world }: Case): Promise<{ outcome: string | undefined; picture: WholePicture }> {
  const scene = await start({ story, world: { name: "undisturbed" } });
  try {
    world.meanwhile?.(scene);
    const { outputs } = await story.run(scene, { env: atSpeed(10) });
    return { outcome: outputs["outcome"], picture: await wholePicture(scene) };
  } finally {
    await scene.stop();
  }
}

describe("clocks that differ, reads that are behind, lists that change", () => {
  test.each(CASES.map((one) => [`${one.story.action} ${one.story.name}: ${one.world.name}`, one] as const))("%s", async (_name, one) => {
    const { story, world } = one;
    const expected = await undisturbed(one);
    const scene = await start(one);
    try {
      scene.faults.reset();
      let pages = 0;
      if (world.meanwhile !== undefined) {
        const isList = (request: Parameters<typeof nameCall>[0]): boolean => /\/v2\/list-agents/.test(nameCall(request).name);
        scene.faults.add({ matches: isList, action: { kind: "query", query: { limit: "1" } } });
        scene.faults.add({ matches: (request) => isList(request) && (pages += 1) === 2, action: { kind: "call", when: "before", run: () => world.meanwhile?.(scene) } });
      }
      const run = await story.run(scene, { env: atSpeed(1, world.ahead ?? 0) });
      scene.faults.reset();
      if (world.meanwhile !== undefined) expect(pages).toBeGreaterThanOrEqual(2);
      expect({ outcome: run.outputs["outcome"], log: run.conclusion === "success" ? "" : run.log }).toEqual({ outcome: expected.outcome, log: "" });
      const first = await wholePicture(scene);
      const again = await story.run(scene, { env: atSpeed(1, world.ahead ?? 0) });
      expect({ conclusion: again.conclusion, log: again.conclusion === "success" ? "" : again.log }).toEqual({ conclusion: "success", log: "" });
      // What a list had not shown yet is told by the next run at the latest.
      expect(await wholePicture(scene)).toEqual(expected.picture);
      if (world.meanwhile === undefined) expect(first).toEqual(expected.picture);
      tellCase({ matrix: "faults", subject: story.action, what: world.name, outcome: "recovered" });
    } finally {
      await scene.stop();
    }
  }, 600_000);
});
