import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Json } from "../../src/canonical/json.ts";
import { createTextPool } from "../../src/apply/text-pool.ts";

const text = fc.oneof(fc.string(), fc.constantFrom("a".repeat(255), "a".repeat(256), "b".repeat(9000)));
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(text, fc.integer(), fc.constant(null), fc.array(tie("value"), { maxLength: 4 }), fc.dictionary(fc.oneof(fc.string(), fc.constant("__proto__")), tie("value"), { maxKeys: 4 })) as fc.Arbitrary<Json>,
}));

test("sharing changes no value, and keeps every object what it was", () => {
  fc.assert(
    fc.property(value, value, (first, second) => {
      const pool = createTextPool();
      for (const one of [first, second, structuredClone(first)]) {
        const before = JSON.stringify(one);
        const shared = pool.share(one);
        expect(JSON.stringify(shared)).toBe(before);
        if (typeof one === "object") expect(shared).toBe(one);
      }
    }),
  );
});

test("nothing is shared where there is nothing", () => {
  expect(createTextPool().share(undefined)).toBeUndefined();
});
