import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Json, JsonObject } from "../../src/canonical/json.ts";
import { FIELD_KINDS, jsonTypeOf, typesOf } from "../../src/schema/field-schema.ts";
import type { FieldKind, JsonPath } from "../../src/schema/field-schema.ts";
import { fieldSchemasAt } from "../../src/schema/known-fields.ts";
import { validateFields } from "../../src/schema/validate-fields.ts";
import { generatedAgentArbitrary } from "./generate-agent.ts";

/** `severity code path` of every problem, in order. */
function found(kind: FieldKind, value: Json): string[] {
  return validateFields({ kind, value }).map(({ code, severity, path }) => `${severity} ${code} ${path.join("/")}`);
}

const tool = (fields: JsonObject): JsonObject => ({ general_tools: [{ name: "t", ...fields }] });

describe("values that other tools wrongly reject", () => {
  test.each<[string, FieldKind, Json]>([
    ["a Spanish for a region", "agent", { language: "es-419" }],
    ["several languages", "agent", { language: ["en-US", "es-419", "yue-CN"] }],
    ["an ambient sound with a dash", "agent", { ambient_sound: "coffee-shop" }],
    ["an IPA dictionary", "agent", { pronunciation_dictionary: [{ word: "Niamh", alphabet: "ipa", phoneme: "niːv" }] }],
    [
      "an enum to extract",
      "agent",
      { post_call_analysis_data: [{ type: "enum", name: "mood", description: "", choices: ["good", "bad"], required: false }] },
    ],
    ["a preset", "agent", { post_call_analysis_data: [{ type: "system-presets", name: "call_summary" }] }],
    ["who starts", "llm", { start_speaker: "user" }],
    ["silence first", "llm", { begin_message: "" }],
    ["null for off", "agent", { ambient_sound: null, voicemail_option: null, webhook_url: null }],
    ["bounds of a range", "agent", { voice_speed: 0.5, volume: 2, interruption_sensitivity: 0, reminder_max_count: 0 }],
    ["a text or a number for a version", "llm", tool({ type: "agent_swap", agent_id: "agent://b", agent_version: 3, post_call_analysis_setting: "both_agents" })],
    ["an event type id by variable", "llm", { default_dynamic_variables: { id: "1" }, general_prompt: "{{id}} $& {{current_time_Australia/Sydney}}" }],
    ["references for texts", "llm", tool({ type: "custom", url: "{{base}}/x", headers: { Authorization: "secret://CRM" } })],
    ["a reference for one of several words", "agent", { voice_model: "secret://MODEL", boosted_keywords: ["{{name}}"] }],
    ["a nested JSON Schema of any form", "llm", tool({ type: "custom", url: "https://x.test", parameters: { type: "object", properties: { a: { anyOf: [{ type: "null" }, {}] } } } })],
    ["a text message without a type", "llm", tool({ type: "send_sms", sms_content: { text: "hi" } })],
    ["no private handoff", "llm", tool({ type: "transfer_call", transfer_destination: { type: "inferred", prompt: "" }, transfer_option: { type: "warm_transfer", private_handoff_option: null } })],
    ["newer fields", "agent", { denoising_enhancement_level: null, contact_memory_config: { enable_read: true }, enable_dnc_detection: true }],
    ["a newer tool", "agent", { pre_session_tools: [{ type: "integration_app", name: "a", app_id: "b", provider: "calcom", app_tool_template_name: "d", output_selection: { mode: "subset", fields: ["x"] } }] }],
    ["newer models", "llm", { model: "gpt-6.1-sol" }],
    ["the suite's own keys", "agent", { $schema: "x", channel: "voice", llm_config: { nonsense: 1 }, conversation_flow: "./flow.json" }],
    ["the suite's own keys of the LLM", "llm", { prompt_config: { sections: [] } }],
  ])("%s", (_name, kind, value) => {
    expect(found(kind, value)).toEqual([]);
  });
});

