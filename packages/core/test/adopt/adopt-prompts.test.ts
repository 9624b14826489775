import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { adopt, type AdoptInput, type Adoption, type AgentResult } from "@retell-actions/core/adopt/adopt";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { changedLines, contentOf, filesOf, MULTI, type Texts } from "./adopt-fixture.ts";

const A = "agents/sales/agent.json";
const B = "agents/other/agent.json";
const PRODUCTION = "agents/sales/agent.production.json";

const agentOf = (config: JsonObject, llm: JsonObject = {}): JsonObject => ({ voice_id: "v", llm_config: { start_speaker: "agent", prompt_config: config, ...llm } });
const NAMES = { general_prompt: ["llm", "general_prompt"], begin_message: ["llm", "begin_message"] } as const;

interface Wanted extends Partial<Pick<AdoptInput, "sharedSections" | "flatten" | "workspace">> {
  readonly files: ProjectFiles;
  readonly prompts: Partial<Record<keyof typeof NAMES, string>>;
}

/** Adopts prompts of the agent `sales`, and checks that what was adopted is what is built. */
function adoptPrompts({ files, prompts, workspace = "staging", ...settings }: Wanted): Adoption & { readonly sales: AgentResult; readonly lines: Readonly<Record<string, readonly string[]>>; readonly after: ProjectFiles } {
  const edits = Object.entries(prompts).map(([field, live]) => ({ path: NAMES[field as keyof typeof NAMES], name: `llm.${field}`, live }));
  const adoption = adopt({ files, workingDirectory: "", workspace, edits: new Map([["sales", edits]]), ...settings });
  const sales = adoption.agents.get("sales");
  if (sales === undefined) throw new Error("no result");
  const after = new Map([...files, ...[...adoption.files].map(([path, text]) => [path, { kind: "file", text }] as const)]);
  const llm = contentOf(after, workspace, "sales").llm ?? {};
  for (const name of sales.adopted) expect(llm[name.slice(4)]).toBe(prompts[name.slice(4) as keyof typeof NAMES]?.replaceAll("\r\n", "\n"));
  return { ...adoption, sales, after, lines: Object.fromEntries([...adoption.files].map(([path, text]) => [path, changedLines(files.get(path)?.text, text)])) };
}

const shared = (config: JsonObject = {}, more: Texts = {}): ProjectFiles =>
  filesOf({ [A]: agentOf({ sections: ["hi", "b"], ...config }), [B]: agentOf({ sections: ["hi"] }), "prompts/hi.txt": "\uFEFFHi {{n}}\r\nBe kind.\r\n", "prompts/b.md": "Bye", ...more });

