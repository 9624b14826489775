import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type Retell from "retell-sdk";
import { agentFields } from "@retell-actions/lab/retell/schema/agent-fields";
import { chatAgentFields } from "@retell-actions/lab/retell/schema/chat-agent-fields";
import { componentFields } from "@retell-actions/lab/retell/schema/component-fields";
import { flowFields } from "@retell-actions/lab/retell/schema/flow-fields";
import { llmFields } from "@retell-actions/lab/retell/schema/llm-fields";
import { laboratory } from "../laboratory.ts";

const resources = join(dirname(createRequire(import.meta.url).resolve("retell-sdk")), "resources");

/** The top-level keys of an interface in the SDK's declarations. */
function keysOf(file: string, name: string): string[] {
  const source = readFileSync(join(resources, file), "utf8");
  const start = source.indexOf(`export interface ${name} {`);
  const body = source.slice(start, source.indexOf("\n}", start));
  return [...body.matchAll(/^ {4}(\w+)\??:/gm)].map((match) => match[1] ?? "");
}

type Tools = NonNullable<Retell.LlmCreateParams["general_tools"]>;

const speech = { speak_during_execution: true, execution_message_description: "One moment", execution_message_type: "static_text" } as const;
const after = { speak_after_execution: false, enable_typing_sound: true, response_variables: { a: "$.a" } };
const handoff = { type: "static_message", message: "Hello" } as const;
const transfer = { ...speech, type: "transfer_call", custom_sip_headers: { "X-A": "1" }, ignore_e164_validation: true } as const;
const music = { on_hold_music: "custom", custom_on_hold_music_asset_id: "asset_1", enable_bridge_audio_cue: false } as const;
const ring = { show_transferee_as_caller: true, transfer_ring_duration_ms: 30_000 };
const cal = { cal_api_key: "secret", event_type_id: 1, timezone: "Europe/Zurich", description: "d" };

