import { describe, expect, test } from "@jest/globals";
import { firstSentence } from "../../../../scripts/schema/first-sentence.ts";
import { hoistShared } from "../../../../scripts/schema/hoist.ts";
import { mergeShapes } from "../../../../scripts/schema/merge.ts";
import { readTypes } from "../../../../scripts/schema/read-types.ts";

const shapeOf = (text: string) => readTypes({ name: "x.d.ts", text }).shapeOf("X");
const typeOf = (type: string) => shapeOf(`export interface X { a: ${type} }`).properties?.["a"];

describe("readTypes", () => {
  test.each<[string, object]>([
    ["string", { type: "string" }],
    ["number | string", { type: ["number", "string"] }],
    ["boolean | null", { type: ["boolean", "null"] }],
    ["'a' | 'b' | null", { type: ["string", "null"], enum: ["a", "b", null] }],
    ["'a'", { type: "string", const: "a" }],
    ["Array<string> | null", { type: ["array", "null"], items: { type: "string" } }],
    ["'a' | Array<'a'>", { anyOf: [{ type: "string", enum: ["a"] }, { type: "array", items: { type: "string", const: "a" } }] }],
    ["{ [key: string]: number }", { type: "object", additionalProperties: { type: "number" } }],
    ["unknown", {}],
  ])("%s", (type, expected) => {
    expect(typeOf(type)).toEqual({ ...expected, hint: "a" });
  });

  test("finds nested and merged declarations from the inside out", () => {
    const shape = shapeOf(`
      export interface X { inner: X.Inner }
      export declare namespace X {
        interface Inner { deep: Inner.Deep }
        interface Inner { deep: Inner.Deep }
        namespace Inner { interface Deep { type: 'right' } }
        interface Deep { type: 'wrong' }
      }`);
    expect(shape.properties?.["inner"]?.properties?.["deep"]?.properties?.["type"]?.const).toBe("right");
  });

  test("passes over parameters of the URL and tells that a field is optional", () => {
    const shape = shapeOf(`
      export interface X {
        /** Query param: which. */
        version?: string;
        /** Body param: Its name. More. */
        name?: string;
        id: string;
      }`);
    expect(shape.properties).toEqual({ id: { type: "string", hint: "id" }, name: { type: "string", hint: "name", description: "Its name." } });
    expect(shape.required).toEqual(["id"]);
  });

  test.each([
    ["export interface X { a: () => void }", "unsupported type"],
    ["export interface X extends Y { a: string }", "extends another type"],
    ["export interface X { a: Elsewhere }", "not declared in this file"],
    ["export interface X { a: X }", "contains itself"],
  ])("refuses what it does not know: %s", (text, message) => {
    expect(() => shapeOf(text)).toThrow(message);
  });
});

test("mergeShapes allows what either allows", () => {
  const first = shapeOf("export interface X { a: 'x' | 'y'; b: string; t: Array<{ k: string }> }");
  const second = shapeOf("export interface X { a?: 'y' | 'z'; b: string; c?: number; t: Array<{ k: string; l?: boolean }> }");
  expect(mergeShapes(first, second)).toMatchObject({
    required: ["b", "t"],
    properties: {
      a: { enum: ["x", "y", "z"] },
      c: { type: "number" },
      t: { items: { properties: { k: { type: "string" }, l: { type: "boolean" } }, required: ["k"] } },
    },
  });
});

test("hoistShared names a repeated shape once and keeps what is said at each place", () => {
  const shape = shapeOf(`
    export interface X {
      /** One. */
      a: X.Y;
      /** Two. */
      b: X.Y;
      c: { only: string };
    }
    export namespace X { interface Y { z: string } }`);
  expect(hoistShared(shape)).toEqual({
    type: "object",
    required: ["a", "b", "c"],
    properties: {
      a: { $ref: "#/$defs/Y", description: "One." },
      b: { $ref: "#/$defs/Y", description: "Two." },
      c: { type: "object", properties: { only: { type: "string" } }, required: ["only"] },
    },
    $defs: { Y: { type: "object", properties: { z: { type: "string" } }, required: ["z"] } },
  });
});

test.each([
  ["One thing. Another.", "One thing."],
  ["Values (e.g. `en-US`) or 1.5 of them. More", "Values (e.g. `en-US`) or 1.5 of them."],
  ["See [the docs](https://x.test). More", "See the docs."],
  ["No end", "No end"],
  ["Two\nlines.\n\nParagraph", "Two lines."],
  [`${"word ".repeat(60)}.`, `${"word ".repeat(31)}word…`],
])("firstSentence(%j)", (comment, expected) => {
  expect(firstSentence(comment)).toBe(expected);
});
