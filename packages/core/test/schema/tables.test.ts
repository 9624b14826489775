import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../src/canonical/json.ts";
import { DEFAULTS, documentedDefault, isDocumentedDefault } from "../../src/schema/defaults.ts";
import { namedListKey } from "../../src/diff/named-lists.ts";
import { fieldFacts } from "../../src/plan/field-facts.ts";
import { FIELD_KINDS, jsonTypeOf, membersOf, propertyOf, typesOf } from "../../src/schema/field-schema.ts";
import type { FieldKind, FieldSchema } from "../../src/schema/field-schema.ts";
import { FORMER_FIELDS } from "../../src/schema/former-fields.ts";
import agentJson from "../../src/schema/generated/agent.json" with { type: "json" };
import chatJson from "../../src/schema/generated/chat.json" with { type: "json" };
import componentJson from "../../src/schema/generated/component.json" with { type: "json" };
import flowJson from "../../src/schema/generated/flow.json" with { type: "json" };
import llmJson from "../../src/schema/generated/llm.json" with { type: "json" };
import sharedJson from "../../src/schema/generated/shared.json" with { type: "json" };
import { LAYOUT_FIELDS, isLayoutField } from "../../src/schema/layout-fields.ts";
import { schemasAt } from "../../src/schema/load-schema.ts";
import { NAMED_LISTS, listIdentity } from "../../src/schema/named-lists.ts";
import { NEWER_FIELDS } from "../../src/schema/newer-fields.ts";
import { NULLABLE_FIELDS } from "../../src/schema/nullable-fields.ts";
import { compilePattern } from "../../src/schema/paths.ts";
import type { PathRow } from "../../src/schema/paths.ts";
import { RANGES } from "../../src/schema/ranges.ts";
import { RETIRED_VALUES, currentValue } from "../../src/schema/retired-values.ts";
import { SERVER_FIELD_TABLE } from "../../src/schema/server-fields.ts";

const JSONS = [
  ["agent", agentJson],
  ["chat", chatJson],
  ["llm", llmJson],
  ["flow", flowJson],
  ["component", componentJson],
] as const;

const isServerField = (kind: string, name: string): boolean => SERVER_FIELD_TABLE.find({ kind, path: [name] }) !== undefined;
const pathsOf = (rows: readonly PathRow[]): string[] => rows.flatMap(({ paths }) => [...paths]);

describe("every pattern names a place of the schema", () => {
  test.each([
    ["ranges", RANGES.rows],
    ["defaults", DEFAULTS.rows],
    ["retired values", RETIRED_VALUES.rows],
    ["named lists", NAMED_LISTS.rows],
    ["layout fields", LAYOUT_FIELDS.rows],
    ["nullable fields", NULLABLE_FIELDS],
    ["newer fields", NEWER_FIELDS],
  ])("%s", (_name, rows) => {
    expect(pathsOf(rows).filter((path) => schemasAt(path).length === 0)).toEqual([]);
  });

  test("those of fields that are no part of the types are at least well formed, and of a kind that there is", () => {
    for (const path of [...pathsOf(FORMER_FIELDS.rows), ...pathsOf(SERVER_FIELD_TABLE.rows)]) {
      expect(FIELD_KINDS).toContain(compilePattern(path).kind);
    }
  });

  test("no pattern stands twice in a table, where the second row could never be found", () => {
    for (const { rows } of [RANGES, DEFAULTS, RETIRED_VALUES, NAMED_LISTS, SERVER_FIELD_TABLE, FORMER_FIELDS]) {
      const paths = rows.flatMap((row) => row.paths);
      expect(new Set(paths).size).toBe(paths.length);
    }
  });
});

