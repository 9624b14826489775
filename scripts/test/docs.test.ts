import { afterAll, describe, expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { validateProject } from "@retell-actions/core/project/validate-project";
import type { ProjectFile } from "@retell-actions/core/project/files";
import { lintWorkflow } from "@retell-actions/lab/runner/lint-workflow";
import { stepsOf } from "../docs/check-examples.ts";
import { buildDocumentation } from "../docs/documentation.ts";
import { showFinding } from "../docs/finding.ts";
import { fillParts } from "../docs/generated-parts.ts";
import { readMarkdown, type Fence } from "../docs/markdown-page.ts";
import { codeSpan, markdownTable } from "../docs/table.ts";
import { change, copyRepository, ROOT } from "./repository.ts";
import { acceptsInputs } from "./action-source.ts";

const copies: string[] = [];
const copy = (): string => {
  const root = copyRepository();
  copies.push(root);
  return root;
};
afterAll(() => copies.forEach((root) => rmSync(root, { recursive: true, force: true })));

const documentation = buildDocumentation(ROOT);
const fences = [...documentation.pages].flatMap(([file, text]) => readMarkdown(text).fences.map((fence) => ({ file, fence })));

describe("the documentation", () => {
  test("is what the sources say, and has no faults", () => {
    expect(documentation.findings.map(showFinding)).toEqual([]);
    expect(documentation.outdated).toEqual([]);
  });

  test("is generated the same each time", () => {
    expect([...buildDocumentation(ROOT).pages]).toEqual([...documentation.pages]);
  });

  test.each([
    ["a default that changed", "actions/deploy/action.yml", "default: report", "default: delete", "actions/deploy/README.md"],
    ["a description that changed", "actions/deploy/action.yml", "description: JSON array of updated agents.", "description: Updated.", "actions/deploy/README.md"],
    ["a table that was edited", "actions/deploy/README.md", "| `dry-run` |", "| `dry-run`, nice |", "actions/deploy/README.md"],
    ["an action that changed its purpose", "actions/deploy/action.yml", "description: Brings one", "description: Carries one", "README.md"],
  ])("%s makes a page outdated", (_, file, from, to, page) => {
    const root = copy();
    change(root, file, from, to);
    expect(buildDocumentation(root).outdated).toEqual([page]);
  });

  test.each([
    ["an input without description", "actions/deploy/action.yml", "description: Must be `PRODUCTION`", "note: Must be `PRODUCTION`", "actions/deploy/action.yml: The input confirm has no description."],
    ["an output without description", "actions/deploy/action.yml", "description: Why, from a closed list.", "deprecationMessage: no", "actions/deploy/action.yml: The output reason-code has no description."],
    ["an input that does not exist", "actions/deploy/README.md", "Run with `recreate: true`.", "Run with `re-create: true`.", '"re-create" is no input, output, outcome or reason code of deploy'],
    ["an input of another action", "actions/deploy/README.md", "The input `on-console-edit` changes that", "The input `scope` changes that", 'There is no input "scope" of deploy.'],
    ["an outcome that does not exist", "actions/validate-and-conflict-check/README.md", "`passed-offline` is not `passed`.", "The outcome `green` is not `passed`.", 'There is no outcome "green" of validate-and-conflict-check.'],
    ["a file that does not exist", "docs/security.md", "](../SECURITY.md)", "](../SECURE.md)", "docs/security.md:3: The link ../SECURE.md leads to SECURE.md, which does not exist."],
    ["a heading that does not exist", "docs/problems.md", "](agent-files.md#names)", "](agent-files.md#name)", "leads to a heading that docs/agent-files.md does not have"],
    ["a link out of a release tag", "actions/deploy/README.md", "(https://github.com/org/retell-actions/blob/main/docs/agent-files.md)", "(../../docs/agent-files.md)", "leads out of the release tags"],
    ["a link to a page that moved", "actions/deploy/README.md", "blob/main/docs/agent-files.md", "blob/main/docs/file.md", "leads to docs/file.md, which does not exist"],
    ["an example with an unknown input", "actions/deploy/README.md", "          dry-run: true", "          dryrun: true", "The example gives deploy the input dryrun, which it does not have."],
    ["an example without a required input", "actions/deploy/README.md", "          workspace: production\n          dry-run: true", "          dry-run: true", "does not give deploy the input workspace, which is required"],
    ["an example with an unknown output", "actions/deploy/README.md", "steps.plan.outputs.plan-fingerprint", "steps.plan.outputs.fingerprint", "reads the output fingerprint, which deploy does not have"],
    ["an example with an unknown outcome", "actions/deploy/README.md", "== 'deployed'", "== 'done'", "compares with the outcome done"],
    ["an example that is no YAML", "actions/deploy/README.md", "permissions: {}", "permissions: {", "The example is no YAML"],
    ["an example that is no JSON", "README.md", '"agent_name": "Support",', '"agent_name": "Support"', "The example is no JSON"],
    ["a marker without end", "README.md", "<!-- end generated: actions -->", "", 'The generated part "actions" has no end.'],
    ["a page without a generated part", "actions/deploy/README.md", "<!-- generated: inputs -->", "", 'lacks the generated part "inputs"'],
    ["a problem that is not explained", "docs/problems.md", "| `two-prompts` |", "| two prompts |", "docs/problems.md: The problem two-prompts is not explained."],
    ["a problem that does not exist", "docs/problems.md", "| `two-prompts` |", "| `three-prompts` |", "There is no problem three-prompts."],
    ["a wrong severity", "docs/problems.md", "| `two-prompts` | error |", "| `two-prompts` | warning |", 'is of severity "error", not "warning"'],
    ["a new problem code", "packages/core/src/prompt/sections.ts", 'code: "merge-conflict"', 'code: "merge-trouble"', "The problem merge-trouble is not explained."],
  ])("%s is found", (_, file, from, to, message) => {
    const root = copy();
    change(root, file, from, to);
    expect(buildDocumentation(root).findings.map(showFinding)).toContainEqual(expect.stringContaining(message));
  });

  test("npm run check:docs ends with 1 and names the pages; npm run docs repairs what is generated", () => {
    const root = copy();
    change(root, "actions/deploy/action.yml", "default: report", "default: delete");
    const run = (...args: string[]) => spawnSync(process.execPath, [join(root, "scripts", "docs.ts"), ...args], { encoding: "utf8" });
    const failed = run("--check");
    expect(failed.stderr).toContain("actions/deploy/README.md: The generated parts are not what the sources say.");
    expect(failed.status).toBe(1);
    expect(run().status).toBe(0);
    expect(run("--check").status).toBe(0);
    expect(readFileSync(join(root, "actions/deploy/README.md"), "utf8")).toMatch(/`prune` .* `delete` \| no \|/);
  });
});

describe("examples", () => {
  const workflows = fences.filter(({ fence }) => fence.language === "yaml" && /^on:/m.test(fence.text) && /^jobs:/m.test(fence.text));

  test.each(workflows.map(({ file, fence }) => [`${file}:${fence.line}`, fence.text]))("the workflow in %s is sound", async (_, text) => {
    expect(await lintWorkflow({ path: ".github/workflows/example.yml", text, actions: { "org/retell-actions/": [join(ROOT, "actions")] } })).toEqual([]);
  });

  test.each(fences.filter(({ fence }) => fence.language === "yaml").map(({ file, fence }) => [`${file}:${fence.line}`, fence.text]))(
    "the inputs in %s are accepted",
    async (_, text) => {
      for (const step of stepsOf(text)) await acceptsInputs(step.action, step.with);
    },
  );

  test("the quick start's files make a valid project, with the workspaces of the page that it leads to", () => {
    const text = documentation.pages.get("README.md") ?? "";
    const { fences: own } = readMarkdown(text);
    const workspaces = readMarkdown(documentation.pages.get("docs/getting-started.md") ?? "").fences.find(({ attributes }) => attributes.get("file") === "workspaces.json");
    const agent = own.find((fence) => fence.language === "json");
    const sections = own.filter((fence) => fence.language === "text");
    const files = new Map<string, ProjectFile>(
      (
        [
          ["workspaces.json", workspaces],
          ["agents/support/agent.json", agent],
          ["prompts/base/greeting.txt", sections[0]],
          ["prompts/support/tasks.txt", sections[1]],
        ] as [string, Fence | undefined][]
      ).map(([path, fence]) => [path, { kind: "file", text: fence?.text ?? "" }]),
    );
    for (const path of [...files.keys()].slice(1)) expect(text).toContain(`\`${path}\`:`);
    expect(validateProject({ files, workingDirectory: "" }).problems).toEqual([]);
  });
});

describe("tables", () => {
  test("what would end a cell or row is escaped once", () => {
    expect(markdownTable(["a|b"], [["`x | y` \\| z\nsecond line"]])).toBe("| a\\|b |\n| --- |\n| `x \\| y` \\| z second line |");
  });

  test("code spans hold backticks", () => {
    expect(codeSpan("a`b")).toBe("``a`b``");
    expect(codeSpan("`a`")).toBe("`` `a` ``");
  });
});

describe("generated parts", () => {
  const page = (text: string) => fillParts({ file: "p.md", text }, new Map([["a", "new"]]));

  test("only what is between the markers is replaced", () => {
    expect(page("x\n<!-- generated: a -->\nold\n<!-- end generated: a -->\ny").text).toBe("x\n<!-- generated: a -->\n\nnew\n\n<!-- end generated: a -->\ny");
  });

  test.each([
    ["unknown", "<!-- generated: a -->\n<!-- end generated: a -->\n<!-- generated: b -->\n<!-- end generated: b -->", 'Nothing generates a part "b" here.'],
    ["twice", "<!-- generated: a -->\n<!-- end generated: a -->\n<!-- generated: a -->\n<!-- end generated: a -->", "stands twice"],
  ])("a part that is %s leaves the page alone", (_, text, message) => {
    const filled = page(text);
    expect(filled.text).toBe(text);
    expect(filled.findings).toMatchObject([{ file: "p.md", message: expect.stringContaining(message) }]);
  });
});
