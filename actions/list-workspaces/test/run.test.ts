import { describe, expect, test } from "@jest/globals";
import { createMemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { ListInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";

const SEVERAL = JSON.stringify({
  mode: "multi-production",
  branches: { production: "main" },
  staging: { api_key_env: "RETELL_STAGING_API_KEY", read_key_env: "RETELL_STAGING_READ_KEY", name: "Staging" },
  production: { "prod-us": { api_key_env: "RETELL_PROD_US_API_KEY" }, "prod-eu": { api_key_env: "RETELL_PROD_EU_API_KEY", name: "Europe | <b>" } },
});

function list(files: Record<string, string>, inputs: Partial<ListInputs> = {}): Promise<ActionReport> {
  const world = createMemoryWorld(files);
  world.git.checkout(world.git.branches.get("develop") ?? "");
  return run({ kind: "all", workspaces: ["*"], workingDirectory: "", ...inputs }, world.ports());
}

const output = (report: ActionReport, name: string): unknown => JSON.parse(report.outputs[name] ?? "");

describe("listing", () => {
  test("staging first, then productions by name, with everything that a job needs", async () => {
    const report = await list(smallProject({ "workspaces.json": SEVERAL }));
    expect(report).toMatchObject({ outcome: "listed", reason: "ok" });
    expect(output(report, "workspaces")).toEqual(["staging", "prod-eu", "prod-us"]);
    expect(output(report, "matrix")).toEqual({
      include: [
        { workspace: "staging", environment: "staging", "api-key-env": "RETELL_STAGING_API_KEY", "read-key-env": "RETELL_STAGING_READ_KEY", branch: "staging" },
        { workspace: "prod-eu", environment: "prod-eu", "api-key-env": "RETELL_PROD_EU_API_KEY", "read-key-env": "", branch: "main" },
        { workspace: "prod-us", environment: "prod-us", "api-key-env": "RETELL_PROD_US_API_KEY", "read-key-env": "", branch: "main" },
      ],
    });
    expect(report.summary).toContain("| `prod-eu` Europe \\| &lt;b&gt; | production | `main` | `RETELL_PROD_EU_API_KEY` |");
  });

  test.each([
    ["staging", ["staging"]],
    ["production", ["production"]],
    ["all", ["staging", "production"]],
  ] as const)("kind: %s", async (kind, expected) => {
    expect(output(await list(smallProject(), { kind }), "workspaces")).toEqual(expected);
  });

  test("of some: names and wildcards of that kind; one that matches nothing is an error", async () => {
    const files = smallProject({ "workspaces.json": SEVERAL });
    expect(output(await list(files, { kind: "production", workspaces: ["prod-eu"] }), "workspaces")).toEqual(["prod-eu"]);
    expect(output(await list(files, { workspaces: ["prod-*", "!prod-us"] }), "workspaces")).toEqual(["prod-eu"]);
    await expect(list(files, { kind: "production", workspaces: ["prod-eu", "prod-europe"] })).rejects.toMatchObject({ reason: "unknown-workspace", message: expect.stringContaining("which has prod-eu, prod-us") });
    await expect(list(files, { kind: "production", workspaces: ["staging"] })).rejects.toMatchObject({ reason: "unknown-workspace" });
  });

  test("of a project in a folder", async () => {
    const files = { "voice/workspaces.json": smallProject()["workspaces.json"] ?? "", "workspaces.json": "{}" };
    expect(output(await list(files, { workingDirectory: "./voice/" }), "workspaces")).toEqual(["staging", "production"]);
  });

  test("asks for no network, key or token", async () => {
    const world = createMemoryWorld(smallProject());
    world.git.checkout(world.git.branches.get("develop") ?? "");
    expect((await run({ kind: "all", workspaces: ["*"], workingDirectory: "" }, { tree: world.git.workingTree })).outcome).toBe("listed");
    expect(world.github.writes).toEqual([]);
  });
});

describe("files that cannot be used", () => {
  test.each([
    ["missing", null, "missing-workspaces-file"],
    ["broken", "{", undefined],
    ["without staging", '{"production": {"api_key_env": "RETELL_P"}}', "missing-field"],
  ])("%s: failed with the place, and no names", async (_, text, code) => {
    const files = smallProject();
    if (text === null) delete files["workspaces.json"];
    else files["workspaces.json"] = text;
    const report = await list(files);
    expect(report).toMatchObject({ outcome: "failed", reason: "invalid-files", outputs: { workspaces: "[]", matrix: '{"include":[]}' } });
    expect(report.problems.some((problem) => problem.severity === "error" && problem.file === "workspaces.json" && (code === undefined || problem.code === code))).toBe(true);
    expect(report.summary).toContain("Findings in files");
  });

  test("a folder outside of the repository is a wrong input", async () => {
    await expect(list(smallProject(), { workingDirectory: "../x" })).rejects.toMatchObject({ reason: "invalid-input" });
  });
});
