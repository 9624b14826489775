/** The folders of the core that decide what is written: those whose code is mutated, and whose tests may kill a mutant. */
export const MUTATED_FOLDERS = ["canonical", "diff", "merge", "plan", "state", "prompt"] as const;

/** Tests that may not: they ask another program, count what more runs would have drawn, or speak of size alone. */
export const LEFT_OUT = [
  /^packages\/core\/test\/merge\/merge-text\.test\.ts › (?:against git|large and odd texts)/,
  /^packages\/core\/test\/merge\/merge-contents\.property\.test\.ts › what was merged, merged again with either side, is itself/,
];
