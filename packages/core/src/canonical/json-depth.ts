import { isJsonObject } from "./json.ts";

/** Nesting of objects and lists. Files of users may be 100 deep; what is recorded of them has a few levels around it. */
export const DEEPEST_JSON = 200;

/**
 * True for a value that is nested deeper than anything that a file could say. JSON.parse reads any depth, but what compares, hashes
 * and writes values calls itself for each level, and would end the whole run. Looks without calling itself.
 */
export function isTooDeep(value: unknown, limit: number = DEEPEST_JSON): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= limit) return true;
    level = level.flatMap((one): unknown[] => (Array.isArray(one) ? one : isJsonObject(one) ? Object.values(one) : [])).filter((one) => typeof one === "object" && one !== null);
  }
  return false;
}
