import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../src/canonical/json.ts";
import type { FieldKind } from "../../src/schema/field-schema.ts";
import { validateFields } from "../../src/schema/validate-fields.ts";

/** `severity code path` of every problem, in order. */
function found(kind: FieldKind, value: Json): string[] {
  return validateFields({ kind, value }).map(({ code, severity, path }) => `${severity} ${code} ${path.join("/")}`);
}

const prompt = { type: "prompt", text: "Help." };
const edge = (id: string, to?: string): JsonObject => ({
  id,
  transition_condition: { type: "prompt", prompt: "it fits" },
  ...(to !== undefined && { destination_node_id: to }),
});
const talk = (id: string, fields: JsonObject = {}): JsonObject => ({ id, type: "conversation", instruction: prompt, ...fields });
const end = (id: string): JsonObject => ({ id, type: "end" });
const call = (id: string, tool: string, fields: JsonObject = {}): JsonObject => ({ id, type: "function", tool_id: tool, tool_type: "local", wait_for_result: true, ...fields });
const custom = (name: string, id: string): JsonObject => ({ type: "custom", name, tool_id: id, url: "https://x.test" });
const nodes = (...all: JsonObject[]): JsonObject => ({ nodes: all });
const equations = (count: number): JsonObject => ({
  id: "e",
  transition_condition: { type: "equation", operator: "&&", equations: Array.from({ length: count }, () => ({ left: "{{a}}", operator: "exists" })) },
});

describe("flows that run", () => {
  test.each<[string, Json]>([
    ["a way from the start to the end", { start_node_id: "a", ...nodes(talk("a", { edges: [edge("1", "b")], else_edge: edge("2", "c") }), end("b"), end("c")) }],
    ["a global node, which no edge leads to", { start_node_id: "a", ...nodes(end("a"), { ...end("help"), global_node_setting: { condition: "asks for help" } }) }],
    ["a circle", { start_node_id: "a", ...nodes(talk("a", { edges: [edge("1", "b")] }), talk("b", { edges: [edge("1", "a")] })) }],
    ["every kind of edge", {
      start_node_id: "a",
      ...nodes(
        talk("a", { always_edge: { id: "1", transition_condition: { type: "prompt", prompt: "Always" }, destination_node_id: "b" }, skip_response_edge: edge("2", "c") }),
        { id: "b", type: "sms", instruction: prompt, success_edge: edge("1", "d"), failed_edge: edge("2", "e") },
        { id: "c", type: "transfer_call", transfer_destination: { type: "predefined", number: "+14155550100" }, transfer_option: { type: "cold_transfer" }, edge: edge("1", "f") },
        end("d"),
        end("e"),
        end("f"),
      ),
    }],
    ["an unfinished edge", nodes(talk("a", { edges: [edge("1"), { ...edge("2"), destination_node_id: "" }] }))],
    ["no start", nodes(talk("a"), talk("b"))],
    ["tools of the flow", { tools: [custom("look_up", "t1")], ...nodes(call("a", "t1"), { ...talk("b"), type: "subagent", tool_ids: ["t1"] }) }],
    ["a tool of the workspace", nodes(call("a", "elsewhere", { tool_type: "shared" }))],
    ["tools of the flow in its component", { tools: [custom("a", "t1")], nodes: [], components: [{ name: "c", tools: [custom("b", "t2")], nodes: [call("x", "t1"), call("y", "t2")] }] }],
    ["the same ids in a component", { start_node_id: "a", ...nodes(talk("a")), components: [{ name: "c", start_node_id: "a", ...nodes(talk("a")) }] }],
    ["a component by its name", { components: [{ name: "c", nodes: [] }], ...nodes({ id: "a", type: "component", component_id: "c", component_type: "local", else_edge: edge("1") }) }],
    ["a component by the console's id", { components: [{ name: "c", conversation_flow_component_id: "x1", nodes: [] }], ...nodes({ id: "a", type: "component", component_id: "x1", component_type: "local", else_edge: edge("1") }) }],
    ["a component that flows share", nodes({ id: "a", type: "component", component_id: "component://triage", component_type: "shared", else_edge: edge("1") })],
    ["fifty equations", nodes({ id: "a", type: "branch", edges: [equations(50)], else_edge: edge("1") })],
    ["settings of its own", nodes(talk("a", { voice_speed: 0.5, responsiveness: 1, interruption_sensitivity: null, reminder_max_count: 0, skippable: true, knowledge_base_ids: ["knowledge://faq"] }))],
    ["newer things", { tools: [{ type: "integration_app", name: "a", tool_id: "t", app_id: "b", provider: "calcom", app_tool_template_name: "d" }], ...nodes({ ...end("a"), custom_sip_headers: { "X-A": "1" } }) }],
    ["the suite's own keys", { $schema: "x", prompt_config: { sections: [] } }],
    ["notes and positions", { notes: [{ id: "1", content: "hi", display_position: { x: 1, y: 2 }, size: { width: 3, height: 4 } }], begin_tag_display_position: null, ...nodes({ ...end("a"), display_position: { x: -1 } }) }],
  ])("%s", (_name, value) => {
    expect(found("flow", value)).toEqual([]);
  });
});

