import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mergeText } from "@retell-actions/core/merge/merge-text";
import { wordTokens } from "@retell-actions/core/merge/word-tokens";
import { editedTexts } from "./edited-text-arbitrary.ts";

/** The text, or the conflicts as `[base, git, console]`. */
function merge(base: string, git: string, console: string, words = true): string | readonly (readonly string[])[] {
  const one = mergeText({ base, git, console, words });
  const other = mergeText({ base, git: console, console: git, words });
  expect(other.text).toBe(one.text);
  return one.text ?? one.chunks.flatMap((chunk) => (chunk.kind === "conflict" ? [[chunk.base, chunk.git, chunk.console]] : []));
}

describe("by lines", () => {
  test.each<[string, string, string, string, ReturnType<typeof merge>]>([
    ["different lines", "a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"],
    ["neighbouring lines", "a\nb\n", "A\nb\n", "a\nB\n", [["a\nb\n", "A\nb\n", "a\nB\n"]]],
    ["the same line", "x\na\ny\n", "x\nb\ny\n", "x\nc\ny\n", [["a\n", "b\n", "c\n"]]],
    ["the same line to the same, others apart", "a\nx\nb\nx\nc\n", "A\nx\nB\nx\nc\n", "a\nx\nB\nx\nC\n", "A\nx\nB\nx\nC\n"],
    ["both put the same in", "a\n", "a\nnew\n", "a\nnew\n", "a\nnew\n"],
    ["both append", "a\n", "a\ng\n", "a\nc\n", [["", "g\n", "c\n"]]],
    ["both append, one of them more of it", "a\n", "a\ng\n", "a\ng\nc\n", [["", "g\n", "g\nc\n"]]],
    ["both fill an empty text", "", "g\n", "c\n", [["", "g\n", "c\n"]]],
    ["one empties the text, the other edits it", "a\nb\n", "", "a\nB\n", [["a\nb\n", "", "a\nB\n"]]],
    ["deleted against edited", "a\nb\nc\n", "a\nc\n", "a\nB\nc\n", [["b\n", "", "B\n"]]],
    ["deleted beside an insertion", "a\nb\nc\n", "a\nc\n", "a\nnew\nb\nc\n", [["b\n", "", "new\nb\n"]]],
    ["no line break at the end of both", "a\nb\nc", "A\nb\nc", "a\nb\nc\nd", "A\nb\nc\nd"],
    ["a line break at the end is a changed line", "a\nb", "a\nb\n", "a\nB", [["b", "b\n", "B"]]],
    ["appended where no line break was", "a", "a\ng", "a\nc", [["a", "a\ng", "a\nc"]]],
    ["the line break taken away while another appends", "a\nb\n", "a\nb", "a\nb\nc\n", [["b\n", "b", "b\nc\n"]]],
    ["CRLF against an edit", "a\r\nb\r\n", "a\nb\n", "a\r\nB\r\n", [["a\r\nb\r\n", "a\nb\n", "a\r\nB\r\n"]]],
    ["CRLF stays", "a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n", "A\r\nb\r\nC\r\n"],
    ["a moved paragraph that nobody else touched", "p\n\na\nb\nc\nd\n", "a\nb\nc\np\n\nd\n", "p\n\na\nB\nc\nd\n", "a\nB\nc\np\n\nd\n"],
    ["a moved paragraph and an edit in it", "p\n\na\nb\nc\nd\n", "a\nb\nc\np\n\nd\n", "P\n\na\nb\nc\nd\n", [["p\n\n", "", "P\n\n"]]],
    ["one of three copies deleted, another edited", "p\n\np\n\np\n", "p\n\nP\n\np\n", "p\n\np\n", [["p\n\n", "P\n\n", ""]]],
    ["one of four copies deleted, another edited", "p\n\np\n\np\n\np\n", "p\n\nP\n\np\n\np\n", "p\n\np\n\np\n", [["p\n\n", "P\n\n", ""]]],
    ["a copy added beside an edited one", "p\np\nq\nr\n", "p\nP\nq\nr\n", "p\np\np\nq\nr\n", [["p\n", "P\n", "p\np\n"]]],
    ["a copy deleted far from an edit", "p\np\nq\nr\ns\n", "p\np\nq\nr\nS\n", "p\nq\nr\ns\n", "p\nq\nr\nS\n"],
    ["a paragraph rewritten and another put behind it", "a\n\nb\n", "A\n\nb\n", "a\n\nnew\n\nb\n", "A\n\nnew\n\nb\n"],
  ])("%s", (_, base, git, console, expected) => {
    expect(merge(base, git, console, false)).toEqual(expected);
    // The second look may only find more, and finds nothing in single letters side by side.
    const again = merge(base, git, console);
    if (typeof expected === "string") expect(again).toBe(expected);
  });
});

