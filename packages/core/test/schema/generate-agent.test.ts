import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Json } from "../../src/canonical/json.ts";
import { FIELD_KINDS, membersOf, propertyOf, typesOf } from "../../src/schema/field-schema.ts";
import type { FieldSchema } from "../../src/schema/field-schema.ts";
import { validateFields } from "../../src/schema/validate-fields.ts";
import { chooseVariant } from "../../src/schema/variants.ts";
import { coveringDocuments } from "./covering-documents.ts";
import { coveringSamples, documentArbitrary } from "./generate-agent.ts";
import { writableSchema } from "./writable-schema.ts";


/** Every field and union member of a schema, as text. */
function allPlaces(schema: FieldSchema, path: string): string[] {
  return membersOf(schema).flatMap((member) => {
    const here = memberName(member);
    const at = here === undefined ? path : `${path}(${here})`;
    return [
      at,
      ...Object.entries(member.properties ?? {}).flatMap(([key, value]) => allPlaces(value, `${at}.${key}`)),
      ...(member.items ? allPlaces(member.items, `${at}[]`) : []),
    ];
  });
}

/** Those of them that a value has. */
function placesIn(schema: FieldSchema, { value, path, found }: { value: Json; path: string; found: Set<string> }): void {
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  const fitting = membersOf(schema).filter((member) => member.type === undefined || typesOf(member).includes(type));
  const choice = type === "object" && fitting.length > 1 ? chooseVariant(fitting, value as Record<string, Json>) : undefined;
  const member = choice && "found" in choice ? choice.found : fitting[0];
  if (!member) throw new Error(`${path} does not fit`);
  const here = memberName(member);
  const at = here === undefined ? path : `${path}(${here})`;
  found.add(at);
  if (Array.isArray(value)) {
    for (const item of value) placesIn(member.items ?? {}, { value: item, path: `${at}[]`, found });
  } else if (typeof value === "object" && value !== null) {
    for (const [key, field] of Object.entries(value)) {
      const property = propertyOf(member, key);
      if (property) placesIn(property, { value: field, path: `${at}.${key}`, found });
    }
  }
}

const memberName = (member: FieldSchema): string | undefined =>
  ["type", "mode"].map((key) => propertyOf(member, key)?.const).find((value) => value !== undefined);

describe("coveringDocuments", () => {
  test.each(FIELD_KINDS)("have every field and every union member of the %s", (kind) => {
    const schema = writableSchema(kind, []);
    const found = new Set<string>();
    for (const value of coveringDocuments(kind, { seed: 7, without: [] })) placesIn(schema, { value, path: kind, found });
    const missing = allPlaces(schema, kind).filter((place) => !found.has(place));
    // A null that stands beside objects is one member of a union without a name of its own.
    expect(missing).toEqual([]);
  });

  test.each(FIELD_KINDS)("are valid, and known throughout: %s", (kind) => {
    const problems = [1, 2, 3].flatMap((seed) =>
      coveringDocuments(kind, { seed, without: [] }).flatMap((value) => validateFields({ kind, value, complete: true })),
    );
    const allowed = ["retired-value", "former-field"];
    expect(problems.filter(({ code }) => !allowed.includes(code))).toEqual([]);
  });
});

describe("coveringSamples", () => {
  test("has every type of tool in every list that may hold it", () => {
    const tools = coveringSamples(1).flatMap(({ llm }) => [
      ...listOf(llm["general_tools"]),
      ...listOf(llm["states"]).flatMap((state) => listOf((state as Record<string, Json>)["tools"])),
    ]);
    const types = new Set(tools.map((tool) => (tool as Record<string, Json>)["type"]));
    expect([...types].sort()).toEqual([
      "agent_swap",
      "book_appointment_cal",
      "bridge_transfer",
      "cancel_transfer",
      "check_availability_cal",
      "code",
      "custom",
      "end_call",
      "extract_dynamic_variable",
      "integration_app",
      "mcp",
      "press_digit",
      "send_sms",
      "transfer_call",
    ]);
  });

  test("is the same for the same seed and differs for another", () => {
    expect(coveringSamples(3)).toEqual(coveringSamples(3));
    expect(coveringSamples(3)).not.toEqual(coveringSamples(4));
  });

  test("leaves out what it is asked to", () => {
    const text = JSON.stringify(coveringSamples(1, { without: ["voice_emotion", "book_appointment_cal"] }));
    expect(text).not.toContain("voice_emotion");
    expect(text).not.toContain("book_appointment_cal");
    expect(text).toContain("check_availability_cal");
  });
});

test.each(FIELD_KINDS)("random documents validate without errors and survive JSON: %s", (kind) => {
  fc.assert(
    fc.property(documentArbitrary(kind), (value) => {
      expect(validateFields({ kind, value, complete: true }).filter(({ severity }) => severity === "error")).toEqual([]);
      expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    }),
    { numRuns: 40 },
  );
});

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
