import { describe, expect, test } from "@jest/globals";
import { buildPrompt } from "@retell-actions/core/prompt/build-prompt";
import { isSection, nameFault, sectionStore, type Section } from "@retell-actions/core/prompt/sections";
import { isSystemVariable, SYSTEM_VARIABLE_NAMES } from "@retell-actions/core/prompt/system-variables";
import { findTags } from "@retell-actions/core/prompt/tags";
import { projectFiles } from "../project/project-fixture.ts";

const FILES = projectFiles({
  "bots/prompts/base/greeting.txt": "Hello\n",
  "bots/prompts/base/notes.md": "Notes\n",
  "bots/prompts/base/readme.rst": "no section",
  "bots/prompts/base/x.txt.bak": "no section",
  "bots/prompts/both.txt": "a",
  "bots/prompts/both.md": "b",
  "bots/prompts/bytes.txt": { kind: "binary" },
  "bots/prompts/linked.txt": { kind: "symlink" },
  "bots/prompts/folder": { kind: "symlink" },
  "bots/prompts/folder/inside.txt": "from elsewhere",
  "bots/prompts/odd.md": "a\n<<<<<<< HEAD\nb\n=======\nUse Bearer abcdefgh12345678 here\0\n>>>>>>> x\n",
  "bots/prompts/marked.txt": "\uFEFFa {{x}}\r\n",
  "prompts/elsewhere.txt": "of another project",
  "bots/other/prompts.txt": "no section",
});
const section = (name: string): Section => {
  const found = sectionStore(FILES, "bots/").get(name);
  if (!isSection(found)) throw new Error(found.message);
  return found;
};

describe("why there is no section", () => {
  const LINK = (path: string) => ({ code: "symlink", message: `${path} is a symbolic link, which is not followed.`, hint: "Put the file itself there." });
  const OUTSIDE = (name: string) => ({
    code: "section-outside-prompts",
    message: `${JSON.stringify(name)} cannot name a prompt section: sections stay inside the prompts folder.`,
    hint: 'Write the path below prompts/ with "/" and without extension, for example "base/greeting"; no "..", no absolute path.',
  });
  test.each([
    ["both", { code: "section-ambiguous", message: 'The section "both" exists twice: bots/prompts/both.txt and bots/prompts/both.md.', hint: "Keep one of the two files." }],
    ["bytes", { code: "not-utf8", message: "bots/prompts/bytes.txt is not UTF-8 text.", hint: "Save the file as UTF-8." }],
    ["linked", LINK("bots/prompts/linked.txt")],
    ["folder/inside", LINK("bots/prompts/folder")],
    ["folder/inside/deep", LINK("bots/prompts/folder")],
    ["base/greting", { code: "missing-section", message: 'There is no section "base/greting": neither prompts/base/greting.txt nor prompts/base/greting.md exists.', hint: 'Did you mean "base/greeting"?' }],
    ["base/notes.md", { code: "missing-section", message: 'There is no section "base/notes.md": neither prompts/base/notes.md.txt nor prompts/base/notes.md.md exists.', hint: 'Did you mean "base/notes"?' }],
    ["elsewhere", { code: "missing-section", message: 'There is no section "elsewhere": neither prompts/elsewhere.txt nor prompts/elsewhere.md exists.', hint: "Add the file, or correct the name." }],
    ["base/readme.rst", { code: "missing-section", message: 'There is no section "base/readme.rst": neither prompts/base/readme.rst.txt nor prompts/base/readme.rst.md exists.', hint: "Add the file, or correct the name." }],
    ["../elsewhere", OUTSIDE("../elsewhere")],
    ["C:x", OUTSIDE("C:x")],
  ])("%s", (name, fault) => expect(sectionStore(FILES, "bots/").get(name)).toEqual(fault));

  test.each(["ab:c/d", "a/c:d", "...", "a..b", ".a"])("%s is a name like others", (name) => expect(nameFault(name)).toBeUndefined());
  test.each(["a\u007fb", "a\u001fb", "a\\b", "..", ".", "a/..", "a/.", "/a", "a/", "a:b"])("%j is not", (name) => expect(nameFault(name)?.code).toBe("section-outside-prompts"));
});

