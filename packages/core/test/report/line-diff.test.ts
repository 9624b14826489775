import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { countLines, diffLines, hunksOf } from "@retell-actions/core/report/line-diff";

const text = fc.array(fc.constantFrom("a", "b", "c", "", "x\r"), { maxLength: 14 }).map((lines) => lines.join("\n"));

test("both texts can be read back from the lines, and the hunks hold every change", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      const old = lines.filter((line) => line.kind !== "added");
      const now = lines.filter((line) => line.kind !== "removed");
      expect(old.map((line) => line.text).join("\n")).toBe(before);
      expect(now.map((line) => line.text).join("\n")).toBe(after);
      expect(old.map((line) => line.before)).toEqual(old.map((_, index) => index));
      expect(now.map((line) => line.after)).toEqual(now.map((_, index) => index));
      const shown = hunksOf(lines).flat();
      expect(shown.filter((line) => line.kind !== "same")).toEqual(lines.filter((line) => line.kind !== "same"));
      expect(new Set(shown).size).toBe(shown.length);
    }),
  );
});

test("two lines of context, and one hunk where contexts touch", () => {
  const before = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const after = [...before];
  after[5] = "X";
  after[9] = "Y";
  after[20] = "Z";
  const hunks = hunksOf(diffLines(before.join("\n"), after.join("\n")));
  expect(hunks.map((hunk) => hunk.map((line) => line.text))).toEqual([
    ["line 3", "line 4", "line 5", "X", "line 6", "line 7", "line 8", "line 9", "Y", "line 10", "line 11"],
    ["line 18", "line 19", "line 20", "Z", "line 21", "line 22"],
  ]);
  expect(countLines(diffLines("", "a\nb"))).toEqual({ added: 2, removed: 0 });
});

test("texts with nothing in common count as replaced instead of taking for ever", () => {
  const lines = diffLines(Array.from({ length: 20_000 }, (_, i) => `a${i}`).join("\n"), Array.from({ length: 20_000 }, (_, i) => `b${i}`).join("\n"));
  expect(countLines(lines)).toEqual({ added: 20_000, removed: 20_000 });
});
