import { createHash } from "node:crypto";

/** Ids of these kinds are shorter than others. Source: field reports. */
const shortIds = ["conversation_flow", "conversation_flow_component"];

/**
 * An opaque id such as `agent_3f…`: hex digits that depend only on seed, organisation, kind and creation number: 28, and
 * 12 for flows and components. Source of the form: field reports; clients must not parse it.
 */
export function makeId(parts: { seed: number; organization: string; prefix: string; created: number }): string {
  const text = [parts.seed, parts.organization, parts.prefix, parts.created].join("\u0000");
  return `${parts.prefix}_${createHash("sha256").update(text).digest("hex").slice(0, shortIds.includes(parts.prefix) ? 12 : 28)}`;
}
