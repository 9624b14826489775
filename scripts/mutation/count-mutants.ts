import type { MutantResult, MutantStatus } from "@stryker-mutator/api/core";

/** How the mutants of one folder ended. */
export interface MutantCount {
  readonly folder: string;
  readonly mutants: number;
  /** A test failed. */
  readonly killed: number;
  /** The tests came to no end. */
  readonly timedOut: number;
  /** All tests that reach it passed. */
  readonly survived: number;
  /** No test reaches it. */
  readonly noCoverage: number;
  /** Per cent of all mutants that were killed or timed out. */
  readonly score: number;
}

const COUNTED: ReadonlySet<MutantStatus> = new Set<MutantStatus>(["Killed", "Timeout", "Survived", "NoCoverage"]);

/** A mutant that ended in any other way is an error: it would be missing from the score. */
export function countMutants(folder: string, mutants: readonly MutantResult[]): MutantCount {
  const odd = mutants.find(({ status }) => !COUNTED.has(status));
  if (odd !== undefined) throw new Error(`mutant ${odd.id} of ${odd.fileName} ended as ${odd.status}: ${odd.statusReason ?? ""}`);
  const count = (wanted: MutantStatus): number => mutants.filter(({ status }) => status === wanted).length;
  const [killed, timedOut] = [count("Killed"), count("Timeout")];
  const score = mutants.length === 0 ? 100 : Math.round(((killed + timedOut) / mutants.length) * 10_000) / 100;
  return { folder, mutants: mutants.length, killed, timedOut, survived: count("Survived"), noCoverage: count("NoCoverage"), score };
}
