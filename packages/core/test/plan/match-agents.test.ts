import { expect, it } from "@jest/globals";
import { matchAgents, patternFault } from "@retell-actions/core/plan/match-agents";

it.each(["*", "sales", "!test-*", "{a,b}-*", "a?b", "[a-s]*", "Sales (EU)", "!(test)*", "*-*-*-*", "**"])("%s can be used", (pattern) => {
  expect(patternFault(pattern)).toBeUndefined();
});

it.each([["!", "excludes nothing"], ["*a*a*a*a*", "stars"], ["{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}b", "choices"], ["a".repeat(1_001), "longer"]])("%s cannot", (pattern, why) => {
  expect(patternFault(pattern)).toContain(why);
});

it.each([["Sales (EU)", "Sales (EU)", "Sales EU"], ["+(a|aa)", "+(a|aa)", "aa"], ["a+", "a+", "aa"], ["?(a)?(a)?(a)".repeat(20), "no such name", "aaa"]])("%s has no groups: it is text", (pattern, name, other) => {
  expect(matchAgents([pattern], [name, other])).toEqual(name === "no such name" ? [] : [name]);
});

it("a pattern with as many stars as there may be ends with every name", () => {
  expect(matchAgents(["*a*a*a*"], ["a".repeat(63), "b".repeat(63)])).toEqual(["a".repeat(63)]);
});
