/**
 * Measures and prints; asserts nothing. Absolute times depend on the machine, so each one also stands as a ratio within this
 * run: to the floor, which is what the calls cost at the given latency, concurrency and limits if nothing else took any
 * time, and to the naive way, a process per agent with two calls in sequence, as a command-line tool in a shell loop works.
 */
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { measureBundles, treeMegabytes } from "./bench/bundles.ts";
import { FLOOR_FORMULA, floorSeconds } from "./bench/floor.ts";
import type { Measured } from "./bench/measured-run.ts";
import { median } from "./bench/median.ts";
import { NAIVE_SAMPLE } from "./bench/naive.ts";
import { readOptions, USAGE, type BenchOptions } from "./bench/options.ts";
import type { LongPromptRow, Row } from "./bench/report.ts";
import { SCENARIOS } from "./bench/scenarios.ts";
import { printTable } from "./bench/table.ts";
import type { WorldMessage, WorldRequest } from "./bench/world.ts";

const LATENCY = 50;
const CONCURRENCY = 8;
/** From here on one run says enough, and takes long enough. */
const LARGE = 1_000;
/** With limits this many agents take a quarter of an hour for each scenario. */
const VERY_LARGE = 10_000;
const root = fileURLToPath(new URL("..", import.meta.url));

