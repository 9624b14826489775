import { describe, expect, test } from "@jest/globals";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json } from "@retell-actions/core/canonical/json";
import { classifyFields, type Baseline, type FieldChange } from "@retell-actions/core/diff/classify";
import { mergeFields, type MergedField } from "@retell-actions/core/merge/merge-fields";
import { factsOf } from "../diff/facts.ts";

const facts = factsOf({ sets: ["llm.knowledge_base_ids"], nullable: ["agent.nullable"] });

function mergedOf(sides: { baseline: Baseline | null; desired: Content; live: Content }, mayOverwrite: (change: Omit<FieldChange, "overwritten">) => boolean = () => false): readonly MergedField[] {
  return mergeFields(classifyFields(sides, { facts, mayOverwrite }), facts);
}

/** One field on four sides: `[from, value]`, or the conflict as `{ base, git, console }`; `in-sync` where nobody did anything. */
function field(name: string, sides: { sent?: Json; desired?: Json; seen?: Json; live?: Json }): unknown {
  const [part = "agent", key = ""] = name.split(".");
  const content = (value: Json | undefined): Content => ({ agent: {}, [part]: value === undefined ? {} : { [key]: value } });
  const merged = mergedOf({ baseline: { sent: content(sides.sent), seen: content(sides.seen) }, desired: content(sides.desired), live: content(sides.live) });
  expect(merged.length).toBeLessThan(2);
  return show(merged[0]);
}

function show(merged: MergedField | undefined): unknown {
  if (merged === undefined) return "in-sync";
  return merged.kind === "merged" ? [merged.from, merged.value] : { base: merged.base, git: merged.git, console: merged.console };
}

const byName = (merged: readonly MergedField[]): Record<string, unknown> => Object.fromEntries(merged.map((one) => [one.name, show(one)]));

describe("one field", () => {
  const text = "Be kind and brief to all.";
  test.each<[string, string, Parameters<typeof field>[1], unknown]>([
    ["nobody", "agent.x", { sent: 1, desired: 1, seen: 1, live: 1 }, "in-sync"],
    ["Git", "agent.x", { sent: 1, desired: 2, seen: 1, live: 1 }, ["git", 2]],
    ["Git took it out", "agent.nullable", { sent: 1, seen: 1, live: 1 }, ["git", null]],
    ["the console", "agent.x", { sent: 1, desired: 1, seen: 1, live: 2 }, ["console", 2]],
    ["the console took it out", "agent.x", { sent: 1, desired: 1, seen: 1 }, ["console", undefined]],
    ["both, to the same", "agent.x", { sent: 1, desired: 2, seen: 1, live: 2 }, ["both", 2]],
    ["both, differently", "agent.x", { sent: 1, desired: 2, seen: 1, live: 3 }, { base: 1, git: 2, console: 3 }],
    ["both, and Retell had made something else of it", "agent.x", { sent: 1, desired: 2, seen: 1.5, live: 3 }, { base: undefined, git: 2, console: 3 }],
    ["text, different sentences", "agent.x", { sent: "Be kind. Be brief.", desired: "Be nice. Be brief.", seen: "Be kind. Be brief.", live: "Be kind. Be short." }, ["both", "Be nice. Be short."]],
    ["text, the same word", "agent.x", { sent: text, desired: "Be nice and brief to all.", seen: text, live: "Be good and brief to all." }, { base: text, git: "Be nice and brief to all.", console: "Be good and brief to all." }],
    ["text without one base", "agent.x", { sent: text, desired: "Be nice and brief to all.", seen: `${text} `, live: "Be kind and brief to them." }, { base: undefined, git: "Be nice and brief to all.", console: "Be kind and brief to them." }],
    ["text that became something else", "agent.x", { sent: text, desired: "Be nice and brief to all.", seen: text, live: { prompt: text } }, { base: text, git: "Be nice and brief to all.", console: { prompt: text } }],
    ["no text but a name", "agent.x", { sent: "gpt-4.1-mini", desired: "gpt-5.1-mini", seen: "gpt-4.1-mini", live: "gpt-4.1-nano" }, { base: "gpt-4.1-mini", git: "gpt-5.1-mini", console: "gpt-4.1-nano" }],
    ["an address", "agent.x", { sent: "https://a.example/v1\n", desired: "https://b.example/v1\n", seen: "https://a.example/v1\n", live: "\nhttps://a.example/v1\n" }, { base: "https://a.example/v1\n", git: "https://b.example/v1\n", console: "\nhttps://a.example/v1\n" }],
    ["a list whose order counts", "agent.x", { sent: ["a"], desired: ["a", "b"], seen: ["a"], live: ["a", "c"] }, { base: ["a"], git: ["a", "b"], console: ["a", "c"] }],
    ["a set of ids", "llm.knowledge_base_ids", { sent: ["a", "b", "c"], desired: ["g", "c", "a"], seen: ["c", "b", "a"], live: ["c", "x", "b", "g"] }, ["both", ["c", "g", "x"]]],
    ["a set of ids that is not what was sent", "llm.knowledge_base_ids", { sent: ["a"], desired: ["a", "g"], seen: ["a", "b"], live: ["a", "b", "x"] }, { base: undefined, git: ["a", "g"], console: ["a", "b", "x"] }],
    ["a set of ids that both began", "llm.knowledge_base_ids", { desired: ["g"], live: ["x"] }, { base: undefined, git: ["g"], console: ["x"] }],
    ["a set of ids that Git took out", "llm.knowledge_base_ids", { sent: ["a"], seen: ["a"], live: ["a", "x"] }, { base: ["a"], git: undefined, console: ["a", "x"] }],
  ])("%s", (_, name, sides, expected) => {
    expect(field(name, sides)).toEqual(expected);
  });

  test("a conflict of texts tells its runs", () => {
    const [merged] = mergedOf({ baseline: { sent: { agent: { x: "a a\nb b\nc c\n" } }, seen: { agent: { x: "a a\nb b\nc c\n" } } }, desired: { agent: { x: "A A\nb b\nG\n" } }, live: { agent: { x: "a a\nb b\nC\n" } } });
    expect(merged).toMatchObject({ kind: "conflict", chunks: [{ kind: "merged", text: "A A\nb b\n" }, { kind: "conflict", base: "c c\n", git: "G\n", console: "C\n" }] });
  });

  test("a value that Git may overwrite is Git's", () => {
    const merged = mergedOf({ baseline: { sent: { agent: { x: 1 } }, seen: { agent: { x: 1 } } }, desired: { agent: { x: 2 } }, live: { agent: { x: 3 } } }, () => true);
    expect(merged.map(show)).toEqual([["git", 2]]);
  });

  test("without a baseline every difference is a conflict", () => {
    const merged = mergedOf({ baseline: null, desired: { agent: { x: "one text" }, llm: { knowledge_base_ids: ["a"] } }, live: { agent: { x: "another text" }, llm: { knowledge_base_ids: ["b"] } } });
    expect(byName(merged)).toEqual({ "agent.x": { base: undefined, git: "one text", console: "another text" }, "llm.knowledge_base_ids": { base: undefined, git: ["a"], console: ["b"] } });
  });
});

