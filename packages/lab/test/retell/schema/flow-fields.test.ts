import { describe, expect, test } from "@jest/globals";
import type Retell from "retell-sdk";
import { componentFields } from "@retell-actions/lab/retell/schema/component-fields";
import { flowFields } from "@retell-actions/lab/retell/schema/flow-fields";
import { nodeVariants } from "@retell-actions/lab/retell/schema/node-fields";
import { anyhow, laboratory, refusal, smallFlow } from "../laboratory.ts";

type Node = Retell.ConversationFlowCreateParams["nodes"][number];

const condition = { type: "prompt", prompt: "p" } as const;
const equation = { type: "equation", operator: "&&", equations: [{ left: "{{a}}", operator: "==", right: "1" }, { left: "{{b}}", operator: "exists" }] } as const;
const go = (id: string) => ({ id, transition_condition: condition, destination_node_id: "end" });
const labelled = <Label extends string>(id: string, prompt: Label) => ({ id, transition_condition: { ...equation, equations: [...equation.equations], prompt }, destination_node_id: "end" });
const transcript = [
  { role: "user", content: "Hi" },
  { role: "tool_call_invocation", tool_call_id: "1", name: "t", arguments: "{}" },
  { role: "tool_call_result", tool_call_id: "1", content: "ok" },
] as const;
const examples = [{ transcript: [...transcript] }];
const base = {
  name: "Name",
  display_position: { x: 1, y: -2.5 },
  global_node_setting: { condition: "asks", cool_down: 2, go_back_conditions: [go("back")], negative_finetune_examples: examples, positive_finetune_examples: examples },
};
const chosen = { model_choice: { type: "cascading", model: "gpt-5.1", high_priority: true } } as const;
const branching = {
  edges: [go("e1"), { id: "e2", transition_condition: { ...equation, equations: [...equation.equations] } }],
  else_edge: labelled("else", "Else"),
  finetune_transition_examples: [{ id: "f", transcript: [...transcript], destination_node_id: "end" }],
};
const prompt = { type: "prompt", text: "Say." } as const;
const speaking = { instruction: { type: "static_text", text: "Hold on." }, speak_during_execution: true } as const;
const talking = {
  always_edge: labelled("always", "Always"),
  skip_response_edge: labelled("skip", "Skip response"),
  finetune_conversation_examples: [{ id: "f", transcript: [...transcript] }],
  allow_dtmf_interruption: false,
  custom_stt_config: { provider: "soniox" as const, endpointing_ms: 500 },
  interruption_sensitivity: 0.5,
  kb_config: { top_k: 3, filter_score: 0.6 },
  knowledge_base_ids: ["kb_1"],
  reminder_max_count: 0,
  reminder_trigger_ms: 5000,
  responsiveness: 0.5,
  stt_mode: "custom" as const,
  voice_speed: 1.5,
};
const waiting = { wait_for_result: true, enable_typing_sound: true };
const failed = labelled("failed", "Transfer failed");

/** Each type of node in the SDK with each of its keys. */
const nodes: Node[] = [
  { ...base, ...chosen, ...branching, ...talking, id: "conversation", type: "conversation", instruction: prompt },
  { ...base, ...chosen, ...branching, ...talking, id: "subagent", type: "subagent", instruction: prompt, tool_ids: ["t1"], tools: [{ type: "end_call", name: "bye" }] },
  { ...base, ...chosen, ...speaking, id: "end", type: "end" },
  { ...base, ...chosen, ...branching, ...speaking, ...waiting, id: "function", type: "function", tool_id: "t1", tool_type: "local" },
  { ...base, ...chosen, ...branching, ...speaking, ...waiting, id: "code", type: "code", code: "return 1", response_variables: { a: "$.a" }, timeout_ms: 5000 },
  {
    ...base,
    ...chosen,
    ...speaking,
    id: "transfer_call",
    type: "transfer_call",
    edge: failed,
    transfer_destination: { type: "predefined", number: "+14155550100", extension: "1" },
    transfer_option: { type: "warm_transfer", on_hold_music: "none", enable_bridge_audio_cue: false, public_handoff_option: { type: "static_message", message: "Hi" } },
    custom_sip_headers: { "X-A": "1" },
    ignore_e164_validation: true,
  },
  { ...base, ...chosen, ...branching, id: "press_digit", type: "press_digit", instruction: prompt, delay_ms: 5 },
  { ...base, ...chosen, ...branching, id: "branch", type: "branch" },
  { ...base, ...chosen, id: "sms", type: "sms", instruction: { type: "template", template: "info_collection" }, success_edge: labelled("sent", "Sent successfully"), failed_edge: labelled("not-sent", "Failed to send") },
  { ...base, ...chosen, ...branching, id: "extract", type: "extract_dynamic_variables", enable_typing_sound: true, variables: [{ type: "enum", name: "v", description: "d", choices: ["x"] }] },
  {
    ...base,
    ...chosen,
    ...speaking,
    id: "agent_swap",
    type: "agent_swap",
    agent_id: "agent_x",
    agent_version: "latest_published",
    edge: failed,
    post_call_analysis_setting: "both_agents",
    webhook_setting: "only_source_agent",
    keep_current_language: true,
    keep_current_voice: true,
  },
  { ...base, ...chosen, ...branching, ...speaking, ...waiting, id: "mcp", type: "mcp", mcp_id: "mcp_1", mcp_tool_name: "t", response_variables: { a: "$.a" } },
  { ...base, ...branching, id: "component", type: "component", component_id: "c1", component_type: "local" },
  { ...base, ...chosen, ...speaking, id: "bridge", type: "bridge_transfer" },
  { ...base, ...chosen, ...speaking, id: "cancel", type: "cancel_transfer" },
];

