import { describe, expect, test } from "@jest/globals";
import { FIELD_KINDS } from "../../src/schema/field-schema.ts";
import { fieldSchema, schemasAt } from "../../src/schema/load-schema.ts";

/** How many objects and lists a value consists of: each once, or each as often as it is reached. */
function sizeOf(value: unknown, { shared }: { shared: boolean }): number {
  const seen = new Set<unknown>();
  const count = (each: unknown): number => {
    if (typeof each !== "object" || each === null || (shared && seen.has(each))) return 0;
    seen.add(each);
    return Object.values(each).reduce<number>((sum, child) => sum + count(child), 1);
  };
  return count(value);
}

describe("a schema stays small", () => {
  test("a flow's nodes and those of its components are one, as far as no table sets them apart", () => {
    const size = sizeOf(fieldSchema("flow"), { shared: true });
    expect(size).toBeLessThan(2_500);
    // Otherwise the limit above would say nothing.
    expect(sizeOf(fieldSchema("flow"), { shared: false })).toBeGreaterThan(2 * size);
    const position = (path: string) => schemasAt(path)[0]?.properties;
    expect(position("flow.nodes[](type=end).display_position")).toBe(position("component.nodes[](type=code).display_position"));
  });

  test("kinds share what is alike", () => {
    const all = FIELD_KINDS.map(fieldSchema);
    const apart = all.reduce((sum, schema) => sum + sizeOf(schema, { shared: true }), 0);
    expect(sizeOf(all, { shared: true })).toBeLessThan(0.8 * apart);
  });
});

test("what a table says of one place does not show at another that was alike", () => {
  const range = (path: string) => schemasAt(path).map(({ maximum }) => maximum);
  expect(range("flow.nodes[](type=press_digit).delay_ms")).toEqual([5_000]);
  // A gate after the session only, though the tool is the LLM's.
  expect(schemasAt("chat.post_session_tools[](type=send_sms).condition")).toHaveLength(1);
  expect(schemasAt("flow.nodes[].tools[](type=send_sms).condition")).toEqual([]);
  expect(schemasAt("flow.tools[](type=integration_app).tool_id")).toHaveLength(1);
  expect(schemasAt("llm.general_tools[](type=integration_app).tool_id")).toEqual([]);
  // A tool of a flow has an id; the same tool of a node or an LLM has none.
  expect(schemasAt("flow.tools[](type=custom)")[0]?.required).toContain("tool_id");
  expect(schemasAt("llm.general_tools[](type=custom)")[0]?.required).not.toContain("tool_id");
});

test("a kind is built once", () => {
  for (const kind of FIELD_KINDS) expect(fieldSchema(kind)).toBe(fieldSchema(kind));
});
