import { describe, expect, test } from "@jest/globals";
import { expandMatrix, legName } from "@retell-actions/lab/runner/matrix";

describe("matrix", () => {
  test("combines vectors, the last varying fastest", () => {
    expect(expandMatrix({ a: [1, 2], b: ["x", "y"] })).toEqual([{ a: 1, b: "x" }, { a: 1, b: "y" }, { a: 2, b: "x" }, { a: 2, b: "y" }]);
  });

  test("include extends without overwriting, or adds (example of the docs)", () => {
    const include = [{ color: "green" }, { color: "pink", animal: "cat" }, { fruit: "apple", shape: "circle" }, { fruit: "banana" }, { fruit: "banana", animal: "cat" }];
    expect(expandMatrix({ fruit: ["apple", "pear"], animal: ["cat", "dog"], include })).toEqual([
      { fruit: "apple", animal: "cat", color: "pink", shape: "circle" },
      { fruit: "apple", animal: "dog", color: "green", shape: "circle" },
      { fruit: "pear", animal: "cat", color: "pink" },
      { fruit: "pear", animal: "dog", color: "green" },
      { fruit: "banana" },
      { fruit: "banana", animal: "cat" },
    ]);
  });

  test("exclude by part of a combination; include alone is a matrix", () => {
    expect(expandMatrix({ a: [1, 2], b: [1, 2], exclude: [{ a: 1 }] })).toEqual([{ a: 2, b: 1 }, { a: 2, b: 2 }]);
    expect(expandMatrix({ include: [{ workspace: "eu" }, { workspace: "us" }] })).toEqual([{ workspace: "eu" }, { workspace: "us" }]);
  });

  test.each([
    [{ include: [] }, "at least one"],
    [{ a: [] }, "does not contain any values"],
    [{ a: "x" }, "must be a list"],
    ["x", "must be a mapping"],
    [{ a: Array.from({ length: 257 }, (_, index) => index) }, "allows 256"],
  ])("refuses %j", (matrix, message) => {
    expect(() => expandMatrix(matrix)).toThrow(message);
  });

  test("names legs by their values", () => {
    expect(legName("deploy", { workspace: "eu", options: { n: 1 }, dry: true })).toBe("deploy (eu, 1, true)");
  });
});