describe("a second look by words", () => {
  test.each<[string, string, string, string, string | undefined]>([
    ["two sentences of one line", "Be kind. Be brief to all.", "Be patient. Be brief to all.", "Be kind. Be brief to everybody.", "Be patient. Be brief to everybody."],
    ["two words of one sentence", "Be kind and brief to all.", "Be patient and brief to all.", "Be kind and brief to everybody.", undefined],
    ["a negation on both sides", "Always tell the caller that we do offer refunds.", "Never tell the caller that we do offer refunds.", "Always tell the caller that we do not offer refunds.", undefined],
    ["digits of one number", "Say five five five zero one. Then wait.", "Say four five five zero one. Then wait.", "Say five five five nine one. Then wait.", undefined],
    ["neighbouring lines", "- Be kind.\n- Be brief.\n", "- Be very patient.\n- Be brief.\n", "- Be kind.\n- Be short.\n", "- Be very patient.\n- Be short.\n"],
    ["single words in a list", "- a\n- b\n", "- A\n- b\n", "- a\n- B\n", "- A\n- B\n"],
    ["the same word", "wait 5 minutes now", "wait 10 minutes now", "wait 20 minutes now", undefined],
    ["neighbouring words", "wait 5 minutes now", "wait 10 minutes now", "wait 5 seconds now", undefined],
    ["words with only a sign between", "kind, brief to all", "patient, brief to all", "kind, short to all", undefined],
    ["parts of one address", "call https://a.example/v1/hook now", "call https://b.example/v1/hook now", "call https://a.example/v2/hook now", undefined],
    ["parts of one number", "the number is 1 000 500 exactly", "the number is 2 000 500 exactly", "the number is 1 000 900 exactly", undefined],
    ["parts of one tag", "say {{first_name}}, hello all", "say {{last_name}}, hello all", "say {{first_name}}! hello all", undefined],
    ["both put words in at one place", "be kind to all of them", "be kind and patient to all of them", "be kind and brief to all of them", undefined],
    ["a word in, another out, apart", "be kind to all! help them today", "be very kind to all! help them today", "be kind to all! help them", "be very kind to all! help them"],
    ["a line deleted while its words change", "be kind to all of them\n", "", "be kind to all of us\n", undefined],
    ["a rewritten line of which a word is left", "Say the name of the caller and wait for the answer.", "In the morning, ask politely; never shout, never swear.", "Say the name of the caller and wait for an answer.", undefined],
    ["a rewritten line, and a word put between two that are left by chance", "one two of the four five six seven eight", "uno due of the quattro cinque sei sette otto", "one two of all the four five six seven eight", undefined],
    ["both append, one of them more of it", "a\n", "a\ng\n", "a\ng\nc\n", undefined],
    ["a repeated word taken out where the other edits", "very very very kind people here", "very very kind people here", "very quite very kind people here", undefined],
    ["lines split on one side, a word changed on the other", "First do this and that. Then do more of it.\n", "First do this and that.\nThen do more of it.\n", "First do this and that. Then do less of it.\n", undefined],
    ["appended without a line break, and a word before it", "Be kind. Help all of them.", "Be kind. Help all of them.\nnew line", "Be brief. Help all of them.", "Be brief. Help all of them.\nnew line"],
    ["right-to-left", "שלום לך. חבר טוב שלי", "שלום לכם. חבר טוב שלי", "שלום לך. חבר טוב שלנו", "שלום לכם. חבר טוב שלנו"],
    ["emoji", "hi 👩‍👧 to all! Of them 👍", "hi 👩‍👦 to all! Of them 👍", "hi 👩‍👧 to all! Of them 👍🏽", "hi 👩‍👦 to all! Of them 👍🏽"],
    ["parts of one emoji", "hi to all 👩‍👧", "hi to all 👨‍👧", "hi to all 👩‍👦", undefined],
  ])("%s", (_, base, git, console, expected) => {
    const result = merge(base, git, console);
    if (expected === undefined) expect(result).toHaveLength(1);
    expect(typeof result === "string" ? result : undefined).toBe(expected);
    if (expected !== undefined) expect(merge(base, git, console, false)).not.toBe(expected);
  });

  test("a line of text is found again before blank lines are", () => {
    const { chunks } = mergeText({ base: "\nbe\n\ncaller\n\n", git: "g\n\ncaller\n\n", console: "c\n\n\nbe\nc \ncaller\n\n" });
    expect(chunks).toEqual([
      { kind: "conflict", base: "\nbe\n\n", git: "g\n\n", console: "c\n\n\nbe\nc \n" },
      { kind: "merged", text: "caller\n\n" },
    ]);
  });

  test("each merge by words has its own proof, also where another conflict stays", () => {
    expect(merge("c a a c c\n\nx\n", "c b a c c\n\ny\n", "c a a c\n\nz\n")).toEqual([
      ["c a a c c\n", "c b a c c\n", "c a a c\n"],
      ["x\n", "y\n", "z\n"],
    ]);
  });

  test("conflicts beside merged runs", () => {
    expect(mergeText({ base: "a\nx\ny\nz\nb b b\n", git: "A\nx\ny\nz\nB b b\n", console: "a\nx\nY\nz\nC b b\n" }).chunks).toEqual([
      { kind: "merged", text: "A\nx\nY\nz\n" },
      { kind: "conflict", base: "b b b\n", git: "B b b\n", console: "C b b\n" },
    ]);
  });

  test("tokens hold together what belongs together, and lose nothing", () => {
    expect(wordTokens("e\u0301 x\t \r\n\n👩‍👧🇩🇪🇫🇷👍🏽1️⃣. \u0301y")).toEqual(["e\u0301", " ", "x", "\t ", "\r\n", "\n", "👩‍👧", "🇩🇪", "🇫🇷", "👍🏽", "1️⃣", ".", " \u0301", "y"]);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", " ", "\r", "\n", "\u0301", "\u200d", "👩", "🏽", "🇩", "\ud800", "\udc00", "\u2028", "_", "{") }), (text) => {
        const tokens = wordTokens(text);
        expect(tokens.join("")).toBe(text);
        for (const [index, token] of tokens.entries()) {
          expect(token).not.toBe("");
          if (index > 0) expect(`${tokens[index - 1] ?? ""}|${token}`).not.toMatch(/\r\|\n|[\ud800-\udbff]\|[\udc00-\udfff]|[^\r\n\u2028]\|\p{M}/u);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("against git", () => {
  const repeats = (text: string): number => text.split("\n").length - new Set(text.split("\n")).size;
  const folder = mkdtempSync(join(tmpdir(), "merge-text-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  // Where lines repeat, a change can be read in more than one way, and git may read it in another: hence texts of few repeats.
  test("merges by lines only what git merges, and to the same", () => {
    expect(execFileSync("git", ["--version"], { encoding: "utf8" })).toContain("git");
    const samples = fc.sample(editedTexts, { numRuns: 2500, seed: 3 }).filter(({ base, git, console }) => [base, git, console].every((text) => text.isWellFormed() && repeats(text) < 2));
    let merged = 0;
    for (const { base, git, console } of samples) {
      const { text } = mergeText({ base, git, console, words: false });
      if (text === undefined) continue;
      const files = Object.entries({ git, base, console }).map(([name, content]) => {
        writeFileSync(join(folder, name), content);
        return join(folder, name);
      });
      const theirs = spawnSync("git", ["merge-file", "-p", "--diff3", ...files], { encoding: "utf8" });
      expect([theirs.status, theirs.stdout]).toEqual([0, text]);
      merged += 1;
    }
    expect(merged).toBeGreaterThan(30);
  });
});

describe("large and odd texts", () => {
  const numbered = Array.from({ length: 20_000 }, (_, index) => `${index % 5 === 0 ? "" : `the agent asks ${String(index % 900)} times and then waits for it`}\n`);
  const identical = Array.from({ length: 200_000 }, () => "same\n");
  const edited = (lines: readonly string[], offset: number, edit: (line: string, index: number) => string): string => lines.map((line, index) => (index % 20 === offset ? edit(line, index) : line)).join("");

  test("1,000 edits on each side of a long text, each line apart from the other side's", () => {
    const git = edited(numbered, 3, (line, index) => `g${String(index)}\n${line}`);
    const console = edited(numbered, 13, (_, index) => `c${String(index)}\n`);
    const expected = numbered.map((line, index) => (index % 20 === 3 ? `g${String(index)}\n${line}` : index % 20 === 13 ? `c${String(index)}\n` : line)).join("");
    expect(mergeText({ base: numbered.join(""), git, console }).text === expected).toBe(true);
  });

  test.each<[string, string, string, string]>([
    ["every line changed on both sides", numbered.join(""), numbered.join("").replaceAll("\n", " g\n"), numbered.join("").replaceAll("\n", " c\n")],
    ["identical lines", identical.join(""), edited(identical, 3, () => "git\n"), edited(identical, 9, () => "")],
    ["one line of a million words", "x ".repeat(500_000), `y ${"x ".repeat(499_999)}`, `${"x ".repeat(499_999)}z `],
    ["no blank at all", "x".repeat(1_000_000), `y${"x".repeat(999_999)}`, `${"x".repeat(999_999)}z`],
    ["two lines that take turns without order", ...([3, 5, 7].map((seed) => Array.from({ length: 100_000 }, (_, index) => (Math.imul(index + seed, 2654435761) >>> 13) % 2 === 0 ? "a\n" : "b\n").join("")) as [string, string, string])],
  ])("%s: a conflict, in bounded time", (_, base, git, console) => {
    const { chunks, text } = mergeText({ base, git, console });
    expect(text).toBeUndefined();
    const other = (side: "git" | "console"): number => chunks.reduce((sum, chunk) => sum + (chunk.kind === "merged" ? chunk.text : chunk[side]).length, 0);
    expect(other("git")).toBeGreaterThan(0.5 * git.length);
    expect(other("console")).toBeGreaterThan(0.5 * console.length);
  });
});
