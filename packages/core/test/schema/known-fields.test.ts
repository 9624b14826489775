import { describe, expect, test } from "@jest/globals";
import type { FieldKind } from "../../src/schema/field-schema.ts";
import { isKnownField, isNullable } from "../../src/schema/known-fields.ts";

describe("isKnownField", () => {
  test.each<[FieldKind, (string | number)[], boolean]>([
    ["agent", [], true],
    ["agent", ["voice_id"], true],
    ["agent", ["handbook_config", "speech_normalization"], true],
    ["agent", ["handbook_config", "telepathy"], false],
    ["agent", ["telepathy"], false],
    ["agent", ["constructor"], false],
    ["agent", ["__proto__"], false],
    ["agent", ["voice_id", "x"], false],
    ["agent", ["is_published"], true],
    ["agent", ["contact_memory_config", "enable_read"], true],
    ["agent", ["post_session_tools", 0, "condition", "equations", 0, "left"], true],
    ["agent", ["post_session_tools", 0, "sms_content", "text"], true],
    ["agent", ["language", 0], true],
    ["llm", ["general_tools", 3, "url"], true],
    ["llm", ["general_tools", "by_name", "url"], true],
    ["llm", ["general_tools", 3, "nonsense"], false],
    ["llm", ["states", 0, "tools", 0, "transfer_option", "agentic_transfer_config", "transfer_agent", "agent_id"], true],
    ["llm", ["general_tools", 0, "headers", "X-Any"], true],
    ["llm", ["general_tools", 0, "parameters", "properties", "a", "b", 0, "c"], true],
    ["llm", ["default_dynamic_variables", "x"], true],
    ["llm", ["default_dynamic_variables", "x", "y"], false],
    ["chat", ["auto_close_message"], true],
    ["chat", ["voice_id"], false],
    ["chat", ["post_session_tools", 0, "sms_content", "text"], true],
    ["flow", ["nodes", "n1", "skippable"], true],
    ["flow", ["nodes", "n1", "edges", "e1", "transition_condition", "equations", 0, "left"], true],
    ["flow", ["nodes", "n1", "edges", "e1", "colour"], false],
    ["flow", ["nodes", "n1", "tools", "t", "transfer_option", "agentic_transfer_config", "transfer_agent", "agent_id"], true],
    ["flow", ["components", "c", "nodes", "n1", "tools", "t", "condition", "operator"], true],
    ["flow", ["components", "c", "conversation_flow_component_id"], true],
    ["flow", ["is_published"], true],
    ["component", ["linked_conversation_flow_ids"], true],
    ["component", ["global_prompt"], false],
  ])("%s %j: %s", (kind, path, expected) => {
    expect(isKnownField({ kind, path })).toBe(expected);
  });

  test("with the document at hand, the type of the tool decides", () => {
    const root = { general_tools: [{ type: "code", name: "a" }, { type: "custom", name: "b" }, { type: "teleport" }] };
    expect(isKnownField({ kind: "llm", path: ["general_tools", 0, "url"], root })).toBe(false);
    expect(isKnownField({ kind: "llm", path: ["general_tools", 1, "url"], root })).toBe(true);
    expect(isKnownField({ kind: "llm", path: ["general_tools", "b", "url"], root })).toBe(true);
    expect(isKnownField({ kind: "llm", path: ["general_tools", 2, "url"], root })).toBe(true);
  });
});

describe("isNullable", () => {
  test.each<[FieldKind, (string | number)[], boolean]>([
    ["agent", ["ambient_sound"], true],
    ["agent", ["webhook_events"], true],
    ["agent", ["voicemail_option"], true],
    ["agent", ["voicemail_option", "detection_prompt"], true],
    ["agent", ["denoising_enhancement_level"], true],
    ["agent", ["guardrail_config", "input_topics"], true],
    ["agent", ["volume"], false],
    ["agent", ["pii_config"], false],
    ["agent", ["telepathy"], false],
    ["llm", ["model"], true],
    ["llm", ["model_temperature"], false],
    ["chat", ["data_storage_setting"], true],
    ["agent", ["data_storage_setting"], false],
    ["flow", ["model_temperature"], true],
    ["flow", ["kb_config"], false],
    ["flow", ["nodes", 0, "voice_speed"], true],
    ["flow", ["nodes", 0, "transfer_option", "public_handoff_option"], true],
    ["llm", ["general_tools", 0, "transfer_option", "private_handoff_option"], true],
  ])("%s %j: %s", (kind, path, expected) => {
    expect(isNullable({ kind, path })).toBe(expected);
  });
});
