import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProofCase } from "../../packages/lab/src/evidence/tell-case.ts";
import type { Matrix } from "./matrices.ts";

export interface Played {
  /** Cases that came out as they must, as the tests told them. */
  readonly cases: readonly ProofCase[];
  readonly testsPassed: number;
  /** Titles of tests that failed, and files that could not be run. */
  readonly failures: readonly string[];
}

interface JestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly name: string; readonly message: string; readonly status: string; readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[] }[];
}

/** Plays every case of a matrix, with the output of the tests on the terminal. */
export function playMatrix(root: string, name: ProofCase["matrix"], { tests }: Matrix): Played {
  const folder = mkdtempSync(join(tmpdir(), "prove-"));
  try {
    const lines = join(folder, "cases");
    const report = join(folder, "report.json");
    spawnSync(process.execPath, [join(root, "scripts/test.ts"), "--full", "--json", `--outputFile=${report}`, ...tests], { cwd: root, stdio: "inherit", env: { ...process.env, EVIDENCE_LINES: lines } });
    if (!existsSync(report)) return { cases: [], testsPassed: 0, failures: ["the tests did not run to their end"] };
    const { numPassedTests, testResults } = JSON.parse(readFileSync(report, "utf8")) as JestReport;
    const told = existsSync(lines) ? readFileSync(lines, "utf8").split("\n").filter(Boolean) : [];
    const failures = testResults.flatMap(({ name: file, status, assertionResults }) => {
      const failed = assertionResults.filter((one) => one.status === "failed").map(({ fullName }) => fullName);
      return status === "failed" && failed.length === 0 ? [`${file.slice(root.length)} could not be run`] : failed;
    });
    return { cases: told.map((line) => JSON.parse(line) as ProofCase).filter(({ matrix }) => matrix === name), testsPassed: numPassedTests, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
