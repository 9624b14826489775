import { expect, test } from "@jest/globals";
import { movedProblems } from "@retell-actions/core/project/moved-agents";
import type { Move } from "@retell-actions/core/project/workspace";
import { WORKSPACES } from "./project-fixture.ts";

const problems = (moved: readonly Move[], folders: readonly string[]) =>
  movedProblems({ workspaces: { ...WORKSPACES, moved }, agents: new Set(folders), file: "workspaces.json" });

test.each(["a-eu", null])("a folder of a name that was moved to %s is to be renamed: without the entry it would take over the old agent", (to) => {
  const [problem, ...more] = problems([{ kind: "agent", from: "a", to }], ["a", "a-eu"]);
  expect([problem?.code, problem?.severity, more]).toEqual(["moved-agent-exists", "error", []]);
  expect(problem?.hint).toContain("Rename the folder. The name is free again only once every workspace");
  expect(problem?.hint).not.toMatch(/remove the entry/i);
});

test("a shift in one commit is refused, a chain of renames is not", () => {
  const moved: Move[] = [{ kind: "agent", from: "a", to: "b" }, { kind: "agent", from: "b", to: "c" }];
  expect(problems(moved, ["b", "c"]).map(({ code }) => code)).toEqual(["moved-agent-exists"]);
  expect(problems(moved, ["c"])).toEqual([]);
});
