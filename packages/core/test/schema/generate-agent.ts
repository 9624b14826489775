import fc from "fast-check";
import type { Json, JsonObject } from "../../src/canonical/json.ts";
import { membersOf, typesOf } from "../../src/schema/field-schema.ts";
import type { FieldKind, FieldSchema } from "../../src/schema/field-schema.ts";
import { coveringDocuments } from "./covering-documents.ts";
import { makeConsistent } from "./make-consistent.ts";
import { textArbitrary } from "./text-arbitrary.ts";
import { writableSchema } from "./writable-schema.ts";

/** A generated agent: its own fields without `response_engine`, and those of its LLM. */
export interface GeneratedAgent {
  readonly agent: JsonObject;
  readonly llm: JsonObject;
}

/** What to leave out of what is generated. */
export interface GenerateOptions {
  /** Names of fields (at any depth) and of union members (`type` values), e.g. `["voice_emotion", "book_appointment_cal"]`. */
  readonly without?: readonly string[];
}

/** Valid fields of a voice agent as an agent file has them: always a `voice_id`, never server-owned keys or `response_engine`. */
export function agentArbitrary(options: GenerateOptions = {}): fc.Arbitrary<JsonObject> {
  return documentArbitrary("agent", options);
}

/** Valid fields of a Retell LLM: tools of all types with unique names, states with a start, never both models. */
export function llmArbitrary(options: GenerateOptions = {}): fc.Arbitrary<JsonObject> {
  return documentArbitrary("llm", options);
}

/** An agent together with its LLM. */
export function generatedAgentArbitrary(options: GenerateOptions = {}): fc.Arbitrary<GeneratedAgent> {
  return fc.record({ agent: agentArbitrary(options), llm: llmArbitrary(options) });
}

/** So many random agents with partly set objects follow the systematic ones. */
const RANDOM_SAMPLES = 8;

/**
 * A short list of valid agents in which every field that users may write, every type of tool and every other member of a union occurs
 * at least once; the same seed gives the same list. The seed chooses the values.
 */
export function coveringSamples(seed: number, options: GenerateOptions = {}): GeneratedAgent[] {
  const without = options.without ?? [];
  const agents = coveringDocuments("agent", { seed, without });
  const llms = coveringDocuments("llm", { seed, without });
  const systematic = Array.from({ length: Math.max(agents.length, llms.length) }, (_, index) => ({
    agent: agents[index % agents.length] ?? {},
    llm: llms[index % llms.length] ?? {},
  }));
  return [...systematic, ...fc.sample(generatedAgentArbitrary(options), { seed, numRuns: RANDOM_SAMPLES })];
}

/** Valid fields of any kind, consistent with each other: flows whose edges lead to nodes, nodes that call tools that are there. */
export function documentArbitrary(kind: FieldKind, { without = [] }: GenerateOptions = {}): fc.Arbitrary<JsonObject> {
  const schema = writableSchema(kind, without);
  return arbitraryOf(schema).map((value) => makeConsistent(kind, value as JsonObject));
}

function arbitraryOf(schema: FieldSchema): fc.Arbitrary<Json> {
  return fc.oneof(...membersOf(schema).flatMap((member) => typesOrAny(member).map((type) => typeArbitrary(member, type))));
}

const typesOrAny = (schema: FieldSchema): readonly string[] => (schema.type === undefined ? ["any"] : typesOf(schema));

function typeArbitrary(schema: FieldSchema, type: string): fc.Arbitrary<Json> {
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "number":
      return numberArbitrary(schema);
    case "string":
      return stringArbitrary(schema);
    case "array":
      return fc.array(arbitraryOf(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 4 });
    case "object":
      return objectArbitrary(schema);
    default:
      return fc.dictionary(nameArbitrary, fc.constantFrom<Json>({ type: "string" }, { type: "number", description: "how many" }), { maxKeys: 3 });
  }
}

const nameArbitrary = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);

function numberArbitrary(schema: FieldSchema): fc.Arbitrary<Json> {
  const least = schema.minimum ?? (schema.exclusiveMinimum === undefined ? 0 : schema.exclusiveMinimum + 1);
  const most = schema.maximum ?? Math.max(1_000_000, 2 * least);
  const whole = fc.integer({ min: Math.ceil(least), max: Math.floor(most) });
  // Hundredths: what people write, and free of the rounding that JSON texts would show.
  return schema.multipleOf === 1 || most > 100 ? whole : fc.integer({ min: Math.ceil(least * 100), max: most * 100 }).map((n) => n / 100);
}

function stringArbitrary(schema: FieldSchema): fc.Arbitrary<Json> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum.filter((value) => value !== null));
  if (schema.pattern !== undefined) return fc.stringMatching(/^[a-zA-Z0-9_-]{1,40}$/);
  return textArbitrary({ minLength: schema.minLength ?? 0, maxLength: schema.maxLength ?? 200 });
}

function objectArbitrary(schema: FieldSchema): fc.Arbitrary<Json> {
  if (!schema.properties) {
    const each = schema.additionalProperties ?? {};
    return fc.dictionary(nameArbitrary, arbitraryOf(each), { maxKeys: 3 }).map((map) => ({ ...map }));
  }
  const fields = Object.entries(schema.properties).map(([key, value]) => [key, arbitraryOf(value)] as const);
  return fc
    .record(Object.fromEntries(fields), { requiredKeys: schema.required ?? [] })
    // fast-check makes objects without a prototype; JSON.parse does not.
    .map((record): Json => ({ ...record }));
}
