import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatPath, isWithin, type FieldPath, type Step } from "@retell-actions/core/diff/field-path";

test.each<[FieldPath, string]>([
  [["llm", "general_tools", { item: "end_call" }, "description"], "llm.general_tools[end_call].description"],
  [["llm", "general_tools", { item: "a b" }, "headers", "X-Api.Key"], 'llm.general_tools["a b"].headers."X-Api.Key"'],
  [["agent", ""], 'agent.""'],
])("%j is written %s", (path, text) => {
  expect(formatPath(path)).toBe(text);
});

test("property: different paths have different texts", () => {
  const step = fc.oneof<fc.Arbitrary<Step>[]>(
    fc.constantFrom("a", "a.b", "a[b]", '"a"', "", "1", "a-b", "]", ".", '["x"]'),
    fc.constantFrom("a", "a.b", "]", '"', '"a"', "", "x].y[z").map((item) => ({ item })),
  );
  const path = fc.array(step, { minLength: 1, maxLength: 3 }).map((steps): FieldPath => ["agent", ...steps]);
  fc.assert(
    fc.property(path, path, (a, b) => {
      expect(formatPath(a) === formatPath(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
    { numRuns: 2000 },
  );
});

test("a path lies within itself and its ancestors, and an item is no key of the same text", () => {
  expect(isWithin(["a", { item: "b" }, "c"], ["a", { item: "b" }])).toBe(true);
  expect(isWithin(["a"], ["a"])).toBe(true);
  expect(isWithin(["a", "b"], ["a", { item: "b" }])).toBe(false);
  expect(isWithin(["a"], ["a", "b"])).toBe(false);
});
