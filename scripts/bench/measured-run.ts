import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunResult, Scene } from "../../packages/lab/src/scene/scene.ts";
import { trafficSince } from "./traffic.ts";

const PRELOAD = fileURLToPath(new URL("preload.mjs", import.meta.url));

/** What one run of an action has cost. */
export interface Measured {
  readonly seconds: number;
  /** Of the action's process and of the processes that it has started. */
  readonly cpuSeconds: number;
  /** Of the action's own process. */
  readonly peakMegabytes: number;
  /** Requests to Retell by route. */
  readonly routes: Readonly<Record<string, number>>;
  readonly retellCalls: number;
  /** REST, GraphQL and git's own requests. */
  readonly githubCalls: number;
  readonly megabytesUp: number;
  readonly megabytesDown: number;
  /** CPU seconds of this process meanwhile, which plays Retell, GitHub and the runner. */
  readonly labCpuSeconds: number;
}

/**
 * Runs an action and measures it; throws unless it ends in the wanted outcome, since another one would be another story. Where
 * the lab has no limits, the action's own pacing is taken out.
 */
export async function measureRun(scene: Scene, action: (env: Readonly<Record<string, string>>) => Promise<RunResult>, wanted: string): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const file = join(folder, "usage.json");
  const { retell, github } = scene;
  const ports = [retell.url, github.url].map((url) => Number(new URL(url).port));
  try {
    retell.clearRequests();
    github.clearRequests();
    trafficSince(ports);
    const before = process.cpuUsage();
    const result = await action({ NODE_OPTIONS: `--import=${PRELOAD}`, BENCH_USAGE: file, ...(retell.options.rateLimits ? {} : { BENCH_UNPACED: "1" }) });
    const { user, system } = process.cpuUsage(before);
    const outcome = result.outputs["outcome"];
    if (outcome !== wanted) throw new Error(`expected ${wanted}, got ${String(outcome)}:\n${result.log.slice(-3000)}`);
    const used = JSON.parse(await readFile(file, "utf8")) as { readonly cpuSeconds: number; readonly peakMegabytes: number; readonly isUnpaced: boolean };
    if (retell.requests.length > 0 && used.isUnpaced === retell.options.rateLimits) throw new Error("the bundle's pacing is not what preload.mjs looks for");
    const routes: Record<string, number> = {};
    for (const { path } of retell.requests) {
      const route = path.replace(/^\/v\d+\//, "/").split("/")[1] ?? "";
      routes[route] = (routes[route] ?? 0) + 1;
    }
    const { up, down } = trafficSince(ports);
    return {
      seconds: result.durationMs / 1000,
      cpuSeconds: used.cpuSeconds,
      peakMegabytes: used.peakMegabytes,
      routes,
      retellCalls: retell.requests.length,
      githubCalls: github.requests.length,
      megabytesUp: up,
      megabytesDown: down,
      labCpuSeconds: (user + system) / 1e6,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