describe("an edit of a section that other agents use", () => {
  test("becomes a section of the agent's own, with the bytes of the original", () => {
    const result = adoptPrompts({ files: shared({ variables: { n: "Ann" } }), prompts: { general_prompt: "Hi Ann\nBe very kind.\n\nBye" } });
    expect(result.files.get("prompts/sales/hi.txt")).toBe("\uFEFFHi {{n}}\r\nBe very kind.\r\n");
    expect(result.lines[A]).toEqual(['-         "hi",', '+         "sales/hi",']);
    expect(result.sales).toEqual({ adopted: ["llm.general_prompt"], unmappable: [], touched: [A, "prompts/sales/hi.txt"], secretsToCreate: [], forked: [{ from: "prompts/hi.txt", to: "prompts/sales/hi.txt" }], reaches: [] });
  });

  test.each<[string, Texts, string]>([
    ["that has another text already", { "prompts/sales/hi.txt": "Other\n" }, "prompts/sales/hi-2.txt"],
    ["that exists with the other extension", { "prompts/sales/hi.md": "Other\n" }, "prompts/sales/hi-2.txt"],
    ["that differs in case only", { "prompts/Sales/HI.txt": "Other\n" }, "prompts/sales/hi-2.txt"],
    ["that somebody lists without its file", { "agents/third/agent.json": agentOf({ sections: ["sales/hi", "b"] }) }, "prompts/sales/hi-2.txt"],
    ["that has this very text already", { "prompts/sales/hi.txt": "\uFEFFHello\r\n" }, "prompts/sales/hi.txt"],
  ])("never takes a name %s", (_, more, to) => {
    const result = adoptPrompts({ files: shared({}, more), prompts: { general_prompt: "Hello\n\nBye" } });
    expect(result.sales.forked).toEqual([{ from: "prompts/hi.txt", to }]);
  });

  test("a section in the agent's own folder gets a number", () => {
    const files = filesOf({ [A]: agentOf({ sections: ["sales/hi"] }), [B]: agentOf({ sections: ["sales/hi"] }), "prompts/sales/hi.txt": "Hi\n" });
    expect(adoptPrompts({ files, prompts: { general_prompt: "Hello" } }).sales.forked).toEqual([{ from: "prompts/sales/hi.txt", to: "prompts/sales/hi-2.txt" }]);
  });

  test("becomes an override where the agent can have no folder of sections", () => {
    const files = new Map([...shared(), ["prompts/sales", { kind: "symlink", text: "elsewhere" }] as const]) as ProjectFiles;
    const result = adoptPrompts({ files, prompts: { general_prompt: "Hello\n\nBye" } });
    expect([result.sales.forked, result.sales.touched]).toEqual([[], [A]]);
  });

  test("overrides by the former name go on working in every workspace", () => {
    const files = shared({}, { [PRODUCTION]: '{ "llm_config": { "prompt_config": { "overrides": { "x": "X", "hi": "Only here" } } } }' });
    const before = contentOf(files, "production", "sales");
    const result = adoptPrompts({ files, prompts: { general_prompt: "Hello\n\nBye" } });
    expect(result.files.get(PRODUCTION)).toBe('{ "llm_config": { "prompt_config": { "overrides": { "x": "X", "sales/hi": "Only here" } } } }');
    expect(contentOf(result.after, "production", "sales")).toEqual(before);
  });

  test("an overlay with a list of its own keeps its names, and the override of agent.json for them", () => {
    const files = shared({ overrides: { hi: "From the base" } }, { [PRODUCTION]: { llm_config: { prompt_config: { sections: ["hi"] } } }, "agents/sales/agent.staging.json": { llm_config: { prompt_config: { overrides: { hi: null } } } } });
    const before = contentOf(files, "production", "sales");
    const result = adoptPrompts({ files, prompts: { general_prompt: "Hello\n\nBye" } });
    expect(result.sales.unmappable).toEqual([]);
    expect(contentOf(result.after, "production", "sales")).toEqual(before);
  });

  test("counts agents of workspaces that other branches deploy", () => {
    const files = shared({}, { [B]: agentOf({ sections: ["b"] }), "agents/other/agent.production.json": { llm_config: { prompt_config: { sections: ["hi"] } } } });
    expect(adoptPrompts({ files, prompts: { general_prompt: "Hello\n\nBye" } }).sales.forked).toHaveLength(1);
  });

  test("is an override in the overlay of one of several productions", () => {
    const files = filesOf({ [A]: agentOf({ sections: ["hi"] }), [B]: agentOf({ sections: ["hi"] }), "prompts/hi.txt": "Hi\n" }, MULTI);
    for (const sharedSections of ["fork", "update"] as const) {
      const result = adoptPrompts({ files, workspace: "prod-eu", sharedSections, prompts: { general_prompt: "Hello" } });
      expect([...result.files.keys()]).toEqual(["agents/sales/agent.prod-eu.json"]);
      expect(result.sales).toMatchObject({ forked: [], reaches: [] });
    }
  });

  test("with update changes the section, and names everybody whom it reaches", () => {
    const files = shared({}, { "agents/third/agent.json": agentOf({ sections: ["b"] }), "agents/third/agent.production.json": { llm_config: { prompt_config: { sections: ["hi"] } } } });
    const result = adoptPrompts({ files, sharedSections: "update", prompts: { general_prompt: "Hi {{n}}\nBe very kind.\n\nBye" } });
    expect(result.lines).toEqual({ "prompts/hi.txt": ["- Be kind.\r", "+ Be very kind.\r"] });
    expect(result.sales).toMatchObject({ forked: [], reaches: [{ file: "prompts/hi.txt", agents: ["other", "third"] }] });
  });

  test("with update does not overrule what another agent's prompt shall be", () => {
    const prompt = (live: string) => [{ path: NAMES.general_prompt, name: "llm.general_prompt", live }];
    const input = { files: filesOf({ [A]: agentOf({ sections: ["hi"] }), [B]: agentOf({ sections: ["hi"] }), "prompts/hi.txt": "Hi\n" }), workingDirectory: "", workspace: "staging", sharedSections: "update" } as const;
    const differently = adopt({ ...input, edits: new Map([["sales", prompt("Hello")], ["other", prompt("Howdy")]]) });
    expect([...differently.agents.values()].map(({ adopted }) => adopted)).toEqual([["llm.general_prompt"], ["llm.general_prompt"]]);
    const alike = adopt({ ...input, edits: new Map([["sales", prompt("Hello")], ["other", prompt("Hello")]]) });
    expect(Object.fromEntries(alike.files)).toEqual({ "prompts/hi.txt": "Hello\n" });
  });

  test("with refuse is told, with the agents and the setting, and flatten does not overrule it", () => {
    const result = adoptPrompts({ files: shared(), sharedSections: "refuse", flatten: true, prompts: { general_prompt: "Hello\n\nBye" } });
    expect(result.sales.unmappable).toEqual([{ field: "llm.general_prompt", reason: 'the section "hi" is also part of the prompt of the agent other, and shared-sections is "refuse"; edit the file by hand, or set shared-sections to "fork" or "update"' }]);
    expect(adoptPrompts({ files: shared(), sharedSections: "refuse", prompts: { general_prompt: "Hi {{n}}\nBe kind.\n\nBye bye" } }).lines).toEqual({ "prompts/b.md": ["- Bye", "+ Bye bye"] });
  });
});

