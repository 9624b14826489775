import type { Json } from "../canonical/json.ts";

/**
 * What a table or schema speaks of: a voice agent, a chat agent, a Retell LLM (the engine of single- and multi-prompt agents), a
 * conversation flow, or a component that flows share.
 */
export type FieldKind = (typeof FIELD_KINDS)[number];

/** All kinds, in the order of the documentation. */
export const FIELD_KINDS = ["agent", "chat", "llm", "flow", "component"] as const;

/** Where a value stands in a JSON document: keys of objects and indexes (or, where a list is keyed by name, names) of arrays. */
export type JsonPath = readonly (string | number)[];

/** How far a statement about Retell can be trusted. */
export type Confidence =
  /** Said by Retell's documentation, API reference or the prose of the SDK. */
  | "documented"
  /** Visible in the SDK's types only. */
  | "typed"
  /** Seen on the live service by third parties; not promised. */
  | "field-report"
  /** Follows from the above; not verified. */
  | "inferred";

/** Every row of knowledge about Retell says where it comes from. */
export interface Sourced {
  readonly source: string;
  readonly confidence: Confidence;
}

/**
 * The subset of JSON Schema (draft 2020-12) that describes Retell's fields, references already resolved. Places that are alike share
 * their schema, so a schema must never be changed.
 */
export interface FieldSchema {
  type?: string | string[];
  const?: string;
  enum?: (string | null)[];
  properties?: Record<string, FieldSchema>;
  required?: string[];
  additionalProperties?: FieldSchema;
  items?: FieldSchema;
  anyOf?: FieldSchema[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  /** Only ever 1: a whole number. */
  multipleOf?: 1;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  description?: string;
  readOnly?: true;
  deprecated?: true;
}

/** JSON's name for a value's type. */
export type JsonType = "null" | "boolean" | "number" | "string" | "array" | "object";

/** The JSON type of a value. */
export function jsonTypeOf(value: Json): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "boolean" || type === "number" || type === "string" ? type : "object";
}

/** The types that one schema (not a union) takes; empty means any. */
export const typesOf = (schema: FieldSchema): readonly string[] => (schema.type === undefined ? [] : [schema.type].flat());

/** The members of a union, nested unions flattened; a schema that is no union is its only member. */
export function membersOf(schema: FieldSchema): readonly FieldSchema[] {
  return schema.anyOf ? schema.anyOf.flatMap(membersOf) : [schema];
}

/** A property's schema, if it is the schema's own (`__proto__` and `constructor` never are). */
export function propertyOf(schema: FieldSchema, name: string): FieldSchema | undefined {
  return schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
}
