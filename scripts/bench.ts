/**
 * Measures and prints; asserts nothing. Every figure is a ratio within this run: absolute times depend on the machine.
 * One process per agent with two calls in sequence is how a command-line tool in a shell loop works; the floor is what
 * the calls cost at the given latency and concurrency if nothing else took any time.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { KEYS, startScene, type RunResult, type Scene } from "../packages/lab/src/scene/scene.ts";
import { projectFiles } from "./bench/agents.ts";

const LATENCY = 50;
const CONCURRENCY = 8;
const ROUNDS = 3;
const root = fileURLToPath(new URL("..", import.meta.url));

interface Row {
  readonly what: string;
  readonly seconds: number;
  readonly calls: number;
  readonly naiveSeconds: number;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** The naive way over all agents: one process after the other. */
async function naive(scene: Scene): Promise<number> {
  const started = performance.now();
  for (const agent of scene.staging.agents()) {
    const child = spawn(process.execPath, [`${root}scripts/bench/one-agent.ts`, agent.id, scene.retell.url, KEYS.staging], { stdio: "ignore" });
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw new Error(`reading ${agent.id} failed`);
  }
  return (performance.now() - started) / 1000;
}

/** Runs an action several times on an unchanged workspace: median seconds and the calls of the last run. */
async function measure(scene: Scene, run: () => Promise<RunResult>, wanted: string): Promise<{ seconds: number; calls: number }> {
  const times: number[] = [];
  let calls = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    scene.retell.clearRequests();
    const result = await run();
    if (result.outputs["outcome"] !== wanted) throw new Error(`expected ${wanted}, got ${String(result.outputs["outcome"])}:\n${result.log.slice(-2000)}`);
    times.push(result.durationMs / 1000);
    calls = scene.retell.requests.length;
  }
  return { seconds: median(times), calls };
}

async function scenario(count: number, withDeploy: boolean): Promise<Row[]> {
  const scene = await startScene({ files: projectFiles(count), retell: { latencyMs: LATENCY } });
  try {
    const first = await scene.deploy();
    if (first.outputs["outcome"] !== "deployed") throw new Error(first.log.slice(-3000));
    await scene.repository.commit({ branch: "feature", parent: await scene.repository.tip("staging"), files: { "NOTES.md": "A change that touches no agent.\n" }, message: "Add notes" });
    const pull = await scene.repository.openPullRequest({ head: "feature", base: "staging", title: "Add notes" });
    console.error(`${count} agents: the naive way …`);
    const naiveSeconds = await naive(scene);
    const rows: Row[] = [];
    console.error(`${count} agents: validate …`);
    rows.push({ what: `validate, ${count} agents`, naiveSeconds, ...(await measure(scene, () => scene.validate({ pullRequest: pull.number, inputs: { concurrency: String(CONCURRENCY) } }), "passed")) });
    if (withDeploy) {
      console.error(`${count} agents: deploy unchanged …`);
      rows.push({ what: `deploy unchanged, ${count} agents`, naiveSeconds, ...(await measure(scene, () => scene.deploy({ inputs: { concurrency: String(CONCURRENCY) } }), "unchanged")) });
    }
    return rows;
  } finally {
    await scene.stop();
  }
}

/** Milliseconds from the start of the process to the first line of the log, and sizes. */
async function bundles(): Promise<string[][]> {
  const rows: string[][] = [];
  for (const action of ["deploy", "validate-and-conflict-check"]) {
    const path = `${root}dist/${action}/index.js`;
    const times: number[] = [];
    for (let round = 0; round < 11; round += 1) {
      const started = performance.now();
      const child = spawn(process.execPath, [path], { stdio: ["ignore", "pipe", "ignore"], env: { PATH: process.env["PATH"] ?? "" } });
      await once(child.stdout, "data");
      times.push(performance.now() - started);
      if (child.exitCode === null) await once(child, "exit");
    }
    const empty: number[] = [];
    for (let round = 0; round < 11; round += 1) {
      const started = performance.now();
      const child = spawn(process.execPath, ["-e", "console.log(1)"], { stdio: ["ignore", "pipe", "ignore"] });
      await once(child.stdout, "data");
      empty.push(performance.now() - started);
      if (child.exitCode === null) await once(child, "exit");
    }
    const bytes = statSync(path).size;
    const packed = gzipSync(readFileSync(path)).length;
    rows.push([action, `${(bytes / 1e6).toFixed(2)} MB`, `${(packed / 1e6).toFixed(2)} MB`, `${median(times).toFixed(0)} ms`, `${(median(times) / median(empty)).toFixed(1)} ×`]);
  }
  return rows;
}

/** What a console edit of a very long prompt costs beside reading and building the project that it belongs to. */
function longPrompt(): string[][] {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const { status, stdout } = spawnSync(process.execPath, [`${root}scripts/bench/long-prompt.ts`], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    if (status !== 0) throw new Error("the long prompt failed");
    return JSON.parse(stdout) as Record<"megabytes" | "edits" | "build" | "merge" | "adopt" | "memoryOfBuild" | "memory", number>;
  });
  const of = (name: keyof (typeof rounds)[number]): number => median(rounds.map((round) => round[name]));
  const row = (what: string, seconds: number): string[] => [what, `${seconds.toFixed(2)} s`, `${(seconds / of("build")).toFixed(1)} ×`];
  return [
    row(`read and build a prompt of ${of("megabytes").toFixed(1)} MB in 200 sections`, of("build")),
    row(`merge it three ways, ${of("edits")} edits on each side`, of("merge")),
    row(`bring ${of("edits")} edits back into its sections, verified`, of("adopt")),
    [`memory of it all (of reading and building: ${of("memoryOfBuild").toFixed(0)} MB)`, `${of("memory").toFixed(0)} MB`, `${(of("memory") / of("memoryOfBuild")).toFixed(1)} ×`],
  ];
}

function print(header: string[], rows: string[][]): void {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]): string => cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ");
  console.log(line(header));
  console.log(widths.map((width) => "-".repeat(width)).join("  "));
  for (const row of rows) console.log(line(row));
  console.log();
}

console.log(`node ${process.version}, ${cpus().length} cores, ${LATENCY} ms latency to Retell, ${CONCURRENCY} requests at once, median of ${ROUNDS}\n`);
const rows = [...(await scenario(10, false)), ...(await scenario(100, true))];
print(
  ["", "Retell calls", "times faster than one process per agent", "times the floor"],
  rows.map(({ what, seconds, calls, naiveSeconds }) => {
    const floor = (calls * LATENCY) / CONCURRENCY / 1000;
    return [what, String(calls), `${(naiveSeconds / seconds).toFixed(1)} ×`, `${(seconds / floor).toFixed(2)} ×`];
  }),
);
print(["bundle", "size", "gzip", "start to first log line", "against an empty script"], await bundles());
print(["a very long prompt", "here", "against reading and building"], longPrompt());
