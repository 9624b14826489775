import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../src/canonical/json.ts";
import { membersOf, propertyOf, typesOf } from "../../src/schema/field-schema.ts";
import type { FieldKind, FieldSchema } from "../../src/schema/field-schema.ts";
import { schemasAt } from "../../src/schema/load-schema.ts";
import { validateFields } from "../../src/schema/validate-fields.ts";

/** The least that fits a schema: required fields only, the first of several members. */
function minimal(schema: FieldSchema): Json {
  const [member = {}] = membersOf(schema);
  if (member.const !== undefined) return member.const;
  switch (typesOf(member)[0]) {
    case "string":
      return member.enum?.[0] ?? "text";
    case "number":
      return member.minimum ?? 0;
    case "boolean":
      return false;
    case "array":
      return Array.from({ length: member.minItems ?? 0 }, () => minimal(member.items ?? {}));
    default:
      return Object.fromEntries((member.required ?? []).map((key) => [key, minimal(propertyOf(member, key) ?? {})]));
  }
}

/** The members of a union, each with its type and its least value. */
const variants = (pattern: string): [string, JsonObject][] =>
  schemasAt(pattern)
    .flatMap(membersOf)
    .map((member) => [propertyOf(member, "type")?.const ?? "", minimal(member) as JsonObject]);

const flow = (fields: JsonObject): JsonObject => ({ model_choice: { type: "cascading", model: "gpt-5.5" }, start_speaker: "agent", ...fields });

/** Not of today's API any more, so it is said; nothing else is. */
const RETIRED = ["check_availability_cal", "book_appointment_cal"];

function expectNothing(kind: FieldKind, type: string, value: JsonObject): void {
  const problems = validateFields({ kind, value, complete: true });
  expect(problems.map(({ code, path }) => `${code} ${path.join(".")}`)).toEqual(RETIRED.includes(type) ? [expect.stringContaining("retired-value")] : []);
}

describe("a minimal node of each type is valid", () => {
  const nodes = variants("flow.nodes[]");
  const around: JsonObject = { tools: [{ type: "custom", name: "t", tool_id: "text", url: "https://x.test" }], components: [{ name: "text", nodes: [] }] };

  test("there are fifteen", () => {
    expect(nodes).toHaveLength(15);
    for (const body of ["flow.components[]", "component"]) expect(variants(`${body}.nodes[]`)).toEqual(nodes);
  });

  test.each(nodes)("%s", (type, node) => {
    expectNothing("flow", type, flow({ ...around, nodes: [node] }));
    expectNothing("flow", type, flow({ ...around, nodes: [], components: [{ name: "text", nodes: [node] }] }));
    expectNothing("component", type, { name: "c", tools: around["tools"] ?? null, nodes: [node] });
  });
});

describe("a minimal tool of each type is valid", () => {
  const subagent = (tool: JsonObject): JsonObject => ({ id: "n", type: "subagent", instruction: { type: "prompt", text: "Help." }, tools: [tool] });

  test("an LLM, a state and a subagent node know the same fourteen", () => {
    const tools = variants("llm.general_tools[]");
    expect(tools).toHaveLength(14);
    for (const list of ["llm.states[].tools[]", "flow.nodes[].tools[]", "component.nodes[].tools[]"]) expect(variants(list)).toEqual(tools);
  });

  test.each(variants("llm.general_tools[]"))("of an LLM and a subagent: %s", (type, tool) => {
    const named = { ...tool, name: "tool" };
    expectNothing("llm", type, { general_tools: [named] });
    expectNothing("flow", type, flow({ nodes: [subagent(named)] }));
    expectNothing("component", type, { name: "c", nodes: [subagent(named)] });
  });

  test.each(variants("flow.tools[]"))("of a flow: %s", (type, tool) => {
    expectNothing("flow", type, flow({ nodes: [], tools: [tool] }));
    expectNothing("component", type, { name: "c", nodes: [], tools: [tool] });
  });

  test.each(variants("chat.post_session_tools[]"))("after a session: %s", (type, tool) => {
    expectNothing("chat", type, { post_session_tools: [tool] });
    expectNothing("agent", type, { voice_id: "v", post_session_tools: [tool] });
  });
});
