import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { insertJsonItem, jsonAt, removeJson, setJson, type JsonPath } from "@retell-actions/core/adopt/edit-json";
import { canonicalJson } from "@retell-actions/core/canonical/content-hash";
import type { Json } from "@retell-actions/core/canonical/json";

const set = (path: JsonPath, value: Json) => (text: string) => setJson(text, { path, value });
const insert = (path: JsonPath, index: number, value: Json) => (text: string) => insertJsonItem(text, { path, index, value });
const remove = (path: JsonPath) => (text: string) => removeJson(text, path);

describe("JSON is edited like a guest", () => {
  test.each<[string, string, (text: string) => string, string]>([
    ["a scalar", '{\n  "a": 1,\n  "b":2\n}\n', set(["b"], 3), '{\n  "a": 1,\n  "b":3\n}\n'],
    ["a new key, two blanks", '{\n  "a": 1\n}\n', set(["b"], 2), '{\n  "a": 1,\n  "b": 2\n}\n'],
    ["a new key, four blanks", '{\n    "a": {\n        "x": 1\n    }\n}', set(["b"], { y: 2 }), '{\n    "a": {\n        "x": 1\n    },\n    "b": {\n        "y": 2\n    }\n}'],
    ["a new key, tabs", '{\n\t"a": 1\n}\n', set(["b"], { c: [1] }), '{\n\t"a": 1,\n\t"b": {\n\t\t"c": [\n\t\t\t1\n\t\t]\n\t}\n}\n'],
    ["CRLF", '{\r\n  "a": 1\r\n}\r\n', set(["b"], { c: 1 }), '{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 1\r\n  }\r\n}\r\n'],
    ["no final line break, a byte order mark", '\uFEFF{\n  "a": 1\n}', set(["b"], 2), '\uFEFF{\n  "a": 1,\n  "b": 2\n}'],
    ["an object on one line", '{\n  "a": { "x": 1 },\n  "c": 1\n}', set(["a", "y"], 2), '{\n  "a": { "x": 1, "y": 2 },\n  "c": 1\n}'],
    ["an object on one line, tight", '{"a":{"x":1}}', set(["a", "y"], { z: [1, 2] }), '{"a":{"x":1,"y":{"z":[1,2]}}}'],
    ["an empty object", '{\n  "a": {}\n}', set(["a", "y"], 2), '{\n  "a": {\n    "y": 2\n  }\n}'],
    ["an empty object on one line", '{\n  "l": [{ "a": {} }]\n}', set(["l", 0, "a", "y"], 2), '{\n  "l": [{ "a": { "y": 2 } }]\n}'],
    ["an empty file", "{}\n", set(["a"], 1), '{\n  "a": 1\n}\n'],
    ["a blank line between keys is not copied", '{\n  "a": 1,\n\n  "b": 2\n}', set(["c"], 3), '{\n  "a": 1,\n\n  "b": 2,\n  "c": 3\n}'],
    ["a key with a space before its colon", '{\n  "a" : 1\n}', set(["b"], 2), '{\n  "a" : 1,\n  "b" : 2\n}'],
    ["a list on one line", '{ "l": ["a", "b"] }', set(["l"], ["a", "x", "b"]), '{ "l": ["a", "x", "b"] }'],
    ["a list over lines", '{\n  "l": [\n    "a",\n    "b"\n  ]\n}', set(["l"], ["a", "b", "c"]), '{\n  "l": [\n    "a",\n    "b",\n    "c"\n  ]\n}'],
    ["a list that wraps", '{\n  "l": ["a", "b",\n        "c"]\n}', set(["l"], ["a", "c"]), '{\n  "l": ["a",\n        "c"]\n}'],
    ["a list of short objects", '{\n  "l": [\n    { "n": 1 },\n    { "n": 2 }\n  ]\n}', insert(["l"], 2, { n: 3, m: [1] }), '{\n  "l": [\n    { "n": 1 },\n    { "n": 2 },\n    { "n": 3, "m": [1] }\n  ]\n}'],
    ["objects that start on the same line", '{\n  "l": [{\n    "n": 1\n  }]\n}', insert(["l"], 1, { n: 2 }), '{\n  "l": [{\n    "n": 1\n  }, {\n    "n": 2\n  }]\n}'],
    ["an item in front", '{\n  "l": [\n    1\n  ]\n}', insert(["l"], 0, 0), '{\n  "l": [\n    0,\n    1\n  ]\n}'],
    ["an item in front on one line", "[1, 2]", insert([], 0, 0), "[0, 1, 2]"],
    ["an item in the middle", "[\n  1,\n  3\n]", insert([], 1, 2), "[\n  1,\n  2,\n  3\n]"],
    ["an item of an empty list", '{\n  "l": []\n}', insert(["l"], 0, { n: 1 }), '{\n  "l": [\n    {\n      "n": 1\n    }\n  ]\n}'],
    ["a file whose lists of plain values stand on one line", '{\n  "l": ["a"]\n}', set(["o"], { m: ["x", "y"] }), '{\n  "l": ["a"],\n  "o": {\n    "m": ["x", "y"]\n  }\n}'],
    ["the first key goes", '{\n  "a": 1,\n  "b": 2\n}', remove(["a"]), '{\n  "b": 2\n}'],
    ["a middle key goes", '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}', remove(["b"]), '{\n  "a": 1,\n  "c": 3\n}'],
    ["the last key goes", '{\n  "a": 1,\n  "b": 2\n}', remove(["b"]), '{\n  "a": 1\n}'],
    ["the only key goes", '{\n  "a": {\n    "b": 2\n  }\n}', remove(["a", "b"]), '{\n  "a": {}\n}'],
    ["the last item goes", '{ "l": [ 1, 2 ] }', remove(["l", 1]), '{ "l": [ 1 ] }'],
    ["of an object only what differs is touched", '{"o":{"a":1,  "b":[1,  2]}}', set(["o"], { a: 1, b: [1, 3] }), '{"o":{"a":1,  "b":[1,  3]}}'],
    ["another kind of value", '{\n  "a": null\n}', set(["a"], { b: 1 }), '{\n  "a": {\n    "b": 1\n  }\n}'],
    ["keys named like those of prototypes", '{ "__proto__": { "a": 1 } }', set(["__proto__", "constructor"], 2), '{ "__proto__": { "a": 1, "constructor": 2 } }'],
  ])("%s", (_, before, edit, after) => {
    expect(edit(before)).toBe(after);
    JSON.parse(after.replace("\uFEFF", ""));
  });
});

