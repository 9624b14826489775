import { propertyOf } from "../../src/schema/field-schema.ts";
import type { FieldKind, FieldSchema } from "../../src/schema/field-schema.ts";
import { fieldSchema } from "../../src/schema/load-schema.ts";
import { SERVER_FIELD_TABLE } from "../../src/schema/server-fields.ts";

/** The schema of what users write: no server-owned fields, nothing that was asked to be left out. */
export function writableSchema(kind: FieldKind, without: readonly string[]): FieldSchema {
  const root = prune(fieldSchema(kind), without);
  const owned = (key: string): boolean => SERVER_FIELD_TABLE.find({ kind, path: [key] }) !== undefined || key === "response_engine";
  return {
    ...root,
    properties: Object.fromEntries(Object.entries(root.properties ?? {}).filter(([key]) => !owned(key))),
    required: (root.required ?? []).filter((key) => !owned(key)),
  };
}

function prune(schema: FieldSchema, without: readonly string[]): FieldSchema {
  const kept = (member: FieldSchema): boolean => !without.includes(propertyOf(member, "type")?.const ?? "");
  return {
    ...schema,
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).flatMap(([key, value]) => (without.includes(key) ? [] : [[key, prune(value, without)]])),
      ),
    }),
    ...(schema.items && { items: prune(schema.items, without) }),
    ...(schema.anyOf && { anyOf: schema.anyOf.filter(kept).map((member) => prune(member, without)) }),
    ...(schema.additionalProperties && { additionalProperties: prune(schema.additionalProperties, without) }),
  };
}
