import type { FieldTable, Fields, Schema } from "./schema.ts";
import { isObject, problems } from "./validate.ts";

/** What of a valid body is stored: unknown keys fall away silently. Source: field reports on `channel` and typos. */
export function knownFields(table: FieldTable, body: Fields, nested: "drop" | "keep"): Fields {
  const kept: Fields = {};
  for (const [key, value] of Object.entries(body)) {
    const field = Object.hasOwn(table, key) ? table[key] : undefined;
    if (field === undefined) continue;
    kept[key] = nested === "keep" ? structuredClone(value) : knownPart(field.schema, value);
  }
  return kept;
}

function knownPart(schema: Schema, value: unknown): unknown {
  if (value === null) return null;
  switch (schema.type) {
    case "array":
      return Array.isArray(value) ? value.map((item) => knownPart(schema.items, item)) : value;
    case "object":
      return isObject(value) ? knownProperties(schema.properties, value) : value;
    case "variants": {
      if (!isObject(value)) return value;
      const variant = schema.variants[String(value["type"])];
      return variant === undefined ? value : knownProperties(variant.properties, value);
    }
    case "either": {
      const option = schema.options.find((candidate) => problems(candidate, value, "").length === 0);
      return option === undefined ? value : knownPart(option, value);
    }
    case "any":
    case "boolean":
    case "string":
    case "number":
    case "map":
      return structuredClone(value);
  }
}

function knownProperties(properties: Readonly<Record<string, Schema>>, value: Fields): Fields {
  const kept: Fields = {};
  for (const [key, item] of Object.entries(value)) {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property !== undefined) kept[key] = knownPart(property, item);
  }
  return kept;
}