const key = fc.constantFrom("a", "b", "c", "__proto__", "x y", "ä");
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<Json>(0, -1.5, true, null, "", "a\nb", 'q"\\', "\u2028ä"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.uniqueArray(fc.tuple(key, tie("value")), { maxLength: 3, selector: ([name]) => name }).map((entries) => Object.fromEntries(entries) as Json),
  ),
})).value;

/** A text of a value in a layout chosen piece by piece: every container on one line or over several. */
function textArbitrary(json: Json): fc.Arbitrary<string> {
  return fc
    .record({
      unit: fc.constantFrom("  ", "    ", "\t", ""),
      eol: fc.constantFrom("\n", "\r\n"),
      colon: fc.constantFrom(": ", ":", " : "),
      comma: fc.constantFrom(",", ", "),
      padding: fc.constantFrom("", " "),
      final: fc.boolean(),
      mark: fc.boolean(),
      flat: fc.infiniteStream(fc.boolean()),
    })
    .map(({ unit, eol, colon, comma, padding, final, mark, flat }) => {
      const write = (node: Json, indent: string, inside: boolean): string => {
        if (typeof node !== "object" || node === null) return JSON.stringify(node);
        const isFlat = inside || flat.next().value;
        const inner = indent + unit;
        const parts = Array.isArray(node)
          ? node.map((item) => write(item, inner, isFlat))
          : Object.entries(node).map(([name, item]) => JSON.stringify(name) + colon + write(item, inner, isFlat));
        const [open, close] = Array.isArray(node) ? "[]" : "{}";
        if (parts.length === 0) return `${open}${close}`;
        return isFlat ? `${open}${padding}${parts.join(comma)}${padding}${close}` : `${open}${parts.map((part) => eol + inner + part).join(",")}${eol}${indent}${close}`;
      };
      return `${mark ? "\uFEFF" : ""}${write(json, "", false)}${final ? eol : ""}`;
    });
}

function pathsOf(json: Json, path: JsonPath = []): JsonPath[] {
  if (typeof json !== "object" || json === null) return [path];
  const below = Array.isArray(json) ? json.map((item, index) => pathsOf(item, [...path, index])) : Object.entries(json).map(([name, item]) => pathsOf(item, [...path, name]));
  return [path, ...below.flat()];
}

const parse = (text: string): Json => JSON.parse(text.replace(/^\uFEFF/, "")) as Json;

/** The text without the value at a path, to be compared byte by byte. */
const withoutWhite = (text: string): string => text.replace(/[ \t\r\n]/g, "");

describe("any JSON in any layout", () => {
  const scene = value.filter((json) => pathsOf(json).length > 1).chain((json) => fc.tuple(fc.constant(json), textArbitrary(json), fc.constantFrom(...pathsOf(json).slice(1)), value));

  test("setting a value sets that and nothing else", () => {
    fc.assert(
      fc.property(scene, ([, before, path, next]) => {
        const after = setJson(before, { path, value: next });
        const found = jsonAt(after, path);
        expect(found === undefined ? "gone" : canonicalJson(found)).toBe(canonicalJson(next));
        const mask = (text: string): string => setJson(text, { path, value: "MASK" });
        expect(mask(after)).toBe(mask(before));
      }),
      { numRuns: 600 },
    );
  });

  test("inserting and removing again gives the same bytes, but for white space in what was empty", () => {
    fc.assert(
      fc.property(scene, fc.nat(3), ([, before, path, next], at) => {
        const holder = jsonAt(before, path);
        if (typeof holder !== "object" || holder === null) return;
        const isEmpty = Object.keys(holder).length === 0;
        const index = Math.min(at, Object.keys(holder).length);
        const after = Array.isArray(holder) ? insertJsonItem(before, { path, index, value: next }) : setJson(before, { path: [...path, "new"], value: next });
        expect(JSON.stringify(jsonAt(after, [...path, Array.isArray(holder) ? index : "new"]))).toBe(JSON.stringify(next));
        const back = removeJson(after, [...path, Array.isArray(holder) ? index : "new"]);
        if (isEmpty) expect(withoutWhite(back)).toBe(withoutWhite(before));
        else expect(back).toBe(before);
      }),
      { numRuns: 600 },
    );
  });

  test("removing a value leaves the rest", () => {
    fc.assert(
      fc.property(scene, ([json, before, path]) => {
        const expected = structuredClone(json);
        const holder = path.slice(0, -1).reduce<Json>((node, step) => (node as Record<string | number, Json>)[step] as Json, expected);
        if (Array.isArray(holder)) holder.splice(Number(path.at(-1)), 1);
        else Reflect.deleteProperty(holder as object, String(path.at(-1)));
        expect(JSON.stringify(parse(removeJson(before, path)))).toBe(JSON.stringify(expected));
      }),
      { numRuns: 600 },
    );
  });
});
