import type { Resource } from "../schema/resource.ts";

/**
 * The server's defaults, all of them and nowhere else. `written` tells whether the value shows up in answers or only
 * applies at run time; per field that is not documented, so the column is a guess unless `confidence` says otherwise.
 */
export interface DefaultRow {
  /** A resource, `tool:<type>`, `node:<type>`, `transfer:<type>` (a transfer option), or the key of a nested object. */
  readonly on: Resource | `${"tool" | "node" | "transfer"}:${string}` | "agentic_transfer_config" | "pii_config" | "mcp";
  readonly key: string;
  readonly value: unknown;
  readonly written: boolean;
  readonly source: string;
  readonly confidence: "observed" | "inferred";
}

const agentPage = "API reference, Create Voice Agent";
const chatPage = "API reference, Create Chat Agent";
const flowPage = "API reference, Create Conversation Flow";
const llmPage = "API reference, Create Retell LLM";
const spec = "OpenAPI document, revision 2026-10-04";

type Values = Readonly<Record<string, unknown>>;

const rows = (
  values: Values,
  rest: Omit<DefaultRow, "key" | "value" | "confidence"> & { confidence?: DefaultRow["confidence"] },
): DefaultRow[] => Object.entries(values).map(([key, value]) => ({ key, value, confidence: "inferred", ...rest }));

/** Every default. Resource rows apply on create; nested rows whenever the object around them is written. */
export const defaultRows: readonly DefaultRow[] = [
  ...rows(
    { contact_memory_config: { enable_update: false, enable_read: true } },
    { on: "agent", written: true, source: spec, confidence: "observed" },
  ),
  ...rows(
    {
      language: "en-US",
      interruption_sensitivity: 1,
      end_call_after_silence_ms: 600_000,
      max_call_duration_ms: 3_600_000,
      data_storage_setting: "everything",
      opt_in_signed_url: false,
      post_call_analysis_model: "gpt-5.6-terra",
    },
    { on: "agent", written: true, source: agentPage },
  ),
  ...rows(
    {
      voice_temperature: 1,
      voice_speed: 1,
      volume: 1,
      enable_dynamic_voice_speed: false,
      enable_dynamic_responsiveness: false,
      enable_expressive_mode: false,
      responsiveness: 1,
      enable_backchannel: false,
      backchannel_frequency: 0.8,
      reminder_trigger_ms: 10_000,
      reminder_max_count: 1,
      ambient_sound_volume: 1,
      timezone: "America/Los_Angeles",
      stt_mode: "fast",
      vocab_specialization: "general",
      denoising_mode: "noise-cancellation",
      begin_message_delay_ms: 0,
      ring_duration_ms: 30_000,
      allow_user_dtmf: true,
      allow_dtmf_interruption: false,
      webhook_events: ["call_started", "call_ended", "call_analyzed"],
      webhook_timeout_ms: 10_000,
      signed_url_expiration_ms: 86_400_000,
    },
    { on: "agent", written: false, source: agentPage },
  ),
  ...rows({ denoising_enhancement_level: 0.8, enable_dnc_detection: false }, { on: "agent", written: false, source: spec }),
  ...rows(
    { contact_memory_config: { enable_update: false, enable_read: true } },
    { on: "chat-agent", written: true, source: spec, confidence: "observed" },
  ),
  ...rows(
    {
      language: "en-US",
      end_chat_after_silence_ms: 3_600_000,
      data_storage_setting: "everything",
      opt_in_signed_url: false,
      post_chat_analysis_model: "gpt-5.6-terra",
    },
    { on: "chat-agent", written: true, source: chatPage },
  ),
  ...rows(
    {
      timezone: "America/Los_Angeles",
      webhook_events: ["chat_started", "chat_ended", "chat_analyzed"],
      webhook_timeout_ms: 10_000,
      signed_url_expiration_ms: 86_400_000,
    },
    { on: "chat-agent", written: false, source: chatPage },
  ),
  ...rows({ model: "gpt-5.6-terra" }, { on: "retell-llm", written: true, source: spec }),
  ...rows({ model_temperature: 0 }, { on: "retell-llm", written: true, source: llmPage }),
  ...rows({ model_high_priority: false }, { on: "retell-llm", written: false, source: llmPage }),
  ...rows({ mode: "post_call", categories: [] }, { on: "pii_config", written: true, source: agentPage }),
  ...rows({ speak_after_execution: true, timeout_ms: 30_000 }, { on: "tool:code", written: true, source: llmPage }),
  ...rows({ method: "POST", timeout_ms: 120_000 }, { on: "tool:custom", written: false, source: llmPage }),
  ...rows({ delay_ms: 1000 }, { on: "tool:press_digit", written: false, source: llmPage }),
  ...rows({ speak_during_execution: true }, { on: "tool:send_sms", written: false, source: llmPage }),
  ...rows({ agent_version: "latest", keep_current_language: false }, { on: "tool:agent_swap", written: false, source: llmPage }),
  ...rows({ skippable: false }, { on: "node:conversation", written: true, source: spec, confidence: "observed" }),
  ...rows({ skippable: false }, { on: "node:subagent", written: true, source: spec, confidence: "observed" }),
  ...rows({ timeout_ms: 30_000 }, { on: "node:code", written: true, source: flowPage }),
  ...rows({ delay_ms: 1000 }, { on: "node:press_digit", written: false, source: flowPage }),
  ...rows({ agent_version: "latest", keep_current_language: false }, { on: "node:agent_swap", written: false, source: flowPage }),
  ...rows({ cold_transfer_mode: "sip_invite" }, { on: "transfer:cold_transfer", written: true, source: llmPage }),
  ...rows({ enable_bridge_audio_cue: true }, { on: "transfer:warm_transfer", written: true, source: llmPage }),
  ...rows({ enable_bridge_audio_cue: true }, { on: "transfer:agentic_warm_transfer", written: true, source: llmPage }),
  ...rows(
    { transfer_timeout_ms: 30_000, action_on_timeout: "cancel_transfer" },
    { on: "agentic_transfer_config", written: true, source: llmPage },
  ),
  ...rows({ timeout_ms: 120_000 }, { on: "mcp", written: false, source: llmPage }),
];
