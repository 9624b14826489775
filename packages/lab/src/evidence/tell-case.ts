import { appendFileSync } from "node:fs";

/** One case of a matrix that came out as it must; a case that did not is a failed test. */
export interface ProofCase {
  readonly matrix: "crash" | "faults" | "attacks" | "races";
  /** The action or workflow template, e.g. `deploy`, `retell-release.yml`. */
  readonly subject: string;
  /** What was done to it, e.g. `write 3 killed after`. */
  readonly what: string;
  /** Where it ended, in a few words that are the same for the same end: `converged`, `recovered`, `failed: retell-unreachable`. */
  readonly outcome: string;
}

/** Writes the case down for docs/evidence.md while `npm run prove:…` runs (it sets `EVIDENCE_LINES`); otherwise does nothing. */
export function tellCase(one: ProofCase): void {
  const file = process.env["EVIDENCE_LINES"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(one)}\n`);
}
