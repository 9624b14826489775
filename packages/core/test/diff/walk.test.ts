import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonicalJson } from "@retell-actions/core/canonical/content-hash";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json } from "@retell-actions/core/canonical/json";
import { setLeaf } from "@retell-actions/core/diff/apply-changes";
import { formatPath } from "@retell-actions/core/diff/field-path";
import { walkLeaves } from "@retell-actions/core/diff/walk";
import { contentArbitrary } from "./content-arbitrary.ts";

const leavesOf = (values: Record<string, Json | undefined>): Record<string, Record<string, Json | undefined>> =>
  Object.fromEntries(walkLeaves(values).map(({ path, values: at }) => [formatPath(path), at]));

describe("walkLeaves", () => {
  test("objects are entered at any depth, keys in order", () => {
    expect(walkLeaves({ a: { agent: { b: { d: 1, c: 2 }, a: null } } }).map(({ path }) => formatPath(path))).toEqual(["agent.a", "agent.b.c", "agent.b.d"]);
  });

  test("a node is one leaf as soon as two sides differ in its form", () => {
    const sides = { git: { agent: { x: { k: 1 } } }, live: { agent: { x: null } } };
    expect(leavesOf(sides)).toEqual({ "agent.x": { git: { k: 1 }, live: null } });
    expect(leavesOf({ git: { agent: { x: { k: 1 } } }, live: { agent: { x: [1] } } })).toEqual({ "agent.x": { git: { k: 1 }, live: [1] } });
    expect(leavesOf({ git: { agent: { x: { k: 1 } } }, live: { agent: {} } })).toEqual({ "agent.x.k": { git: 1, live: undefined } });
  });

  test("named lists are entered by name, whatever their order", () => {
    const tools = (...names: string[]): Json => ({ llm: { general_tools: names.map((name) => ({ name, type: "end_call" })) } });
    expect(leavesOf({ git: tools("b", "a"), live: tools("a", "c") })).toEqual({
      "llm.general_tools[a].name": { git: "a", live: "a" },
      "llm.general_tools[a].type": { git: "end_call", live: "end_call" },
      "llm.general_tools[b].name": { git: "b", live: undefined },
      "llm.general_tools[b].type": { git: "end_call", live: undefined },
      "llm.general_tools[c].name": { git: undefined, live: "c" },
      "llm.general_tools[c].type": { git: undefined, live: "end_call" },
    });
  });

  test.each<[string, Json]>([
    ["a name twice", [{ name: "a" }, { name: "a" }]],
    ["an item without a name", [{ name: "a" }, { type: "end_call" }]],
    ["an item that is no object", [{ name: "a" }, "b"]],
    ["a name that is no text", [{ name: 1 }]],
  ])("a list with %s is one leaf for all sides", (_, odd) => {
    const good = [{ name: "a" }];
    expect(leavesOf({ git: { llm: { general_tools: good } }, live: { llm: { general_tools: odd } } })).toEqual({ "llm.general_tools": { git: good, live: odd } });
  });

  test("other arrays are whole", () => {
    expect(leavesOf({ git: { agent: { boosted_keywords: ["b", "a"] } } })).toEqual({ "agent.boosted_keywords": { git: ["b", "a"] } });
  });

  test("an empty text, null, an empty list and an empty object are there; absent is not", () => {
    expect(leavesOf({ git: { agent: { a: "", b: null, c: [], d: {} } } })).toEqual({ "agent.a": { git: "" }, "agent.b": { git: null }, "agent.c": { git: [] }, "agent.d": { git: {} } });
  });

  test("keys from the prototype are ordinary keys", () => {
    const odd = JSON.parse('{"agent": {"__proto__": {"a": 1}, "constructor": 2}}') as Json;
    expect(walkLeaves({ git: odd, live: { agent: {} } }).map(({ path, values }) => [formatPath(path), values.git, values.live])).toEqual([
      ["agent.__proto__.a", 1, undefined],
      ["agent.constructor", 2, undefined],
    ]);
  });

  test("property: the leaves of every side put together are that side again", () => {
    fc.assert(
      fc.property(contentArbitrary, contentArbitrary, contentArbitrary, (a, b, c) => {
        const leaves = walkLeaves<"a" | "b" | "c">({ a: a as Json, b: b as Json, c: c as Json });
        for (const [side, whole] of [["a", a], ["b", b], ["c", c]] as const) {
          let built: Content = { agent: {} };
          for (const { path, values } of leaves) if (values[side] !== undefined) built = setLeaf(built, path, values[side]);
          expect(shape(built as Json)).toBe(shape(whole as Json));
        }
      }),
    );
  });

  test("property: paths are distinct, also as text, and the order of sides and of keys means nothing", () => {
    fc.assert(
      fc.property(contentArbitrary, contentArbitrary, (a, b) => {
        const texts = walkLeaves({ a: a as Json, b: b as Json }).map(({ path }) => formatPath(path));
        expect(new Set(texts).size).toBe(texts.length);
        expect(walkLeaves({ b: b as Json, a: a as Json }).map(({ path }) => formatPath(path))).toEqual(texts);
      }),
    );
  });
});

/** What counts of a content: order of named things does not, nor does a container that holds nothing beside one that is absent. */
function shape(value: Json): string {
  return canonicalJson(plain(value) ?? null);
}

function plain(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item) => plain(item) ?? null);
    const named = items.every((item) => typeof item === "object" && item !== null && !Array.isArray(item) && "name" in item);
    if (items.length === 0) return undefined;
    return named ? items.sort((x, y) => (canonicalJson(x) < canonicalJson(y) ? -1 : 1)) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).flatMap(([key, field]) => {
    const inner = plain(field);
    return inner === undefined ? [] : [[key, inner] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