describe("the list of sections", () => {
  const config = { sections: ["a", "b", "c"] };
  const texts: Texts = { "prompts/a.txt": "A\n", "prompts/b.txt": "B\n\nB\n", "prompts/c.txt": "C\n" };
  const lines = (general_prompt: string, more: JsonObject = {}) => adoptPrompts({ files: filesOf({ [A]: agentOf({ ...config, ...more }), ...texts }), prompts: { general_prompt } }).lines;

  test("loses a section that was taken out with its blank line", () => {
    expect(lines("A\n\nC")).toEqual({ [A]: ['-         "b",'] });
    expect(lines("B\n\nB\n\nCC")).toEqual({ [A]: ['-         "a",'], "prompts/c.txt": ["- C", "+ CC"] });
  });

  test("follows sections that were swapped", () => {
    expect(lines("C\n\nB\n\nB\n\nA")).toEqual({ [A]: ['-         "a",', '-         "b",', '-         "c"', '+         "c",', '+         "b",', '+         "a"'] });
  });

  test("is written in the overlay for one of several productions", () => {
    const files = filesOf({ [A]: agentOf(config), ...texts }, MULTI);
    const result = adoptPrompts({ files, workspace: "prod-us", prompts: { general_prompt: "A\n\nC" } });
    expect(JSON.parse(result.files.get("agents/sales/agent.prod-us.json") ?? "")).toEqual({ llm_config: { prompt_config: { sections: ["a", "c"] } } });
  });

  test("names a section that stands there twice only once, if one of the two was edited", () => {
    expect(lines("A\n\nC\n\nA", { sections: ["a", "c", "a"] })).toEqual({});
    expect(lines("A\n\nC\n\nAA", { sections: ["a", "c", "a"] })).toEqual({ [A]: ['-         "a"', '+         "sales/a"'], "prompts/sales/a.txt": ["+ AA"] });
    expect(lines("AA\n\nC\n\nAA", { sections: ["a", "c", "a"] })).toEqual({ "prompts/a.txt": ["- A", "+ AA"] });
    expect(lines("AA\n\nC\n\nAAA", { sections: ["a", "c", "a"] })).toEqual({ [A]: ['-         "a"', '+         "sales/a"'], "prompts/a.txt": ["- A", "+ AA"], "prompts/sales/a.txt": ["+ AAA"] });
  });

  test("the same of an override", () => {
    expect(lines("X\n\nC\n\nXX", { sections: ["a", "c", "a"], overrides: { a: "X" } })).toEqual({ [A]: ['-         "a"', '+         "sales/a"'], "prompts/sales/a.txt": ["+ XX"] });
  });
});