describe("defaults", () => {
  test("fit the type, the known values and the range of their field", () => {
    const misfits = DEFAULTS.rows.flatMap(({ paths, value }) =>
      paths.filter((path) => !schemasAt(path).flatMap(membersOf).some((schema) => fits(value, schema))),
    );
    // These say how null, where it is allowed, is meant; all others are values of the field.
    expect(misfits).toEqual([]);

    function fits(value: Json, schema: FieldSchema): boolean {
      if (!typesOf(schema).includes(jsonTypeOf(value))) return false;
      if (typeof value === "number") return value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
      return typeof value !== "string" || !schema.enum || schema.enum.includes(value);
    }
  });

  test("depend on the tool where they must", () => {
    const root = { general_tools: [{ type: "custom", name: "a" }, { type: "code", name: "b" }] };
    const at = (index: number, field: string) => documentedDefault({ kind: "llm", path: ["general_tools", index, field], root })?.value;
    expect([at(0, "timeout_ms"), at(1, "timeout_ms"), at(0, "method"), at(1, "method")]).toEqual([120_000, 30_000, "POST", undefined]);
    expect(documentedDefault({ kind: "llm", path: ["general_tools", 0, "timeout_ms"] })).toBeUndefined();
    expect(documentedDefault({ kind: "llm", path: ["general_tools", 0, "execution_message_type"] })?.value).toBe("prompt");
  });

  test("of nodes depend on their type, wherever they are", () => {
    const nodes = [{ id: "a", type: "code" }, { id: "b", type: "press_digit" }, { id: "c", type: "conversation" }, { id: "d", type: "transfer_call", transfer_option: { type: "cold_transfer" } }];
    const at = (...path: (string | number)[]) => {
      const direct = documentedDefault({ kind: "flow", path: ["nodes", ...path], root: { nodes } })?.value;
      const local = documentedDefault({ kind: "flow", path: ["components", "x", "nodes", ...path], root: { components: [{ name: "x", nodes }] } })?.value;
      const shared = documentedDefault({ kind: "component", path: ["nodes", ...path], root: { nodes } })?.value;
      expect([local, shared]).toEqual([direct, direct]);
      return direct;
    };
    expect([at("a", "timeout_ms"), at("b", "delay_ms"), at("b", "timeout_ms"), at("c", "skippable"), at(0, "skippable")]).toEqual([30_000, 1_000, undefined, false, undefined]);
    expect(at("d", "transfer_option", "cold_transfer_mode")).toBe("sip_invite");
    expect(documentedDefault({ kind: "flow", path: ["nodes", "c", "skippable"] })?.value).toBe(false);
  });

  test("that moved count in both forms", () => {
    const is = (value: Json) => isDocumentedDefault({ kind: "llm", path: ["model"], value });
    expect([is("gpt-5.6-terra"), is("gpt-4.1"), is("gpt-5")]).toEqual([true, true, false]);
    expect(isDocumentedDefault({ kind: "agent", path: ["webhook_events"], value: ["call_started", "call_ended", "call_analyzed"] })).toBe(true);
    expect(isDocumentedDefault({ kind: "agent", path: ["voice_id"], value: "x" })).toBe(false);
  });
});

describe("newer fields", () => {
  test("are not in the SDK's types yet; a row that is can go", () => {
    const sdk: Record<string, object> = Object.fromEntries(JSONS.map(([kind, json]) => [kind, json.properties]));
    const obsolete = NEWER_FIELDS.filter((row) => "field" in row)
      .flatMap(({ paths }) => paths)
      .filter((path) => {
        const [kind = "", name = "", ...deeper] = path.split(".");
        return deeper.length === 0 && Object.hasOwn(sdk[kind] ?? {}, name);
      });
    expect(obsolete).toEqual([]);
    const known = JSON.stringify([...JSONS, sharedJson]);
    const values = NEWER_FIELDS.flatMap((row) => ("values" in row ? row.values : []));
    expect(values.filter((value) => known.includes(JSON.stringify(value)))).toEqual([]);
    expect(known).not.toContain("integration_app");
  });

  test("a flow's nodes, its components and shared components have the same of them", () => {
    for (const body of ["flow", "flow.components[]", "component"]) {
      expect(schemasAt(`${body}.nodes[](type=subagent).skippable`).map(({ type }) => type)).toEqual(["boolean"]);
      expect(schemasAt(`${body}.nodes[](type=branch).skippable`)).toEqual([]);
      expect(schemasAt(`${body}.nodes[](type=end).custom_sip_headers`)).toHaveLength(1);
      expect(schemasAt(`${body}.tools[](type=integration_app).tool_id`)).toHaveLength(1);
      expect(schemasAt(`${body}.nodes[](type=subagent).tools[](type=integration_app).tool_id`)).toEqual([]);
      expect(schemasAt(`${body}.tools[](type=custom)`).map(({ required }) => required?.includes("tool_id"))).toEqual([true]);
      expect(schemasAt(`${body}.nodes[](type=function).model_choice.model`)[0]?.enum).toContain("gpt-6.1-sol");
    }
  });

  test("tools of a session have the types that they may have", () => {
    const types = (path: string) => schemasAt(path).flatMap(membersOf).map((member) => propertyOf(member, "type")?.const).sort();
    expect(types("agent.pre_session_tools[]")).toEqual(["code", "custom", "integration_app"]);
    expect(types("agent.post_session_tools[]")).toEqual(["code", "custom", "integration_app", "send_sms"]);
    expect(types("chat.post_session_tools[]")).toEqual(["code", "custom", "integration_app", "send_sms"]);
  });

  test("stay where they belong: a gate of a session's text message is none of an LLM's", () => {
    expect(schemasAt("agent.post_session_tools[](type=send_sms).condition")).toHaveLength(1);
    expect(schemasAt("llm.general_tools[](type=send_sms).condition")).toEqual([]);
  });
});

