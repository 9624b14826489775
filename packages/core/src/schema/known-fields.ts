import type { Json } from "../canonical/json.ts";
import type { FieldKind, FieldSchema, JsonPath } from "./field-schema.ts";
import { membersOf, propertyOf, typesOf } from "./field-schema.ts";
import { fieldSchema } from "./load-schema.ts";
import { memberOf } from "./paths.ts";
import { chooseVariant } from "./variants.ts";

/** A place in an agent or an LLM; with `root` at hand, unions are decided by the values there, else every member counts. */
export interface FieldPlace {
  readonly kind: FieldKind;
  readonly path: JsonPath;
  readonly root?: Json | undefined;
}

/**
 * Whether the suite knows the field at this path, however deep. Everything below a free-form value (JSON Schemas of tools, maps of
 * headers and variables) counts as known. Items of lists may be addressed by index or by name.
 */
export const isKnownField = (place: FieldPlace): boolean => fieldSchemasAt(place).length > 0;

/** Whether `null` may be written to the field; false for a field that is not known. */
export function isNullable(place: FieldPlace): boolean {
  return fieldSchemasAt(place).flatMap(membersOf).some((schema) => typesOf(schema).includes("null"));
}

/** The schemas of the field at this path: none if it is not known, several where a union cannot be decided. */
export function fieldSchemasAt({ kind, path, root }: FieldPlace): readonly FieldSchema[] {
  let schemas: readonly FieldSchema[] = decided(fieldSchema(kind), root);
  let value = root;
  for (const segment of path) {
    value = memberOf(value, segment);
    const here = value;
    schemas = schemas.flatMap((schema) => (isFree(schema) ? [schema] : below(schema, segment).flatMap((next) => decided(next, here))));
    if (schemas.length === 0) return schemas;
  }
  return schemas;
}

const isFree = (schema: FieldSchema): boolean => schema.type === undefined;

function below(schema: FieldSchema, segment: string | number): FieldSchema[] {
  if (schema.items) return [schema.items];
  if (typeof segment !== "string") return [];
  const found = propertyOf(schema, segment) ?? schema.additionalProperties;
  return found ? [found] : [];
}

function decided(schema: FieldSchema, value: Json | undefined): readonly FieldSchema[] {
  const members = membersOf(schema);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return members;
  const objects = members.filter((member) => member.properties);
  if (objects.length < 2) return members;
  const choice = chooseVariant(objects, value);
  return "found" in choice ? members.filter((member) => !member.properties || member === choice.found) : members;
}