describe("errors", () => {
  test.each<[string, FieldKind, Json, string[]]>([
    ["no object", "agent", [], ["error wrong-type "]],
    ["null for all", "llm", null, ["error null-not-allowed "]],
    ["a number in quotes", "agent", { voice_speed: "1.2" }, ["error wrong-type voice_speed"]],
    ["a variable for a number", "agent", { volume: "{{volume}}" }, ["error wrong-type volume"]],
    ["an integer for a flag", "agent", { allow_user_dtmf: 1 }, ["error wrong-type allow_user_dtmf"]],
    ["null where it cannot be", "agent", { volume: null }, ["error null-not-allowed volume"]],
    ["below a range", "agent", { voice_speed: 0.49 }, ["error out-of-range voice_speed"]],
    ["above a range", "llm", { model_temperature: 1.01 }, ["error out-of-range model_temperature"]],
    ["a number beyond all", "agent", JSON.parse('{"webhook_timeout_ms": 1e999}') as Json, ["error out-of-range webhook_timeout_ms"]],
    ["not positive", "agent", { reminder_trigger_ms: 0 }, ["error out-of-range reminder_trigger_ms"]],
    ["no whole number", "llm", { kb_config: { top_k: 2.5 } }, ["error out-of-range kb_config/top_k"]],
    ["retention of no day", "agent", { data_storage_retention_days: 0 }, ["error out-of-range data_storage_retention_days"]],
    ["too long a name of a tool", "llm", tool({ type: "end_call", name: "a".repeat(65) }), ["error out-of-range general_tools/0/name"]],
    ["a blank in a state's name", "llm", { starting_state: "a b", states: [{ name: "a b" }] }, ["error out-of-range states/0/name"]],
    ["an empty identity", "agent", { call_screening_option: { agent_identity: "", call_purpose: "x" } }, ["error out-of-range call_screening_option/agent_identity"]],
    ["nothing to choose", "agent", { post_call_analysis_data: [{ type: "enum", name: "a", description: "", choices: [] }] }, ["error out-of-range post_call_analysis_data/0/choices"]],
    ["a custom tool's time limit in a code tool", "llm", tool({ type: "code", code: "1", timeout_ms: 120000 }), ["error out-of-range general_tools/0/timeout_ms"]],
    ["a missing field of an option", "agent", { voicemail_option: { action: { type: "prompt" } } }, ["error missing-field voicemail_option/action"]],
    ["a union member that is a text", "llm", tool({ type: "transfer_call", transfer_destination: "+1", transfer_option: { type: "cold_transfer" } }), ["error wrong-type general_tools/0/transfer_destination"]],
    ["a union member without a type", "llm", { general_tools: [{ name: "t" }] }, ["error missing-field general_tools/0"]],
    ["a union member with a number for a type", "llm", { general_tools: [{ type: 4 }] }, ["error wrong-type general_tools/0/type"]],
    ["only the member that is meant is checked", "llm", tool({ type: "press_digit", delay_ms: "1", url: "x" }), ["error wrong-type general_tools/0/delay_ms", "warning unknown-field general_tools/0/url"]],
    ["a value of a map", "llm", { default_dynamic_variables: { count: 3 } }, ["error wrong-type default_dynamic_variables/count"]],
    ["both models", "llm", { model: "gpt-5.5", s2s_model: "gpt-realtime" }, ["error conflicting-fields s2s_model"]],
    ["states without a start", "llm", { states: [{ name: "a" }] }, ["error missing-field states"]],
    ["two tools of one name", "llm", { general_tools: [{ type: "end_call", name: "a" }, { type: "end_call", name: "a" }] }, ["error duplicate-name general_tools/1/name"]],
    ["a state's tool named like a general one", "llm", { general_tools: [{ type: "end_call", name: "a" }], starting_state: "s", states: [{ name: "s", tools: [{ type: "end_call", name: "a" }] }] }, ["error duplicate-name states/0/tools/0/name"]],
    ["custom speech to text without its settings", "agent", { stt_mode: "custom" }, ["error missing-field stt_mode"]],
    ["hold music without an asset", "llm", tool({ type: "transfer_call", transfer_destination: { type: "inferred", prompt: "" }, transfer_option: { type: "warm_transfer", on_hold_music: "custom" } }), ["error missing-field general_tools/0/transfer_option/on_hold_music"]],
    ["the mark of ownership", "agent", { version_title: "v1" }, ["error reserved-field version_title"]],
  ])("%s", (_name, kind, value, expected) => {
    expect(found(kind, value)).toEqual(expected);
  });

  test("tools of different states may share a name", () => {
    const states = ["a", "b"].map((name) => ({ name, tools: [{ type: "end_call", name: "bye" }] }));
    expect(found("llm", { starting_state: "a", states })).toEqual([]);
  });
});

