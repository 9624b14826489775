import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonicalJson } from "../../src/canonical/content-hash.ts";
import type { Json } from "../../src/canonical/json.ts";
import { sameJson } from "../../src/canonical/same-json.ts";

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

describe("sameJson", () => {
  test("says what the canonical JSON says, of any two values", () => {
    fc.assert(fc.property(json, json, (a, b) => sameJson(a, b) === (canonicalJson(a) === canonicalJson(b))));
  });

  test("and of a value and its copy with the keys the other way round", () => {
    fc.assert(fc.property(json, (value) => sameJson(value, turned(value))));
  });

  test("an absent member is no null, and no other name's value", () => {
    expect(sameJson({ a: null }, {})).toBe(false);
    expect(sameJson({ a: null }, { b: null })).toBe(false);
    expect(sameJson([1, 2], [2, 1])).toBe(false);
  });
});

function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, turned(member)]));
}
