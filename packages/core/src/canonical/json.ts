/** A JSON value as `JSON.parse` yields it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A JSON object. Build new ones with {@link objectFrom}, never by assignment of a computed key: `__proto__` is a legal JSON key. */
export type JsonObject = { [key: string]: Json };

/** True for a plain JSON object: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object's own value for a key, whatever its prototype has (`constructor`, `__proto__`). */
export function own(object: JsonObject | undefined, key: string): Json | undefined {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** An object of own properties from entries whose value is not undefined; `__proto__` becomes an ordinary key. */
export function objectFrom(entries: Iterable<readonly [string, Json | undefined]>): JsonObject {
  const kept: [string, Json][] = [];
  for (const [key, value] of entries) if (value !== undefined) kept.push([key, value]);
  return Object.fromEntries(kept);
}
