import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../src/canonical/json.ts";
import { compilePattern, matchesPath, memberOf, pathTable } from "../../src/schema/paths.ts";

const root: Json = {
  general_tools: [
    { type: "custom", name: "a", url: "x" },
    { type: "code", name: "b", transfer_option: { type: "warm_transfer", on: 1 } },
  ],
};

describe("matchesPath", () => {
  test.each<[string, (string | number)[], boolean]>([
    ["llm.general_tools[].url", ["general_tools", 0, "url"], true],
    ["llm.general_tools[].url", ["general_tools", "a", "url"], true],
    ["llm.general_tools[].url", ["general_tools", 0], false],
    ["llm.general_tools[]", ["general_tools", 0, "url"], false],
    ["agent.general_tools[].url", ["general_tools", 0, "url"], false],
    ["llm.*", ["general_tools"], true],
    ["llm.general_tools[](type=custom).url", ["general_tools", 0, "url"], true],
    ["llm.general_tools[](type=custom).url", ["general_tools", "a", "url"], true],
    ["llm.general_tools[](type=custom).url", ["general_tools", 1, "url"], false],
    ["llm.general_tools[](type=code).transfer_option(type=warm_transfer).on", ["general_tools", 1, "transfer_option", "on"], true],
    ["llm.general_tools[](type=code).transfer_option(type=cold_transfer).on", ["general_tools", 1, "transfer_option", "on"], false],
    ["llm.general_tools[](type=code)", ["general_tools", 1], true],
  ])("%s and %j: %s", (pattern, path, expected) => {
    expect(matchesPath(pattern, { kind: "llm", path, root })).toBe(expected);
    expect(pathTable([{ paths: [pattern] }]).find({ kind: "llm", path, root }) !== undefined).toBe(expected);
  });

  test("a condition matches nothing without a root, but stays possible", () => {
    const place = { kind: "llm", path: ["general_tools", 0, "url"] };
    const row = { paths: ["llm.general_tools[](type=code).url"] };
    expect(matchesPath("llm.general_tools[](type=code).url", place)).toBe(false);
    expect(pathTable([row]).find(place)).toBeUndefined();
    expect(pathTable([row]).possible(place)).toEqual([row]);
  });

  test.each(["llm.a b", "llm.a[", "llm..b", "llm.a(type)"])("%s is malformed", (pattern) => {
    expect(() => compilePattern(pattern)).toThrow("malformed");
  });
});

describe("memberOf", () => {
  test("sees own keys only and does not descend into lists of lists", () => {
    let deep: Json = [];
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(memberOf({}, "constructor")).toBeUndefined();
    expect(memberOf([], "length")).toBeUndefined();
    expect(memberOf(deep, "name")).toBeUndefined();
    expect(memberOf("text", 0)).toBeUndefined();
  });
});
