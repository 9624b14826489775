import type fc from "fast-check";
import type { Problem } from "../../packages/core/src/project/problem.ts";

/** What came of a text that a parser took or refused. */
export interface Outcome {
  readonly accepted: boolean;
  /** What the parser answered; the same for the same text. */
  readonly value: unknown;
  /** Codes and words that tell this outcome from others: a text with new ones is mutated further. */
  readonly traits: readonly string[];
}

/** A parser, and the texts that it is given. */
export interface Target {
  readonly name: string;
  /** What of the product it is, in a few words. */
  readonly what: string;
  /** Its part of all inputs, by what a call costs. */
  readonly share: number;
  /** Texts by the parser's grammar, right and nearly right. */
  readonly grammar: fc.Arbitrary<string>;
  /** Words that mean something to the parser. */
  readonly words: readonly string[];
  /**
   * Gives the parser a text and holds its answer against what it promises. Throws {@link Broken} for a broken promise;
   * anything else that is thrown is what the parser must not throw.
   */
  run(text: string): Outcome;
}

/** A promise that a parser did not keep. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** Throws {@link Broken} unless the promise is kept. */
export function promise(isKept: boolean, what: string): asserts isKept {
  if (!isKept) throw new Broken(what);
}

/** An outcome whose traits are the codes of problems; accepted without an error among them. */
export function outcomeOf(problems: readonly Problem[], value: unknown): Outcome {
  return { accepted: !problems.some(({ severity }) => severity === "error"), value, traits: [...new Set(problems.map(({ code }) => code))] };
}

/** An outcome of a parser that answers undefined for what it does not know. */
export function outcomeUnlessUndefined(value: unknown): Outcome {
  return { accepted: value !== undefined, value, traits: [] };
}

/** An outcome of a parser that says with its own kind of error what it refuses; others are thrown on. */
export function outcomeUnlessRefused(read: () => unknown, isRefusal: (error: unknown) => boolean): Outcome {
  try {
    return { accepted: true, value: read(), traits: [] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { message } = error as Error;
    return { accepted: false, value: message, traits: [shapeOf(message)] };
  }
}

/** A message without what it quotes, so that those of one kind are alike. */
export function shapeOf(message: string): string {
  return message.slice(0, 300).replace(/"(?:[^"\\]|\\.)*"?|\d+/g, "_");
}

/** Holds the places of problems against the texts that they are in. A lone CR ends a line of a prompt, and is a blank in JSON. */
export function checkPlaces(problems: readonly Problem[], textOf: (file: string) => string | undefined): void {
  for (const { file, line, column, code, message } of problems.slice(0, 8)) {
    promise(message !== "", `${code} has no message`);
    const text = textOf(file)?.replace(/^\ufeff/, "");
    if (line === undefined || column === undefined || text === undefined) continue;
    const widths = [/\n/, /\r\n|\r|\n/].map((end) => text.split(end)[line - 1]?.length);
    promise(column >= 1 && widths.some((width) => width !== undefined && column <= width + 1), `${code} stands at ${line}:${column}, which is not in ${file}`);
  }
}