describe("errors of flows", () => {
  test.each<[string, Json, string[]]>([
    ["two nodes of one id", nodes(end("a"), end("a")), ["error duplicate-name nodes/1/id"]],
    ["a tool without an id", { tools: [{ type: "custom", name: "a", url: "u" }] }, ["error missing-field tools/0"]],
    ["a node's tool named like one that it calls", { tools: [custom("a", "1")], ...nodes({ ...talk("n"), type: "subagent", tool_ids: ["1"], tools: [{ type: "end_call", name: "a" }] }) }, ["error duplicate-name nodes/0/tools/0/name"]],
    ["too many equations", nodes({ id: "a", type: "branch", edges: [equations(51)], else_edge: edge("1") }), ["error out-of-range nodes/0/edges/0/transition_condition/equations"]],
    ["a blank in a tool's name", { tools: [custom("a b", "1")] }, ["error out-of-range tools/0/name"]],
    ["a branch without an else", nodes({ id: "a", type: "branch", edges: [] }), ["error missing-field nodes/0"]],
    ["an equation without equations", nodes(talk("a", { edges: [{ id: "1", transition_condition: { type: "equation", operator: "&&" } }] })), ["error missing-field nodes/0/edges/0/transition_condition"]],
    ["a node's voice too fast", nodes(talk("a", { voice_speed: 3 })), ["error out-of-range nodes/0/voice_speed"]],
    ["a global node without a condition", nodes({ ...end("a"), global_node_setting: { condition: "" } }), ["error out-of-range nodes/0/global_node_setting/condition"]],
    ["a node's hold music without an asset", nodes({ id: "c", type: "transfer_call", transfer_destination: { type: "inferred", prompt: "" }, transfer_option: { type: "warm_transfer", on_hold_music: "custom" }, edge: edge("1") }), ["error missing-field nodes/0/transfer_option/on_hold_music"]],
    ["a ring that is too short, in a component", { components: [{ name: "c", ...nodes({ id: "c", type: "transfer_call", transfer_destination: { type: "inferred", prompt: "" }, transfer_option: { type: "cold_transfer", transfer_ring_duration_ms: 1 }, edge: edge("1") }) }] }, ["error out-of-range components/0/nodes/0/transfer_option/transfer_ring_duration_ms"]],
    ["a code node's time", nodes({ id: "a", type: "code", code: "1", wait_for_result: true, timeout_ms: 120_000 }), ["error out-of-range nodes/0/timeout_ms"]],
    ["a temperature", { model_temperature: 1.5 }, ["error out-of-range model_temperature"]],
    ["an id that is no text", nodes({ ...end("a"), id: 4 }), ["error wrong-type nodes/0/id"]],
  ])("%s", (_name, value, expected) => {
    expect(found("flow", value)).toEqual(expected);
  });

  test("what Retell requires is asked for only of a complete flow", () => {
    expect(validateFields({ kind: "flow", value: {}, complete: true }).map(({ hint }) => hint)).toEqual(["model_choice", "nodes", "start_speaker"]);
    expect(validateFields({ kind: "component", value: {}, complete: true }).map(({ hint }) => hint)).toEqual(["name", "nodes"]);
    expect(found("flow", {})).toEqual([]);
  });
});

