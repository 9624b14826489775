import { createHash } from "node:crypto";

/**
 * An opaque id such as `agent_3f…`: 28 hex digits that depend only on seed, organisation, kind and creation number.
 * Source of the form: field reports; clients must not parse it.
 */
export function makeId(parts: { seed: number; organization: string; prefix: string; created: number }): string {
  const text = [parts.seed, parts.organization, parts.prefix, parts.created].join("\u0000");
  return `${parts.prefix}_${createHash("sha256").update(text).digest("hex").slice(0, 28)}`;
}
