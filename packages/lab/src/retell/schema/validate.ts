import type { FieldTable, Fields, ObjectSchema, Schema } from "./schema.ts";

/** Tells what is wrong with a value, in the words of the service's validator; empty when nothing is. */
export function problems(schema: Schema, value: unknown, path: string): string[] {
  if (value === null && schema.nullable === true) return [];
  switch (schema.type) {
    case "any":
      return [];
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path} must be boolean`];
    case "string":
      return stringProblems(schema, value, path);
    case "number":
      return numberProblems(schema, value, path);
    case "array":
      if (!Array.isArray(value)) return [`${path} must be array`];
      if (schema.maxItems !== undefined && value.length > schema.maxItems) return [`${path} must NOT have more than ${schema.maxItems} items`];
      return value.flatMap((item, index) => problems(schema.items, item, `${path}/${index}`));
    case "map":
      if (!isObject(value)) return [`${path} must be object`];
      return [...missing(schema.required, value, path), ...Object.entries(value).flatMap(([key, item]) => problems(schema.values, item, `${path}/${key}`))];
    case "object":
      return objectProblems(schema, value, path);
    case "variants": {
      if (!isObject(value)) return [`${path} must be object`];
      const variant = typeof value["type"] === "string" ? schema.variants[value["type"]] : undefined;
      if (variant === undefined) return [`${path}/type must be equal to one of the allowed values: ${Object.keys(schema.variants).join(", ")}`];
      return objectProblems(variant, value, path);
    }
    case "either": {
      const tries = schema.options.map((option) => problems(option, value, path));
      return tries.some((found) => found.length === 0) ? [] : [`${path} must match exactly one schema in oneOf`];
    }
  }
}

/** The problems of a request body against a table of fields. */
export function bodyProblems(table: FieldTable, body: Fields, required: readonly string[]): string[] {
  const properties = Object.fromEntries(Object.entries(table).map(([key, field]) => [key, field.schema]));
  return objectProblems({ type: "object", properties, required }, body, "request/body");
}

/** True for a JSON object, false for arrays and null. */
export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects of a list; none where there is no list. */
export function objects(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** True unless the value is absent or `null`. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function objectProblems(schema: ObjectSchema, value: unknown, path: string): string[] {
  if (!isObject(value)) return [`${path} must be object`];
  const found = missing(schema.required, value, path);
  for (const [key, item] of Object.entries(value)) {
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property !== undefined) found.push(...problems(property, item, `${path}/${key}`));
    else if (schema.closed === true) found.push(`${path} must NOT have additional properties`);
  }
  return found;
}

function missing(required: readonly string[] | undefined, value: Fields, path: string): string[] {
  return (required ?? []).filter((key) => value[key] === undefined).map((key) => `${path} must have required property '${key}'`);
}

function stringProblems(schema: Schema & { type: "string" }, value: unknown, path: string): string[] {
  if (typeof value !== "string") return [`${path} must be string`];
  const found: string[] = [];
  if (schema.values !== undefined && !schema.values.includes(value)) {
    found.push(`${path} must be equal to one of the allowed values: ${schema.values.join(", ")}`);
  }
  if (schema.pattern !== undefined && !schema.pattern.test(value)) {
    found.push(`${path} must match pattern "${schema.pattern.source}"`);
  }
  if (schema.minLength !== undefined && value.length < schema.minLength) {
    found.push(`${path} must NOT have fewer than ${schema.minLength} characters`);
  }
  if (schema.maxLength !== undefined && value.length > schema.maxLength) {
    found.push(`${path} must NOT have more than ${schema.maxLength} characters`);
  }
  return found;
}

function numberProblems(schema: Schema & { type: "number" }, value: unknown, path: string): string[] {
  if (typeof value !== "number") return [`${path} must be ${schema.integer === true ? "integer" : "number"}`];
  if (schema.integer === true && !Number.isInteger(value)) return [`${path} must be integer`];
  if (schema.min !== undefined && value < schema.min) return [`${path} must be >= ${schema.min}`];
  if (schema.max !== undefined && value > schema.max) return [`${path} must be <= ${schema.max}`];
  return [];
}
