import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { nodeAt, originAt, pointerOf, positionOf, valueOf } from "@retell-actions/core/project/json-node";
import { parseJson } from "@retell-actions/core/project/parse-json";
import { codes, places } from "./project-fixture.ts";

const parse = (text: string) => parseJson({ file: "f.json", text });

describe("parseJson", () => {
  test.each<[name: string, text: string, place: string]>([
    ["an empty file", " \n", "f.json:1:1 invalid-json"],
    ["a comment", '{\n  // no\n  "a": 1}', "f.json:2:3 invalid-json"],
    ["a trailing comma", '{"a": 1,\n}', "f.json:2:1 invalid-json"],
    ["a trailing comma in a list", "[1,]", "f.json:1:4 invalid-json"],
    ["a missing colon", '{"a" 1}', "f.json:1:6 invalid-json"],
    ["a truncated file", '{"a": [1', "f.json:1:9 invalid-json"],
    ["two values", "{} {}", "f.json:1:4 invalid-json"],
    ["a raw line break in a text", '{"a": "x\ny"}', "f.json:1:7 invalid-json"],
    ["a duplicate key: the second", '{\r\n  "a": 1,\r\n  "a": 2\r\n}', "f.json:3:3 duplicate-key"],
    ["a duplicate key written with an escape", '{"a": 1, "\\u0061": 2}', "f.json:1:10 duplicate-key"],
    ["a number beyond JSON's reach", '{"a": 1e999}', "f.json:1:7 number-out-of-range"],
    ["half of a surrogate pair", '{"a": "\\ud800"}', "f.json:1:7 invalid-text"],
    ["merge conflict markers", '{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> other\n}', "f.json:2:1 merge-conflict"],
    ["nesting beyond the limit", "[".repeat(500_000), "f.json:1:101 json-too-deep"],
  ])("reports %s", (_name, text, place) => {
    const { root, problems } = parse(text);
    expect(places(problems)).toContain(place);
    expect(root).toBeUndefined();
  });

  test("reports only the first error of syntax, not what follows from it", () => {
    expect(codes(parse('{"a": nope, "b": [1 2], }').problems)).toEqual(["invalid-json"]);
  });

  test("refuses a file beyond the size limit", () => {
    expect(codes(parseJson({ file: "f", text: "[1, 2, 3]" }, { depth: 10, size: 5 }).problems)).toEqual(["file-too-large"]);
  });

  test("tolerates a byte order mark and does not count it", () => {
    const { root } = parse('\uFEFF{"a": 1}');
    expect(root && positionOf(originAt(root, ["a"]))).toEqual({ file: "f.json", line: 1, column: 2 });
  });

  test("keys that objects inherit are ordinary keys", () => {
    const text = '{"__proto__": {"polluted": true}, "constructor": 1, "hasOwnProperty": 2}';
    const { root, problems } = parse(text);
    const value = root && valueOf(root);
    expect(problems).toEqual([]);
    expect(Object.keys(value ?? {})).toEqual(["__proto__", "constructor", "hasOwnProperty"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test.each(["\n", "\r\n"])("finds places by path with line ends %j", (lineEnd) => {
    const { root } = parse(["{", '  "a": [', '    {"b": 1},', '    {"b/~": "x"}', "  ]", "}"].join(lineEnd));
    if (root === undefined) throw new Error("not parsed");
    const place = (...path: (string | number)[]): string => {
      const { line, column } = positionOf(originAt(root, path));
      return `${line}:${column}`;
    };
    expect([place(), place("a"), place("a", 1), place("a", 1, "b/~")]).toEqual(["1:1", "2:3", "4:5", "4:6"]);
    expect(place("a", 1, "missing", "deeper")).toBe("4:5");
    const node = nodeAt(root, ["a", 1, "b/~"]);
    expect(node && pointerOf(node.origin)).toBe("/a/1/b~1~0");
  });

  test("agrees with JSON.parse on every JSON text without doubled keys", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(0, 2), (text, indent) => {
        const value: unknown = JSON.parse(text);
        const { root, problems } = parse(JSON.stringify(value, null, indent));
        expect(problems.filter(({ code }) => code !== "invalid-text")).toEqual([]);
        if (problems.length === 0) expect(root && valueOf(root)).toEqual(value);
      }),
    );
  });

  test("never throws, and takes nothing that JSON.parse refuses", () => {
    const piece = fc.constantFrom("{", "}", "[", "]", ",", ":", '"a"', '"', "1", "-", "1e5", ".5", "null", "\\", "\n", "//", "/*", "\u0000", "\u00a0", "tru", "\uFEFF");
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""))), (text) => {
        const { root } = parse(text);
        if (root !== undefined) expect(() => JSON.parse(text.replace(/^\uFEFF/, "")) as unknown).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});
