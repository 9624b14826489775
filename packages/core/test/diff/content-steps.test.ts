import { expect, test } from "@jest/globals";
import type { Content } from "@retell-actions/core/canonical/content";
import { contentSteps } from "@retell-actions/core/diff/content-steps";
import type { FieldPath } from "@retell-actions/core/diff/field-path";
import { notKeptFields } from "@retell-actions/core/diff/not-kept";
import { factsOf } from "./facts.ts";

const content: Content = { agent: { voice_id: "v", nothing: null }, llm: { general_tools: [{ name: "a" }, { name: "b", headers: { X: "1" } }, "odd"], general_prompt: "p", boosted_keywords: [{ name: "b" }] } };

test.each<[string, FieldPath, (string | number)[] | undefined]>([
  ["a key", ["agent", "voice_id"], ["agent", "voice_id"]],
  ["a key that is not there", ["agent", "volume"], ["agent", "volume"]],
  ["a key below one that is not there", ["agent", "x", "y"], ["agent", "x", "y"]],
  ["a key below null", ["agent", "nothing", "y"], ["agent", "nothing", "y"]],
  ["a key that prototypes have", ["agent", "constructor"], ["agent", "constructor"]],
  ["a part that is not there", ["flow", "nodes"], ["flow", "nodes"]],
  ["an item", ["llm", "general_tools", { item: "b" }], ["llm", "general_tools", 1]],
  ["a key of an item", ["llm", "general_tools", { item: "b" }, "headers", "X"], ["llm", "general_tools", 1, "headers", "X"]],
  ["an item that is not there", ["llm", "general_tools", { item: "c" }, "url"], undefined],
  ["an item of what is no list", ["llm", "general_prompt", { item: "b" }], undefined],
  ["an item of a list that is not there", ["llm", "mcps", { item: "b" }], undefined],
  ["an item of a list without names", ["llm", "boosted_keywords", { item: "b" }], undefined],
])("contentSteps: %s", (_name, path, steps) => expect(contentSteps(content, path)).toEqual(steps));

test("fields that Retell dropped without a word are named; defaults and empty ones are none", () => {
  const facts = factsOf({ defaults: { "agent.volume": 1 } });
  const of = (sent: Content["agent"], seen: Content["agent"]): string[] => notKeptFields({ sent: { agent: sent }, seen: { agent: seen } }, facts);
  expect(of({ a: 1, b: "x", c: { d: 1 } }, { a: 1, c: {} })).toEqual(["agent.b", "agent.c.d"]);
  expect(of({ volume: 1 }, {})).toEqual([]);
  expect(of({ volume: 2 }, {})).toEqual(["agent.volume"]);
  expect(of({ a: null, b: [], c: {}, d: "" }, { e: 1 })).toEqual(["agent.d"]);
  expect(of({ a: [1], b: { c: 1 } }, {})).toEqual(["agent.a", "agent.b.c"]);
  expect(of({ a: 1 }, { a: 2 })).toEqual([]);
  expect(of({}, { a: 2 })).toEqual([]);
});
