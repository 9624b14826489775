import { describe, expect, test } from "@jest/globals";
import { hasErrors } from "@retell-actions/core/project/problem";
import type { ProjectFile } from "@retell-actions/core/project/files";
import { touchedResources } from "@retell-actions/core/project/touched";
import { validateProject } from "@retell-actions/core/project/validate-project";
import type { DesiredComponent, DesiredKnowledge } from "@retell-actions/core/project/desired-resources";

const WORKSPACES = { staging: { api_key_env: "A" }, production: { api_key_env: "B" } };
const NODES = [{ id: "start", type: "conversation", instruction: { type: "prompt", text: "Greet." }, edges: [] }];

/** A project of the given files; objects become JSON, bytes become binary files. */
function project(files: Readonly<Record<string, unknown>>) {
  const written = Object.entries<unknown>({ "workspaces.json": WORKSPACES, ...files }).map(([path, content]): [string, ProjectFile] => {
    if (content === "symlink!") return [path, { kind: "symlink" }];
    if (content instanceof Uint8Array) return [path, { kind: "binary", bytes: content }];
    return [path, { kind: "file", text: typeof content === "string" ? content : JSON.stringify(content, null, 2) }];
  });
  const { resources, problems, desired } = validateProject({ files: new Map(written), workingDirectory: "" });
  const shared = resources?.get("staging") ?? new Map();
  return { shared, problems, desired, found: problems.map(({ code, severity, file, line }) => [code, severity, file, line].join(" ")) };
}

const knowledge = (files: Readonly<Record<string, unknown>>): DesiredKnowledge => {
  const base = project(files).shared.get("knowledge://faq");
  if (base?.kind !== "knowledge") throw new Error("no knowledge base");
  return base;
};
const component = (files: Readonly<Record<string, unknown>>, name = "greeting"): DesiredComponent => {
  const found = project(files).shared.get(`component://${name}`);
  if (found?.kind !== "component") throw new Error("no component");
  return found;
};
/** Problems of one knowledge.json, without the file's name. */
const faults = (statement: unknown, files: Readonly<Record<string, unknown>> = {}): string[] =>
  project({ "knowledge/faq/knowledge.json": statement, ...Object.fromEntries(Object.entries(files).map(([path, content]) => [`knowledge/faq/${path}`, content])) }).problems.map(({ code, line }) => `${code} ${String(line)}`);

