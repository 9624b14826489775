import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { findSticky, parseHeader, renderHeader, withHeader, type CommentHeader } from "@retell-actions/core/report/comment-header";
import { IDENTITY } from "./fixtures.ts";
import { rendered } from "./rendered.ts";

const header: fc.Arbitrary<CommentHeader> = fc.record({
  kind: fc.constantFrom("validation" as const, "deploy" as const),
  format: fc.constant(1 as const),
  repository: fc.nat(),
  folder: fc.oneof(fc.string({ unit: "binary" }).map((text) => text.toWellFormed()), fc.constantFrom("", "a--b", "--> <b>", "}} -->", "é\n")),
  workspaces: fc.array(fc.constantFrom("staging", "prod--eu", "prod-us"), { maxLength: 3 }),
  digest: fc.string(),
});

test("rendering and parsing are inverses, and the header stays one hidden line", () => {
  fc.assert(
    fc.property(header, fc.string(), (value, rest) => {
      const line = renderHeader(value);
      expect(parseHeader(line)).toEqual(value);
      expect(parseHeader(`${line}\n${rest}`)).toEqual(value);
      expect(parseHeader(`${line}\r\n${rest}`)).toEqual(value);
      expect(line.slice(4, -3)).not.toMatch(/--|[<>\n]/);
      expect(rendered(`${line}\nx`)).toMatchObject({ text: "x\n", headings: [] });
    }),
  );
});

test("only at the very start, only complete, only in a known form", () => {
  const line = renderHeader({ kind: "validation", format: 1, repository: 42, folder: "", workspaces: [], digest: "d" });
  expect(parseHeader(` ${line}`)).toBeUndefined();
  expect(parseHeader(`\n${line}`)).toBeUndefined();
  expect(parseHeader(`${line}x`)).toBeUndefined();
  expect(parseHeader(line.replace('"format":1', '"format":2'))).toBeUndefined();
  expect(parseHeader("<!-- retell-actions {not json} -->")).toBeUndefined();
  expect(parseHeader("")).toBeUndefined();
});

describe("findSticky", () => {
  const body = withHeader("text\n", IDENTITY, ["staging"]);
  const comment = (id: number, fields: { body?: string; authorIsBot?: boolean } = {}) => ({ id, body, author: "github-actions[bot]", authorIsBot: true, createdAt: 0, updatedAt: 0, url: "", ...fields });

  test("the oldest of a bot's comments, whatever their order", () => {
    expect(findSticky([comment(9), comment(3), comment(5)], IDENTITY)?.id).toBe(3);
  });

  test("not a person's paste, nor a quotation further down", () => {
    expect(findSticky([comment(1, { authorIsBot: false }), comment(2, { body: `> quoted\n${body}` })], IDENTITY)).toBeUndefined();
  });

  test("not another repository's, folder's or kind's", () => {
    expect(findSticky([comment(1)], { ...IDENTITY, repositoryId: 43 })).toBeUndefined();
    expect(findSticky([comment(1)], { ...IDENTITY, folder: "voice" })).toBeUndefined();
    expect(findSticky([comment(1)], { ...IDENTITY, kind: "deploy", workspace: "staging" })).toBeUndefined();
  });

  test("a deploy's comment belongs to one workspace", () => {
    const eu = { ...IDENTITY, kind: "deploy", workspace: "prod-eu" } as const;
    const comments = [comment(1, { body: withHeader("x", { ...eu, workspace: "prod-us" }, ["prod-us"]) }), comment(2, { body: withHeader("x", eu, ["prod-eu"]) })];
    expect(findSticky(comments, eu)?.id).toBe(2);
  });
});

test("the digest follows the text", () => {
  expect(parseHeader(withHeader("a", IDENTITY, []))?.digest).not.toBe(parseHeader(withHeader("b", IDENTITY, []))?.digest);
});
