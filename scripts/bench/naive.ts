import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { KEYS, type Scene } from "../../packages/lab/src/scene/scene.ts";

const ONE_AGENT = fileURLToPath(new URL("one-agent.ts", import.meta.url));

/** How many agents are read that way; the time of more is extrapolated from these. */
export const NAIVE_SAMPLE = 20;

/** Seconds that one process per agent, one after the other, each with two calls in sequence, takes for all agents. */
export async function naiveSeconds(scene: Scene, agents: number): Promise<number> {
  const ids = scene.staging.agents().slice(0, NAIVE_SAMPLE).map(({ id }) => id);
  const started = performance.now();
  for (const id of ids) {
    const child = spawn(process.execPath, [ONE_AGENT, id, scene.retell.url, KEYS.staging], { stdio: "ignore" });
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw new Error(`reading ${id} failed`);
  }
  return ((performance.now() - started) / 1000 / ids.length) * agents;
}
