import type { Sourced } from "./field-schema.ts";
import { pathTable } from "./paths.ts";
import type { PathRow, PathTable } from "./paths.ts";
import { agentPaths, nodePaths } from "./tool-paths.ts";

/** A field that Retell had, or that people expect it to have, and what to write today. */
export interface FormerField extends PathRow, Sourced {
  /** Completes "use …": today's field, or what to do instead. */
  readonly today: string;
  /**
   * Where the value is moved to, as keys from the root of the same document. Only for fields whose value keeps its
   * meaning; the others are sent as they are and Retell ignores them.
   */
  readonly movesTo?: readonly string[];
}

const NOTICE = "docs, deprecation notices";
const COMMON = "earlier Git tools for Retell agents; Retell ignores the name";

const former = (paths: string | readonly string[], today: string, source = NOTICE): FormerField => ({
  paths: [paths].flat(),
  today,
  source,
  confidence: "documented",
});

/** Retell drops unknown keys silently, so a former name in a file means a setting that is not set. */
export const FORMER_FIELDS: PathTable<FormerField> = pathTable<FormerField>([
  {
    paths: ["llm.temperature"],
    today: "`model_temperature`",
    movesTo: ["model_temperature"],
    source: COMMON,
    confidence: "documented",
  },
  { paths: ["llm.tools"], today: "`general_tools`", movesTo: ["general_tools"], source: COMMON, confidence: "documented" },
  {
    paths: ["agent.normalize_for_speech"],
    today: "`handbook_config.speech_normalization`",
    movesTo: ["handbook_config", "speech_normalization"],
    source: "retell-sdk 5.66.1: handbook_config replaced it",
    confidence: "typed",
  },
  {
    paths: ["flow.temperature"],
    today: "`model_temperature`",
    movesTo: ["model_temperature"],
    source: COMMON,
    confidence: "documented",
  },
  former("flow.prompt", "`global_prompt`, or `prompt_config` with sections", COMMON),
  former("flow.model", "`model_choice` with `type` cascading and `model`", COMMON),
  {
    paths: ["tools", "tool_ids"].flatMap((field) => nodePaths("conversation", field)),
    today: "a node with `type` subagent, which may have tools; Retell makes such a node one by itself, so the type reads back changed",
    source: `${NOTICE}, 2026-04-18`,
    confidence: "documented",
  },
  former("llm.prompt", "`general_prompt`, or `prompt_config` with sections", COMMON),
  former("llm.inbound_dynamic_variables_webhook_url", "`inbound_webhook_url` of the phone number", "retell-sdk 5.66.1, phone numbers"),
  former(agentPaths("opt_out_sensitive_data_storage"), "`data_storage_setting`", "retell-sdk 5.66.1, field comment"),
  former("agent.analysis_summary_prompt", "an item of type `system-presets` named `call_summary` in `post_call_analysis_data`"),
  former("agent.analysis_successful_prompt", "an item of type `system-presets` named `call_successful` in `post_call_analysis_data`"),
  former("agent.analysis_user_sentiment_prompt", "an item of type `system-presets` named `user_sentiment` in `post_call_analysis_data`"),
  former(
    "agent.voice_emotion",
    "`enable_expressive_mode` with `expressive_emotion_tags`; Retell removed the field",
    "API reference, OpenAPI revision 2026-10-04 (gone)",
  ),
  former(agentPaths("llm_websocket_url"), "`response_engine` of type `custom-llm`", "retell-sdk 5.66.1, response_engine"),
  former("agent.enable_voicemail_detection", "`voicemail_option`", "retell-sdk 5.66.1, voicemail_option"),
  former("agent.voicemail_message", "`voicemail_option`", "retell-sdk 5.66.1, voicemail_option"),
  former("agent.inbound_agent_id", "`inbound_agents` of the phone number"),
  former("agent.outbound_agent_id", "`outbound_agents` of the phone number"),
  former("agent.inbound_agent_version", "`inbound_agents` of the phone number"),
  former("agent.outbound_agent_version", "`outbound_agents` of the phone number"),
]);
