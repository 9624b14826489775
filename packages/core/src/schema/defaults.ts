import type { Json } from "../canonical/json.ts";
import type { Sourced } from "./field-schema.ts";
import { pathTable } from "./paths.ts";
import type { PathRow, PathTable, Place } from "./paths.ts";
import { MODEL_FIELDS, SPEAKING_NODES, agentPaths, bodyPaths, nodePaths, toolAndNodePaths, toolPaths, toolsPaths } from "./tool-paths.ts";

/** The value that Retell uses where a field is absent. */
export interface DefaultRow extends PathRow, Sourced {
  readonly value: Json;
  /** Defaults that Retell had before, newest first: a stored object may still hold one of them. */
  readonly formerly?: readonly Json[];
}

const SDK = "retell-sdk 5.66.1, field comment";
const SPEC = "API reference, OpenAPI revision 2026-10-04";

const row = (paths: readonly string[], value: Json, source = SDK): DefaultRow => ({ paths, value, source, confidence: "documented" });
const agent = (name: string, value: Json, source = SDK): DefaultRow => row([`agent.${name}`], value, source);
const chat = (name: string, value: Json, source = SDK): DefaultRow => row([`chat.${name}`], value, source);
const both = (name: string, value: Json, source = SDK): DefaultRow => row(agentPaths(name), value, source);

const SPEAKING_TOOLS = [
  "end_call",
  "transfer_call",
  "agent_swap",
  "send_sms",
  "custom",
  "code",
  "bridge_transfer",
  "cancel_transfer",
  "mcp",
  "integration_app",
];

const BRIDGING = ["warm_transfer", "agentic_warm_transfer"];

/**
 * Documented defaults per field. They serve display, resets of removed fields, and one comparison: a field that was absent and
 * now shows its default was not edited. They are never sent unasked.
 */
