import { describe, expect, test } from "@jest/globals";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import { buildWrites, holdsConsoleEdit, nodeAt, removedNodes, setLeaf, withWholeNewNodes } from "@retell-actions/core/diff/apply-changes";
import { classifyFields, type FieldChange } from "@retell-actions/core/diff/classify";
import { equalAsWritten, equalInEffect, equalOrMigrated } from "@retell-actions/core/diff/equality";
import { formatPath, isWithin, itemsByName, type FieldPath } from "@retell-actions/core/diff/field-path";
import { namedListKey } from "@retell-actions/core/diff/named-lists";
import { factsOf } from "./facts.ts";

const facts = factsOf();
const llm = (fields: JsonObject): Content => ({ agent: {}, llm: fields });
const tool = (name: string, more: JsonObject = {}): JsonObject => ({ name, ...more });
const TOOLS: FieldPath = ["llm", "general_tools"];

describe("nodeAt", () => {
  const content = llm({ general_tools: [null, "odd", tool("a"), tool("b", { headers: { X: "1" } })], general_prompt: "p", odd: [tool("a")] }) as Json;
  test.each<[string, FieldPath, Json | undefined]>([
    ["the whole", [], content],
    ["a key", ["llm", "general_prompt"], "p"],
    ["below a text", ["llm", "general_prompt", "length"], undefined],
    ["a key that prototypes have", ["llm", "constructor"], undefined],
    ["an item", [...TOOLS, { item: "b" }], tool("b", { headers: { X: "1" } })],
    ["below an item", [...TOOLS, { item: "b" }, "headers", "X"], "1"],
    ["an item that is not there", [...TOOLS, { item: "c" }], undefined],
    ["below an item that is not there", [...TOOLS, { item: "c" }, "headers"], undefined],
    ["an item of what is no list", ["llm", "general_prompt", { item: "a" }], undefined],
    ["an item of a list without names", ["llm", "odd", { item: "a" }], undefined],
    ["an item of a list that is not there", ["llm", "mcps", { item: "a" }], undefined],
  ])("%s", (_name, path, expected) => expect(nodeAt(content, path)).toEqual(expected));
});

describe("setLeaf", () => {
  test.each<[string, Content, FieldPath, Json | undefined, Content]>([
    ["sets", llm({ a: 1 }), ["llm", "a"], 2, llm({ a: 2 })],
    ["adds, with the objects on the way", llm({}), ["llm", "a", "b"], 2, llm({ a: { b: 2 } })],
    ["takes out, and leaves the object", llm({ a: { b: 2 } }), ["llm", "a", "b"], undefined, llm({ a: {} })],
    ["takes nothing out of nothing", llm({}), ["llm", "a", "b"], undefined, llm({})],
    ["takes nothing out of what is no object", llm({ a: 1 }), ["llm", "a", "b"], undefined, llm({ a: 1 })],
    ["puts an object in place of what was none", llm({ a: 1 }), ["llm", "a", "b"], 2, llm({ a: { b: 2 } })],
    ["sets in an item", llm({ general_tools: ["odd", tool("a"), tool("b")] }), [...TOOLS, { item: "b" }, "url"], "u", llm({ general_tools: ["odd", tool("a"), tool("b", { url: "u" })] })],
    ["adds an item at the end", llm({ general_tools: [tool("a")] }), [...TOOLS, { item: "b" }, "url"], "u", llm({ general_tools: [tool("a"), tool("b", { url: "u" })] })],
    ["adds an item with its list", llm({}), [...TOOLS, { item: "b" }, "name"], "b", llm({ general_tools: [tool("b")] })],
    ["adds a whole item", llm({}), [...TOOLS, { item: "b" }], tool("b", { url: "u" }), llm({ general_tools: [tool("b", { url: "u" })] })],
    ["takes an item out", llm({ general_tools: [tool("a"), tool("b")] }), [...TOOLS, { item: "a" }], undefined, llm({ general_tools: [tool("b")] })],
    ["an item without its name is none", llm({ general_tools: [tool("a"), tool("b")] }), [...TOOLS, { item: "a" }, "name"], undefined, llm({ general_tools: [tool("b")] })],
    ["takes an item out that is not there", llm({ general_tools: [tool("a")] }), [...TOOLS, { item: "b" }], undefined, llm({ general_tools: [tool("a")] })],
    ["takes out of an item that is not there", llm({ general_tools: 1 }), [...TOOLS, { item: "b" }, "url"], undefined, llm({ general_tools: 1 })],
    ["a whole item without its name is none", llm({ general_tools: [tool("a")] }), [...TOOLS, { item: "b" }], { url: "u" }, llm({ general_tools: [tool("a")] })],
  ])("%s", (_name, content, path, value, expected) => expect(setLeaf(content, path, value)).toEqual(expected));

  test("an item of a list without names is a mistake of the caller", () => {
    expect(() => setLeaf(llm({}), ["llm", "odd", { item: "a" }], 1)).toThrow('no named list at ["llm","odd",{"item":"a"}]');
  });
});

