import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { writeSection } from "@retell-actions/core/adopt/write-section";
import { isSection, sectionStore } from "@retell-actions/core/prompt/sections";

function read(raw: string): string {
  const section = sectionStore(new Map([["prompts/s.txt", { kind: "file", text: raw }]]), "").get("s");
  if (!isSection(section)) throw new Error(section.message);
  return section.text;
}

describe("a section file", () => {
  test.each<[string, string, string, string]>([
    ["keeps its final line break", "a\nb\n", "a\nc", "a\nc\n"],
    ["keeps having none", "a\nb", "a\nc", "a\nc"],
    ["keeps CRLF", "a\r\nb\r\n", "a\nx\nb", "a\r\nx\r\nb\r\n"],
    ["keeps mixed line ends where lines stay", "a\r\nb\nc\r\n", "a\nb\nx\nc", "a\r\nb\nx\nc\r\n"],
    ["keeps its byte order mark", "\uFEFFa\n", "b", "\uFEFFb\n"],
    ["gets the line break that is dropped again", "a", "a\n", "a\n\n"],
    ["may become empty", "a\n", "", "\n"],
    ["may have been empty", "", "a\nb", "a\nb"],
    ["may have been one line break", "\r\n", "a\nb", "a\r\nb\r\n"],
  ])("%s", (_, raw, text, expected) => {
    expect(writeSection(raw, text)).toBe(expected);
    expect(read(expected)).toBe(text);
  });

  test("is read as what was written, whatever its line ends", () => {
    const line = fc.constantFrom("", "a", "b", " c ");
    const raw = fc.tuple(fc.constantFrom("", "\uFEFF"), fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r")), { maxLength: 5 }), line).map(([mark, lines, last]) => mark + lines.map(([text, end]) => text + end).join("") + last);
    const text = fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(raw, text, (before, now) => {
        const after = writeSection(before, now);
        expect(read(after)).toBe(now);
        expect(writeSection(before, read(before))).toBe(before);
      }),
      { numRuns: 2_000 },
    );
  });
});
