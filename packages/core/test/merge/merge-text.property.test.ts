import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mergeText, type MergeChunk, type MergedText } from "@retell-actions/core/merge/merge-text";
import { wordTokens } from "@retell-actions/core/merge/word-tokens";
import { editedTexts, marksIn } from "./edited-text-arbitrary.ts";

const withSide = ({ chunks }: MergedText, side: "git" | "console"): string => chunks.map((chunk) => (chunk.kind === "merged" ? chunk.text : chunk[side])).join("");
const mergedOnly = ({ chunks }: MergedText): string => chunks.map((chunk) => (chunk.kind === "merged" ? chunk.text : "\n")).join("");
const swapped = (chunk: MergeChunk): MergeChunk => (chunk.kind === "merged" ? chunk : { ...chunk, git: chunk.console, console: chunk.git });

/** Ends that no edit reaches: what is between them is merged without knowing that one side is the base. */
const fence = (name: string): string => `\n${name} one\n${name} two\n${name} three\n`;

describe.each([true, false])("merging texts, a second look by words: %s", (words) => {
  const merge = (sides: { base: string; git: string; console: string }): MergedText => mergeText({ ...sides, words });

  test("one side that did nothing, and two that did the same", () => {
    fc.assert(
      fc.property(editedTexts, ({ base, git }) => {
        expect(merge({ base, git: base, console: git }).text).toBe(git);
        expect(merge({ base, git, console: base }).text).toBe(git);
        expect(merge({ base, git, console: git }).text).toBe(git);
      }),
      { numRuns: 200 },
    );
  });

  test("the same, piece by piece, in one text", () => {
    fc.assert(
      fc.property(editedTexts, editedTexts, editedTexts, (first, second, third) => {
        const join = (...parts: string[]): string => parts.map((part, index) => part + fence(`fence ${String(index)}`)).join("");
        const result = merge({
          base: join(first.base, second.base, third.base),
          git: join(first.git, second.base, third.git),
          console: join(first.base, second.console, third.git),
        });
        // A copy that came or went makes its neighbours doubtful, so there may be conflicts; never another text.
        if (result.text !== undefined) expect(result.text).toBe(join(first.git, second.console, third.git));
      }),
      { numRuns: 200 },
    );
  });

  test("swapping the sides swaps the conflicts and nothing else", () => {
    fc.assert(
      fc.property(editedTexts, ({ base, git, console }) => {
        const [one, other] = [merge({ base, git, console }), merge({ base, git: console, console: git })];
        expect(other.chunks).toEqual(one.chunks.map(swapped));
        expect(other.text).toBe(one.text);
      }),
      { numRuns: 500 },
    );
  });

  test("what either side wrote is in the text or in a conflict, and what it took out is gone or in a conflict", () => {
    fc.assert(
      fc.property(editedTexts, ({ base, git, console }) => {
        const result = merge({ base, git, console });
        expect(marksIn(withSide(result, "git"), "g")).toEqual(marksIn(git, "g"));
        expect(marksIn(withSide(result, "console"), "c")).toEqual(marksIn(console, "c"));
        const merged = mergedOnly(result);
        const count = (text: string, token: string): number => wordTokens(text).filter((one) => one === token).length;
        for (const token of new Set(wordTokens(base).filter((one) => one.trim() !== ""))) {
          for (const [side, other] of [[git, console], [console, git]] as const) {
            // Where the other side wrote the word anew, that is its own change.
            const isNew = count(other, token) > count(base, token) || other.split("\n").some((line) => /[bgc]\d+[bgc]/.test(line) && line.includes(token));
            // Lines alone are read as git reads them: two equal blank lines may count for more than the line that was left.
            if (words && count(side, token) === 0 && !isNew) expect(`${token} ${String(count(merged, token))}`).toBe(`${token} 0`);
          }
        }
        expect(result.text === undefined).toBe(result.chunks.some(({ kind }) => kind === "conflict"));
        if (result.text !== undefined) expect(result.text).toBe(merged);
      }),
      { numRuns: 700 },
    );
  });

  test("a conflict has whole lines, and is not longer than it must be", () => {
    fc.assert(
      fc.property(editedTexts, (sides) => {
        let before = "";
        for (const chunk of merge(sides).chunks) {
          if (chunk.kind === "conflict") {
            expect(before === "" || before.endsWith("\n")).toBe(true);
            const [base, git, console] = [chunk.base, chunk.git, chunk.console].map((text) => text.split(/(?<=\n)/));
            expect(git?.[0] === console?.[0] && git?.[0] === base?.[0] && git?.[0] !== "").toBe(false);
            expect(chunk.git).not.toBe(chunk.console);
          } else before = chunk.text;
        }
      }),
      { numRuns: 250 },
    );
  });
});

test("a merged text merged again with either side is itself", () => {
  fc.assert(
    fc.property(editedTexts, ({ base, git, console }) => {
      const { text } = mergeText({ base, git, console });
      if (text === undefined) return;
      expect(mergeText({ base, git: text, console }).text).toBe(text);
      expect(mergeText({ base, git, console: text }).text).toBe(text);
    }),
    { numRuns: 900 },
  );
});

test("half of all merges have no conflict: the laws above speak of something", () => {
  const samples = fc.sample(editedTexts, { numRuns: 300, seed: 7 });
  const merged = samples.filter((sides) => mergeText(sides).text !== undefined).length;
  const byLines = samples.filter((sides) => mergeText({ ...sides, words: false }).text !== undefined).length;
  expect(merged).toBeGreaterThan(90);
  expect(samples.length - merged).toBeGreaterThan(60);
  expect(merged).toBeGreaterThan(byLines);
});