describe("removedNodes", () => {
  const of = (sent: Content | undefined, desired: Content): string[] => removedNodes(sent, desired).map(formatPath);
  test("the topmost nodes that sent has and desired has not", () => {
    expect(of(undefined, llm({}))).toEqual([]);
    expect(of(llm({ a: 1, b: { c: 1, d: { e: 1 } } }), llm({ b: { d: {} } }))).toEqual(["llm.a", "llm.b.c", "llm.b.d.e"]);
    expect(of(llm({ a: 1 }), { agent: {} })).toEqual(["llm.a"]);
    expect(of(llm({ a: { b: 1 } }), llm({ a: 2 }))).toEqual([]);
    expect(of(llm({ a: 2 }), llm({ a: { b: 1 } }))).toEqual([]);
    expect(of(llm({ a: 1 }), llm({ a: 2, b: 3 }))).toEqual([]);
    expect(of({ agent: { constructor: 1 } as JsonObject }, { agent: {} })).toEqual(["agent.constructor"]);
  });

  test("items by their names, and fields in them", () => {
    expect(of(llm({ general_tools: [tool("a", { x: 1 }), tool("b")] }), llm({ general_tools: [tool("a")] }))).toEqual(["llm.general_tools[a].x", "llm.general_tools[b]"]);
    expect(of(llm({ general_tools: [tool("a"), tool("b")] }), llm({ general_tools: [tool("b"), tool("a")] }))).toEqual([]);
    expect(of(llm({ general_tools: ["odd", { name: 1 }, tool("a")] }), llm({ general_tools: ["other"] }))).toEqual(["llm.general_tools[a]"]);
    expect(of(llm({ general_tools: [tool("a")] }), llm({ general_tools: {} }))).toEqual([]);
    expect(of(llm({ general_tools: {} }), llm({ general_tools: [tool("a")] }))).toEqual([]);
    expect(of(llm({ odd: [tool("a")] }), llm({ odd: [] }))).toEqual([]);
  });
});

describe("withWholeNewNodes", () => {
  const changed = (sides: { sent?: Content; desired: Content; seen?: Content; live: Content }, overwrite = false): FieldChange[] =>
    classifyFields({ baseline: { sent: sides.sent ?? { agent: {} }, seen: sides.seen ?? sides.live }, desired: sides.desired, live: sides.live }, { facts, mayOverwrite: () => overwrite });
  const told = (sides: Parameters<typeof changed>[0], overwrite = false): unknown[] => withWholeNewNodes(changed(sides, overwrite), sides).map(({ path, target }) => [formatPath(path), target]);

  test("changes below a node that live does not have bring the whole node, once", () => {
    expect(told({ desired: llm({ a: { b: 1, c: { d: 2 } } }), live: llm({}) })).toEqual([["llm.a", { b: 1, c: { d: 2 } }]]);
    expect(told({ desired: llm({ a: { b: 1, c: { d: 2, e: 3 } } }), live: llm({ a: { b: 0 } }) })).toEqual([["llm.a.b", 1], ["llm.a.c", { d: 2, e: 3 }]]);
    expect(told({ desired: llm({ a: { b: 1, c: 2 } }), live: llm({ a: null }) })).toEqual([["llm.a", { b: 1, c: 2 }]]);
    expect(told({ desired: llm({ general_tools: [tool("a"), tool("b", { url: "u" })] }), live: llm({ general_tools: [tool("a")] }) })).toContainEqual(["llm.general_tools[b]", tool("b", { url: "u" })]);
    expect(told({ desired: llm({ general_tools: [tool("b", { url: "u" })] }), live: llm({}) })).toEqual([["llm.general_tools", [tool("b", { url: "u" })]]]);
  });

  test("a part itself is never new, and a leaf is itself", () => {
    expect(told({ desired: llm({ a: 1, b: 2 }), live: { agent: {} } })).toEqual([["llm.a", 1], ["llm.b", 2]]);
    expect(told({ sent: llm({ a: { b: 1 } }), desired: llm({ a: {} }), live: llm({ a: { b: 1 } }) })).toEqual([["llm.a.b", undefined]]);
  });

  test("where Git is silent there is only the leaf", () => {
    const seen = llm({ a: { b: 1, c: 2 } });
    expect(told({ desired: { agent: {} }, seen, live: llm({}) }, true)).toEqual([["llm.a.b", 1], ["llm.a.c", 2]]);
  });
});

