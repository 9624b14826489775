import { isLayoutField } from "../schema/layout-fields.ts";
import type { Content } from "./content.ts";
import { isJsonObject, objectFrom, type Json } from "./json.ts";

/**
 * The content without what only arranges the console's canvas: whoever drags a node changes nothing that a caller could
 * hear, so it makes neither another digest nor another plan. Only flows have such fields.
 */
export function withoutLayout(content: Content): Content {
  return content.flow === undefined ? content : { ...content, flow: objectFrom(Object.entries(content.flow).flatMap(([key, value]) => kept(value, [key]))) };
}

function kept(value: Json, path: readonly string[]): [string, Json][] {
  return isLayoutField({ kind: "flow", path }) ? [] : [[path.at(-1) ?? "", inside(value, path)]];
}

function inside(value: Json, path: readonly string[]): Json {
  if (Array.isArray(value)) return value.map((item) => inside(item, [...path, "[]"]));
  return isJsonObject(value) ? objectFrom(Object.entries(value).flatMap(([key, field]) => kept(field, [...path, key]))) : value;
}
