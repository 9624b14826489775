import { beforeAll, describe, expect, test } from "@jest/globals";
import { createWorkingTree } from "@retell-actions/core/adapters/files/working-tree";
import { isJsonObject, type Json } from "@retell-actions/core/canonical/json";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { templatesIn, type Template } from "../src/find-template.ts";
import { makeAgents } from "../src/make-agents.ts";
import { ROOT } from "./memory-scene.ts";

const NAMES = ["chat-support", "customer-service", "sales"] as const;
const BASE: ProjectFiles = new Map(Object.entries(smallProject()).map(([path, text]) => [path, { kind: "file", text }] as const));

let templates: ReadonlyMap<string, Template>;
beforeAll(async () => {
  templates = templatesIn(await createWorkingTree(ROOT).read(["templates"]), { prefix: "", own: false });
});

function templateOf(name: string): Template {
  const template = templates.get(name);
  if (template === undefined) throw new Error(`There is no template ${name}.`);
  return template;
}

/** The project with one agent of each given name. */
function projectWith(template: string, names: readonly string[]): ProjectFiles {
  const made = makeAgents({ lines: names.map((name, index) => ({ name, line: index + 1 })), template: templateOf(template), files: BASE, directory: "", prefix: "" });
  if (made.kind !== "made") throw new Error(JSON.stringify([made.faults, made.problems], null, 2));
  return new Map([...BASE, ...[...made.edits].map(([path, { after = "" }]) => [path, { kind: "file", text: after }] as const)]);
}

test("there are exactly these", () => {
  expect([...templates.keys()].sort()).toEqual([...NAMES]);
});

describe.each(NAMES)("%s", (name) => {
  test("deploys as it is: two agents of it have no error and no warning in any workspace", () => {
    const { problems, desired } = validateProject({ files: projectWith(name, ["one", "two"]), workingDirectory: "" });
    expect(problems).toEqual([]);
    for (const workspace of ["staging", "production"]) expect([...(desired.get(workspace)?.keys() ?? [])].filter((agent) => agent === "one" || agent === "two")).toEqual(["one", "two"]);
  });

  test("two agents of it share nothing, and every section of it is used", () => {
    const { desired } = validateProject({ files: projectWith(name, ["one", "two"]), workingDirectory: "" });
    const sources = (agent: string): string[] => (desired.get("staging")?.get(agent)?.sources ?? []).filter((path) => path.startsWith("prompts/"));
    expect(sources("one").filter((path) => !path.startsWith("prompts/one/"))).toEqual([]);
    const sections = [...templateOf(name).files.keys()].filter((path) => path.startsWith("prompts/")).map((path) => `prompts/one/${path.slice("prompts/".length)}`);
    expect([...new Set(sources("one"))].sort()).toEqual(sections.sort());
  });

  test("copied by hand, with its prompts in prompts/, it is as valid", () => {
    const copied = [...templateOf(name).files].map(([path, file]) => [path.startsWith("prompts/") ? path : `agents/${name}-by-hand/${path}`, file] as const);
    const { problems } = validateProject({ files: new Map([...BASE, ...copied]), workingDirectory: "" });
    expect(problems).toEqual([]);
  });

  test("holds nothing that belongs to one workspace: no ids, numbers, addresses, secrets, or references", () => {
    const texts = [...templateOf(name).files].filter(([path]) => path.endsWith(".json")).flatMap(([path, { text = "" }]) => textsOf(JSON.parse(text) as Json).map((value) => [path, value]));
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.filter(([, value = ""]) => /\+\d{6}|(?:agent|llm|secret|knowledge|component):\/\/|\b(?:agent|llm|knowledge_base|conversation_flow)_[0-9a-f]{8}/.test(value))).toEqual([]);
    expect(texts.filter(([, value = ""]) => /^(?:https?|wss?):/.test(value) && !value.endsWith(".schema.json"))).toEqual([]);
  });

  test("names its schemas for editors, and says what to change", () => {
    const { files } = templateOf(name);
    for (const [path, { text = "" }] of files) {
      const schema = /^agent(\..+)?\.json$/.exec(path);
      if (schema !== null) expect(JSON.parse(text)).toMatchObject({ $schema: expect.stringMatching(schema[1] === undefined ? /\/agent\.schema\.json$/ : /\/overlay\.schema\.json$/) });
    }
    expect(files.get("README.md")?.text).toContain("## What to change first");
  });

  test("its README names files, fields and nodes that exist", () => {
    const { files } = templateOf(name);
    const json = [...files].filter(([path]) => path.endsWith(".json")).map(([, { text }]) => text).join("\n");
    const readme = files.get("README.md")?.text ?? "";
    const table = readme.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| What |"));
    expect(table.length).toBeGreaterThan(3);
    for (const [, span = ""] of table.join("\n").matchAll(/`([^`]+)`/g)) {
      const isFile = /\.(?:json|md)$/.test(span) && !span.includes("<");
      const isKnown = isFile ? files.has(span) : json.includes(span) || OPTIONAL.has(span);
      expect([span, isKnown]).toEqual([span, true]);
    }
  });
});

/** Fields that a README proposes and the template does not set, and what is no name in a file. */
const OPTIONAL = new Set(["timezone", "knowledge_base_ids", "agent.<workspace>.json", "Europe/Berlin", "{{current_time}}", "+"]);

function textsOf(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isJsonObject(value) ? Object.values(value).flatMap(textsOf) : [];
}
