import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SYSTEM_VARIABLE_NAMES } from "@retell-actions/core/prompt/system-variables";
import type { Problem } from "@retell-actions/core/project/problem";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { WORKSPACES_KEYS } from "@retell-actions/core/project/workspaces-shape";
import { parseAgentState } from "@retell-actions/core/state/agent-state";
import { exampleProjects, FILES_PAGE, pathOf, treePatterns } from "../docs/example-projects.ts";
import { readMarkdown, type MarkdownPage } from "../docs/markdown-page.ts";
import { publishedSchemas } from "../schema/publish/published-schemas.ts";
import { ROOT } from "./repository.ts";

const text = readFileSync(join(ROOT, FILES_PAGE), "utf8");
const page = readMarkdown(text);
const projects = exampleProjects(page);

const problemsOf = (name: string, from: MarkdownPage = page): readonly Problem[] => {
  const files = exampleProjects(from).get(name)?.files ?? new Map<string, never>();
  return validateProject({ files, workingDirectory: "" }).problems;
};

describe("examples of the reference of files", () => {
  test("every example is a file of a project or of the state, or the tree", () => {
    const loose = page.fences.filter(({ attributes }) => !attributes.has("project") && !attributes.has("branch") && !attributes.has("tree"));
    expect(loose).toEqual([]);
    expect([...projects.keys()].sort()).toEqual(["legacy", "main", "multi", "overrides", "repeats"]);
  });

  test("above each example stands the path of its file", () => {
    const lines = text.split("\n");
    for (const fence of page.fences.filter(({ attributes }) => attributes.has("file"))) expect(lines[fence.line - 3]).toBe(`\`${pathOf(fence)}\`:`);
  });

  test("no file of a project is shown twice", () => {
    const shown = page.fences.map(({ attributes }) => `${attributes.get("project")} ${attributes.get("file")}`);
    expect(shown.filter((name, index) => shown.indexOf(name) !== index)).toEqual([]);
  });

  test.each([...projects])("the project %s builds, with the problems that the text announces and no others", (name, { expected }) => {
    const problems = problemsOf(name);
    expect(problems.filter(({ code }) => !expected.includes(code))).toEqual([]);
    expect(problems.map(({ code }) => code).sort()).toEqual(expected);
    expect(problems.every(({ severity }) => severity === "warning")).toBe(true);
  });

  test.each([
    ["a field that does not exist", '"interruption_sensitivity": 0.8', '"interruption_sensibility": 0.8', "unknown-field"],
    ["a section that does not exist", '["base/identity", "base/style", "support/tasks"]', '["base/identity", "base/stile"]', "missing-section"],
    ["a variable that no prompt has", '"shop": "Fjord Bikes", "current_offer"', '"shop": "Fjord Bikes", "town": "Oslo", "current_offer"', "unused-variable"],
    ["an edge that leads nowhere", '"destination_node_id": "rider"', '"destination_node_id": "ryder"', "unknown-reference"],
    ["a knowledge base that does not exist", '"knowledge_base_ids": ["knowledge://bikes"],\n  "tools"', '"knowledge_base_ids": ["knowledge://bike"],\n  "tools"', "unknown-knowledge"],
    ["a component that does not exist", '"component_id": "component://identify-rider",\n', '"component_id": "component://identify",\n', "unknown-component"],
    ["a file that knowledge.json does not name", '"files": ["./prices.csv"]', '"files": []', "unused-knowledge-file"],
    ["an overlay that removes nothing", '"name": "to_rental", "$remove": true },\n', '"name": "to_sales", "$remove": true },\n', "overlay-removes-nothing"],
  ])("%s in an example would be found", (_, from, to, code) => {
    expect(text).toContain(from);
    expect(problemsOf("main", readMarkdown(text.replace(from, to))).map((problem) => problem.code)).toContain(code);
  });

  test("an announced problem that does not occur would be found", () => {
    expect(problemsOf("repeats", readMarkdown(text.replace('  "language": "en-US",\n  "interruption_sensitivity": 0.9', '  "interruption_sensitivity": 0.9')))).toEqual([]);
  });

  test("the example of the state can be read", () => {
    const [state, ...others] = page.fences.filter(({ attributes }) => attributes.has("branch"));
    expect(others).toEqual([]);
    expect(state?.attributes.get("branch")).toBe("retell/state/staging");
    expect(parseAgentState(state?.text ?? "", "staging")).toHaveProperty("state");
  });
});

describe("the tree", () => {
  const patterns = treePatterns(page.fences.find(({ attributes }) => attributes.has("tree"))?.text ?? "");
  const shown = [...new Set([...projects.values()].flatMap(({ files }) => [...files.keys()]))];

  test("has a place for every file that the examples show", () => {
    expect(shown.filter((path) => !patterns.some((pattern) => pattern.test(path)))).toEqual([]);
  });

  test("shows nothing that has no example, but templates", () => {
    const unused = patterns.filter((pattern) => !shown.some((path) => pattern.test(path)));
    expect(unused.map(({ source }) => source)).toEqual([/^templates\/.+$/.source]);
  });

  test("is read by its indentation", () => {
    expect(treePatterns("a/\n  <name>/   one\n    b.json  two\nc/  three").map(({ source }) => source)).toEqual(["^a\\/[^/]+\\/b\\.json$", "^c\\/.+$"]);
  });
});

describe("the schemas for editors", () => {
  const schemas = new Map([...publishedSchemas()].map(([name, schema]) => [name, JSON.parse(schema) as object]));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const examples = page.fences.filter(({ language, attributes }) => language === "json" && attributes.has("project") && !attributes.get("project")?.startsWith("legacy"));

  test("are those of the page", () => {
    const listed = page.rows.flatMap(({ cells }) => /^`([a-z]+\.schema\.json)`$/.exec(cells[1] ?? "")?.[1] ?? []);
    expect(listed.sort()).toEqual([...schemas.keys()].sort());
  });

  test.each(examples.map((fence) => [`${fence.attributes.get("project")}: ${pathOf(fence)}`, fence] as const))("accept %s", (_, fence) => {
    const validate = ajv.compile(schemas.get(`${schemaOf(pathOf(fence))}.schema.json`) ?? false);
    validate(JSON.parse(fence.text));
    expect(validate.errors ?? []).toEqual([]);
    const { $schema } = JSON.parse(fence.text) as { $schema?: string };
    expect($schema?.split("/").at(-1) ?? "none").toBe($schema === undefined ? "none" : `${schemaOf(pathOf(fence))}.schema.json`);
  });
});

function schemaOf(path: string): string {
  if (path.startsWith("components/")) return "component";
  const file = path.split("/").at(-1) ?? "";
  return /^agent\..+\.json$/.test(file) && file !== "agent.json" ? "overlay" : file.replace(/\..*$/, "");
}

describe("the reference of files names", () => {
  const named = new Set(page.codeSpans.map((span) => span.text));

  test.each([...new Set(Object.values(WORKSPACES_KEYS).flat())])("the key %s of workspaces.json", (key) => expect(named).toContain(key));

  test.each([...SYSTEM_VARIABLE_NAMES])("Retell's variable %s", (name) => expect(named).toContain(name));
});