export const DEFAULTS: PathTable<DefaultRow> = pathTable([
  agent("voice_temperature", 1),
  agent("voice_speed", 1),
  agent("volume", 1),
  agent("enable_dynamic_voice_speed", false),
  agent("enable_dynamic_responsiveness", false),
  agent("enable_expressive_mode", false),
  agent("responsiveness", 1),
  agent("interruption_sensitivity", 1),
  agent("enable_backchannel", false),
  agent("backchannel_frequency", 0.8),
  agent("reminder_trigger_ms", 10_000),
  agent("reminder_max_count", 1),
  agent("ambient_sound", null),
  agent("ambient_sound_volume", 1),
  both("language", "en-US"),
  both("timezone", "America/Los_Angeles"),
  agent("stt_mode", "fast"),
  agent("vocab_specialization", "general"),
  agent("denoising_mode", "noise-cancellation"),
  agent("denoising_enhancement_level", 0.8, SPEC),
  agent("begin_message_delay_ms", 0),
  agent("end_call_after_silence_ms", 600_000),
  agent("max_call_duration_ms", 3_600_000),
  agent("ring_duration_ms", 30_000),
  agent("allow_user_dtmf", true),
  agent("allow_dtmf_interruption", false),
  agent("voicemail_option", null),
  agent("ivr_option", null),
  agent("call_screening_option", null),
  agent("webhook_events", ["call_started", "call_ended", "call_analyzed"]),
  chat("webhook_events", ["chat_started", "chat_ended", "chat_analyzed"]),
  chat("end_chat_after_silence_ms", 3_600_000),
  both("webhook_timeout_ms", 10_000),
  both("data_storage_setting", "everything"),
  both("data_storage_retention_days", null),
  both("opt_in_signed_url", false),
  both("signed_url_expiration_ms", 86_400_000),
  agent("enable_dnc_detection", false, SPEC),
  // Filled in when an agent is created; an older agent without the object has both off.
  both("contact_memory_config.enable_update", false, SPEC),
  both("contact_memory_config.enable_read", true, SPEC),
  both("pii_config.categories", [], SPEC),
  both("pii_config.mode", "post_call", SPEC),
  {
    // A flow and its nodes name their model always.
    paths: MODEL_FIELDS.filter((path) => !path.includes("model_choice")),
    value: "gpt-5.6-terra",
    formerly: ["gpt-4.1"],
    source: `${SPEC}; gpt-4.1 in retell-sdk 5.66.1`,
    confidence: "documented",
  },
  row(["llm.model_temperature"], 0),
  row(["llm.model_high_priority", "flow.model_choice.high_priority", ...bodyPaths("nodes[].model_choice.high_priority")], false),
  row(["llm.mcps[].timeout_ms", ...bodyPaths("mcps[].timeout_ms")], 120_000),
  {
    paths: ["llm.kb_config.top_k", "flow.kb_config.top_k", ...nodePaths(SPEAKING_NODES, "kb_config.top_k")],
    value: 3,
    source: "API reference, example value",
    confidence: "inferred",
  },
  {
    paths: ["llm.kb_config.filter_score", "flow.kb_config.filter_score", ...nodePaths(SPEAKING_NODES, "kb_config.filter_score")],
    value: 0.6,
    source: "API reference, example value",
    confidence: "inferred",
  },
  {
    paths: nodePaths(SPEAKING_NODES, "skippable"),
    value: false,
    source: `${SPEC}; written back by the live API`,
    confidence: "field-report",
  },
  row(toolsPaths(SPEAKING_TOOLS, "execution_message_type"), "prompt"),
  row(toolPaths("custom", "method"), "POST"),
  row(toolPaths("custom", "timeout_ms"), 120_000),
  row(toolPaths("custom", "max_retry"), 0),
  row(toolAndNodePaths("code", "timeout_ms"), 30_000),
  row(toolPaths("code", "speak_after_execution"), true, SPEC),
  row(toolAndNodePaths("press_digit", "delay_ms"), 1_000),
  row(toolPaths("send_sms", "speak_during_execution"), true),
  row(toolAndNodePaths("agent_swap", "agent_version"), "latest"),
  row(toolAndNodePaths("agent_swap", "keep_current_voice"), false),
  row(toolAndNodePaths("agent_swap", "keep_current_language"), false),
  row(toolAndNodePaths("agent_swap", "webhook_setting"), "only_source_agent"),
  row(toolAndNodePaths("transfer_call", "ignore_e164_validation"), false),
  row(toolAndNodePaths("transfer_call", "transfer_option(type=cold_transfer).cold_transfer_mode"), "sip_invite", SPEC),
  row(
    BRIDGING.flatMap((type) => toolAndNodePaths("transfer_call", `transfer_option(type=${type}).enable_bridge_audio_cue`)),
    true,
  ),
  row(toolAndNodePaths("transfer_call", "transfer_option(type=warm_transfer).opt_out_human_detection"), false),
  row(
    toolAndNodePaths("transfer_call", "transfer_option(type=agentic_warm_transfer).agentic_transfer_config.transfer_timeout_ms"),
    30_000,
  ),
  row(
    toolAndNodePaths("transfer_call", "transfer_option(type=agentic_warm_transfer).agentic_transfer_config.action_on_timeout"),
    "cancel_transfer",
  ),
]);

/**
 * The documented default of a field, or `undefined` where none is documented (`null` is a default: off, or none). Without a root, a
 * field whose default depends on its object (`timeout_ms` of a tool) has one only if all possible ones are equal.
 */
export function documentedDefault(place: Place): DefaultRow | undefined {
  if (place.root !== undefined) return DEFAULTS.find(place);
  const [first, ...others] = DEFAULTS.possible(place);
  return first && others.every((other) => sameValue(other.value, first.value)) ? first : undefined;
}

/** Whether a value is the documented default of its field, today's or a former one. */
export function isDocumentedDefault(place: Place & { readonly value: Json }): boolean {
  const found = documentedDefault(place);
  return found !== undefined && [found.value, ...(found.formerly ?? [])].some((value) => sameValue(value, place.value));
}

/** Defaults are scalars or lists of scalars, so their JSON text is canonical. */
const sameValue = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);
