import { scryptSync } from "node:crypto";
import type { Json } from "./json.ts";

/** Turns a credential into something that shows a change and nothing else. */
export type Fingerprint = (value: string) => string;

/**
 * A fingerprint function for one workspace: scrypt with the workspace's salt, so that a leaked state does not help to
 * guess a short secret; each distinct value costs its some tens of milliseconds once.
 */
export function createFingerprint(salt: string): Fingerprint {
  const known = new Map<string, string>();
  return (value) => {
    const cached = known.get(value);
    if (cached !== undefined) return cached;
    const made = `fingerprint:${scryptSync(value, salt, 12, { N: 2 ** 14, r: 8, p: 1 }).toString("hex")}`;
    known.set(value, made);
    return made;
  };
}

/** True if a fingerprint stands in the value, alone or within a text: then the value itself is not known. */
export function holdsFingerprint(value: Json): boolean {
  return /fingerprint:[0-9a-f]{24}/.test(JSON.stringify(value));
}
