import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { byteLength, code, fence, html, htmlCode, link, name, prose, visible } from "@retell-actions/core/report/escape";
import { REFERENCES, rendered } from "./rendered.ts";

const NASTY = [
  "`", "``", "```", "~~~", "|", "\\", "\\|", "\n", "\r\n", "\n\n", "<b>", "<!--", "-->", "</details>", "<img src=x onerror=y>", "&lt;", "&#64;", "@octocat", "@acme/team", "#1", "GH-7",
  "acme/voice#12", "https://evil.example/x", "www.evil.example", "a@evil.example", "mailto:a@evil.example", "[x](https://evil.example)", "![x](https://evil.example/i.png)", "[x]: https://evil.example", "<https://evil.example>",
  "# heading", "- item", "1. item", "1) item", "> quote", "---", "===", "+", "*", "**", "__", "_a_", "$x$", "$$", "    indented", "\t", "\u202e", "\u0000", "\u200b", "\u2028", "\ud800", "👩‍👩‍👧", "é", "日本語", "| a | b |\n| --- | --- |", " ", "",
];
const nasty = fc.array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: "grapheme", maxLength: 5 })), { maxLength: 12 }).map((parts) => parts.join(""));
const runs = { numRuns: 400 };

describe("prose", () => {
  test.each(NASTY)("renders %j as text and nothing else", (text) => {
    const page = rendered(`Before ${prose(text)} after.`);
    expect(page).toMatchObject({ headings: [], links: [], html: [], fences: [], code: [], rows: [], images: 0 });
    expect(page.text).not.toMatch(REFERENCES);
  });

  test("any text stays text, also where a line begins with it", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        for (const source of [`- ${prose(text)}`, `**x** ${prose(text)}`, `### ${prose(text)}x`, prose(text)]) {
          const page = rendered(source);
          expect(page).toMatchObject({ links: [], html: [], fences: [], code: [], rows: [], images: 0 });
          expect(page.headings).toHaveLength(source.startsWith("###") ? 1 : 0);
          expect(page.text).not.toMatch(REFERENCES);
        }
      }),
      runs,
    );
  });

  test("what a reader sees is the text", () => {
    const text = 'Set "a_b" to 1 < 2 & *3* | [x] at $5.';
    expect(rendered(`x ${prose(text)}`).text.trim()).toBe(`x ${text}`);
    expect(prose("agent.voice_speed")).toBe("agent.voice_speed");
  });

  test("hides what has the shape of a credential", () => {
    expect(prose("Authorization: Bearer abcdef1234567890abcdef")).not.toContain("abcdef1234567890");
  });
});

describe("code", () => {
  test("a cell holds exactly the text, whatever backticks and pipes are in it", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const page = rendered(`| h | i |\n| --- | --- |\n| ${name(text)} | x |`);
        expect(page.rows).toEqual([2, 2]);
        expect(page).toMatchObject({ headings: [], links: [], fences: [], images: 0 });
        expect(page.html.filter((tag) => tag !== "<code>" && tag !== "</code>")).toEqual([]);
        const shown = visible(text).replace(/[\t\n]+/g, " ");
        if (!shown.includes("\\|") && shown.trim() !== "") expect(page.code).toEqual([shown]);
      }),
      runs,
    );
  });

  test("paths are shown as they are, values are not", () => {
    const token = "sk-support-line-0123456789";
    expect(name(`agents/${token}/agent.json`)).toContain(token);
    expect(code(token)).toBe("`‹hidden›`");
  });
});

describe("fence", () => {
  test("nothing leaves it", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const page = rendered(`Before\n\n${fence(text, "diff")}\n\nAfter`);
        expect(page.fences).toHaveLength(1);
        expect(page.fences[0]?.info).toBe("diff");
        expect(page).toMatchObject({ headings: [], links: [], html: [], code: [], rows: [], images: 0 });
        expect(page.text).toBe("Before\nAfter\n");
      }),
      runs,
    );
  });

  test("is longer than any run of backticks in it", () => {
    expect(fence("````\nx", "text")).toBe("`````text\n````\nx\n`````");
  });
});

test("HTML for summaries holds no tags, entities or Markdown of the text", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      expect(html(text)).not.toMatch(/[<>"'`*_[\]|\\@\n](?!\u200b)/);
      const page = rendered(`<details><summary>${htmlCode(text)}</summary>\n\nx\n\n</details>`);
      expect(page.html).toEqual(["<details>", "<summary>", "<code>", "</code>", "</summary>", "</details>"]);
    }),
    runs,
  );
});

describe("link", () => {
  test("to http(s) only", () => {
    expect(link("run", "https://github.com/a/b/actions/runs/1")).toBe("[run](https://github.com/a/b/actions/runs/1)");
    expect(link("run", "javascript:alert(1)")).toBe("run");
    expect(link("run", "no address")).toBe("run");
  });

  test("neither label nor address can end it early", () => {
    fc.assert(
      fc.property(nasty, nasty, (label, path) => {
        const page = rendered(`x ${link(`l${label}`, `https://github.com/${path}`)} y`);
        expect(page).toMatchObject({ html: [], images: 0, headings: [], code: [] });
        expect(page.links.every((address) => address.startsWith("https://github.com/"))).toBe(true);
        expect(page.links.length).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });
});

test("characters that nobody can see are written out", () => {
  expect(visible("a\u202eb\u0000c\u200bd\u{e0041}")).toBe("a‹U+202E›b‹U+0000›c‹U+200B›d‹U+E0041›");
  expect(visible("👩‍👩‍👧 é\tx\n")).toBe("👩‍👩‍👧 é\tx\n");
  expect(visible("\ud800")).toBe("\ufffd");
  expect(byteLength("é")).toBe(2);
});
