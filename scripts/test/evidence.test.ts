import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import type { ProofCase } from "../../packages/lab/src/evidence/tell-case.ts";
import { countCases, countReasons } from "../evidence/count-cases.ts";
import { MATRICES } from "../evidence/matrices.ts";
import { renderEvidence } from "../evidence/render.ts";
import { evidencePage, type Section } from "../evidence/section.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const section: Section = {
  name: "fuzz",
  title: "Hostile inputs",
  text: "Many texts.",
  at: "2026-11-24T02:30Z",
  commit: "0123456789abcdef0123456789abcdef01234567",
  uncommitted: true,
  machine: "2 cores",
  command: "npm run prove:fuzz",
  seconds: 59.6,
  tables: [{ title: "One", header: ["", "inputs"], rows: [["a|b", "1,000"]] }],
  failures: ["agent: broke\nhere"],
};

describe("the evidence", () => {
  test("is the page that its sections give, and nothing was written into it by hand", () => {
    const page = join(root, "docs/evidence.md");
    expect(existsSync(page)).toBe(true);
    expect(readFileSync(page, "utf8")).toBe(evidencePage(root));
  });

  test("tells when, where, on which commit and with what end something was run", () => {
    const page = renderEvidence([section, { ...section, name: "crash", title: "Crashes", uncommitted: false, failures: [] }]);
    expect(page.indexOf("## Crashes")).toBeLessThan(page.indexOf("## Hostile inputs"));
    expect(page).toContain("`npm run prove:fuzz`, 2026-11-24 02:30 UTC, commit `0123456789ab` with changes that were not committed, 2 cores, 60 s.");
    expect(page).toContain("| a\\|b | 1,000 |");
    expect(page).toContain("Did not come out as it must:\n\n- agent: broke here\n");
  });

  test("counts cases by subject and by end, reasons by themselves", () => {
    const one = (subject: string, outcome: string): ProofCase => ({ matrix: "faults", subject, what: "x", outcome });
    const cases = [one("deploy", "recovered"), one("deploy", "failed: unauthorized"), one("drift", "recovered"), one("drift", "failed: forbidden"), one("drift", "failed: forbidden"), one("drift", "recovered")];
    expect(countCases(cases)).toEqual({ header: ["", "cases", "failed", "recovered"], rows: [["deploy", "2", "1", "1"], ["drift", "4", "2", "2"], ["all", "6", "3", "3"]] });
    expect(countReasons(cases)?.rows).toEqual([["failed: forbidden", "2"], ["failed: unauthorized", "1"]]);
    expect(countReasons([one("deploy", "recovered")])).toBeUndefined();
  });

  test("comes from tests that exist", () => {
    const tests = ["actions", "packages", "scripts"].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`)).filter((path) => path.endsWith(".test.ts"));
    for (const [name, matrix] of Object.entries(MATRICES)) for (const pattern of matrix.tests) expect([name, pattern, tests.some((path) => path.includes(pattern))]).toEqual([name, pattern, true]);
  });
});
