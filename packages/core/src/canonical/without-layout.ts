import { isLayoutField } from "../schema/layout-fields.ts";
import type { Content } from "./content.ts";
import { isJsonObject, objectFrom, type Json } from "./json.ts";

/** The parts that are drawn on the console's canvas. */
const DRAWN = ["flow", "component"] as const;
type Drawn = (typeof DRAWN)[number];

/**
 * The content without what only arranges the console's canvas: whoever drags a node changes nothing that a caller could
 * hear, so it makes neither another digest nor another plan.
 */
export function withoutLayout(content: Content): Content {
  let plain = content;
  for (const part of DRAWN) {
    const value = content[part];
    if (value !== undefined) plain = { ...plain, [part]: inside(part, value, []) };
  }
  return plain;
}

function inside(part: Drawn, value: Json, path: readonly string[]): Json {
  if (Array.isArray(value)) return value.map((item) => inside(part, item, [...path, "[]"]));
  if (!isJsonObject(value)) return value;
  return objectFrom(Object.entries(value).flatMap(([key, field]) => (isLayoutField({ kind: part, path: [...path, key] }) ? [] : [[key, inside(part, field, [...path, key])] as const])));
}
