import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Json } from "./json.ts";

/** JSON text with sorted keys and normalised numbers (RFC 8785): equal values have equal bytes. */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("value is not JSON");
  return text;
}

/** `sha256:<hex>` of the canonical JSON text. */
export function contentHash(value: Json): string {
  return `sha256:${createHash("sha256").update(canonicalJson(value), "utf8").digest("hex")}`;
}
