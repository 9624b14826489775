import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Json } from "@retell-actions/core/canonical/json";
import { nodeAt, originAt, positionOf, valueOf } from "@retell-actions/core/project/json-node";
import { applyPatch, mergePatch } from "@retell-actions/core/project/merge-patch";
import { parseJson } from "@retell-actions/core/project/parse-json";
import { codes } from "./project-fixture.ts";

const byName = (path: readonly string[]): "name" | undefined => (path.at(-1) === "tools" ? "name" : undefined);
const nothingNamed = (): undefined => undefined;

function node(file: string, value: Json) {
  const { root } = parseJson({ file, text: JSON.stringify(value, null, 2) });
  if (root === undefined) throw new Error("not JSON");
  return root;
}

describe("mergePatch", () => {
  // Source: RFC 7396, appendix A.
  test.each<[Json, Json, Json]>([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [["a", "b"], ["c", "d"], ["c", "d"]],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("is RFC 7396: %j with %j", (base, patch, result) => {
    expect(mergePatch(base, patch, nothingNamed)).toEqual(result);
  });

  test.each<[name: string, base: Json, patch: Json, result: Json]>([
    ["patches an item by name", [{ name: "a", x: 1, y: 2 }, { name: "b" }], [{ name: "a", x: 3, y: null }], [{ name: "a", x: 3 }, { name: "b" }]],
    ["adds an item at the end", [{ name: "a" }], [{ name: "b", x: null }], [{ name: "a" }, { name: "b" }]],
    ["removes an item", [{ name: "a" }, { name: "b" }], [{ name: "a", $remove: true }], [{ name: "b" }]],
    ["starts a list", null, [{ name: "a" }], [{ name: "a" }]],
    ["replaces where an item has no name", [{ name: "a" }, {}], [{ name: "b" }], [{ name: "b" }]],
    ["replaces where a name stands twice", [{ name: "a" }, { name: "a" }], [{ name: "b" }], [{ name: "b" }]],
    ["replaces by a list without names", [{ name: "a" }], ["x"], ["x"]],
    ["empties a list", [{ name: "a" }], [], []],
  ])("lists of named things: %s", (_name, base, patch, result) => {
    expect(mergePatch(base === null ? {} : { tools: base }, { tools: patch }, byName)).toEqual({ tools: result });
  });

  test("patches what is not among the named lists whole", () => {
    expect(mergePatch({ words: [{ name: "a" }] }, { words: [{ name: "b" }] }, byName)).toEqual({ words: [{ name: "b" }] });
  });

  test("knows the lists of a configuration", () => {
    const base = { llm: { states: [{ name: "s", tools: [{ name: "t", x: 1 }], edges: [1] }] }, flow: { nodes: [{ id: "n", edges: [{ id: "e" }] }] } };
    const patch = { llm: { states: [{ name: "s", tools: [{ name: "u" }], edges: [2] }] }, flow: { nodes: [{ id: "n", edges: [{ id: "e", x: 1 }] }] } };
    expect(mergePatch(base, patch)).toEqual({
      llm: { states: [{ name: "s", tools: [{ name: "t", x: 1 }, { name: "u" }], edges: [2] }] },
      flow: { nodes: [{ id: "n", edges: [{ id: "e", x: 1 }] }] },
    });
  });

  test("a patch that changes nothing gives the base; an own value wins", () => {
    const value = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), value, (base, patch) => {
        expect(mergePatch(base, {}, byName)).toEqual(base);
        const once = mergePatch(base, patch, nothingNamed);
        expect(mergePatch(once, patch, nothingNamed)).toEqual(once);
      }),
    );
  });

  test("keeps __proto__ an ordinary key", () => {
    const merged = mergePatch({}, JSON.parse('{"__proto__": {"x": 1}}') as Json);
    expect(Object.keys(merged as object)).toEqual(["__proto__"]);
  });
});

describe("applyPatch", () => {
  test("remembers which file each value came from", () => {
    const { node: merged } = applyPatch(node("base", { tools: [{ name: "a", x: 1, y: 1 }], z: 1 }), node("patch", { tools: [{ name: "a", x: 2 }, { name: "b" }] }), byName);
    const file = (...path: (string | number)[]): string => positionOf(originAt(merged, path)).file;
    expect([file("z"), file("tools", 0, "y"), file("tools", 0, "x"), file("tools", 1)]).toEqual(["base", "base", "patch", "patch"]);
    expect(nodeAt(merged, ["tools", 0, "x"])).toMatchObject({ value: 2 });
  });

  test.each<[name: string, base: Json, patch: Json, code: string]>([
    ["in an object", { a: { b: 1 } }, { a: { $remove: true } }, "overlay-remove-misplaced"],
    ["in a list without names", { words: [] }, { words: [{ name: "a", $remove: true }] }, "overlay-remove-misplaced"],
    ["with another value than true", { tools: [{ name: "a" }] }, { tools: [{ name: "a", $remove: false }] }, "overlay-remove-misplaced"],
    ["for what is not there", { tools: [] }, { tools: [{ name: "a", $remove: true }] }, "overlay-removes-nothing"],
  ])("reports $remove %s and never passes it on", (_name, base, patch, code) => {
    const { node: merged, problems } = applyPatch(node("base", base), node("patch", patch), byName);
    expect(codes(problems)).toEqual([code]);
    expect(problems[0]?.file).toBe("patch");
    expect(JSON.stringify(valueOf(merged))).not.toContain("$remove");
  });
});
