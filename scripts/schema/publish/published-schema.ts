import type { Json } from "@retell-actions/core/canonical/json";

/**
 * The part of JSON Schema (draft-07) that is published, with the extensions of the language service that VS Code and many other editors
 * use. Draft-07, because every editor knows it; what stands beside a `$ref` is for people only, since draft-07 lets a tool ignore it.
 */
export interface PublishedSchema {
  $schema?: string;
  $comment?: string;
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | readonly string[];
  enum?: readonly Json[];
  default?: Json;
  /** Values that an editor offers. Never refused are others: Retell adds some weekly. */
  examples?: readonly Json[];
  properties?: Record<string, PublishedSchema | false>;
  required?: readonly string[];
  additionalProperties?: PublishedSchema | false;
  propertyNames?: PublishedSchema;
  minProperties?: number;
  items?: PublishedSchema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  allOf?: readonly PublishedSchema[];
  anyOf?: readonly PublishedSchema[];
  not?: PublishedSchema;
  if?: PublishedSchema;
  then?: PublishedSchema;
  else?: PublishedSchema;
  definitions?: Record<string, PublishedSchema>;
  /** Said in place of the editor's own words. */
  errorMessage?: string;
  patternErrorMessage?: string;
  /** A warning wherever the field or value is written; such a field is not offered. */
  deprecationMessage?: string;
  enumDescriptions?: readonly string[];
  doNotSuggest?: true;
  defaultSnippets?: readonly Snippet[];
}

/** A value to fill in; `$1`, `$2`, … are where the cursor stops, a text that begins with `^` is written without quotes. */
export interface Snippet {
  readonly label: string;
  readonly description?: string;
  readonly body: Json;
}

/** A copy in which every schema that stands directly inside is replaced; `key` is the property or the keyword that holds it. */
export function mapInside(schema: PublishedSchema, change: (inside: PublishedSchema, key: string) => PublishedSchema): PublishedSchema {
  const out: PublishedSchema = { ...schema };
  if (schema.properties) {
    out.properties = Object.fromEntries(Object.entries(schema.properties).map(([key, value]) => [key, value === false ? value : change(value, key)]));
  }
  for (const key of ["items", "if", "then", "else", "not", "propertyNames"] as const) {
    const value = schema[key];
    if (value !== undefined) out[key] = change(value, key);
  }
  if (schema.additionalProperties) out.additionalProperties = change(schema.additionalProperties, "value");
  for (const key of ["allOf", "anyOf"] as const) {
    const list = schema[key];
    if (list) out[key] = list.map((value) => change(value, key));
  }
  return out;
}
