import { describe, expect, test } from "@jest/globals";
import { parseEntries } from "@retell-actions/lab/runner/command-files";

describe("command files", () => {
  test.each([
    ["a=1\nb=2\n", [["a", "1"], ["b", "2"]]],
    ["a=x<<y\n", [["a", "x<<y"]]],
    ["a<<E\nx=1\n\ny\nE\n", [["a", "x=1\n\ny"]]],
    ["a<<E\nE\n", [["a", ""]]],
    ["\n\na=\n", [["a", ""]]],
    ["a<<E\nv\nE", [["a", "v"]]],
  ])("reads %j", (text, entries) => {
    expect(parseEntries(text).map((entry) => [entry.name, entry.value])).toEqual(entries);
  });

  test.each([
    ["no separator\n", "Invalid format 'no separator'"],
    ["=value\n", "Name must not be empty"],
    ["<<E\nx\nE\n", "Name must not be empty"],
    ["a<<\nx\n", "delimiter must not be empty"],
    ["a<<E\nx\n", "Matching delimiter not found 'E'"],
    ["a<<E\nx", "Matching delimiter not found 'E'"],
  ])("refuses %j", (text, message) => {
    expect(() => parseEntries(text)).toThrow(message);
  });
});
