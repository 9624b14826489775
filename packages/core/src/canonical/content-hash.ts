import { createHash } from "node:crypto";
import type { Json } from "./json.ts";

/**
 * JSON text with sorted keys and normalised numbers (RFC 8785): equal values have equal bytes, different ones different bytes. Half of a
 * surrogate pair, which Retell can hold (a console that cuts an emoji in two) and the RFC leaves out, is written as JSON's own
 * escape: one such character must not keep an agent, or a whole run, from being compared. Throws for what is not JSON.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.keys(value).sort().flatMap((key) => (value[key] === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(value[key])}`]));
    return `{${members.join(",")}}`;
  }
  if (value === undefined || (typeof value === "number" && !Number.isFinite(value))) throw new TypeError("value is not JSON");
  return JSON.stringify(value);
}

/** `sha256:<hex>` of the canonical JSON text. */
export function contentHash(value: Json): string {
  return `sha256:${createHash("sha256").update(canonicalJson(value), "utf8").digest("hex")}`;
}