describe("buildWrites", () => {
  const change = (path: FieldPath, target: Json | undefined): FieldChange => ({ path, name: formatPath(path), class: "local-change", sent: undefined, desired: target, seen: undefined, live: undefined, target, overwritten: false });
  test("parts without changes are not written; a key that goes is null", () => {
    expect(buildWrites({ live: llm({ a: 1 }), desired: llm({}), changes: [change(["llm", "a"], undefined)], removed: [] })).toEqual({ llm: { a: null } });
    expect(buildWrites({ live: llm({ a: 1 }), desired: llm({}), changes: [], removed: [{ path: ["llm", "a"], reset: null }] })).toEqual({});
    expect(buildWrites({ live: { agent: {} }, desired: llm({}), changes: [change(["llm", "a"], 1)], removed: [] })).toEqual({ llm: { a: 1 } });
  });

  test("removed nodes of other keys and parts are left", () => {
    const live: Content = { agent: { a: { x: 1 } }, llm: { a: { x: 1, y: 2 }, b: { x: 1 } } };
    const removed = [{ path: ["agent", "a", "x"] }, { path: ["llm", "b", "x"] }, { path: ["llm", "b"], reset: 5 }];
    expect(buildWrites({ live, desired: llm({}), changes: [change(["llm", "a", "x"], 3)], removed })).toEqual({ llm: { a: { x: 3, y: 2 } } });
    expect(buildWrites({ live, desired: llm({}), changes: [change(["llm", "b", "x"], undefined)], removed: [{ path: ["llm", "b"], reset: 5 }] })).toEqual({ llm: { b: 5 } });
    expect(buildWrites({ live, desired: llm({}), changes: [change(["llm", "b", "x"], undefined)], removed: [{ path: ["llm", "b"] }] })).toEqual({ llm: { b: {} } });
    expect(buildWrites({ live, desired: llm({}), changes: [change(["llm", "a", "x"], undefined)], removed: [{ path: ["llm", "a", "y"] }] })).toEqual({ llm: { a: {} } });
  });

  test("Git's order of named things, at any depth; odd lists and other ones stay", () => {
    const ordered = (live: Json[], desired: Json[], key = "states"): Json | undefined => buildWrites({ live: llm({ [key]: live }), desired: llm({ [key]: desired }), changes: [change(["llm", key, ...(key === "states" ? [{ item: "z" }, "name"] : [])], key === "states" ? "z" : live)], removed: [] }).llm?.[key];
    const state = (name: string, ...tools: string[]): JsonObject => ({ name, tools: tools.map((one) => tool(one)) });
    expect(ordered([state("b", "x", "y"), state("new"), state("a")], [state("a"), state("b", "y", "x"), state("z")])).toEqual([state("a"), state("b", "y", "x"), { name: "z" }, state("new")]);
    expect(ordered([state("b"), "odd"], [state("a"), state("b")])).toEqual([state("b"), "odd", { name: "z" }]);
    expect(ordered([state("b"), state("a")], [state("a"), "odd", state("b")])).toEqual([state("b"), state("a"), { name: "z" }]);
    expect(ordered([2, 1], [1, 2], "odd")).toEqual([2, 1]);
  });
});

test("a node holds a console edit if one lies in it, also one in conflict", () => {
  const at = (path: FieldPath, fieldClass: FieldChange["class"]): FieldChange => ({ path, name: "", class: fieldClass, sent: 1, desired: 1, seen: 1, live: 2, target: 1, overwritten: false });
  expect(holdsConsoleEdit(["llm", "a"], [at(["llm", "a", "b"], "console-edit")])).toBe(true);
  expect(holdsConsoleEdit(["llm", "a"], [at(["llm", "a"], "conflict")])).toBe(true);
  expect(holdsConsoleEdit(["llm", "a"], [at(["llm", "a", "b"], "local-change"), at(["llm", "c"], "console-edit")])).toBe(false);
});

