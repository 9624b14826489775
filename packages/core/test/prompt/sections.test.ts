import { describe, expect, test } from "@jest/globals";
import { isSection, sectionStore, type Section, type SectionFault } from "@retell-actions/core/prompt/sections";
import { projectFiles } from "../project/project-fixture.ts";

const FILES = projectFiles({
  "prompts/base/greeting.txt": "Hello\n",
  "prompts/both.txt": "a",
  "prompts/both.md": "b",
  "prompts/bytes.txt": { kind: "binary" },
  "prompts/linked.txt": { kind: "symlink" },
  "prompts/folder": { kind: "symlink" },
  "prompts/folder/inside.txt": "from elsewhere",
  "prompts/conflict.md": "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n",
  "prompts/rule.md": "Title\n=======\n",
  "prompts/leak.md": "one\nUse Bearer abcdefgh12345678 here\n",
  "secret.txt": "outside",
});
const get = (name: string): Section | SectionFault => sectionStore(FILES, "").get(name);
const code = (name: string): string => {
  const found = get(name);
  return isSection(found) ? found.problems.map((problem) => problem.code).join(" ") : found.code;
};

describe("sectionStore", () => {
  test.each<[raw: string, text: string]>([
    ["a", "a"],
    ["a\n", "a"],
    ["a\n\n", "a\n"],
    ["a\r\n", "a"],
    ["a\r\nb\r\n\r\n", "a\nb\n"],
    ["\n", ""],
    ["", ""],
    ["a ", "a "],
    ["\uFEFFa\n", "a"],
  ])("of %j exactly one final line break is dropped, and line ends are LF", (raw, text) => {
    const found = sectionStore(projectFiles({ "prompts/s.txt": { kind: "file", text: raw } }), "").get("s");
    expect(isSection(found) && found.text).toBe(text);
  });

  test.each(["../secret", "a/../../secret", "/etc/passwd", "./base/greeting", "base//greeting", "base\\greeting", "C:/x", "", "base/", "a\u0000b"])(
    "known mistake 36: the section name %j cannot leave the prompts folder",
    (name) => {
      expect(code(name)).toBe("section-outside-prompts");
    },
  );

  test.each([
    ["both", "section-ambiguous"],
    ["bytes", "not-utf8"],
    ["linked", "symlink"],
    ["folder/inside", "symlink"],
    ["conflict", "merge-conflict"],
    ["rule", ""],
    ["leak", "literal-credential"],
    ["base/greting", "missing-section"],
  ])("the section %s: %s", (name, expected) => {
    expect(code(name)).toBe(expected);
  });

  test.each(["base/greting", "base/greeting.txt", "Base/Greeting"])("suggests a section for %s", (name) => {
    expect(get(name)).toMatchObject({ hint: 'Did you mean "base/greeting"?' });
  });

  test("reads each file once", () => {
    const store = sectionStore(FILES, "");
    expect(store.get("base/greeting")).toBe(store.get("base/greeting"));
  });

  test("says where in the file a credential stands", () => {
    const found = get("leak");
    expect(isSection(found) && found.problems[0]).toMatchObject({ file: "prompts/leak.md", line: 2, column: 12 });
  });
});
