import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { caseCollisions, nameFault } from "@retell-actions/core/project/names";

describe("nameFault", () => {
  test.each(["a", "sales", "sales-eu_2.b", "0", "a".repeat(63), "prod-us-east"])("allows %j", (name) => {
    expect(nameFault("agent", name)).toBeUndefined();
    expect(nameFault("workspace", name)).toBeUndefined();
  });

  test.each(["", "Sales", "-a", ".a", "_a", "a b", "a/b", "..", "a..b", "a.", "a.lock", "a".repeat(64), 'a"b', "a'b", "a\nb", "x$(touch pwned)", "ä", "a\u202eb"])(
    "refuses %j",
    (name) => {
      expect(nameFault("agent", name)).toBeDefined();
    },
  );

  test.each(["agent", "flow", "overwrite", "workspace", "all", "develop"])("reserves the workspace name %s, but not for agents", (name) => {
    expect(nameFault("workspace", name)?.message).toContain("reserved");
    expect(nameFault("agent", name)).toBeUndefined();
  });

  test("proposes a name that is allowed", () => {
    expect(nameFault("agent", "Sales Team (EU)")?.hint).toContain('"sales-team-eu"');
  });

  test("known mistake 33: whatever a name holds, its message is one line without control or direction characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const message = nameFault("agent", name)?.message ?? "";
        // eslint-disable-next-line no-control-regex -- the point of the test
        expect(message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
      }),
    );
  });

  test("finds names that differ only in case", () => {
    expect(caseCollisions(["a", "B", "b", "c"])).toEqual([["B", "b"]]);
  });
});