describe("a knowledge base", () => {
  test("is read with its texts, addresses and files, each with a hash of its content", () => {
    const statement = { $schema: "x", name: "Frequent questions", enable_auto_refresh: true, max_chunk_size: 1000, texts: [{ title: "T", text: "a\r\nb" }, { title: "F", file: "./docs/faq.md" }], urls: ["https://example.com"], files: ["manual.pdf", "./notes.txt"] };
    const files = { "knowledge/faq/knowledge.json": statement, "knowledge/faq/docs/faq.md": "\uFEFFq\r\n", "knowledge/faq/manual.pdf": new Uint8Array([255, 0]), "knowledge/faq/notes.txt": "n\r\n" };
    const { settings, sources, problems } = knowledge(files);
    expect(problems).toEqual([]);
    expect(settings).toEqual({ name: "Frequent questions", enable_auto_refresh: true, max_chunk_size: 1000 });
    expect(sources.map(({ kind, title }) => `${kind} ${title}`)).toEqual(["document manual.pdf", "document notes.txt", "text F", "text T", "url https://example.com"]);
    expect(sources.flatMap(({ upload }) => upload.texts)).toEqual([{ title: "F", text: "q\n" }, { title: "T", text: "a\nb" }]);
    // Documents go as they are, line ends included.
    expect(sources.flatMap(({ upload }) => upload.files.map(({ name, content }) => [name, [...content]]))).toEqual([["manual.pdf", [255, 0]], ["notes.txt", [110, 13, 10]]]);
    const other = knowledge({ ...files, "knowledge/faq/manual.pdf": new Uint8Array([255, 1]) });
    expect(other.sources.map(({ hash }, index) => hash === sources[index]?.hash)).toEqual([false, true, true, true, true]);
  });

  test.each<[string, unknown, Record<string, unknown>, string[]]>([
    ["nothing in it", {}, {}, ["empty-knowledge-base 1"]],
    ["a path that leaves the folder", { files: ["../manual.pdf"] }, {}, ["path-outside 3"]],
    ["an absolute path", { files: ["/etc/passwd"] }, {}, ["path-outside 3"]],
    ["a file that is not there", { files: ["./manual.pdf"] }, {}, ["missing-file 3"]],
    ["a link", { files: ["./manual.pdf"] }, { "manual.pdf": "symlink!" }, ["symlink 3"]],
    ["an empty file", { files: ["./manual.pdf"] }, { "manual.pdf": "" }, ["unusable-file 3"]],
    ["two of one name", { files: ["./a/x.pdf", "./b/x.pdf"] }, { "a/x.pdf": "1", "b/x.pdf": "2" }, ["duplicate-source 4"]],
    ["two texts of one title", { texts: [{ title: "T", text: "1" }, { title: "T", text: "2" }] }, {}, ["duplicate-source 7"]],
    ["a text with both", { texts: [{ title: "T", text: "1", file: "./x" }] }, {}, ["wrong-type 3"]],
    ["a text that is no text", { texts: [{ title: "T", file: "./x" }] }, { x: new Uint8Array([255]) }, ["not-utf8 5"]],
    ["an address that is none", { urls: ["example.com"] }, {}, ["wrong-type 3"]],
    ["a credential", { texts: [{ title: "T", text: `sk-${"a1B2c3D4".repeat(6)}` }] }, {}, ["literal-credential 5"]],
    ["a credential in a title", { texts: [{ title: `T sk-${"a1B2c3D4".repeat(6)}`, text: "x" }] }, {}, ["literal-credential 4"]],
    ["one address in two spellings", { urls: ["https://a.example", "https://A.example/"] }, {}, ["duplicate-source 4"]],
    ["itself as a file", { files: ["./knowledge.json"] }, {}, ["statement-as-source 3"]],
    ["a long name", { name: "x".repeat(40), urls: ["https://a.example"] }, {}, ["invalid-knowledge-name 2"]],
    ["a size out of range", { max_chunk_size: 100, urls: ["https://a.example"] }, {}, ["wrong-type 2"]],
    ["sizes that cross", { max_chunk_size: 600, min_chunk_size: 600, urls: ["https://a.example"] }, {}, ["wrong-type 3"]],
    ["an unknown key", { url: ["x"], urls: ["https://a.example"] }, {}, ["unknown-field 2"]],
    ["a file that nobody names", { urls: ["https://a.example"] }, { "left.md": "x" }, ["unused-knowledge-file undefined"]],
  ])("%s is told with its line", (_name, statement, files, expected) => {
    expect(faults(statement, files)).toEqual(expected);
  });

  test("a credential in a file is told where it stands in that file, and not repeated", () => {
    const key = `sk-${"a1B2c3D4".repeat(6)}`;
    const { problems, found } = project({ "knowledge/faq/knowledge.json": { texts: [{ title: "T", file: "./a.md" }], files: ["./k.txt"] }, "knowledge/faq/a.md": `\uFEFFone\r\n${key}`, "knowledge/faq/k.txt": `one\ntwo\nthree ${key}\n` });
    expect(found.sort()).toEqual(["literal-credential error knowledge/faq/a.md 2", "literal-credential error knowledge/faq/k.txt 3"]);
    expect(JSON.stringify(problems)).not.toContain("a1B2");
    const nested = project({ "knowledge/faq/knowledge.json": { files: ["./d/k.bin"] }, "knowledge/faq/d/k.bin": new Uint8Array([255, 0]) });
    expect(nested.found).toEqual([]);
  });

  test("a name that only looks like that of a file is told as such", () => {
    const { problems } = project({ "knowledge/faq/knowledge.json": { files: ["./\u00fc.pdf"] }, "knowledge/faq/u\u0308.pdf": "x" });
    expect(problems).toContainEqual(expect.objectContaining({ code: "missing-file", hint: expect.stringContaining("looks the same") }));
  });

  test("names are checked like those of agents, and two may not be one in Retell", () => {
    const urls = { urls: ["https://a.example"] };
    expect(project({ "knowledge/Upper/knowledge.json": urls }).found).toEqual(["invalid-resource-name error knowledge "]);
    expect(project({ "knowledge/a/faq.md": "x" }).found).toContain("missing-knowledge-file error knowledge/a/knowledge.json ");
    expect(project({ "knowledge/a/knowledge.json": { name: "Same", ...urls }, "knowledge/b/knowledge.json": { name: "Same", ...urls } }).found).toEqual(["same-resource-name error knowledge/b/knowledge.json "]);
    expect(project({ knowledge: "symlink!" }).found).toEqual(["symlink error knowledge "]);
  });
});

