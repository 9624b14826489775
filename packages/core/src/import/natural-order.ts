import { isJsonObject, objectFrom, own, type Json, type JsonObject } from "../canonical/json.ts";

/** The value with the keys of objects in the order in which `like` has them; others after them, as they were. */
export function inOrderOf(value: Json, like: Json | undefined): Json {
  if (Array.isArray(value)) return value.map((item, index) => inOrderOf(item, Array.isArray(like) ? like[index] : undefined));
  return isJsonObject(value) ? objectInOrderOf(value, isJsonObject(like) ? like : undefined) : value;
}

/** {@link inOrderOf} for objects. */
export function objectInOrderOf(value: JsonObject, like: JsonObject | undefined): JsonObject {
  const keys = new Set([...Object.keys(like ?? {}).filter((key) => Object.hasOwn(value, key)), ...Object.keys(value)]);
  return objectFrom([...keys].map((key) => [key, inOrderOf(own(value, key) ?? null, own(like, key))] as const));
}