describe("warnings of flows", () => {
  test.each<[string, Json, string, string | undefined]>([
    ["a start that is no node", { start_node_id: "z", ...nodes(end("a")) }, "warning unknown-reference start_node_id", undefined],
    ["an edge to nowhere", nodes(talk("a", { edges: [edge("1", "z")] })), "warning unknown-reference nodes/0/edges/0/destination_node_id", undefined],
    ["a single edge to nowhere", nodes(talk("a", { else_edge: edge("1", "z") })), "warning unknown-reference nodes/0/else_edge/destination_node_id", undefined],
    ["two edges of one id", nodes(talk("a", { edges: [edge("1"), edge("1")] })), "warning duplicate-name nodes/0/edges/1/id", undefined],
    ["a tool that is not there", nodes(call("a", "t")), "warning unknown-reference nodes/0/tool_id", undefined],
    ["a subagent's tool that is not there", nodes({ ...talk("a"), type: "subagent", tool_ids: ["t"] }), "warning unknown-reference nodes/0/tool_ids/0", undefined],
    ["a component where there are none", nodes({ id: "a", type: "component", component_id: "c", component_type: "local", else_edge: edge("1") }), "warning unknown-reference nodes/0/component_id", undefined],
    ["an edge out of a component", { ...nodes(end("a")), components: [{ name: "c", ...nodes(talk("b", { edges: [edge("1", "a")] })) }] }, "warning unknown-reference components/0/nodes/0/edges/0/destination_node_id", undefined],
    ["two components of one name", { components: [{ name: "c", nodes: [] }, { name: "c", nodes: [] }] }, "warning duplicate-name components/1/name", undefined],
    ["two tools of one name", { tools: [custom("a", "1"), custom("a", "2")] }, "warning duplicate-name tools/1/name", undefined],
    ["two tools of one id", { tools: [custom("a", "1"), custom("b", "1")] }, "warning duplicate-name tools/1/tool_id", undefined],
    ["a node's own speech to text without settings", nodes(talk("a", { stt_mode: "custom" })), "warning missing-field nodes/0/stt_mode", "custom_stt_config"],
    ["a node that nobody reaches", { start_node_id: "a", ...nodes(end("a"), end("b")) }, "warning unreached-node nodes/1", undefined],
    ["a node that only itself reaches", { start_node_id: "a", ...nodes(end("a"), talk("b", { edges: [edge("1", "b")] })) }, "warning unreached-node nodes/1", undefined],
    ["a node of a component that nobody reaches", { components: [{ name: "c", start_node_id: "a", ...nodes(end("a"), end("b")) }] }, "warning unreached-node components/0/nodes/1", undefined],
    ["another component than those there are", { components: [{ name: "c", nodes: [] }], ...nodes({ id: "a", type: "component", component_id: "d", component_type: "local", else_edge: edge("1") }) }, "warning unknown-reference nodes/0/component_id", undefined],
    ["a type of node from the future", nodes({ id: "a", type: "teleport", speed: 1 }), "warning unknown-variant nodes/0/type", undefined],
    ["a typo in a type", nodes({ ...end("a"), type: "ending" }), "warning unknown-variant nodes/0/type", undefined],
    ["a typo in a node", nodes(talk("a", { skipable: true })), "warning unknown-field nodes/0/skipable", "skippable"],
    ["an edge from the future, which reaches its node", { start_node_id: "a", ...nodes(talk("a", { fallback_edge: edge("1", "b") }), end("b")) }, "warning unknown-field nodes/0/fallback_edge", undefined],
    ["a condition from the future", nodes(talk("a", { edges: [{ id: "1", transition_condition: { type: "sentiment" } }] })), "warning unknown-variant nodes/0/edges/0/transition_condition/type", undefined],
    ["a retired model of the flow", { model_choice: { type: "cascading", model: "gemini-2.5-pro" } }, "warning retired-value model_choice/model", "gemini-3.8-flash"],
    ["a retired model of a component's node", { components: [{ name: "c", ...nodes({ ...end("a"), model_choice: { type: "cascading", model: "gpt-4.1-nano" } }) }] }, "warning retired-value components/0/nodes/0/model_choice/model", "gpt-5.6-luna"],
    ["tools of a node that may have none any more", nodes(talk("a", { tools: [] })), "warning former-field nodes/0/tools", undefined],
    ["a prompt of an LLM", { general_prompt: "x" }, "warning misplaced-field general_prompt", "global_prompt"],
    ["an agent's field", { voice_id: "x" }, "warning misplaced-field voice_id", undefined],
    ["the server's id", { conversation_flow_id: "x" }, "warning server-field conversation_flow_id", undefined],
    ["a tool of a node with an id of the server", nodes({ ...talk("a"), type: "subagent", tools: [{ type: "end_call", name: "bye", tool_id: "x" }] }), "warning server-field nodes/0/tools/0/tool_id", undefined],
    ["a retired tool", { tools: [{ type: "book_appointment_cal", name: "b", tool_id: "t", cal_api_key: "secret://CAL", event_type_id: 1 }] }, "warning retired-value tools/0/type", undefined],
  ])("%s", (_name, value, expected, hint) => {
    expect(found("flow", value)).toEqual([expected]);
    expect(validateFields({ kind: "flow", value })[0]?.hint).toBe(hint);
  });
});

