import { describe, expect, test } from "@jest/globals";
import { FIELD_KINDS, type FieldSchema } from "@retell-actions/core/schema/field-schema";
import { fieldSchema } from "@retell-actions/core/schema/load-schema";
import { fieldRows, takesNull, withValue } from "../docs/field-rows.ts";
import { valueText } from "../docs/field-value.ts";
import { fieldParts } from "../docs/render-fields.ts";

const parts = fieldParts();
const rowOf = (part: string, field: string): string => parts.get(part)?.split("\n").find((line) => line.startsWith(`| \`${field}\``)) ?? "";

describe("tables of fields", () => {
  test.each([
    ["agent", "voice_speed", "| `voice_speed` | number, 0.5 to 2 | – | `1` | Controls speed of voice. |"],
    ["agent", "voice_id", "| `voice_id` \\* | text | – | – | Unique voice id used for the agent. |"],
    ["chat", "end_chat_after_silence_ms", "| `end_chat_after_silence_ms` | number, 120,000 to 259,200,000 | yes | `3600000` |"],
    ["llm", "states[].edges[].destination_state_name", "| `states[].edges[].destination_state_name` \\* | text |"],
    ["flow", "model_choice.type", '| `model_choice.type` \\* | `"cascading"` |'],
    ["component", "name", "| `name` \\* | text |"],
    ["edges", "transition_condition(type=equation).equations", "| `transition_condition(type=equation).equations` \\* | list of objects, at most 50 items |"],
    ["tools", "transfer_destination(type=predefined).number", "| `transfer_destination(type=predefined).number` \\* | text |"],
    ["former", "llm.temperature", "| `llm.temperature` | `model_temperature` | yes |"],
  ])("%s: %s", (part, field, start) => expect(rowOf(part, field)).toContain(start));

  test("a default that depends on the type of a tool is that of its type", () => {
    const timeouts = [...(parts.get("tools") ?? "").matchAll(/#### Tool `(\w+)`(?:(?!####)[^])*?\n\| `timeout_ms` \| ([^|]*) \| – \| ([^|]*) \|/g)].map(([, type, value, usual]) => [type, value, usual]);
    expect(timeouts).toEqual([
      ["custom", "number, 1,000 to 600,000", "`120000`"],
      ["code", "number, 5,000 to 60,000", "`30000`"],
    ]);
  });

  test.each([...FIELD_KINDS])("every field of the kind %s that users own has a row, and no other", (kind) => {
    const written = Object.entries(fieldSchema(kind).properties ?? {}).flatMap(([name, { readOnly }]) => (readOnly ? [] : [name]));
    const shown = [...(parts.get(kind) ?? "").matchAll(/^\| `([a-z0-9_]+)`/gm)].map(([, name]) => name ?? "");
    // The suite writes these, the files say them otherwise, or Retell has them no more.
    const ours = ["response_engine", "version_title", "version_description", "voice_emotion"];
    expect(shown).toEqual(written.filter((name) => !ours.includes(name)).sort());
  });

  test("every link within the page leads to a heading of it, and every list of values is linked", () => {
    const all = [...parts.values()].join("\n");
    const linked = new Set([...all.matchAll(/\]\(#(values-of-[\w-]+)\)/g)].map(([, anchor]) => anchor));
    const headings = [...all.matchAll(/^#### (Values of .*)$/gm)].map(([, title = ""]) => title.toLowerCase().replaceAll("`", "").replaceAll(" ", "-"));
    expect([...linked].sort()).toEqual(headings.sort());
  });

  test("retired values are in the table of retired values only", () => {
    expect(parts.get("values")).not.toContain('"gpt-4.1-nano"');
    expect(parts.get("retired")).toContain('| `"gpt-4.1-nano"` | 2026-10-20 | `"gpt-5.6-luna"` |');
  });

  test("nothing of the SDK's comments is taken for markup", () => {
    expect([...parts.values()].join("\n")).not.toMatch(/(?<!\\)<[a-z]/i);
    expect(rowOf("tools", "transfer_destination(type=predefined).number")).toContain("`{{transfer_number}}`");
  });
});

describe("rows", () => {
  const action: FieldSchema = {
    anyOf: [
      { type: "object", properties: { type: { type: "string", const: "say" }, text: { type: "string" } }, required: ["text", "type"] },
      { type: "object", properties: { type: { type: "string", enum: ["wait", "stop"] }, ms: { type: ["number", "null"], minimum: 1 } } },
      { type: "null" },
    ],
  };
  const schema: FieldSchema = { type: "object", properties: { steps: { type: "array", items: action, minItems: 1 }, agent_id: { type: "string" }, more: { type: "object", properties: { deep: { type: "boolean" } } } } };

  test("name each variant, leave out what the server owns, and go no further than told", () => {
    const rows = fieldRows({ kind: "agent", schema, path: [], document: {}, stopsAt: (name) => name === "more" });
    expect(rows.map(({ name, required }) => [name, required])).toEqual([
      ["more", false],
      ["steps", false],
      ["steps[](type=say).text", true],
      ["steps[](type=wait/stop).ms", false],
    ]);
    expect(rows.map((row) => takesNull(row.schema))).toEqual([false, false, false, true]);
  });

  test("say what a field takes", () => {
    const show = (each: FieldSchema): string => valueText(each, (values) => `${values.length} values`);
    expect(show({ type: "array", items: action, minItems: 1 })).toBe('list of objects with `type` `"say"`, `"wait"`, `"stop"`, at least 1 item');
    expect(show({ type: ["string", "number"] })).toBe("text or number");
    expect(show({ type: "string", maxLength: 20 })).toBe("text, at most 20 characters");
    expect(show({ type: "string", enum: [..."abcdefghi"] })).toBe("9 values");
    expect(show({ type: "object", additionalProperties: { type: "string" } })).toBe("map of texts");
    expect(show({})).toBe("any value");
  });

  test("a document gets a value at a path, and keeps the rest", () => {
    expect(withValue({ a: 1, list: [{ b: 2 }] }, ["list", 0, "c"], { type: "x" })).toEqual({ a: 1, list: [{ b: 2, c: { type: "x" } }] });
  });
});
