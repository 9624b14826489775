import fc from "fast-check";
import type { Chance } from "./chance.ts";
import { mutate } from "./mutate.ts";
import type { Target } from "./target.ts";

/** Texts without end, the same for the same seed as long as the same ones are learnt. */
export interface Inputs {
  next(): string;
  /** A text whose outcome was new: later texts are made from it too. */
  learn(text: string): void;
}

const BATCH = 64;
/** Of these as many are made by the grammar alone. */
const BY_GRAMMAR = 16;
/** More, and longer, would only be mutated more slowly. */
const MOST_LEARNT = 300;
const LONGEST_LEARNT = 8_000;

/** Texts of a target: by its grammar, by its grammar and mutated, and mutated from its corpus and from what was learnt. */
export function createInputs(target: Target, options: { readonly corpus: readonly string[]; readonly chance: Chance }): Inputs {
  const { corpus, chance } = options;
  const pool = [...corpus];
  let learnt = 0;
  let batch: string[] = [];
  const refill = (): void => {
    batch = fc.sample(target.grammar, { seed: chance.below(2 ** 31), numRuns: BY_GRAMMAR });
    const made = [...batch];
    while (batch.length < BATCH) {
      const source = chance.once(3) ? made : pool;
      batch.push(mutate(chance.pick(source) ?? "", { words: target.words, other: chance.pick(chance.once(2) ? made : pool) ?? "" }, chance));
    }
  };
  return {
    next: () => {
      if (batch.length === 0) refill();
      return batch.pop() ?? "";
    },
    learn: (text) => {
      if (text.length > LONGEST_LEARNT) return;
      if (learnt < MOST_LEARNT) pool.push(text);
      else pool[corpus.length + chance.below(MOST_LEARNT)] = text;
      learnt += 1;
    },
  };
}