describe("retired values", () => {
  test("lead to a value that is known and not retired itself", () => {
    for (const { paths, values } of RETIRED_VALUES.rows) {
      for (const path of paths) {
        const known = schemasAt(path).flatMap(membersOf).flatMap((schema) => schema.enum ?? []);
        for (const { successor } of Object.values(values)) {
          if (successor === undefined) continue;
          expect(known).toContain(successor);
          expect(Object.keys(values)).not.toContain(successor);
        }
      }
    }
  });

  test("are followed to today's", () => {
    const model = { kind: "llm", path: ["model"] };
    expect(currentValue({ ...model, value: "gemini-2.0-flash" })).toBe("gemini-3.0-flash");
    expect(currentValue({ ...model, value: "gpt-5.5" })).toBe("gpt-5.5");
    expect(currentValue({ ...model, value: "constructor" })).toBe("constructor");
    expect(currentValue({ kind: "agent", path: ["language"], value: "multi" })).toBe("multi");
    expect(currentValue({ kind: "chat", path: ["post_chat_analysis_model"], value: "gpt-4.1-nano" })).toBe("gpt-5.6-luna");
    expect(currentValue({ kind: "flow", path: ["nodes", "n1", "model_choice", "model"], value: "claude-4.0-sonnet" })).toBe("claude-4.6-sonnet");
    expect(currentValue({ kind: "flow", path: ["components", "c", "nodes", "n", "model_choice", "model"], value: "gpt-4.1-nano" })).toBe("gpt-5.6-luna");
  });
});

describe("server fields", () => {
  test("are all fields that only the SDK's answers have, and the mark", () => {
    for (const [kind, json] of JSONS) {
      const readOnly = Object.entries(json.properties).flatMap(([name, field]) => ("readOnly" in field ? [name] : []));
      expect(readOnly.filter((name) => !isServerField(kind, name))).toEqual([]);
    }
    expect(isServerField("agent", "version_title")).toBe(true);
    expect(isServerField("agent", "response_engine")).toBe(false);
    expect(isServerField("flow", "conversation_flow_id")).toBe(true);
    expect(isServerField("component", "name")).toBe(false);
  });

  test("a flow keeps what its nodes call tools and components by", () => {
    const found = (...path: string[]) => SERVER_FIELD_TABLE.find({ kind: "flow", path }) !== undefined;
    expect(found("tools", "[]", "tool_id")).toBe(false);
    expect(found("components", "[]", "tools", "[]", "tool_id")).toBe(false);
    expect(found("components", "[]", "conversation_flow_component_id")).toBe(false);
    expect(found("nodes", "[]", "tools", "[]", "tool_id")).toBe(true);
    expect(found("components", "[]", "mcps", "[]", "mcp_id")).toBe(true);
  });
});