/** Measures scenarios on one scene, in a process of its own. */
async function measureWorld(request: WorldRequest): Promise<WorldMessage[]> {
  const child = fork(`${root}scripts/bench/world.ts`, [JSON.stringify(request)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const messages: WorldMessage[] = [];
  child.on("message", (message: WorldMessage) => {
    messages.push(message);
    const what = message.kind === "naive" ? "the naive way" : `${message.scenario}: ${message.rounds.map(({ seconds }) => seconds.toFixed(1)).join(", ")} s`;
    console.error(`${request.agents} agents${request.limits ? ", with limits" : ""}: ${what}`);
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${request.agents} agents: the measurement failed`);
  return messages;
}

async function measureSize(agents: number, limits: boolean, options: BenchOptions): Promise<Row[]> {
  const rounds = agents >= LARGE || limits ? 1 : options.rounds;
  const wanted = SCENARIOS.filter(({ name }) => name.includes(options.only));
  const request = { agents, limits, latency: LATENCY, concurrency: CONCURRENCY };
  const messages: WorldMessage[] = [];
  const deployed = wanted.filter(({ scene }) => scene === "deployed").map(({ name }) => name);
  if (deployed.length > 0) messages.push(...(await measureWorld({ ...request, kind: "deployed", scenarios: deployed, rounds })));
  // What was imported once is in Git: each round needs a scene of its own.
  const unmanaged = wanted.filter(({ scene }) => scene === "unmanaged").map(({ name }) => name);
  for (let round = 1; unmanaged.length > 0 && round <= rounds; round += 1) messages.push(...(await measureWorld({ ...request, kind: "unmanaged", scenarios: unmanaged, rounds: 1 })));
  const naive = median(messages.flatMap((message) => (message.kind === "naive" ? [message.seconds] : [])));
  return wanted.map(({ name }) => row({ name, agents, limits, naive, rounds: messages.flatMap((message) => (message.kind === "measured" && message.scenario === name ? message.rounds : [])) }));
}

function row({ name, agents, limits, naive, rounds }: { name: string; agents: number; limits: boolean; naive: number; rounds: readonly Measured[] }): Row {
  const of = (field: Exclude<keyof Measured, "routes">): number => median(rounds.map((round) => round[field]));
  const seconds = of("seconds");
  const floor = median(rounds.map(({ routes }) => floorSeconds({ routes, latency: LATENCY, concurrency: CONCURRENCY, limits })));
  return {
    scenario: name,
    agents,
    limits,
    seconds,
    cpuSeconds: of("cpuSeconds"),
    peakMegabytes: of("peakMegabytes"),
    retellCalls: of("retellCalls"),
    githubCalls: of("githubCalls"),
    megabytesUp: of("megabytesUp"),
    megabytesDown: of("megabytesDown"),
    timesFloor: floor === 0 ? null : seconds / floor,
    timesNaive: floor === 0 ? null : naive / seconds,
    naiveExtrapolated: agents > NAIVE_SAMPLE,
    labBusy: of("labCpuSeconds") / seconds,
    rounds: rounds.length,
  };
}

/** What a console edit of a very long prompt costs beside reading and building the project that it belongs to. */
function measureLongPrompt(rounds: number): LongPromptRow[] {
  const results = Array.from({ length: rounds }, () => {
    const { status, stdout } = spawnSync(process.execPath, [`${root}scripts/bench/long-prompt.ts`], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    if (status !== 0) throw new Error("the long prompt failed");
    return JSON.parse(stdout) as Record<"megabytes" | "edits" | "build" | "merge" | "adopt" | "memoryOfBuild" | "memory", number>;
  });
  const of = (name: keyof (typeof results)[number]): number => median(results.map((result) => result[name]));
  const timed = (what: string, value: number): LongPromptRow => ({ what, value, unit: "s", timesBuild: value / of("build") });
  return [
    timed(`read and build a prompt of ${of("megabytes").toFixed(1)} MB in 200 sections`, of("build")),
    timed(`merge it three ways, ${of("edits")} edits on each side`, of("merge")),
    timed(`bring ${of("edits")} edits back into its sections, verified`, of("adopt")),
    { what: `memory of it all (of reading and building: ${of("memoryOfBuild").toFixed(0)} MB)`, value: of("memory"), unit: "MB", timesBuild: of("memory") / of("memoryOfBuild") },
  ];
}

function printRows(rows: readonly Row[]): void {
  const times = (value: number | null, digits: number): string => (value === null ? "–" : `${value.toFixed(digits)} ×`);
  printTable(
    ["", "agents", "limits", "time", "× floor", "× faster than naive", "CPU", "memory", "Retell", "GitHub", "up", "down", "lab"],
    rows.map((one) => [
      one.scenario,
      String(one.agents),
      one.limits ? "on" : "off",
      `${one.seconds.toFixed(1)} s`,
      times(one.timesFloor, 2),
      `${times(one.timesNaive, 1)}${one.naiveExtrapolated && one.timesNaive !== null ? " *" : ""}`,
      `${one.cpuSeconds.toFixed(2)} s`,
      `${one.peakMegabytes.toFixed(0)} MB`,
      String(one.retellCalls),
      String(one.githubCalls),
      `${one.megabytesUp.toFixed(2)} MB`,
      `${one.megabytesDown.toFixed(2)} MB`,
      `${(one.labBusy * 100).toFixed(0)} %`,
    ]),
  );
  console.log(`floor: ${FLOOR_FORMULA}`);
  console.log(`naive: a process per agent, one after the other, two calls in sequence; * from a sample of ${NAIVE_SAMPLE} agents, extrapolated`);
  console.log("CPU: of the action and of the git processes that it starts; memory: the peak of the action's own process; lab: part of the time in which the servers that stand in for Retell and GitHub were at work themselves");
  for (const one of rows.filter(({ labBusy }) => labBusy > 0.5)) console.log(`${one.scenario}, ${one.agents} agents: the lab was busy for ${(one.labBusy * 100).toFixed(0)} % of the time and has held the action up`);
  console.log();
}

const options = readOptions(process.argv.slice(2));
if (options === "help") {
  console.log(USAGE);
  process.exit();
}
console.log(`node ${process.version}, ${cpus().length} cores, ${LATENCY} ms latency to Retell and none to GitHub, ${CONCURRENCY} requests at once, prompts of 8 KB, median of ${options.rounds} (from ${LARGE} agents on and with limits: one run)\n`);
const rows: Row[] = [];
const notRun: { readonly agents: number; readonly limits: boolean; readonly why: string }[] = [];
for (const limits of options.limits) {
  for (const agents of options.sizes) {
    if (limits && agents >= VERY_LARGE && !options.all) notRun.push({ agents, limits, why: "takes more than an hour; run with --all" });
    else rows.push(...(await measureSize(agents, limits, options)));
  }
}
if (rows.length > 0) printRows(rows);
for (const { agents, why } of notRun) console.log(`${agents} agents with limits: not run (${why})\n`);
const bundles = "bundles".includes(options.only) ? await measureBundles(`${root}dist`) : [];
const tree = bundles.length === 0 ? null : treeMegabytes(`${root}dist`);
if (tree !== null) {
  printTable(
    ["bundle", "size", "gzip", "start to first log line", "against an empty script"],
    bundles.map((one) => [one.action, `${one.megabytes.toFixed(2)} MB`, `${one.gzipMegabytes.toFixed(2)} MB`, `${one.startMilliseconds.toFixed(0)} ms`, `${one.timesEmptyScript.toFixed(1)} ×`]),
  );
  console.log(`tree of a release tag, compressed: ${tree.toFixed(2)} MB\n`);
}
const longPrompt = "long prompt".includes(options.only) ? measureLongPrompt(options.rounds) : [];
if (longPrompt.length > 0) printTable(["a very long prompt", "here", "against reading and building"], longPrompt.map(({ what, value, unit, timesBuild }) => [what, `${value.toFixed(unit === "s" ? 2 : 0)} ${unit}`, `${timesBuild.toFixed(1)} ×`]));
if (options.json !== undefined) {
  const conditions = { node: process.version, cores: cpus().length, latencyMilliseconds: LATENCY, concurrency: CONCURRENCY, promptKilobytes: 8, floor: FLOOR_FORMULA, naiveSample: NAIVE_SAMPLE };
  writeFileSync(options.json, `${JSON.stringify({ conditions, rows, notRun, bundles, releaseTreeMegabytes: tree, longPrompt }, null, 2)}\n`);
}
