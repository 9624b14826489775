import { checkInheritance, checkPrototypes } from "./prototypes.ts";
import { promise, type Outcome, type Target } from "./target.ts";

/** Texts that could reach a prototype. */
const SUSPICIOUS = /__proto__|constructor|prototype|__define/;

/**
 * Gives a target a text. Throws for what must not happen: an error that is not the parser's own, a broken promise, a
 * changed prototype, or, if asked for, another answer the second time.
 */
export function tryText(target: Target, text: string, { twice }: { readonly twice: boolean }): Outcome {
  const outcome = target.run(text);
  if (SUSPICIOUS.test(text)) {
    checkPrototypes();
    checkInheritance(outcome.value);
  }
  if (twice) {
    const again = target.run(text);
    promise(print(outcome) === print(again), "the same text has another answer the second time");
  }
  return outcome;
}

function print(outcome: Outcome): string {
  return JSON.stringify(outcome, (_key, value: unknown) => (value instanceof Map || value instanceof Set ? [...(value as Iterable<unknown>)] : typeof value === "function" ? undefined : value));
}

/** What tells one failure from another: the kind of error, and the product's place that threw it. */
export function failureKey(error: unknown): string {
  const { name = "thrown", message = String(error), stack = "" } = error instanceof Error ? error : {};
  if (name === "Broken") return `Broken: ${message.replace(/\d+/g, "_").slice(0, 120)}`;
  const place = /(?:packages|actions|node_modules)\/[^\s()]+:\d+/.exec(stack.slice(stack.indexOf("\n    at ")))?.[0] ?? "";
  return `${name} ${place}`;
}
