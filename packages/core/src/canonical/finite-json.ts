import { isJsonObject } from "./json.ts";

/**
 * True for a value with a number in it that is none: JSON.parse reads `1e999` as Infinity, which no JSON can say and which would be
 * recorded, and sent, as null. Looks without calling itself, as the value may be of any depth.
 */
export function holdsInfinity(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one === "number" && !Number.isFinite(one)) return true;
    for (const inside of Array.isArray(one) ? (one as unknown[]) : isJsonObject(one) ? Object.values(one) : []) open.push(inside);
  }
  return false;
}
