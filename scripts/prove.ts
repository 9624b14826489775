/**
 * Plays a whole matrix of cases, or measures, and writes down in docs/evidence.md what came of it: `node scripts/prove.ts crash`; what follows
 * the name is passed on. Ends with exit code 1 if something did not come out as it must; the evidence says so too. `--no-evidence` writes none.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { circumstances } from "./evidence/circumstances.ts";
import { countCases, countReasons } from "./evidence/count-cases.ts";
import { MATRICES } from "./evidence/matrices.ts";
import { MEASUREMENTS } from "./evidence/measurements.ts";
import { playMatrix } from "./evidence/play-matrix.ts";
import { keepSection, type Section } from "./evidence/section.ts";

type Found = Pick<Section, "title" | "text" | "tables" | "failures">;

const root = fileURLToPath(new URL("..", import.meta.url));
const [wanted = "", ...rest] = process.argv.slice(2);
const passedOn = rest.filter((argument) => argument !== "--no-evidence");
const known = <Name extends string>(names: Readonly<Record<Name, unknown>>): Name | undefined => (Object.keys(names) as Name[]).find((name) => name === wanted);

function playCases(name: keyof typeof MATRICES): Found {
  const { title, text, tests } = MATRICES[name];
  const { cases, testsPassed, failures } = playMatrix(root, name, { title, text, tests: passedOn.length > 0 ? passedOn : tests });
  const reasons = countReasons(cases);
  console.log(`\n${cases.length} cases came out as they must; ${testsPassed} tests passed, ${failures.length} failed.`);
  const counted = `${cases.length.toLocaleString("en-US")} cases came out so; of all tests in that run ${testsPassed.toLocaleString("en-US")} passed and ${failures.length} failed.`;
  return {
    title,
    text: `${text}\n\n${counted}`,
    tables: [countCases(cases), ...(reasons === undefined ? [] : [{ title: "Ends with a reason", ...reasons }])],
    failures: cases.length === 0 ? ["no case was played", ...failures] : failures,
  };
}

function measure(name: keyof typeof MEASUREMENTS): Found {
  const { script, section } = MEASUREMENTS[name];
  const folder = mkdtempSync(join(tmpdir(), "prove-"));
  try {
    const report = join(folder, "report.json");
    spawnSync(process.execPath, [join(root, "scripts", script), ...passedOn, "--json", report], { cwd: root, stdio: "inherit" });
    if (!existsSync(report)) throw new Error(`scripts/${script} did not come to its end`);
    return section(JSON.parse(readFileSync(report, "utf8")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const matrix = known(MATRICES);
const measurement = known(MEASUREMENTS);
if (matrix === undefined && measurement === undefined) {
  console.error(`Say what to prove: ${[...Object.keys(MATRICES), ...Object.keys(MEASUREMENTS)].join(", ")}.`);
  process.exit(2);
}
const command = `npm run ${wanted === "bench" ? "bench" : `prove:${wanted}`}${passedOn.length === 0 ? "" : ` -- ${passedOn.join(" ")}`}`;
const given = circumstances(root, command);
const started = performance.now();
const found = matrix === undefined ? measure(measurement ?? "fuzz") : playCases(matrix);
if (!rest.includes("--no-evidence")) {
  keepSection(root, { name: wanted, ...given, seconds: (performance.now() - started) / 1000, ...found });
  console.log("Written to docs/evidence.md.");
}
process.exitCode = found.failures.length === 0 ? 0 : 1;