describe("components that flows share", () => {
  test("have the rules of a flow's nodes, and may use tools of the flow", () => {
    expect(found("component", { name: "c", start_node_id: "z", ...nodes(end("a")) })).toEqual(["warning unknown-reference start_node_id"]);
    expect(found("component", { name: "c", ...nodes(call("a", "t")) })).toEqual(["warning unknown-reference nodes/0/tool_id"]);
    expect(found("component", { name: "c", tools: [custom("a", "t")], ...nodes(call("a", "t")) })).toEqual([]);
    expect(found("component", { name: "c", nodes: [], global_prompt: "x", linked_conversation_flow_ids: [] })).toEqual([
      "warning misplaced-field global_prompt",
      "warning server-field linked_conversation_flow_ids",
    ]);
  });
});

describe("chat agents", () => {
  test.each<[string, Json, string[]]>([
    ["all settings", { channel: "chat", auto_close_message: null, end_chat_after_silence_ms: 120_000, webhook_events: ["chat_analyzed"], data_storage_setting: null, post_session_tools: null }, []],
    ["silence below the least", { end_chat_after_silence_ms: 119_999 }, ["error out-of-range end_chat_after_silence_ms"]],
    ["retention beyond the most", { data_storage_retention_days: 731 }, ["error out-of-range data_storage_retention_days"]],
    ["an event of calls", { webhook_events: ["call_ended"] }, ["warning unknown-value webhook_events/0"]],
    ["a preset of calls", { post_chat_analysis_data: [{ type: "system-presets", name: "call_summary" }] }, ["warning unknown-value post_chat_analysis_data/0/name"]],
    ["a preset of voice", { handbook_config: { nato_phonetic_alphabet: true } }, ["warning unknown-field handbook_config/nato_phonetic_alphabet"]],
    ["a voice", { voice_id: "x" }, ["warning misplaced-field voice_id"]],
    ["the mark of ownership", { version_title: "v1" }, ["error reserved-field version_title"]],
    ["an engine's field", { nodes: [] }, ["warning misplaced-field nodes"]],
    ["one word for several languages", { language: "multi" }, ["warning retired-value language"]],
  ])("%s", (_name, value, expected) => {
    expect(found("chat", value)).toEqual(expected);
  });

  test.each<[FieldKind, string, string, string]>([
    ["chat", "post_call_analysis_data", "post_chat_analysis_data", "`post_call_analysis_data` is a field of voice agents, so Retell ignores it here. Here it is called `post_chat_analysis_data`."],
    ["agent", "end_chat_after_silence_ms", "end_call_after_silence_ms", "`end_chat_after_silence_ms` is a field of chat agents, so Retell ignores it here. Here it is called `end_call_after_silence_ms`."],
    ["llm", "global_prompt", "general_prompt", "`global_prompt` is a field of the conversation flow, so Retell ignores it here. Here it is called `general_prompt`."],
  ])("a %s with %s is told of %s", (kind, key, hint, message) => {
    expect(validateFields({ kind, value: { [key]: null } })).toEqual([{ code: "misplaced-field", severity: "warning", path: [key], message, hint }]);
  });

  test.each<[FieldKind, string, string]>([
    ["agent", "begin_message", "`begin_message` is a field of the LLM, so Retell ignores it here. Move it into `llm_config`."],
    ["agent", "start_speaker", "`start_speaker` is a field of the LLM and of the conversation flow, so Retell ignores it here. Move it into `llm_config` or `conversation_flow`."],
    ["flow", "webhook_url", "`webhook_url` is a field of the agent, so Retell ignores it here. Move it out of `conversation_flow`, to the top of the file."],
    ["chat", "voice_speed", "`voice_speed` is a field of voice agents, so Retell ignores it here. Remove it."],
  ])("a %s with %s is told where it belongs", (kind, key, message) => {
    expect(validateFields({ kind, value: { [key]: null } }).map((problem) => problem.message)).toEqual([message]);
  });
});
