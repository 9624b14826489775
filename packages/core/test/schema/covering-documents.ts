import type { Json, JsonObject } from "../../src/canonical/json.ts";
import { membersOf, typesOf } from "../../src/schema/field-schema.ts";
import type { FieldKind, FieldSchema } from "../../src/schema/field-schema.ts";
import { makeConsistent } from "./make-consistent.ts";
import { writableSchema } from "./writable-schema.ts";

/** Documents that together have every field and every member of every union; used by `coveringSamples`. */
export function coveringDocuments(kind: FieldKind, { seed, without }: { seed: number; without: readonly string[] }): JsonObject[] {
  let count = seed;
  const next = (): number => count++;
  return covering(writableSchema(kind, without), next).flatMap((value) => {
    const document = value as JsonObject;
    const { s2s_model: speech, ...others } = document;
    // Both models cannot be set at once: the document without them, and its core with the other one.
    const pair = speech === undefined || speech === null ? [document] : [others, { s2s_model: speech, start_speaker: "agent" }];
    return pair.map((each) => makeConsistent(kind, each));
  });
}

/** Values for a schema that together have every property and every member of every union below it. */
function covering(schema: FieldSchema, next: () => number): Json[] {
  return membersOf(schema).flatMap((member) => {
    const types = member.type === undefined ? ["any"] : typesOf(member);
    return types.flatMap((type) => coveringType(member, { type, next }));
  });
}

function coveringType(schema: FieldSchema, { type, next }: { type: string; next: () => number }): Json[] {
  switch (type) {
    case "null":
      return [null];
    case "boolean":
      return [next() % 2 === 0];
    case "number":
      return [schema.minimum ?? schema.maximum ?? 1000 + next()];
    case "string":
      return [text(schema, next)];
    case "array":
      return [covering(schema.items ?? {}, next)];
    case "object":
      return coveringObject(schema, next);
    default:
      return [{ city: { type: "string", description: "where" } }];
  }
}

function coveringObject(schema: FieldSchema, next: () => number): Json[] {
  if (!schema.properties) return [{ some_key: covering(schema.additionalProperties ?? {}, next)[0] ?? "value" }];
  const columns = Object.entries(schema.properties).map(([key, value]) => [key, covering(value, next)] as const);
  const height = columns.reduce((most, [, values]) => Math.max(most, values.length), 1);
  return Array.from({ length: height }, (_, row) =>
    Object.fromEntries(columns.map(([key, values]) => [key, values[row % values.length] ?? null])),
  );
}

function text(schema: FieldSchema, next: () => number): string {
  if (schema.const !== undefined) return schema.const;
  const known = schema.enum?.filter((value) => value !== null) ?? [];
  if (known.length > 0) return known[next() % known.length] ?? "";
  return schema.pattern === undefined ? `text ${String(next())} with $& and {{first_name}}` : `name_${String(next())}`;
}
