import { describe, expect, test } from "@jest/globals";
import { mergeFiles } from "@retell-actions/core/merge/merge-files";
import type { ProjectFile, ProjectFiles } from "@retell-actions/core/project/files";

const LINK: ProjectFile = { kind: "symlink" };
const BINARY: ProjectFile = { kind: "binary" };

/** One file on three sides; undefined where there is none. */
function merge(base: ProjectFile | string | undefined, ours: ProjectFile | string | undefined, theirs: ProjectFile | string | undefined): unknown {
  const files = (file: ProjectFile | string | undefined): ProjectFiles => new Map(file === undefined ? [] : [["a/b.txt", typeof file === "string" ? { kind: "file", text: file } : file]]);
  const result = mergeFiles({ base: files(base), ours: files(ours), theirs: files(theirs) });
  expect(mergeFiles({ base: files(base), ours: files(theirs), theirs: files(ours) })).toEqual(result);
  if ("conflicts" in result) return result;
  const file = result.files.get("a/b.txt");
  return file?.text ?? file?.kind;
}

const CONFLICT = { conflicts: ["a/b.txt"] };

describe("one file", () => {
  test.each<[string, Parameters<typeof merge>, unknown]>([
    ["nobody changed it", ["a\n", "a\n", "a\n"], "a\n"],
    ["one changed it", ["a\n", "b\n", "a\n"], "b\n"],
    ["both, to the same", ["a\n", "b\n", "b\n"], "b\n"],
    ["both, in different lines", ["a\nx\nb\n", "A\nx\nb\n", "a\nx\nB\n"], "A\nx\nB\n"],
    ["both, in one line, however far apart", ["be kind and brief to all\n", "be nice and brief to all\n", "be kind and brief to them\n"], CONFLICT],
    ["both, in neighbouring lines", ["a\nb\n", "A\nb\n", "a\nB\n"], CONFLICT],
    ["one added it", [undefined, "a\n", undefined], "a\n"],
    ["both added the same", [undefined, "a\n", "a\n"], "a\n"],
    ["both added, differently", [undefined, "a\n", "b\n"], CONFLICT],
    ["an empty file is not an absent one", ["", "a\n", undefined], CONFLICT],
    ["one removed it", ["a\n", undefined, "a\n"], undefined],
    ["both removed it", ["a\n", undefined, undefined], undefined],
    ["removed against changed", ["a\n", undefined, "b\n"], CONFLICT],
    ["a link stays", [LINK, LINK, LINK], "symlink"],
    ["one made a link of it", ["a\n", LINK, "a\n"], "symlink"],
    ["a link against a change", ["a\n", LINK, "b\n"], CONFLICT],
    ["no text any more, against a change", ["a\n", BINARY, "b\n"], CONFLICT],
    ["a text of a link on both sides, differently", [LINK, "a\n", "b\n"], CONFLICT],
    ["only the final line break differs", ["a\nx\nb", "a\nx\nb\n", "A\nx\nb"], "A\nx\nb\n"],
  ])("%s", (_, sides, expected) => {
    expect(merge(...sides)).toEqual(expected);
  });
});

describe("many files", () => {
  const text = (files: Readonly<Record<string, string>>): ProjectFiles => new Map(Object.entries(files).map(([path, content]) => [path, { kind: "file", text: content }]));

  test("each for itself, sorted by path", () => {
    const result = mergeFiles({ base: text({ b: "1", c: "1" }), ours: text({ c: "1", b: "2", d: "1" }), theirs: text({ b: "1", a: "1" }) });
    expect("files" in result && [...result.files].map(([path, file]) => [path, file.text])).toEqual([["a", "1"], ["b", "2"], ["d", "1"]]);
  });

  test("all conflicts are named, sorted", () => {
    expect(mergeFiles({ base: text({ b: "1", a: "1", c: "1" }), ours: text({ b: "2", a: "2", c: "1" }), theirs: text({ b: "3", a: "3", c: "2" }) })).toEqual({ conflicts: ["a", "b"] });
  });

  test("a file where the other side has a folder", () => {
    expect(mergeFiles({ base: text({}), ours: text({ "x/y": "1" }), theirs: text({ "x/y/z": "1", "x/yz": "1" }) })).toEqual({ conflicts: ["x/y"] });
  });
});
