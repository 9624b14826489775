/** A JSON object as it goes over the wire. */
export type Fields = Record<string, unknown>;

/** A compact schema: what the service's request validator checks, and which keys it knows. */
export type Schema = (
  | { readonly type: "any" }
  | { readonly type: "boolean" }
  | {
      readonly type: "string";
      readonly values?: readonly string[];
      readonly pattern?: RegExp;
      readonly minLength?: number;
      readonly maxLength?: number;
    }
  | { readonly type: "number"; readonly integer?: true; readonly min?: number; readonly max?: number }
  | { readonly type: "array"; readonly items: Schema; readonly maxItems?: number }
  /** An object of free keys, all values alike; keys in `required` must be present. */
  | { readonly type: "map"; readonly values: Schema; readonly required?: readonly string[] }
  | ObjectSchema
  /** An object whose `type` key chooses the shape. */
  | { readonly type: "variants"; readonly variants: Readonly<Record<string, ObjectSchema>> }
  /** Any one of several schemas. */
  | { readonly type: "either"; readonly options: readonly Schema[] }
) & { readonly nullable?: true };

/** An object with known keys; `closed` refuses others instead of dropping them. */
export interface ObjectSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly closed?: true;
  readonly nullable?: true;
}

/** A known top-level field of a resource, with where the rule comes from. */
export interface Field {
  readonly schema: Schema;
  readonly source: string;
  /** Accepted on create, ignored on update. */
  readonly createOnly?: true;
}

/** All known fields of a resource. */
export type FieldTable = Readonly<Record<string, Field>>;

export const anything: Schema = { type: "any" };
export const boolean: Schema = { type: "boolean" };
export const text: Schema = { type: "string" };
export const texts: Schema = { type: "array", items: text };
export const textMap: Schema = { type: "map", values: text };

/** A JSON Schema of an object, as models take it: further words of JSON Schema pass. Source: retell-sdk 5.66.1, `Parameters`. */
export const parameterSchema: Schema = { type: "map", values: anything, required: ["type", "properties"] };

/** A string out of a closed list. */
export function oneOf(...values: string[]): Schema {
  return { type: "string", values };
}

/** A number within inclusive bounds. */
export function number(min?: number, max?: number): Schema {
  return { type: "number", ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** A whole number within inclusive bounds. */
export function integer(min?: number, max?: number): Schema {
  return { ...number(min, max), type: "number", integer: true };
}

/** A list of equal things. */
export function listOf(items: Schema): Schema {
  return { type: "array", items };
}

/** An object; keys in `required` must be present. */
export function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): ObjectSchema {
  return { type: "object", properties, required };
}

/** An object that refuses unknown keys. */
export function closedObject(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): ObjectSchema {
  return { ...object(properties, required), closed: true };
}

/** The same schema, and `null` is allowed: it clears the field. */
export function nullable(schema: Schema): Schema {
  return { ...schema, nullable: true };
}