describe("a build-time variable", () => {
  const variables = { n: "Ann", firm: "Acme Inc." };
  const files = (more: JsonObject = {}, workspaces?: Json, texts: Texts = {}) => filesOf({ [A]: agentOf({ sections: ["a", "b"], variables, ...more }, { begin_message: "Hi, {{n}} here" }), "prompts/a.txt": "I am {{n}} of {{firm}}.\n", "prompts/b.txt": "Ann! {{ n }}: {{n}}\n", ...texts }, workspaces);
  const everywhere = { general_prompt: "I am Bob Lee of Acme Inc..\n\nAnn! Bob Lee: Bob Lee", begin_message: "Hi, Bob Lee here" };

  test("gets another value where that stands at all of its tags", () => {
    expect(adoptPrompts({ files: files(), prompts: everywhere }).lines).toEqual({ [A]: ['-         "n": "Ann",', '+         "n": "Bob Lee",'] });
  });

  test("and the text around it changes with it", () => {
    expect(adoptPrompts({ files: files(), prompts: { ...everywhere, general_prompt: "I was Bob Lee of Acme Inc..\n\nAnn! Bob Lee: Bob Lee" } }).lines).toEqual({
      [A]: ['-         "n": "Ann",', '+         "n": "Bob Lee",'],
      "prompts/a.txt": ["- I am {{n}} of {{firm}}.", "+ I was {{n}} of {{firm}}."],
    });
  });

  test("gets it where its value is written", () => {
    const overlay = "agents/sales/agent.staging.json";
    const own = files({}, undefined, { [overlay]: { llm_config: { prompt_config: { variables: { n: "Eve" } } } } });
    expect(adoptPrompts({ files: own, prompts: everywhere }).lines).toEqual({ [overlay]: ['-         "n": "Eve"', '+         "n": "Bob Lee"'] });
    const multi = adoptPrompts({ files: files({}, MULTI), workspace: "prod-eu", prompts: everywhere });
    expect(JSON.parse(multi.files.get("agents/sales/agent.prod-eu.json") ?? "")).toEqual({ llm_config: { prompt_config: { variables: { n: "Bob Lee" } } } });
  });

  test.each<[string, Partial<typeof everywhere>]>([
    ["where begin_message still has the old one", { general_prompt: everywhere.general_prompt }],
    ["where two places say different things", { ...everywhere, begin_message: "Hi, Bob here" }],
    ["where a part of it was edited", { general_prompt: "I am Ann of Acme Ltd.\n\nAnn! Ann: Ann" }],
    ["where it was only taken out", { general_prompt: "I am Ann of .\n\nAnn! Ann: Ann" }],
    ["where it would be left to run time", { general_prompt: "I am Ann of OVERRIDE.\n\nAnn! Ann: Ann" }],
  ])("keeps its value %s: the tag becomes text there", (_, prompts) => {
    const result = adoptPrompts({ files: files(), prompts });
    expect(result.sales.unmappable).toEqual([]);
    expect(JSON.parse(result.files.get(A) ?? result.after.get(A)?.text ?? "")).toMatchObject({ llm_config: { prompt_config: { variables } } });
  });

  test("may hold a tag, which is not searched again", () => {
    expect(adoptPrompts({ files: files(), prompts: { general_prompt: "I am Ann of {{user_number}}.\n\nAnn! Ann: Ann" } }).lines).toEqual({ [A]: ['-         "firm": "Acme Inc."', '+         "firm": "{{user_number}}"'] });
  });
});