describe("items of named lists", () => {
  const content = (...tools: Json[]): Content => ({ agent: {}, llm: { general_tools: tools } });
  const [a, b] = [{ name: "a", url: "u", description: "d" }, { name: "b", url: "u" }];
  const items = (desired: Content, live: Content): Record<string, unknown> => {
    const before = content(a, b);
    return byName(mergedOf({ baseline: { sent: before, seen: before }, desired, live }));
  };

  test("different tools", () => {
    expect(items(content({ ...a, url: "g" }, b), content(a, { ...b, url: "c" }))).toEqual({ "llm.general_tools[a].url": ["git", "g"], "llm.general_tools[b].url": ["console", "c"] });
  });

  test("different fields of one tool", () => {
    expect(items(content({ ...a, url: "g" }, b), content({ ...a, description: "c" }, b))).toEqual({ "llm.general_tools[a].url": ["git", "g"], "llm.general_tools[a].description": ["console", "c"] });
  });

  const conflict = (base: Json | undefined, git: Json | undefined, console: Json | undefined): unknown => ({ base, git, console });

  test("Git removed a tool, the console changed a field of it: all of it is a conflict", () => {
    expect(items(content(b), content({ ...a, url: "c" }, b))).toEqual({
      "llm.general_tools[a].name": conflict("a", undefined, "a"),
      "llm.general_tools[a].url": conflict("u", undefined, "c"),
      "llm.general_tools[a].description": conflict("d", undefined, "d"),
    });
  });

  test("… and a person gave that one up: the tool goes", () => {
    const [before, desired, live] = [content(a, b), content(b), content({ ...a, url: "c" }, b)];
    expect(byName(mergedOf({ baseline: { sent: before, seen: before }, desired, live }, ({ name }) => name.endsWith(".url")))).toEqual({
      "llm.general_tools[a].name": ["git", undefined],
      "llm.general_tools[a].url": ["git", undefined],
      "llm.general_tools[a].description": ["git", undefined],
    });
  });

  test("… or gave it a new field", () => {
    expect(items(content(b), content({ ...a, timeout: 1 }, b))).toMatchObject({ "llm.general_tools[a].name": conflict("a", undefined, "a"), "llm.general_tools[a].timeout": conflict(undefined, undefined, 1) });
  });

  test("… or took one out", () => {
    expect(items(content(b), content({ name: "a", url: "u" }, b))).toEqual({
      "llm.general_tools[a].name": conflict("a", undefined, "a"),
      "llm.general_tools[a].url": conflict("u", undefined, "u"),
      "llm.general_tools[a].description": ["both", undefined],
    });
  });

  test("the console removed a tool, Git gave it a new field", () => {
    expect(items(content({ ...a, timeout: 1 }, b), content(b))).toEqual({
      "llm.general_tools[a].name": conflict("a", "a", undefined),
      "llm.general_tools[a].url": conflict("u", "u", undefined),
      "llm.general_tools[a].description": conflict("d", "d", undefined),
      "llm.general_tools[a].timeout": conflict(undefined, 1, undefined),
    });
  });

  test("both removed a tool, or one did and the other changed another", () => {
    expect(Object.values(items(content(b), content(b)))).toEqual([["both", undefined], ["both", undefined], ["both", undefined]]);
    expect(items(content(b), content(a, { ...b, url: "c" }))).toMatchObject({ "llm.general_tools[a].name": ["git", undefined], "llm.general_tools[b].url": ["console", "c"] });
  });

  test("both added a tool: its fields are merged if none is in conflict, else all that differ are", () => {
    const [git, console] = [{ name: "n", url: "u", description: "g" }, { name: "n", url: "u", timeout: 1 }];
    expect(items(content(a, b, git), content(a, b, console))).toEqual({ "llm.general_tools[n].name": ["both", "n"], "llm.general_tools[n].url": ["both", "u"], "llm.general_tools[n].description": ["git", "g"], "llm.general_tools[n].timeout": ["console", 1] });
    expect(items(content(a, b, git), content(a, b, { ...console, url: "c" }))).toEqual({
      "llm.general_tools[n].name": ["both", "n"],
      "llm.general_tools[n].url": conflict(undefined, "u", "c"),
      "llm.general_tools[n].description": conflict(undefined, "g", undefined),
      "llm.general_tools[n].timeout": conflict(undefined, undefined, 1),
    });
  });
});