describe("paths", () => {
  test("a path lies within its ancestors only", () => {
    expect(isWithin(["a", { item: "b" }], ["a", { item: "c" }])).toBe(false);
    expect(isWithin(["a", { item: "b" }], ["a", "b"])).toBe(false);
    expect(isWithin(["a", "b", "c"], ["a", "x"])).toBe(false);
    expect(isWithin(["a"], [])).toBe(true);
  });

  test("unusual keys and names are quoted, at the start too", () => {
    expect([formatPath(["a b", "c"]), formatPath(["1a"]), formatPath(["a-1", "_b"]), formatPath(["a", { item: "x.y-z_1" }]), formatPath(["a", { item: "" }]), formatPath(["a", "x y"]), formatPath(["a", "xé"])]).toEqual(['."a b".c', '."1a"', "a-1._b", "a[x.y-z_1]", 'a[""]', 'a."x y"', 'a."xé"']);
  });

  test("items by name, or none where the list cannot be read so", () => {
    expect(itemsByName([tool("a"), tool("b")], "name")).toEqual(new Map([["a", tool("a")], ["b", tool("b")]]));
    expect(itemsByName([], "name")).toEqual(new Map());
    for (const odd of [null, "a", { name: "a" }, [null], ["a"], [[]], [{}], [{ name: 1 }], [tool("a"), tool("a")], [Object.assign([] as unknown as JsonObject, { name: "a" })]] as Json[]) expect(itemsByName(odd, "name")).toBeUndefined();
    expect(itemsByName([{}], "constructor")).toBeUndefined();
  });

  test("lists of chat agents stand in the agent's part", () => {
    expect([namedListKey(["agent", "post_chat_analysis_data"]), namedListKey(["llm", "post_chat_analysis_data"]), namedListKey(["flow", "nodes"]), namedListKey([])]).toEqual(["name", undefined, "id", undefined]);
  });
});

describe("equality", () => {
  const at: FieldPath = ["agent", "x"];
  test.each<[Json | undefined, Json | undefined, boolean]>([
    [undefined, undefined, true],
    [undefined, null, false],
    [null, undefined, false],
    [null, null, true],
    [1, "1", false],
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: 1 }, 1, false],
    [1, { a: 1 }, false],
    [{}, { a: 1 }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
  ])("as written: %j, %j", (a, b, expected) => {
    expect(equalAsWritten(facts, at, a, b)).toBe(expected);
    expect(equalAsWritten(facts, at, b, a)).toBe(expected);
  });

  test("named things in any order, sets of ids in any order and any number", () => {
    const sets = factsOf({ sets: ["llm.ids"] });
    expect(equalAsWritten(facts, TOOLS, [tool("a"), tool("b")], [tool("b"), tool("a")])).toBe(true);
    expect(equalAsWritten(facts, TOOLS, [tool("a"), tool("b")], [tool("b"), tool("c")])).toBe(false);
    expect(equalAsWritten(sets, ["llm", "ids"], ["a", "b", "a"], ["b", "a"])).toBe(true);
    expect(equalAsWritten(sets, ["llm", "ids"], ["a"], ["b", "a"])).toBe(false);
    expect(equalAsWritten(sets, ["llm", "ids"], "a", ["a"])).toBe(false);
    expect(equalAsWritten(sets, ["llm", "other"], ["a", "b"], ["b", "a"])).toBe(false);
  });

  test("in effect: null, absent and the documented default are one", () => {
    const defaulted = factsOf({ defaults: { "agent.x": 5, "agent.n": null } });
    expect([undefined, null, 5].map((value) => equalInEffect(defaulted, at, value, 5))).toEqual([true, true, true]);
    expect(equalInEffect(defaulted, at, undefined, 6)).toBe(false);
    expect(equalInEffect(facts, at, undefined, null)).toBe(true);
    expect(equalInEffect(facts, at, "", null)).toBe(false);
    expect(equalInEffect(defaulted, ["agent", "n"], undefined, null)).toBe(true);
  });

  test("migrated: only to what Retell turns the retired value into", () => {
    const migrating = factsOf({ successors: { old: "new" } });
    expect([["old", "new"], ["old", "old"], ["old", "other"], ["new", "old"], [undefined, "new"], ["x", undefined]].map(([before, after]) => equalOrMigrated(migrating, at, before, after))).toEqual([true, true, false, false, false, false]);
  });
});
