/**
 * Tries texts without number on everything in the suite that reads somebody else's text, and prints what came of it. Texts
 * that broke something are kept in `scripts/fuzz/crashes`, where an ordinary test tries them again.
 *
 *   node scripts/fuzz.ts [--seed 1] [--inputs 1000000] [--target agent,overlay] [--json report.json]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz/campaign.ts";
import { TARGETS } from "./fuzz/targets.ts";

const { values } = parseArgs({ options: { seed: { type: "string" }, inputs: { type: "string", default: "1000000" }, target: { type: "string" }, json: { type: "string" } } });
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const targets = values.target?.split(",");
const unknown = targets?.filter((target) => !TARGETS.some(({ name }) => name === target)) ?? [];
if (unknown.length > 0 || !Number.isSafeInteger(seed) || !Number.isSafeInteger(Number(values.inputs))) {
  console.error(`Usage: node scripts/fuzz.ts [--seed <number>] [--inputs <number>] [--target <names>] [--json <file>]\nTargets: ${TARGETS.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

console.log(`seed ${seed}`);
const report = await fuzz({ seed, inputs: Number(values.inputs), targets, tell: (line) => console.log(line) });
const rows = report.targets.map(({ target, inputs, accepted, refused, crashes, slowestMs }) => [target, ...[inputs, accepted, refused, crashes].map((count) => count.toLocaleString("en")), slowestMs.toFixed(1)]);
const table = [["target", "inputs", "accepted", "refused", "crashes", "slowest call, ms"], ...rows];
const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
for (const row of table) console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  "));
console.log(`\n${report.inputs.toLocaleString("en")} inputs in ${report.seconds} s, ${report.failures.length} failures, seed ${seed}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = report.failures.length === 0 ? 0 : 1;
