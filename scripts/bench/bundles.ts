import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { median } from "./median.ts";

/** One committed bundle. */
export interface BundleRow {
  readonly action: string;
  readonly megabytes: number;
  readonly gzipMegabytes: number;
  /** From the start of the process to the first line of its log. */
  readonly startMilliseconds: number;
  readonly timesEmptyScript: number;
}

const STARTS = 11;

/** Sizes of all bundles, and how fast each one starts. */
export async function measureBundles(dist: string): Promise<BundleRow[]> {
  const actions = readdirSync(dist).filter((name) => existsSync(join(dist, name, "index.js"))).sort();
  const rows: BundleRow[] = [];
  for (const action of actions) {
    const path = join(dist, action, "index.js");
    const bundle: number[] = [];
    const empty: number[] = [];
    // In turns, so that whatever else the machine does slows both.
    for (let start = 0; start < STARTS; start += 1) {
      bundle.push(await firstOutput([path]));
      empty.push(await firstOutput(["-e", "console.log(1)"]));
    }
    const content = readFileSync(path);
    rows.push({ action, megabytes: content.length / 1e6, gzipMegabytes: gzipSync(content).length / 1e6, startMilliseconds: median(bundle), timesEmptyScript: median(bundle) / median(empty) });
  }
  return rows;
}

async function firstOutput(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"], env: { PATH: process.env["PATH"] ?? "" } });
  await once(child.stdout, "data");
  const milliseconds = performance.now() - started;
  child.stdout.resume();
  if (child.exitCode === null) await once(child, "exit");
  return milliseconds;
}

/** Megabytes of a release tag's tree as an archive, which is what a runner downloads. */
export function treeMegabytes(dist: string): number {
  const { status, stdout } = spawnSync("tar", ["-C", dist, "-c", "-z", "-f", "-", "."], { maxBuffer: 1e9 });
  if (status !== 0) throw new Error("tar failed");
  return stdout.length / 1e6;
}
