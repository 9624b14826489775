import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { renameJsonKey, setJson } from "@retell-actions/core/adopt/edit-json";
import { parseIssueForm } from "../src/parse-issue-form.ts";
import { nameFaults, readNames } from "../src/read-names.ts";
import { rewriteSections } from "../src/rewrite-sections.ts";

describe("sections in a JSON file", () => {
  const rename = (section: string): string => (section === "a" || section === "b/c" ? `new/${section}` : section);

  test("every mention follows, and nothing else moves", () => {
    const before = `{\r\n\t"llm_config": {\r\n\t\t"prompt_config": {"sections":["a", "b/c","shared"],  "overrides": {"a": "a", "shared": "b/c"}, "variables": {"a": "a"}},\r\n\t\t"states": [{"state_prompt": {"$prompt": ["a","x"]}, "name": "a"}],\r\n\t\t"begin_message" : {"$prompt":"b/c"}\r\n\t}\r\n}\r\n`;
    const after = before.replace('["a", "b/c"', '["new/a", "new/b/c"').replace('{"a": "a", "shared"', '{"new/a": "a", "shared"').replace('{"$prompt": ["a"', '{"$prompt": ["new/a"').replace('{"$prompt":"b/c"}', '{"$prompt":"new/b/c"}');
    expect(rewriteSections(before, rename)).toBe(after);
  });

  test("a file without mentions is the same file", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 4), (value, indent) => {
        const text = JSON.stringify({ prompt: value, variables: { a: "a" } }, null, indent);
        fc.pre(!text.includes("$prompt") && !text.includes("prompt_config"));
        expect(rewriteSections(text, () => "other")).toBe(text);
      }),
    );
  });

  test("renaming back gives the file back", () => {
    const section = fc.stringMatching(/^[a-z]{1,5}(\/[a-z]{1,5})?$/);
    fc.assert(
      fc.property(fc.uniqueArray(section, { minLength: 1, maxLength: 4 }), section, (sections, one) => {
        const text = JSON.stringify({ conversation_flow: { prompt_config: { sections, overrides: Object.fromEntries(sections.map((name) => [name, "x"])) }, nodes: [{ instruction: { text: { $prompt: one } } }] } });
        const there = rewriteSections(text, (name) => `deep/${name}`);
        expect(there).not.toBe(text);
        expect(rewriteSections(there, (name) => name.slice("deep/".length))).toBe(text);
      }),
    );
  });

  test("property: all mentions at once are what they are one by one", () => {
    const section = fc.constantFrom("a", "b/c", "shared", "__proto__", "ä \"");
    fc.assert(
      fc.property(fc.array(section, { maxLength: 4 }), fc.uniqueArray(section), section, fc.constantFrom("", "\uFEFF"), fc.constantFrom(0, 2), (sections, overrides, one, mark, indent) => {
        const given = { prompt_config: { sections, overrides: Object.fromEntries(overrides.map((name) => [name, name])) }, nodes: [{ text: { $prompt: one } }, { text: { $prompt: [one, 1] } }] };
        const text = mark + JSON.stringify(given, null, indent).replaceAll("/", "\\/");
        let expected = text;
        for (const [index, name] of sections.entries()) expected = setJson(expected, { path: ["prompt_config", "sections", index], value: rename(name) });
        expected = setJson(expected, { path: ["nodes", 0, "text", "$prompt"], value: rename(one) });
        expected = setJson(expected, { path: ["nodes", 1, "text", "$prompt", 0], value: rename(one) });
        for (const name of overrides) if (rename(name) !== name) expected = renameJsonKey(expected, ["prompt_config", "overrides", name], rename(name));
        expect(rewriteSections(text, rename)).toBe(expected);
      }),
    );
  });

  test("a section that is named as another one becomes takes nothing from it", () => {
    const text = '{"prompt_config": {"overrides": {"a": 1, "new/a": 2}}}';
    expect(rewriteSections(text, (name) => `new/${name}`)).toBe('{"prompt_config": {"overrides": {"new/a": 1, "new/new/a": 2}}}');
  });
});

describe("an issue from the form", () => {
  test.each([
    ["plain", "### Names of the agents\n\na\nb\n\n### Starting point\n\nsales\n", { names: "a\nb", template: "sales" }],
    ["CRLF", "### Names of the agents\r\n\r\na\r\n\r\n### Starting point\r\n\r\nsales", { names: "a", template: "sales" }],
    ["empty fields", "### Names of the agents\n\n_No response_\n\n### Starting point\n\n_No response_", { names: "", template: "" }],
    ["another heading is text of its field", "### Names of the agents\n\na\n### Else\n\n### Starting point\n\nsales", { names: "a\n### Else", template: "sales" }],
    ["words in front", "Hello\n### Names of the agents\na\n### Starting point\nsales", { names: "a", template: "sales" }],
  ])("%s", (_, body, expected) => {
    expect(parseIssueForm(body)).toEqual(expected);
  });

  test.each([["no form", "Hello"], ["empty", ""], ["a quote of it", "> ### Names of the agents\n> a"], ["within a line", "see ### Names of the agents"]])("%s is none", (_, body) => {
    expect(parseIssueForm(body)).toBeUndefined();
  });

  test("a field that is missing or stands twice is a fault", () => {
    expect(parseIssueForm("### Names of the agents\n\na")).toEqual({ fault: expect.stringContaining("nowhere") });
    expect(parseIssueForm("### Names of the agents\na\n### Starting point\nx\n### Starting point\ny")).toEqual({ fault: expect.stringContaining("more than once") });
  });

  test("no text makes it throw", () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => void parseIssueForm(`${a}\n### Names of the agents\n${b}\n### Starting point\n${a}`)));
  });
});

test("whatever the names are, what passes can be a folder and a branch", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9._ -]{1,70}$/)), (text) => {
      const names = readNames(text);
      if (nameFaults(names).length > 0) return;
      for (const { name } of names) expect(name).toMatch(/^(?!.*\.\.)[a-z0-9][a-z0-9._-]{0,62}(?<!\.|\.lock)$/);
    }),
  );
});