describe("a component", () => {
  test("has the fields of a shared component, its file's name, and sections in its prompts", () => {
    const { content, problems } = component({
      "prompts/hello.txt": "Say hello to {{who}}.\n",
      "components/greeting.json": { nodes: [{ ...NODES[0], instruction: { type: "prompt", text: { $prompt: "hello" } } }] },
    });
    // Which flows fill {{who}} is not known here.
    expect(problems).toEqual([]);
    expect(content).toEqual({ component: { name: "greeting", nodes: [{ ...NODES[0], instruction: { type: "prompt", text: "Say hello to {{who}}." } }] } });
    expect(component({ "components/greeting.json": { name: "Greeting", nodes: NODES } }).content.component).toMatchObject({ name: "Greeting" });
  });

  test("wrong fields, names and circles are told with file and line", () => {
    expect(project({ "components/greeting.json": { nodes: 5 } }).found).toContain("wrong-type error components/greeting.json 2");
    expect(project({ "components/Greeting.json": { nodes: NODES } }).found).toEqual(["invalid-resource-name error components "]);
    const calling = (name: string) => ({ nodes: [...NODES, { id: "call", type: "component", component_type: "shared", component_id: `component://${name}`, edges: [], else_edge: { id: "e", transition_condition: { type: "prompt", prompt: "Else" } } }] });
    const circle = project({ "components/a.json": calling("b"), "components/b.json": calling("a") });
    expect(circle.found.filter((text) => text.startsWith("component-circle"))).toHaveLength(2);
    expect(project({ "components/a.json": calling("a") }).found.some((text) => text.startsWith("component-circle"))).toBe(true);
  });
});

describe("references", () => {
  const agent = (ids: readonly string[]) => ({ agent_name: "A", voice_id: "v", llm_config: { start_speaker: "agent", general_prompt: "Hi", knowledge_base_ids: ids } });

  test("to what is there stand unresolved; literal ids stay", () => {
    const { desired, problems } = project({ "knowledge/faq/knowledge.json": { urls: ["https://a.example"] }, "agents/a/agent.json": agent(["knowledge://faq", "knowledge_base_1"]) });
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    const built = desired.get("staging")?.get("a");
    expect(built?.content.llm).toMatchObject({ knowledge_base_ids: ["knowledge://faq", "knowledge_base_1"] });
    expect(built?.references).toMatchObject([{ kind: "knowledge", name: "faq", pointer: "/llm/knowledge_base_ids/0", file: "agents/a/agent.json" }]);
  });

  test("where they mean nothing, or twice in one list, are warnings with line", () => {
    const { found } = project({
      "knowledge/faq/knowledge.json": { urls: ["https://a.example"] },
      "agents/a/agent.json": { agent_name: "A", voice_id: "v", llm_config: { start_speaker: "agent", general_prompt: "Read knowledge://faq aloud", begin_message: "knowledge://faq", knowledge_base_ids: ["knowledge://faq", "knowledge://faq"] } },
    });
    expect([...new Set(found)].sort()).toEqual(["duplicate-reference warning agents/a/agent.json 10", "misplaced-reference warning agents/a/agent.json 7"]);
    expect(found).toHaveLength(2);
  });

  test("to what is not there are errors with line and suggestion", () => {
    const { problems } = project({ "knowledge/faq/knowledge.json": { urls: ["https://a.example"] }, "agents/a/agent.json": agent(["knowledge://fak"]) });
    expect(hasErrors(problems)).toBe(true);
    expect(problems).toMatchObject([{ code: "unknown-knowledge", file: "agents/a/agent.json", line: 8, message: 'There is no knowledge base "fak".', hint: 'Did you mean "faq"?' }]);
  });
});

test("a change of a source or a component touches that resource and no other", () => {
  const files = { "knowledge/faq/knowledge.json": { texts: [{ title: "T", text: "1" }] }, "components/greeting.json": { nodes: NODES }, "components/other.json": { nodes: NODES } };
  const before = project(files).shared;
  expect([...touchedResources(before, project(files).shared)]).toEqual([]);
  expect([...touchedResources(before, project({ ...files, "knowledge/faq/knowledge.json": { texts: [{ title: "T", text: "2" }] } }).shared)]).toEqual(["knowledge://faq"]);
  expect([...touchedResources(before, project({ ...files, "components/greeting.json": { nodes: NODES, flex_mode: true } }).shared)]).toEqual(["component://greeting"]);
  expect([...touchedResources(undefined, before)].sort()).toEqual(["component://greeting", "component://other", "knowledge://faq"]);
});
