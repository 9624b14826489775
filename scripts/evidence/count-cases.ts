import type { ProofCase } from "../../packages/lab/src/evidence/tell-case.ts";

/** Per subject how many cases were played, and how they ended: the commonest end first, ends that fail below those that do not. */
export function countCases(cases: readonly ProofCase[]): { header: string[]; rows: string[][] } {
  const outcomes = mostFirst(cases.map(({ outcome }) => family(outcome)));
  const subjects = [...new Set(cases.map(({ subject }) => subject))].sort();
  const row = (label: string, of: readonly ProofCase[]): string[] => [label, String(of.length), ...outcomes.map((outcome) => String(of.filter((one) => family(one.outcome) === outcome).length))];
  return {
    header: ["", "cases", ...outcomes],
    rows: [...subjects.map((subject) => row(subject, cases.filter((one) => one.subject === subject))), ...(subjects.length > 1 ? [row("all", cases)] : [])],
  };
}

/** With which reasons failing cases ended, and how often. */
export function countReasons(cases: readonly ProofCase[]): { header: string[]; rows: string[][] } | undefined {
  const reasons = cases.flatMap(({ outcome }) => (outcome.includes(": ") ? [outcome] : []));
  if (reasons.length === 0) return undefined;
  return { header: ["end", "cases"], rows: mostFirst(reasons).map((reason) => [reason, String(reasons.filter((one) => one === reason).length)]) };
}

/** `failed: retell-unavailable` counts as `failed`. */
function family(outcome: string): string {
  return outcome.split(": ")[0] ?? outcome;
}

function mostFirst(values: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([value]) => value);
}