describe("warnings", () => {
  test.each<[string, FieldKind, Json, string, string | undefined]>([
    ["an end of speech below the provider's", "agent", { custom_stt_config: { provider: "soniox", endpointing_ms: 100 } }, "warning out-of-range custom_stt_config/endpointing_ms", undefined],
    ["a typo", "agent", { voice_sped: 1 }, "warning unknown-field voice_sped", "voice_speed"],
    ["a typo in a tool", "llm", tool({ type: "custom", url: "u", header: {} }), "warning unknown-field general_tools/0/header", "headers"],
    ["camel case", "agent", { webhookUrl: "x" }, "warning unknown-field webhookUrl", "webhook_url"],
    ["a field from the future", "agent", { telepathy: true }, "warning unknown-field telepathy", undefined],
    ["a value from the future", "llm", { model: "gpt-9" }, "warning unknown-value model", undefined],
    ["a typo in a value", "agent", { ambient_sound: "coffee_shop" }, "warning unknown-value ambient_sound", "coffee-shop"],
    ["a language of a list", "agent", { language: ["en-US", "en_GB"] }, "warning unknown-value language/1", "en-GB"],
    ["a tool from the future", "llm", tool({ type: "teleport", speed: 1 }), "warning unknown-variant general_tools/0/type", undefined],
    ["a typo in a type", "llm", tool({ type: "endcall" }), "warning unknown-variant general_tools/0/type", "end_call"],
    ["a seed's temperature", "llm", { temperature: 0.5 }, "warning former-field temperature", "model_temperature"],
    ["a seed's tools", "llm", { tools: [] }, "warning former-field tools", "general_tools"],
    ["normalisation", "agent", { normalize_for_speech: true }, "warning former-field normalize_for_speech", undefined],
    ["a removed setting", "agent", { opt_out_sensitive_data_storage: true }, "warning former-field opt_out_sensitive_data_storage", undefined],
    ["a removed prompt", "agent", { analysis_summary_prompt: "x" }, "warning former-field analysis_summary_prompt", undefined],
    ["a removed field that the SDK still has", "agent", { voice_emotion: "calm" }, "warning former-field voice_emotion", undefined],
    ["an LLM's field at the top", "agent", { model_temperature: 0.2 }, "warning misplaced-field model_temperature", undefined],
    ["an agent's field in the LLM", "llm", { voice_id: "x" }, "warning misplaced-field voice_id", undefined],
    ["the server's id", "agent", { agent_id: "agent_1" }, "warning server-field agent_id", undefined],
    ["the server's version of the engine", "agent", { response_engine: { type: "retell-llm", llm_id: "llm_1", version: 3 } }, "warning server-field response_engine/version", undefined],
    ["a retired model", "llm", { model: "gemini-2.5-flash" }, "warning retired-value model", "gemini-3.0-flash"],
    ["a retired model that the SDK still has", "llm", { model: "gpt-4.1-nano" }, "warning retired-value model", "gpt-5.6-luna"],
    ["a retired model of a flow", "flow", { start_speaker: "agent", model_choice: { type: "cascading", model: "gpt-4.1-nano" } }, "warning retired-value model_choice/model", "gpt-5.6-luna"],
    ["a retired model of a node", "flow", { start_speaker: "agent", model_choice: { type: "cascading", model: "gpt-4.1" }, nodes: [{ id: "a", type: "conversation", instruction: { type: "prompt", text: "Hi" }, model_choice: { type: "cascading", model: "gpt-4.1-nano" } }] }, "warning retired-value nodes/0/model_choice/model", "gpt-5.6-luna"],
    ["one word for several languages", "agent", { language: "multi" }, "warning retired-value language", undefined],
    ["a retired tool", "llm", tool({ type: "check_availability_cal", cal_api_key: "secret://CAL", event_type_id: 1 }), "warning retired-value general_tools/0/type", undefined],
    ["a start that does not exist", "llm", { starting_state: "b", states: [{ name: "a" }] }, "warning unknown-reference starting_state", undefined],
    ["an edge to nowhere", "llm", { starting_state: "a", states: [{ name: "a", edges: [{ description: "", destination_state_name: "z" }] }] }, "warning unknown-reference states/0/edges/0/destination_state_name", undefined],
    ["a prompt beyond the limit", "llm", { general_prompt: "word ".repeat(30_000) }, "warning too-long general_prompt", undefined],
  ])("%s", (_name, kind, value, expected, hint) => {
    expect(found(kind, value)).toEqual([expected]);
    expect(validateFields({ kind, value })[0]?.hint).toBe(hint);
  });
});

test("what Retell requires is asked for only of a complete document", () => {
  expect(validateFields({ kind: "agent", value: {}, complete: true }).map(({ code, hint }) => [code, hint])).toEqual([["missing-field", "voice_id"]]);
  expect(validateFields({ kind: "agent", value: {} })).toEqual([]);
  expect(validateFields({ kind: "llm", value: {}, complete: true })).toEqual([]);
});

