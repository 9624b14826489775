import { describe, expect, test } from "@jest/globals";
import { matchesPatterns } from "@retell-actions/lab/runner/filter-pattern";
import { matchesEvent, type WorkflowEvent } from "@retell-actions/lab/runner/match-event";
import { parseWorkflow } from "@retell-actions/lab/runner/parse-workflow";

async function matches(on: string, event: WorkflowEvent): Promise<boolean> {
  const workflow = await parseWorkflow("w.yml", `on:\n${on}\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: "true" }]\n`);
  return matchesEvent(workflow, event).matches;
}
const push = (ref: string, payload = {}): WorkflowEvent => ({ name: "push", payload, ref });
const pull = (action: string, base = "main"): WorkflowEvent => ({ name: "pull_request", payload: { action, pull_request: { base: { ref: base } } } });

describe("filter patterns (docs cheat sheet)", () => {
  test.each([
    ["feature/*", "feature/a", true],
    ["feature/*", "feature/a/b", false],
    ["feature/**", "feature/a/b", true],
    ["*", "a/b", false],
    ["**", "a/b", true],
    ["v2*", "v2.0", true],
    ["v[12].[0-9]+.[0-9]+", "v1.10.1", true],
    ["*.jsx?", "page.js", true],
    ["**/docs/**", "docs/a.md", true],
    ["releases.1", "releasesx1", false],
  ])("%s on %s", (pattern, name, expected) => {
    expect(matchesPatterns(name, [pattern])).toBe(expected);
  });

  test("the last matching pattern decides", () => {
    expect(matchesPatterns("releases/1-alpha", ["releases/**", "!releases/**-alpha"])).toBe(false);
    expect(matchesPatterns("releases/1", ["releases/**", "!releases/**-alpha"])).toBe(true);
    expect(matchesPatterns("a", ["!a", "*"])).toBe(true);
  });
});

describe("matches event", () => {
  test.each<[string, string, WorkflowEvent, boolean]>([
    ["an event that is not named", "  push:", pull("opened"), false],
    ["a branch in the list", "  push: { branches: [staging] }", push("refs/heads/staging"), true],
    ["a branch outside it", "  push: { branches: [staging] }", push("refs/heads/main"), false],
    ["an ignored branch", "  push: { branches-ignore: ['retell/**'] }", push("refs/heads/retell/state/staging"), false],
    ["a tag where only branches are filtered", "  push: { branches: ['**'] }", push("refs/tags/v1"), false],
    ["a tag without filters", "  push:", push("refs/tags/v1"), true],
    ["a deleted branch", "  push:", push("refs/heads/x", { deleted: true }), false],
    ["[skip ci]", "  push:", push("refs/heads/x", { head_commit: { message: "a [skip ci]" } }), false],
    ["a default type of pull_request", "  pull_request:", pull("synchronize"), true],
    ["another type of pull_request", "  pull_request:", pull("closed"), false],
    ["a listed type", "  pull_request: { types: [closed] }", pull("closed"), true],
    ["the base branch of a pull request", "  pull_request: { branches: [staging] }", pull("opened", "staging"), true],
    ["another base branch", "  pull_request: { branches: [staging] }", pull("opened", "main"), false],
    ["every type of issue_comment", "  issue_comment:", { name: "issue_comment", payload: { action: "edited" } }, true],
    ["a schedule of the file", "  schedule: [{ cron: '0 6 * * *' }]", { name: "schedule", payload: { schedule: "0 6 * * *" } }, true],
    ["another schedule", "  schedule: [{ cron: '0 6 * * *' }]", { name: "schedule", payload: { schedule: "5 5 * * *" } }, false],
    ["a changed path", "  push: { paths: ['agents/**'] }", { ...push("refs/heads/x"), changedFiles: ["agents/a/agent.json"] }, true],
    ["no changed path", "  push: { paths: ['agents/**'] }", { ...push("refs/heads/x"), changedFiles: ["README.md"] }, false],
    ["ignored paths only", "  push: { paths-ignore: ['**.md'] }", { ...push("refs/heads/x"), changedFiles: ["README.md"] }, false],
    ["a workflow_run of a listed workflow", "  workflow_run: { workflows: [CI] }", { name: "workflow_run", payload: { action: "completed", workflow_run: { name: "CI" } } }, true],
    ["a workflow_run of another", "  workflow_run: { workflows: [CI] }", { name: "workflow_run", payload: { action: "completed", workflow_run: { name: "X" } } }, false],
    ["a merge group's base", "  merge_group: { branches: [main] }", { name: "merge_group", payload: { action: "checks_requested", merge_group: { base_ref: "refs/heads/main" } } }, true],
  ])("%s", async (_, on, event, expected) => {
    expect(await matches(on, event)).toBe(expected);
  });

  test("a paths filter without the changed files is an error, not a guess", async () => {
    await expect(matches("  push: { paths: ['a'] }", push("refs/heads/x"))).rejects.toThrow("changedFiles");
  });
});