const note = { id: "n", content: "c", display_position: { x: 1, y: 2 }, size: { width: 3, height: 4 } };
const tool = { type: "custom", tool_id: "t1", name: "t", url: "https://example.com", headers: { a: "b" }, parameters: { type: "object", properties: {} } } as const;
const mcps = [{ name: "m", url: "https://example.com", headers: { a: "b" }, query_params: { c: "d" }, timeout_ms: 5 }];
const part = { nodes, tools: [tool], mcps, start_node_id: "conversation", flex_mode: true, notes: [note], begin_tag_display_position: { x: 0, y: 0 } };

describe("fields of flows and components", () => {
  test("every type of node comes back with every key, in the flow, in its components and in shared ones", async () => {
    const { client } = await laboratory();
    expect(nodes.map(({ type }) => type).sort()).toEqual(Object.keys(nodeVariants).sort());
    const flow = {
      ...part,
      start_speaker: "user",
      model_choice: { type: "cascading", model: "gpt-6-sol" as "gpt-5.1", high_priority: false },
      global_prompt: "p",
      components: [{ ...part, name: "c" }],
      default_dynamic_variables: { a: "b" },
      knowledge_base_ids: ["kb_1"],
      kb_config: { top_k: 10, filter_score: 0 },
      model_temperature: 0.5,
      tool_call_strict_mode: true,
      begin_after_user_silence_ms: 1000,
      is_transfer_cf: true,
    } satisfies Retell.ConversationFlowCreateParams;
    expect(Object.keys(flow).sort()).toEqual(Object.keys(flowFields).sort());
    expect(await client.conversationFlow.create(flow)).toMatchObject(flow);
    expect(Object.keys({ ...part, name: "c" }).sort()).toEqual(Object.keys(componentFields).sort());
    expect(await client.conversationFlowComponent.create({ ...part, name: "c" })).toMatchObject({ ...part, name: "c" });
  });

  test("keys of the later OpenAPI document, and the id of a local component, are kept; unknown keys inside are dropped by switch", async () => {
    const later = {
      ...smallFlow(),
      nodes: [{ id: "a", type: "conversation", instruction: prompt, skippable: true, made_up: 1 }, { id: "b", type: "end", custom_sip_headers: { "X-A": "1" } }],
      tools: [{ type: "integration_app", name: "app", app_id: "app_1", provider: "p", app_tool_template_name: "t", tool_id: "t1" }],
      components: [{ conversation_flow_component_id: "conversation_flow_component_0123456789ab", name: "c", nodes: [] }],
    };
    const { client } = await laboratory();
    const [{ made_up: _, ...known } = { made_up: 0 }, ...rest] = later.nodes as { made_up: number }[];
    const stored = await client.conversationFlow.create(anyhow(later));
    expect(stored).toMatchObject({ nodes: [known, ...rest], tools: later.tools, components: later.components });
    expect(stored.nodes?.[0]).not.toHaveProperty("made_up");
    const keeping = await laboratory({ nestedUnknownKeys: "keep" });
    expect(await keeping.client.conversationFlow.create(anyhow(later))).toMatchObject(later);
  });

  const wrong: [key: string, value: unknown, part: string][] = [
    ["start_speaker", "nobody", "request/body/start_speaker must be equal to one of the allowed values: user, agent"],
    ["model_choice", { type: "cascading" }, "request/body/model_choice must have required property 'model'"],
    ["model_choice", { type: "cascading", model: "gpt-0" }, "request/body/model_choice/model must be equal to one of the allowed values"],
    ["model_choice", null, "request/body/model_choice must be object"],
    ["model_temperature", 1.1, "request/body/model_temperature must be <= 1"],
    ["kb_config", null, "request/body/kb_config must be object"],
    ["kb_config", { top_k: 0 }, "request/body/kb_config/top_k must be >= 1"],
    ["global_prompt", ["a"], "request/body/global_prompt must be string"],
    ["default_dynamic_variables", { a: 1 }, "request/body/default_dynamic_variables/a must be string"],
    ["begin_tag_display_position", { x: "1" }, "request/body/begin_tag_display_position/x must be number"],
    ["nodes", {}, "request/body/nodes must be array"],
    ["nodes", [{ id: "a", type: "teleport" }], "request/body/nodes/0/type must be equal to one of the allowed values: conversation, subagent, end"],
    ["nodes", [{ type: "end" }], "request/body/nodes/0 must have required property 'id'"],
    ["nodes", [{ id: "a", type: "conversation" }], "request/body/nodes/0 must have required property 'instruction'"],
    ["nodes", [{ id: "a", type: "subagent", instruction: { type: "static_text", text: "t" } }], "request/body/nodes/0/instruction/type must be equal to one of the allowed values: prompt"],
    ["nodes", [{ id: "a", type: "conversation", instruction: prompt, responsiveness: 2 }], "request/body/nodes/0/responsiveness must be <= 1"],
    ["nodes", [{ id: "a", type: "branch" }], "request/body/nodes/0 must have required property 'else_edge'"],
    ["nodes", [{ id: "a", type: "function", tool_id: "t", tool_type: "mine", wait_for_result: true }], "request/body/nodes/0/tool_type must be equal to one of the allowed values: local, shared"],
    ["nodes", [{ id: "a", type: "branch", else_edge: { id: "e" } }], "request/body/nodes/0/else_edge must have required property 'transition_condition'"],
    ["nodes", [{ id: "a", type: "branch", else_edge: go("e"), edges: [{ id: "e", transition_condition: { type: "equation", operator: "&&", equations: Array(51).fill({ left: "a", operator: "exists" }) } }] }], "request/body/nodes/0/edges/0/transition_condition/equations must NOT have more than 50 items"],
    ["nodes", [{ id: "a", type: "subagent", instruction: prompt, tools: [{ type: "custom", name: "t" }] }], "request/body/nodes/0/tools/0 must have required property 'url'"],
    ["tools", [{ type: "end_call", name: "bye" }], "request/body/tools/0/type must be equal to one of the allowed values: custom"],
    ["components", [{ name: "c" }], "request/body/components/0 must have required property 'nodes'"],
    ["components", [{ name: "c", nodes: [{ id: "a", type: "sms" }] }], "request/body/components/0/nodes/0 must have required property 'instruction'"],
    ["mcps", [{ name: "m" }], "request/body/mcps/0 must have required property 'url'"],
    ["notes", [{ id: "n" }], "request/body/notes/0 must have required property 'content'"],
  ];
  test.each(wrong)("%s = %j is refused, without a trace", async (key, value, message) => {
    const { client, organization } = await laboratory();
    const { conversation_flow_id: id } = await client.conversationFlow.create(smallFlow());
    const before = organization.snapshot();
    const { status, body } = await refusal(client.patch(`/update-conversation-flow/${id}`, { body: { [key]: value } }));
    expect([status, body]).toEqual([400, { error_message: expect.stringContaining(message) }]);
    expect(organization.snapshot()).toEqual(before);
    const inComponent = await refusal(client.post("/create-conversation-flow-component", { body: { name: "c", nodes: [], [key]: value } })).catch(() => undefined);
    expect(inComponent?.status).toBe(key in componentFields ? 400 : undefined);
  });

  test("every row of the tables names its source", () => {
    for (const field of [...Object.values(flowFields), ...Object.values(componentFields)]) expect(field.source).not.toBe("");
  });
});
