import { describe, expect, test } from "@jest/globals";
import { lintWorkflow, type LintFinding } from "@retell-actions/lab/runner/lint-workflow";
import { temporaryFolder, writeAction } from "./support.ts";

const dist = temporaryFolder();
writeAction(`${dist}/deploy`, "", "inputs:\n  workspace: { description: w, required: true }\n  dry-run: { description: d }\n");

const good = `name: Deploy
on:
  push: { branches: [staging] }
permissions: {}
jobs:
  deploy:
    runs-on: ubuntu-latest
    permissions:
      contents: write # writes the state branch
      # reads whether an earlier run is over
      actions: read
    steps:
      - uses: actions/checkout@v6
        with: { persist-credentials: false }
      - uses: org/retell-actions/deploy@v1
        with: { workspace: staging }
      - run: echo done
`;

function lint(text: string): Promise<LintFinding[]> {
  return lintWorkflow({ path: ".github/workflows/w.yml", text, actions: { "org/retell-actions/": [dist] } });
}

describe("lint workflow", () => {
  test("a good file has no findings, twice", async () => {
    expect(await lint(good)).toEqual([]);
    expect(await lint(good)).toEqual([]);
  });

  test.each([
    ["an unknown need", ["  deploy:\n", "  deploy:\n    needs: nobody\n"], "github", 7, "Value 'nobody' is not valid"],
    ["an unknown input", ["workspace: staging }", "workspace: staging, typo: 1 }"], "github", 16, "Invalid action input 'typo'"],
    ["a missing input", ["workspace: staging }", "dry-run: true }"], "github", 16, "Missing required input `workspace`"],
    ["an unknown action of ours", ["deploy@v1", "deplyo@v1"], "github", 15, "Unable to resolve action"],
    ["an unknown input of checkout", ["persist-credentials", "persist-credential"], "github", 14, "Invalid action input"],
    ["an unknown key", ["runs-on", "run-on"], "github", 7, "run-on"],
    ["no permissions", ["permissions: {}\n", ""], "permissions-missing", 1, "permissions"],
    ["broad permissions", ["permissions: {}", "permissions: write-all"], "permissions-broad", 4, "write-all"],
    ["an uncommented permission", [" # writes the state branch", ""], "permission-comment", 9, "contents"],
    ["an expression in run", ["echo done", "echo ${{ github.ref }}"], "run-expression", 17, "env"],
    ["a paths filter", ["  push: { branches: [staging] }", "  pull_request: { paths: [agents] }"], "pull-request-paths", 3, "pending"],
    ["an unpinned action", ["checkout@v6", "checkout@main"], "uses-unpinned", 13, "Pin"],
  ] as const)("%s", async (_, [from, to], rule, line, message) => {
    expect(good).toContain(from);
    const findings = await lint(good.replace(from, to));
    expect(findings).toContainEqual(expect.objectContaining({ rule, line, message: expect.stringContaining(message) }));
  });

  test("a file that is no YAML is reported by GitHub's parser", async () => {
    expect((await lint("on: [\n")).map((finding) => finding.rule)).toContain("github");
  });

  test("defaults.run is no script, and commit SHAs and local actions are pinned", async () => {
    const text = good.replace("jobs:\n", "defaults: { run: { shell: bash } }\njobs:\n").replace("checkout@v6", `checkout@${"a".repeat(40)}`).replace("- run: echo done", "- uses: ./local");
    expect(await lint(text)).toEqual([]);
  });
});
