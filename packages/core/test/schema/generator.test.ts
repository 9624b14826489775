import { describe, expect, test } from "@jest/globals";
import { firstSentence } from "../../../../scripts/schema/first-sentence.ts";
import { describeChanges } from "../../../../scripts/schema/describe-changes.ts";
import { hoistShared } from "../../../../scripts/schema/hoist.ts";
import { inlineShared } from "../../../../scripts/schema/inline.ts";
import { mergeShapes } from "../../../../scripts/schema/merge.ts";
import { readTypes } from "../../../../scripts/schema/read-types.ts";
import type { Shape } from "../../../../scripts/schema/shape.ts";

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

describe("hoistShared", () => {
  const repeated = shapeOf(`
    export interface X {
      /** One. */
      a: X.Y;
      /** Two. */
      b: X.Y;
      c: { only: string };
    }
    export namespace X { interface Y { z: string } }`);
  const y = { type: "object", properties: { z: { type: "string" } }, required: ["z"] };

  test("names a repeated shape once and keeps what is said at each place", () => {
    expect(hoistShared({ x: repeated }, "shared.json")).toEqual({
      documents: {
        x: {
          type: "object",
          required: ["a", "b", "c"],
          properties: {
            a: { $ref: "shared.json#/$defs/Y", description: "One." },
            b: { $ref: "shared.json#/$defs/Y", description: "Two." },
            c: { type: "object", properties: { only: { type: "string" } }, required: ["only"] },
          },
        },
      },
      shared: { Y: y },
    });
  });

  test("shares among documents, and refers from one definition to another in place", () => {
    const other = shapeOf(`
      export interface X { d: X.Outer; e: X.Outer }
      export namespace X { interface Outer { inner: Outer.Y } namespace Outer { interface Y { z: string } } }`);
    const { documents, shared } = hoistShared({ x: repeated, other }, "shared.json");
    expect(shared).toEqual({ Outer: { type: "object", properties: { inner: { $ref: "#/$defs/Y" } }, required: ["inner"] }, Y: y });
    expect(inlineShared(documents["other"] ?? {}, shared)).toEqual(inlineShared(JSON.parse(JSON.stringify(other, (key, value: unknown) => (key === "hint" ? undefined : value))) as Shape, {}));
  });

  test("what stands only inside of a shared shape is no definition of its own", () => {
    const shape = shapeOf("export interface X { a: X.Y; b: X.Y } export namespace X { interface Y { inner: Y.Z } namespace Y { interface Z { z: string } } }");
    expect(Object.keys(hoistShared({ shape }, "shared.json").shared)).toEqual(["Y"]);
  });
});

describe("describeChanges", () => {
  const before = shapeOf(`export interface X {
    /** Ends after 5 s. */
    a: string; gone: number; m: 'x' | 'y'; t: Array<X.One | X.Two>; s?: string }
    export namespace X { interface One { type: 'one'; model: 'x' | 'y' } interface Two { type: 'two'; model: 'x' | 'y' } }`);
  const after = shapeOf(`export interface X {
    /** Ends after 6 s. */
    a: string | null; new: boolean; m: 'y' | 'z'; t: Array<X.One | X.Two | X.Three>; s: string }
    export namespace X {
      interface One { type: 'one'; model: 'x' | 'y' | 'z' }
      interface Two { type: 'two'; model: 'x' | 'y' | 'z' }
      interface Three { type: 'three' }
    }`);

  test("says what was added, removed and changed, one line for what changed alike", () => {
    expect(describeChanges(before, after)).toEqual([
      "~ (root): requires s",
      "~ a: was string, is string or null",
      "~ a: is described anew: Ends after 6 s.",
      "- gone: number",
      "~ m: takes z",
      "~ m: no longer takes x",
      "~ t[](one).model: takes z (and at 1 more place)",
      "+ t[](three): object",
      "+ new: boolean",
    ]);
  });

  test("says nothing of what is alike", () => {
    expect(describeChanges(after, after)).toEqual([]);
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