test("paths begin at the root that the caller names", () => {
  const [problem] = validateFields({ kind: "llm", value: tool({ type: "press_digit", delay_ms: 9999 }), root: ["llm_config"] });
  expect(problem?.path).toEqual(["llm_config", "general_tools", 0, "delay_ms"]);
  expect(problem?.message).toBe("`general_tools[0].delay_ms` must be from 0 to 5000, but is 9999.");
});

test("messages say what to do", () => {
  const value = tool({ type: "transfer_call", transfer_destination: 5, transfer_option: { type: "cold_transfer" } });
  expect(validateFields({ kind: "llm", value })[0]?.message).toBe(
    "`general_tools[0].transfer_destination` must be an object with `type` predefined or inferred, but is a number.",
  );
  expect(validateFields({ kind: "agent", value: { volume: "{{v}}" } })[0]?.message).toBe(
    "`volume` must be a number, but is a string. Variables are replaced in text fields only.",
  );
});

describe("any JSON", () => {
  test.each(FIELD_KINDS)("never throws for a %s", (kind) => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom("general_tools", "states", "custom_stt_config", "language", "nodes", "components", "tools", "x"), (value, key) => {
        validateFields({ kind, value: value as Json, complete: true });
        validateFields({ kind, value: { [key]: value as Json } });
        validateFields({ kind, value: { [key]: [value as Json, { type: value as Json }] } });
      }),
    );
  });

  test("keys of prototypes are unknown keys and change nothing", () => {
    const value = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 1, "handbook_config": {"__proto__": {"polluted": 1}}}') as Json;
    expect(found("agent", value)).toEqual([
      "warning unknown-field __proto__",
      "warning unknown-field constructor",
      "warning unknown-field handbook_config/__proto__",
    ]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("nesting of any depth", () => {
    let deep: Json = 1;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(found("llm", { general_tools: deep, states: deep, x: deep })).toContain("error wrong-type general_tools/0");
  });

  test("warnings without end do not hide an error, and both lists end", () => {
    const unknown = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`zz_${String(index)}`, 1]));
    const problems = validateFields({ kind: "agent", value: { ...unknown, volume: "loud" } });
    expect(problems.filter(({ severity }) => severity === "error").map(({ path }) => path)).toEqual([["volume"]]);
    expect(problems.filter(({ code }) => code === "more-problems").map(({ severity }) => severity)).toEqual(["warning"]);

    const wrong = validateFields({ kind: "llm", value: { knowledge_base_ids: Array.from({ length: 200_000 }, () => 1) } });
    expect(wrong).toHaveLength(1001);
    expect(wrong.at(-1)).toMatchObject({ code: "more-problems", severity: "error" });
  });
});

describe("a changed type", () => {
  const others: readonly Json[] = [null, true, 7, "text", [], {}];

  test("is an error at its place", () => {
    fc.assert(
      fc.property(generatedAgentArbitrary(), fc.constantFrom("agent" as const, "llm" as const), fc.nat(), fc.nat(), (sample, kind, pick, which) => {
        const root = sample[kind];
        const places = leavesOf(root).filter((path) => typesAt(kind, { path, root }).length > 0);
        const path = places[pick % Math.max(places.length, 1)];
        if (!path) return;
        const types = typesAt(kind, { path, root });
        const wrong = others.filter((value) => !types.includes(jsonTypeOf(value)));
        const value = replaced(root, { path, by: wrong[which % wrong.length] ?? null });
        const errors = validateFields({ kind, value }).filter(({ severity }) => severity === "error");
        expect(errors.map((error) => error.path)).toContainEqual(path);
      }),
      { numRuns: 200 },
    );
  });

  /** The types that a field takes; empty where anything goes. */
  function typesAt(kind: FieldKind, { path, root }: { path: JsonPath; root: Json }): readonly string[] {
    const schemas = fieldSchemasAt({ kind, path, root });
    return schemas.some((schema) => schema.type === undefined) ? [] : schemas.flatMap(typesOf);
  }

  function leavesOf(value: Json, path: (string | number)[] = []): (string | number)[][] {
    if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
    if (typeof value !== "object" || value === null) return [path];
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
  }

  function replaced(root: Json, { path: [step, ...rest], by }: { path: JsonPath; by: Json }): Json {
    if (step === undefined) return by;
    if (Array.isArray(root)) return root.map((item, index) => (index === step ? replaced(item, { path: rest, by }) : item));
    const object = root as JsonObject;
    return { ...object, [step]: replaced(object[step] ?? null, { path: rest, by }) };
  }
});
