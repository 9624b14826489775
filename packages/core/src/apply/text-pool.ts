import type { Json } from "../canonical/json.ts";

/** Shorter texts are not worth looking up. */
const LONG = 256;

/** Makes equal long texts one in memory. */
export interface TextPool {
  /** The same value; long texts in it are those that came first. Objects and arrays stay what they are: they are changed in place. */
  share<Value extends Json | undefined>(value: Value): Value;
}

/**
 * What an agent in sync sends, sent, saw and sees is the same prompt four times, and a workspace can have thousands. Kept
 * once, it takes a quarter of the memory, and equal texts are told without reading them.
 */
export function createTextPool(): TextPool {
  const texts = new Map<string, string>();
  const share = (value: Json): Json => {
    if (typeof value === "string") {
      if (value.length < LONG) return value;
      const first = texts.get(value);
      if (first === undefined) texts.set(value, value);
      return first ?? value;
    }
    if (typeof value !== "object" || value === null) return value;
    const members = value as Record<string | number, Json>;
    for (const key of Object.keys(members)) {
      const before = members[key];
      // Only texts and what holds texts: a number assigned to itself would be work for nothing.
      if (typeof before === "string" ? before.length >= LONG : typeof before === "object") members[key] = share(before as Json);
    }
    return value;
  };
  return { share: (value) => (value === undefined ? value : (share(value) as typeof value)) };
}
