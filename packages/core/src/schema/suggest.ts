import { distance } from "fastest-levenshtein";

/** Nothing that long is a slip of a field's name, and distances of long texts are slow. */
const LONGEST = 64;

/**
 * The candidate that was probably meant, or `undefined` if none is close. Case and the choice of `-`, `_` or a capital do not count;
 * digits must agree, since another number is rather a newer version than a slip.
 */
export function suggest(given: string, candidates: readonly string[]): string | undefined {
  if (given.length === 0 || given.length > LONGEST) return undefined;
  const wanted = fold(given);
  const allowed = wanted.length <= 4 ? 1 : wanted.length <= 8 ? 2 : 3;
  let best: { candidate: string; apart: number } | undefined;
  for (const candidate of candidates) {
    if (digitsOf(candidate) !== digitsOf(given)) continue;
    const apart = distance(wanted, fold(candidate));
    if (apart <= allowed && apart < (best?.apart ?? Infinity)) best = { candidate, apart };
  }
  return best?.candidate;
}

const fold = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();

const digitsOf = (text: string): string => text.replace(/[^0-9]/g, "");
