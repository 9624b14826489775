import { describe, expect, test } from "@jest/globals";
import { matchAgents, patternFault, splitPatterns } from "@retell-actions/core/plan/match-agents";
import { selectAgents } from "@retell-actions/core/plan/select-agents";

test.each<[string, string[]]>([
  ["a,b", ["a", "b"]],
  [" a \n b\r\nc ", ["a", "b", "c"]],
  ["{a,b},c", ["{a,b}", "c"]],
  ["{a,{b,c}},d", ["{a,{b,c}}", "d"]],
  ["{a,b\nc,d", ["{a,b", "c", "d"]],
  ["}a,b", ["}a", "b"]],
  [",,", []],
])("splitPatterns %j", (text, patterns) => expect(splitPatterns(text)).toEqual(patterns));

test.each<[string[], string[]]>([
  [["*"], ["a-sales", "help", "sales"]],
  [[], ["a-sales", "help", "sales"]],
  [["sales"], ["sales"]],
  [["*sales"], ["a-sales", "sales"]],
  [["!sales"], ["a-sales", "help"]],
  [["!*sales", "*"], ["help"]],
  [["*", "!help", "!sales"], ["a-sales"]],
  [["{help,sales}"], ["help", "sales"]],
  [["a?sales"], ["a-sales"]],
])("matchAgents %j", (patterns, names) => expect(matchAgents(patterns, ["a-sales", "help", "sales"])).toEqual(names));

test("names with a dot are names like others", () => {
  expect(matchAgents(["*"], [".a", "b.c"])).toEqual([".a", "b.c"]);
  expect(matchAgents(["!.a"], [".a", "b.c"])).toEqual(["b.c"]);
});

describe("patternFault", () => {
  test.each<[string, string | undefined]>([
    ["!", "excludes nothing. Write the name or the pattern behind the exclamation mark"],
    ["!a", undefined],
    ["a".repeat(1_000), undefined],
    ["a".repeat(1_001), "is longer than 1000 characters. Write several patterns"],
    ["a+(b)", undefined],
    ["a*(b)", undefined],
    ["(a)+", undefined],
    ["[ab]+", undefined],
    ["{a,b}+", undefined],
    ["a+b", undefined],
    ["@(a|b)", undefined],
    ["*a*b*c*", undefined],
    ["*a*b*c*d*", "has more than 4 stars and choices. Write several patterns"],
    ["**a**b**c**", undefined],
    ["*a*b*c*!(d)", undefined],
    ["{a,b}{a,b}*{a,b}{a,b}", "has more than 4 stars and choices. Write several patterns"],
  ])("%s", (pattern, fault) => expect(patternFault(pattern)).toBe(fault));
});

describe("selectAgents", () => {
  const names = ["help", "sales"];
  test("what the patterns choose", () => {
    expect([...selectAgents(["s*"], names)]).toEqual(["sales"]);
    expect([...selectAgents(["*", "!nobody"], names)]).toEqual(names);
    expect([...selectAgents(["*"], [])]).toEqual([]);
  });

  test("a mistyped name does not end as nothing to do", () => {
    expect(() => selectAgents(["sale"], names)).toThrow('agents: "sale" matches no agent. The repository has: help, sales.');
    expect(() => selectAgents(["sales", "sale"], names)).toThrow('"sale"');
    expect(() => selectAgents(["s*"], [])).toThrow('agents: "s*" matches no agent. The repository has: none.');
    expect(() => selectAgents(["s*"], [])).toThrow(expect.objectContaining({ reason: "no-agents-selected" }));
  });
});