/** Each type of tool in the SDK with each of its keys. */
const tools: Tools = [
  { ...speech, type: "end_call", name: "end", description: "d" },
  {
    ...transfer,
    name: "cold",
    transfer_destination: { type: "predefined", number: "+14155550100", extension: "1" },
    transfer_option: { type: "cold_transfer", cold_transfer_mode: "sip_refer", ...ring },
  },
  {
    ...transfer,
    name: "warm",
    transfer_destination: { type: "inferred", prompt: "who" },
    transfer_option: {
      type: "warm_transfer",
      agent_detection_timeout_ms: 1000,
      ...music,
      ...ring,
      ivr_option: { type: "prompt", prompt: "p" },
      opt_out_human_detection: true,
      private_handoff_option: { type: "prompt", prompt: "p" },
      public_handoff_option: handoff,
    },
  },
  {
    ...transfer,
    name: "agentic",
    transfer_destination: { type: "inferred", prompt: "who" },
    transfer_option: {
      type: "agentic_warm_transfer",
      ...music,
      ...ring,
      public_handoff_option: handoff,
      agentic_transfer_config: {
        action_on_timeout: "bridge_transfer",
        transfer_timeout_ms: 10_000,
        transfer_agent: { agent_id: "agent_x", agent_version: "latest_published" },
      },
    },
  },
  { ...cal, type: "check_availability_cal", name: "check" },
  { ...cal, type: "book_appointment_cal", name: "book" },
  {
    ...speech,
    type: "agent_swap",
    name: "swap",
    agent_id: "agent_x",
    agent_version: 3,
    post_call_analysis_setting: "both_agents",
    webhook_setting: "only_source_agent",
    keep_current_language: true,
    keep_current_voice: true,
  },
  { type: "press_digit", name: "press", delay_ms: 5, description: "d" },
  { ...speech, type: "send_sms", name: "sms", sms_content: { type: "predefined", text: "Hi" } },
  { ...speech, type: "send_sms", name: "sms2", sms_content: { type: "template", template: "info_collection" } },
  {
    ...speech,
    ...after,
    type: "custom",
    name: "custom",
    url: "https://example.com",
    args_at_root: true,
    headers: { a: "b" },
    query_params: { q: "1" },
    max_retry: 5,
    method: "PUT",
    parameter_type: "form",
    parameters: { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
    timeout_ms: 1000,
  },
  { ...speech, ...after, type: "code", name: "code", code: "return 1", timeout_ms: 5000 },
  {
    type: "extract_dynamic_variable",
    name: "extract",
    description: "d",
    enable_typing_sound: false,
    variables: [
      { type: "string", name: "s", description: "d", examples: ["x"], required: true, conditional_prompt: "p" },
      { type: "enum", name: "e", description: "d", choices: ["x"] },
      { type: "boolean", name: "b", description: "d" },
      { type: "number", name: "n", description: "d" },
    ],
  },
  { ...speech, type: "bridge_transfer", name: "bridge", description: "d" },
  { ...speech, type: "cancel_transfer", name: "cancel", description: "d" },
  { ...speech, ...after, type: "mcp", name: "mcp", description: "d", mcp_id: "mcp_1", input_schema: { a: "b" } },
];

describe("the tables and the types of the SDK", () => {
  test("every field of the SDK is known, except the removed voice_emotion", () => {
    const agent = keysOf("agent.d.ts", "AgentCreateParams");
    expect(agent.length).toBeGreaterThan(50);
    expect(agent.filter((key) => !(key in agentFields))).toEqual(["voice_emotion"]);
    const llm = keysOf("llm.d.ts", "LlmCreateParams");
    expect(llm.length).toBeGreaterThan(15);
    expect(llm.filter((key) => !(key in llmFields))).toEqual([]);
    const rest = [
      [keysOf("chat-agent.d.ts", "ChatAgentCreateParams"), chatAgentFields],
      [keysOf("conversation-flow.d.ts", "ConversationFlowCreateParams"), flowFields],
      [keysOf("conversation-flow-component.d.ts", "ConversationFlowComponentCreateParams"), componentFields],
    ] as const;
    for (const [keys, table] of rest) {
      expect(keys.length).toBeGreaterThan(7);
      expect(keys.filter((key) => !(key in table))).toEqual([]);
    }
  });

  test("every tool comes back with every key", async () => {
    const { client } = await laboratory();
    const edges = [{ destination_state_name: "s", description: "d", parameters: { type: "object", properties: {} } }] as const;
    const mcps = [{ name: "m", url: "https://example.com", headers: { a: "b" }, query_params: { c: "d" }, timeout_ms: 5 }];
    const general = await client.llm.create({ general_tools: tools, mcps });
    expect(general).toMatchObject({ general_tools: tools, mcps });
    const inState = await client.llm.create({ starting_state: "s", states: [{ name: "s", state_prompt: "p", tools, edges: [...edges] }] });
    expect(inState).toMatchObject({ states: [{ name: "s", state_prompt: "p", tools, edges }] });
  });

  test("nested objects of an agent come back with every key", async () => {
    const { client } = await laboratory();
    const nested = {
      call_screening_option: { agent_identity: "a", call_purpose: "b" },
      custom_stt_config: { provider: "soniox", endpointing_ms: 10 },
      guardrail_config: { input_topics: ["platform_integrity_jailbreaking"], output_topics: null },
      ivr_option: { action: { type: "hangup" }, detection_prompt: null },
      pii_config: { mode: "post_call", categories: ["ssn"] },
      post_call_analysis_data: [
        { type: "enum", name: "e", description: "d", choices: ["x"], required: true },
        { type: "system-presets", name: "call_summary", description: "d", conditional_prompt: "p" },
      ],
      pronunciation_dictionary: [{ word: "w", alphabet: "ipa", phoneme: "p" }],
      user_dtmf_options: { digit_limit: 3, termination_key: "#", timeout_ms: 1000 },
      voicemail_option: { action: { type: "static_text", text: "t" }, detection_prompt: "p" },
      handbook_config: { ai_disclosure: true, speech_normalization: false },
      fallback_voice_ids: ["v2"],
      ambient_sound: "coffee-shop",
      language: ["es-419", "zh-CN"],
    } satisfies Partial<Retell.AgentCreateParams>;
    const engine = { type: "custom-llm", llm_websocket_url: "wss://example.com" } as const;
    expect(await client.agent.create({ voice_id: "v", response_engine: engine, ...nested })).toMatchObject(nested);
  });
});