test("what is wrong with a section's file is told with its place, whoever uses it", () => {
  expect(section("odd").problems).toEqual([
    { code: "literal-credential", severity: "error", file: "bots/prompts/odd.md", line: 5, column: 12, message: "The prompt contains what looks like a bearer token.", hint: "Remove it and revoke it, since it is in Git's history; pass secrets to tools by secret://NAME in their headers." },
    { code: "merge-conflict", severity: "error", file: "bots/prompts/odd.md", line: 2, column: 1, message: "The file contains merge conflict markers.", hint: "Resolve the merge and remove the lines that start with <<<<<<<, ======= and >>>>>>>." },
    { code: "nul-character", severity: "error", file: "bots/prompts/odd.md", line: 5, column: 33, message: "The file contains a NUL character, which no prompt can hold.", hint: "Save the file as UTF-8; files saved as UTF-16 are full of them." },
  ]);
  expect(section("base/greeting").problems).toEqual([]);
});

test("a section is read with the tags in it, and where its text starts in the file", () => {
  expect(section("marked")).toMatchObject({ name: "marked", file: "bots/prompts/marked.txt", text: "a {{x}}", offset: 1, tags: [{ start: 2, end: 7, name: "x" }] });
  expect(section("base/greeting")).toMatchObject({ text: "Hello", offset: 0, tags: [] });
});

test("system variables are those that Retell names, with any time zone behind those that take one", () => {
  for (const name of ["current_time", "current_hour", "current_calendar", "session_type", "session_duration", "session_duration_ms", "direction", "user_number", "agent_number", "call_id", "call_type", "chat_id", "current_agent_state", "previous_agent_state", "current_node", "previous_node", "first_name", "last_name", "do_not_call", "contact_memory", "current_time_Europe/Berlin", "current_hour_x", "current_calendar_x"]) {
    expect([name, isSystemVariable(name)]).toEqual([name, true]);
  }
  for (const name of ["", "current_time_", "current_hour_", "current_calendar_", "time", "current", "user_number_", "xcurrent_time_", "x_current_time_x", "callid"]) expect([name, isSystemVariable(name)]).toEqual([name, false]);
  expect(SYSTEM_VARIABLE_NAMES).toHaveLength(20);
  expect(SYSTEM_VARIABLE_NAMES.every(isSystemVariable)).toBe(true);
});

test.each([
  ["", []],
  ["no tag", []],
  ["{x}", []],
  ["{{}}{{ }}", []],
  ["{{x", []],
  ["{{a\nb}}{{a\rb}}", []],
  ["{{x}} {{ y z }}", [{ start: 0, end: 5, name: "x" }, { start: 6, end: 15, name: "y z" }]],
  ["{{{x}}}", [{ start: 1, end: 6, name: "x" }]],
  ["{{a_{{b}}}}", [{ start: 4, end: 9, name: "b" }]],
])("the tags of %j", (text, tags) => expect(findTags(text)).toEqual(tags));

test("every character of a built prompt is traced to where it is written", () => {
  const variables = new Map([["name", { value: "{{other}}", file: "agents/a/agent.json", pointer: "/variables/name" }], ["none", { value: "", file: "agents/a/agent.json", pointer: "/variables/none" }]]);
  const built = buildPrompt({
    pieces: [
      { text: "Hi {{name}}, {{time}}!", origin: { kind: "file", file: "prompts/a.txt", offset: 1 } },
      { text: "", origin: { kind: "file", file: "prompts/empty.txt", offset: 0 } },
      { text: "{{none}}Bye", origin: { kind: "inline", file: "agents/a/agent.json", pointer: "/overrides/b", offset: 4 } },
      { text: "{{name}}", tags: [], origin: { kind: "file", file: "prompts/c.txt", offset: 0 } },
    ],
    variables,
    sections: ["a", "empty", "b", "c"],
  });
  expect(built).toEqual({
    prompt: {
      text: "Hi {{other}}, {{time}}!\n\n\n\nBye\n\n{{name}}",
      segments: [
        { start: 0, length: 3, source: { kind: "file", file: "prompts/a.txt", fileOffset: 1 } },
        { start: 3, length: 9, source: { kind: "variable", name: "name", file: "agents/a/agent.json", pointer: "/variables/name" } },
        { start: 12, length: 11, source: { kind: "file", file: "prompts/a.txt", fileOffset: 12 } },
        { start: 23, length: 2, source: { kind: "separator" } },
        { start: 25, length: 2, source: { kind: "separator" } },
        { start: 27, length: 3, source: { kind: "inline", file: "agents/a/agent.json", pointer: "/overrides/b", valueOffset: 12 } },
        { start: 30, length: 2, source: { kind: "separator" } },
        { start: 32, length: 8, source: { kind: "file", file: "prompts/c.txt", fileOffset: 0 } },
      ],
      sections: ["a", "empty", "b", "c"],
    },
    used: new Set(["name", "none"]),
    remaining: [{ piece: 0, start: 13, end: 21, name: "time" }],
  });
});
