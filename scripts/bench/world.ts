/**
 * A process of its own for each scene, so that nothing of one measurement is left in the memory of the next: plays Retell, GitHub
 * and the runner, and measures actions, each of which is again a process of its own. Gets what to measure as its argument, and
 * sends each measurement to the process that started it.
 */
import { setTimeout as wait } from "node:timers/promises";
import { measureRun, type Measured } from "./measured-run.ts";
import { naiveSeconds } from "./naive.ts";
import { SCENARIOS } from "./scenarios.ts";
import { startSeededScene, type SceneRequest } from "./seeded-scene.ts";

export interface WorldRequest extends SceneRequest {
  readonly scenarios: readonly string[];
  readonly rounds: number;
  readonly concurrency: number;
}

export type WorldMessage =
  | { readonly kind: "naive"; readonly seconds: number }
  | { readonly kind: "measured"; readonly scenario: string; readonly rounds: readonly Measured[] };

/** What a window of Retell's limits takes to be over. */
const WINDOW_MILLISECONDS = 10_500;

const request = JSON.parse(process.argv[2] ?? "") as WorldRequest;
const send = (message: WorldMessage): void => void process.send?.(message);

const scene = await startSeededScene(request);
try {
  // Nothing has used the limits yet, and the sample stays below them.
  send({ kind: "naive", seconds: await naiveSeconds(scene, request.agents) });
  for (const scenario of SCENARIOS.filter(({ name }) => request.scenarios.includes(name))) {
    const rounds: Measured[] = [];
    for (let round = 1; round <= request.rounds; round += 1) {
      const situation = { scene, agents: request.agents, concurrency: request.concurrency, round };
      await scenario.prepare?.(situation);
      if (request.limits) await wait(WINDOW_MILLISECONDS);
      rounds.push(await measureRun(scene, (env) => scenario.run(situation, env), scenario.wanted));
    }
    send({ kind: "measured", scenario: scenario.name, rounds });
  }
} finally {
  await scene.stop();
}
process.disconnect();
