/**
 * Mutation testing of the pure code that decides what is written: how many small changes of the code the tests of ring 1 notice.
 * Prints the figures of each folder. `--json <file>` writes them, `--survivors` tells the changes that nobody noticed; folders may
 * be named: `npm run prove:mutation -- merge diff`.
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import type { LogLevel, MutantResult } from "@stryker-mutator/api/core";
import { countMutants, type MutantCount } from "./mutation/count-mutants.ts";
import { MUTATED_FOLDERS } from "./mutation/test-folders.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({ options: { json: { type: "string" }, survivors: { type: "boolean", default: false } }, allowPositionals: true });
const unknown = positionals.find((name) => !MUTATED_FOLDERS.some((folder) => folder === name));
if (unknown !== undefined) throw new Error(`${unknown} is none of ${MUTATED_FOLDERS.join(", ")}`);

/** Folder by folder, since code with mutants is slow, whether they are switched on or not. */
const mutate = (folder: string): Promise<MutantResult[]> =>
  new Stryker({
    mutate: [`packages/core/src/${folder}/**/*.ts`],
    ignorePatterns: ["**", "!package.json", "!packages/core/**"],
    plugins: [fileURLToPath(new URL("mutation/in-process-runner.ts", import.meta.url))],
    testRunner: "in-process",
    coverageAnalysis: "perTest",
    concurrency: 2,
    reporters: ["json"],
    jsonReporter: { fileName: `build/mutation/${folder}.json` },
    tempDirName: "build/mutation/sandbox",
    // Other programs may hold the processor; what goes on without end is found by its count of steps.
    timeoutMS: 120_000,
    // Modules that were loaded anew stay in memory.
    maxTestRunnerReuse: 500,
    warnings: false,
    logLevel: "warn" as LogLevel,
  }).runMutationTest();

process.chdir(root);
const counts: MutantCount[] = [];
const all: MutantResult[] = [];
for (const folder of MUTATED_FOLDERS.filter((name) => positionals.length === 0 || positionals.includes(name))) {
  const mutants = await mutate(folder);
  all.push(...mutants);
  counts.push(countMutants(folder, mutants));
  console.log(lineOf(counts.at(-1)));
  if (values.survivors) console.log(mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage").map(toldOf).join("\n"));
}
counts.push(countMutants("all", all));
console.log(lineOf(counts.at(-1)));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(counts, undefined, 2)}\n`);

function lineOf(count: MutantCount | undefined): string {
  if (count === undefined) return "";
  const { folder, mutants, killed, timedOut, survived, noCoverage, score } = count;
  return `${folder}: ${mutants} mutants, ${killed} killed, ${timedOut} timed out, ${survived} survived, ${noCoverage} not reached: ${score} %`;
}

function toldOf({ fileName, location, status, mutatorName, replacement }: MutantResult): string {
  return `  ${fileName.slice(root.length)}:${location.start.line}:${location.start.column} ${status} ${mutatorName}: ${replacement}`;
}
