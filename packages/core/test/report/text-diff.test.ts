import { describe, expect, test } from "@jest/globals";
import { placesIn, placesOf } from "@retell-actions/core/report/prompt-places";
import { diffText } from "@retell-actions/core/report/text-diff";
import { diffWords } from "@retell-actions/core/report/word-diff";
import { prompt } from "./fixtures.ts";

describe("words", () => {
  test("as git writes them", () => {
    expect(diffWords("You are a helpful agent for Acme.", "You are a very kind agent for Acme.")).toBe("You are a [-helpful-]{+very kind+} agent for Acme.");
  });

  test("long unchanged stretches are cut", () => {
    const long = "word ".repeat(60);
    expect(diffWords(`${long}old ${long}`, `${long}new ${long}`)).toBe(`…${"word ".repeat(8)}[-old-]{+new+}${" word".repeat(8)}…`);
  });

  test("not for short lines, other lines, or endless ones", () => {
    expect(diffWords("short", "shorter")).toBeUndefined();
    expect(diffWords("Nothing of this is in the other line", "§§§§§§§§§§§§§§§§§§§§§§§§§§§§§§§§§§§§")).toBeUndefined();
    expect(diffWords("a".repeat(9_000), "b".repeat(9_000))).toBeUndefined();
  });
});

describe("places", () => {
  const built = prompt({ intro: "one\ntwo", outro: "three\nfour" });

  test("of the built prompt", () => {
    expect(placesOf(built)).toEqual([
      { file: "prompts/intro.txt", line: 1 },
      { file: "prompts/intro.txt", line: 2 },
      undefined,
      { file: "prompts/outro.txt", line: 1 },
      { file: "prompts/outro.txt", line: 2 },
    ]);
  });

  test("a variable at a line's start belongs to the section around it", () => {
    const text = "hi Acme\nAcme";
    const places = placesOf({
      text,
      sections: ["s"],
      segments: [
        { start: 0, length: 3, source: { kind: "file", file: "prompts/s.txt", fileOffset: 0 } },
        { start: 3, length: 4, source: { kind: "variable", name: "c", file: "agents/a/agent.json", pointer: "/x" } },
        { start: 7, length: 1, source: { kind: "file", file: "prompts/s.txt", fileOffset: 8 } },
        { start: 8, length: 4, source: { kind: "variable", name: "c", file: "agents/a/agent.json", pointer: "/x" } },
      ],
    });
    expect(places).toEqual([{ file: "prompts/s.txt", line: 1 }, { file: "prompts/s.txt", line: 2 }]);
  });

  test("of another text: lines in common know their line, others only their file", () => {
    expect(placesIn("one\nTWO\n\nthree\nfour", built)).toEqual([
      { file: "prompts/intro.txt", line: 1 },
      { file: "prompts/intro.txt", line: undefined },
      { file: "prompts/intro.txt", line: undefined },
      { file: "prompts/outro.txt", line: 1 },
      { file: "prompts/outro.txt", line: 2 },
    ]);
  });
});

test("hunks stand under the section that they belong to, without context of its neighbours", () => {
  const built = prompt({ intro: "Say hello.\nBe kind.", outro: "Say goodbye.\nHang up." });
  const diff = diffText(built.text, built.text.replace("Be kind", "Be very kind").replace("Hang up", "Stay"), placesIn(built.text, built));
  expect(diff).toEqual({
    added: 2,
    removed: 2,
    files: ["prompts/intro.txt", "prompts/outro.txt"],
    text: ["@@ prompts/intro.txt:1 @@", " Say hello.", "-Be kind.", "+Be very kind.", " ", "@@ prompts/outro.txt:1 @@", " Say goodbye.", "-Hang up.", "+Stay."].join("\n"),
  });
});

test("without a source map, by line; very long lines are cut", () => {
  const diff = diffText("a\nb", `a\n${"x".repeat(5_000)}`, []);
  expect(diff.text).toContain("@@ line 1 @@\n a\n-b\n+xxx");
  expect(diff.text).toContain("… (3800 more characters)");
});
