import { expect, test } from "@jest/globals";
import { namedListKey } from "@retell-actions/core/diff/named-lists";

test.each<[string, "name" | "id" | undefined]>([
  ["llm general_tools", "name"],
  ["llm states [] tools", "name"],
  ["llm mcps", "name"],
  ["agent post_call_analysis_data", "name"],
  ["flow nodes [] edges", undefined],
  ["llm states [] edges", undefined],
  ["llm knowledge_base_ids", undefined],
  ["agent general_tools", undefined],
  ["llm general_tools []", undefined],
  ["constructor", undefined],
])("the list at %s is keyed by %s", (path, key) => {
  expect(namedListKey(path.split(" "))).toBe(key);
});