describe("flatten", () => {
  const texts: Texts = { "prompts/a.txt": "Hi {{n}}\n", "prompts/b.txt": "Bye\n" };
  const config = { sections: ["a", "b"], overrides: { b: "Good bye" }, variables: { n: "Ann" } };
  const flat = (prompts: Wanted["prompts"], more: Partial<Wanted> & { readonly begin?: string; readonly workspaces?: Json } = {}) =>
    adoptPrompts({ files: filesOf({ [A]: agentOf(config, more.begin === undefined ? {} : { begin_message: more.begin }), ...texts }, more.workspaces), flatten: true, prompts, ...(more.workspace === undefined ? {} : { workspace: more.workspace }) });
  const llmOf = (result: Adoption, file = A) => (JSON.parse(result.files.get(file) ?? "{}") as { llm_config?: JsonObject }).llm_config;

  test("makes one text of a prompt that has lost a blank line; tags stay", () => {
    expect(llmOf(flat({ general_prompt: "Hi Ann\nGood bye" }))).toEqual({ start_speaker: "agent", general_prompt: "Hi {{n}}\nGood bye", prompt_config: { variables: { n: "Ann" } } });
  });

  test("leaves a variable to run time whose tag was typed", () => {
    expect(llmOf(flat({ general_prompt: "Hi {{n}}\n\nGood bye" }))).toEqual({ start_speaker: "agent", general_prompt: "Hi {{n}}\n\nGood bye", prompt_config: { variables: { n: "OVERRIDE" } } });
  });

  test("but not if begin_message needs its value", () => {
    expect(flat({ general_prompt: "Hi {{n}}\n\nGood bye" }, { begin: "{{n}} here" })).toMatchObject({ sales: { adopted: [], unmappable: [{ field: "llm.general_prompt" }] }, files: new Map() });
  });

  test("is the last resort", () => {
    expect(flat({ general_prompt: "Hi Ann\n\nGood night" }).lines).toEqual({ [A]: ['-         "b": "Good bye"', '+         "b": "Good night"'] });
  });

  test("stays in the overlay for one of several productions", () => {
    const result = flat({ general_prompt: "Hi Ann\nGood bye" }, { workspaces: MULTI, workspace: "prod-eu" });
    expect([...result.files.keys()]).toEqual(["agents/sales/agent.prod-eu.json"]);
    expect(llmOf(result, "agents/sales/agent.prod-eu.json")).toEqual({ prompt_config: { sections: null, overrides: null }, general_prompt: "Hi {{n}}\nGood bye" });
  });

  test("takes prompt_config out with what it held", () => {
    const result = adoptPrompts({ files: filesOf({ [A]: agentOf({ sections: ["a", "b"] }), ...texts }), flatten: true, prompts: { general_prompt: "" } });
    expect(llmOf(result)).toEqual({ start_speaker: "agent", general_prompt: "" });
  });
});

test("other line ends are no other text, and half a character is told", () => {
  const files = shared();
  expect(adoptPrompts({ files, prompts: { general_prompt: "Hi {{n}}\r\nBe kind.\r\n\r\nBye" } }).files.size).toBe(0);
  const edits = new Map([["sales", [{ path: NAMES.general_prompt, name: "llm.general_prompt", live: "Hi \ud83d" }]]]);
  expect(adopt({ files, workingDirectory: "", workspace: "staging", edits }).agents.get("sales")?.unmappable).toEqual([{ field: "llm.general_prompt", reason: "it holds half of a character, which no file can hold" }]);
});

test("a word in one line of a section is always adopted, and touches that section or its copy only", () => {
  const line = fc.constantFrom<string>("Be kind.", "Ask for the name", "Ann of Acme", "😀 é שלום 我是", "- item  ", "$& \\ {{user_number}}", "");
  const sections = fc.array(fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 5 }), eol: fc.constantFrom("\n", "\r\n"), final: fc.boolean(), isShared: fc.boolean() }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(sections, fc.nat(), fc.nat(), fc.constantFrom("new", "two words", "😀", "שלום"), (list, which, where, by) => {
      const index = which % list.length;
      const name = `s${index}`;
      const texts = list.map(({ lines }) => lines.join("\n"));
      const lines = list[index]?.lines ?? [];
      const now = lines.with(where % lines.length, `${lines[where % lines.length] ?? ""} ${by}`).join("\n");
      const names = list.map((_, position) => `s${position}`);
      const other = names.filter((_, position) => list[position]?.isShared);
      const files = filesOf({
        [A]: agentOf({ sections: names }),
        ...(other.length === 0 ? {} : { [B]: agentOf({ sections: other }) }),
        ...Object.fromEntries(list.map(({ eol, final }, position) => [`prompts/s${position}.txt`, (texts[position] ?? "").replaceAll("\n", eol) + (final || texts[position]?.endsWith("\n") || texts[position] === "" ? eol : "")])),
      });
      const result = adoptPrompts({ files, prompts: { general_prompt: texts.with(index, now).join("\n\n") } });
      expect(result.sales.unmappable).toEqual([]);
      expect(result.sales.touched).toEqual(list[index]?.isShared ? [A, `prompts/sales/${name}.txt`] : [`prompts/${name}.txt`]);
    }),
    { numRuns: 300 },
  );
});
