import { describe, expect, test } from "@jest/globals";
import { evaluate, evaluateTree, interpolate, isTruthy } from "@retell-actions/lab/runner/expressions";

const scope = { contexts: { github: { ref: "refs/heads/main", event: { labels: [{ name: "a" }, { name: "b" }] } }, matrix: {} } };

describe("expressions", () => {
  test.each([
    ["github.ref == 'REFS/heads/MAIN'", true],
    ["github.event.labels.*.name", ["a", "b"]],
    ["github.missing.deep", null],
    ["contains(github.event.labels.*.name, 'b') && 'yes' || 'no'", "yes"],
    ["fromJSON('{\"a\":[1,true,null]}')", { a: [1, true, null] }],
    ["format('{0} {1}', 1, 'x')", "1 x"],
  ])("evaluates %s", (expression, value) => {
    expect(evaluate(expression, scope)).toEqual(value);
  });

  test("unescapes every quote of a literal (defect of 0.3.61)", () => {
    expect(evaluate("'it''s ''quoted'''", scope)).toBe("it's 'quoted'");
  });

  test("keeps text with quotes around expressions", () => {
    expect(interpolate("echo 'a' 'b' ${{ github.ref }} '${{ 'x}}y' }}'", scope)).toBe("echo 'a' 'b' refs/heads/main 'x}}y'");
  });

  test("keeps the type of a lone expression and makes strings of others", () => {
    expect(evaluateTree({ a: "${{ fromJSON('[1,2]') }}", b: "n=${{ 1 }}", "${{ 'c' }}": [true] }, scope)).toEqual({ a: [1, 2], b: "n=1", c: [true] });
  });

  test("refuses unknown contexts and unclosed expressions", () => {
    expect(() => evaluate("secrets.KEY", scope)).toThrow("Unrecognized named-value: 'secrets'");
    expect(() => interpolate("${{ github.ref", scope)).toThrow("not closed");
  });

  test("has GitHub's truth", () => {
    expect([null, false, 0, "", NaN].map(isTruthy)).toEqual([false, false, false, false, false]);
    expect([[], {}, "0", -1].map(isTruthy)).toEqual([true, true, true, true]);
  });
});