describe("lists", () => {
  test.each<[string, (string | number)[], "name" | "id" | "value" | undefined]>([
    ["llm", ["general_tools"], "name"],
    ["llm", ["states"], "name"],
    ["llm", ["states", 0, "tools"], "name"],
    ["llm", ["states", "a", "tools", "b", "variables"], "name"],
    ["llm", ["states", 0, "edges"], undefined],
    ["llm", ["mcps"], "name"],
    ["llm", ["knowledge_base_ids"], "value"],
    ["agent", ["post_call_analysis_data"], "name"],
    ["agent", ["fallback_voice_ids"], undefined],
    ["agent", ["boosted_keywords"], undefined],
    ["flow", ["nodes"], "id"],
    ["chat", ["post_chat_analysis_data"], "name"],
    ["chat", ["pre_session_tools"], "name"],
    ["flow", ["nodes", "n1", "edges"], undefined],
    ["flow", ["tools"], "name"],
    ["flow", ["mcps"], "name"],
    ["flow", ["components"], "name"],
    ["flow", ["components", 0, "nodes"], "id"],
    ["flow", ["components", "c", "nodes", "n", "edges"], undefined],
    ["flow", ["components", "c", "tools"], "name"],
    ["flow", ["nodes", "n1", "tools"], "name"],
    ["flow", ["nodes", "n1", "knowledge_base_ids"], "value"],
    ["flow", ["nodes", "n1", "tool_ids"], "value"],
    ["flow", ["nodes", "n1", "variables"], "name"],
    ["flow", ["nodes", "n1", "edges", "e", "transition_condition", "equations"], undefined],
    ["component", ["nodes", "n1", "tools"], "name"],
  ])("%s %j: %s", (kind, path, expected) => {
    expect(listIdentity({ kind, path })?.by).toBe(expected);
  });
});

describe("layout", () => {
  test.each<[FieldKind, (string | number)[], boolean]>([
    ["flow", ["nodes", "n1", "display_position"], true],
    ["flow", ["nodes", "n1", "display_position", "x"], true],
    ["flow", ["begin_tag_display_position", "y"], true],
    ["flow", ["notes", 0, "content"], true],
    ["flow", ["components", "c", "nodes", "n", "display_position", "x"], true],
    ["flow", ["components", "c", "notes", "note1", "size", "width"], true],
    ["component", ["nodes", 3, "display_position", "x"], true],
    ["flow", ["nodes", "n1", "name"], false],
    ["flow", ["nodes"], false],
    ["llm", ["notes"], false],
  ])("%s %j: %s", (kind, path, expected) => {
    expect(isLayoutField({ kind, path })).toBe(expected);
  });
});

describe("facts for comparisons", () => {
  const tool = { item: "lookup" };

  test("speak the comparison's language", () => {
    expect(fieldFacts([]).isKnown(["llm", "general_tools", tool, "url"])).toBe(true);
    expect(fieldFacts([]).isKnown(["llm", "general_tools", tool, "telepathy"])).toBe(false);
    expect(fieldFacts([]).isKnown(["flow", "nodes", tool, "instruction", "text"])).toBe(true);
    expect(fieldFacts([]).isKnown(["flow", "nodes", tool, "telepathy"])).toBe(false);
    expect(fieldFacts([{ agent: { channel: "chat" } }]).defaultOf(["agent", "end_chat_after_silence_ms"])).toBe(3_600_000);
    expect(fieldFacts([]).defaultOf(["agent", "volume"])).toBe(1);
    expect(fieldFacts([]).defaultOf(["agent", "voice_id"])).toBeUndefined();
    expect(fieldFacts([]).isNullable(["agent", "webhook_url"])).toBe(true);
    expect(fieldFacts([]).isIdSet(["llm", "knowledge_base_ids"])).toBe(true);
    expect(fieldFacts([]).isIdSet(["llm", "general_tools"])).toBe(false);
    expect(fieldFacts([]).successorOf(["agent", "voice_model"], "sonic-2")).toBe("sonic-3");
    expect(fieldFacts([]).successorOf(["agent", "voice_model"], "sonic-3")).toBeUndefined();
    expect(fieldFacts([]).successorOf(["agent", "volume"], 1)).toBeUndefined();
    expect(namedListKey(["llm", "states", "[]", "tools"])).toBe("name");
    expect(namedListKey(["llm", "knowledge_base_ids"])).toBeUndefined();
  });
});
