import type { Json, JsonObject } from "../canonical/json.ts";
import type { FieldKind } from "./field-schema.ts";
import { FORMER_FIELDS } from "./former-fields.ts";
import { memberOf } from "./paths.ts";

/**
 * The document with fields under former names moved to today's, where the table of former fields says how. A field that is also
 * there under today's name wins, and the former one is dropped. Gives the same object back if there is nothing to move.
 */
export function acceptFormerFields(document: { readonly kind: FieldKind; readonly value: JsonObject }): JsonObject {
  let value = document.value;
  for (const key of Object.keys(document.value)) {
    const target = FORMER_FIELDS.find({ kind: document.kind, path: [key] })?.movesTo;
    const moved = document.value[key];
    if (!target || moved === undefined) continue;
    const { [key]: _former, ...rest } = value;
    value = put(rest, target, moved);
  }
  return value;
}

function put(object: JsonObject, [key = "", ...rest]: readonly string[], value: Json): JsonObject {
  const present = memberOf(object, key);
  if (rest.length === 0) return present === undefined ? { ...object, [key]: value } : object;
  if (present === undefined) return { ...object, [key]: put({}, rest, value) };
  if (typeof present !== "object" || present === null || Array.isArray(present)) return object;
  return { ...object, [key]: put(present, rest, value) };
}
