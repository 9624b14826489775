import { expect, it } from "@jest/globals";
import { matchAgents, patternFault } from "@retell-actions/core/plan/match-agents";

it.each(["*", "sales", "!test-*", "{a,b}-*", "a?b", "[a-s]*", "Sales (EU)", "!(test)*", "*-*-*-*", "**"])("%s can be used", (pattern) => {
  expect(patternFault(pattern)).toBeUndefined();
});

it.each([["!", "excludes nothing"], ["*a*a*a*a*", "stars"], ["+(a|aa)b", "group"], ["(a|aa)+b", "group"], ["{a,aa}+b", "group"], ["[a]+[a]+b", "group"], ["a".repeat(1_001), "longer"]])("%s cannot", (pattern, why) => {
  expect(patternFault(pattern)).toContain(why);
});

it("a pattern with as many stars as there may be ends with every name", () => {
  expect(matchAgents(["*a*a*a*"], ["a".repeat(63), "b".repeat(63)])).toEqual(["a".repeat(63)]);
});
