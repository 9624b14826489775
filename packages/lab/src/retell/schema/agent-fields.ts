import {
  contactMemoryConfig,
  customSttConfig,
  dataStorageSetting,
  guardrailConfig,
  language,
  piiConfig,
  responseEngine,
  sttMode,
} from "./agent-values.ts";
import { analysisItem } from "./analysis-fields.ts";
import { textModel, voiceModel } from "./models.ts";
import { boolean, closedObject, integer, listOf, nullable, number, object, oneOf, text, texts } from "./schema.ts";
import type { Field, FieldTable, Schema } from "./schema.ts";
import { sources } from "./sources.ts";
import { sessionTool } from "./tool-fields.ts";

const voicemailAction: Schema = {
  type: "variants",
  variants: {
    prompt: object({ type: text, text }, ["text"]),
    static_text: object({ type: text, text }, ["text"]),
    hangup: object({ type: text }),
    bridge_transfer: object({ type: text }),
  },
};

const emotionTags = oneOf(
  "empathetic", "excited", "happy", "curious", "surprised", "sigh", "clear throat", "pause", "long pause", "emphasis",
);

const webhookEvents = oneOf(
  "call_started", "call_ended", "call_analyzed", "transcript_updated", "transfer_started", "transfer_bridged",
  "transfer_cancelled", "transfer_ended",
);

const handbook = [
  "ai_disclosure", "conversational_personality", "default_personality", "echo_verification", "high_empathy",
  "nato_phonetic_alphabet", "natural_filler_words", "scope_boundaries", "smart_matching", "speech_normalization",
];

const docs = (schema: Schema): Field => ({ schema, source: sources.createAgent });
const spec = (schema: Schema): Field => ({ schema, source: sources.spec });
const sdk = (schema: Schema): Field => ({ schema, source: sources.sdk });

/** Keys that create-agent insists on. Source: API reference, Create Voice Agent. */
export const agentRequired: readonly string[] = ["response_engine", "voice_id"];

/** Every writable field of a voice agent; `voice_emotion` was removed by 2026-10 and is dropped like any unknown key. */
export const agentFields: FieldTable = {
  response_engine: docs(responseEngine),
  voice_id: docs(text),
  agent_name: docs(nullable(text)),
  version_title: { schema: nullable(text), source: sources.versions },
  version_description: { schema: nullable(text), source: sources.versions },
  voice_model: docs(voiceModel),
  fallback_voice_ids: docs(nullable(texts)),
  voice_temperature: docs(number(0, 2)),
  voice_speed: docs(number(0.5, 2)),
  volume: docs(number(0, 2)),
  enable_dynamic_voice_speed: sdk(boolean),
  enable_dynamic_responsiveness: sdk(boolean),
  enable_expressive_mode: sdk(boolean),
  expressive_mode_prompt: sdk(nullable(text)),
  expressive_emotion_tags: sdk(listOf(emotionTags)),
  responsiveness: docs(number(0, 1)),
  interruption_sensitivity: docs(number(0, 1)),
  enable_backchannel: docs(boolean),
  backchannel_frequency: docs(number(0, 1)),
  backchannel_words: docs(nullable(texts)),
  reminder_trigger_ms: docs(number()),
  reminder_max_count: docs(integer(0)),
  ambient_sound: docs(
    nullable(oneOf("coffee-shop", "convention-hall", "summer-outdoor", "mountain-outdoor", "static-noise", "call-center")),
  ),
  ambient_sound_volume: docs(number(0, 2)),
  language: docs(language),
  timezone: docs(nullable(text)),
  boosted_keywords: docs(nullable(texts)),
  stt_mode: docs(sttMode),
  custom_stt_config: spec(nullable(customSttConfig)),
  vocab_specialization: docs(oneOf("general", "medical")),
  denoising_mode: docs(oneOf("no-denoise", "noise-cancellation", "noise-and-background-speech-cancellation")),
  denoising_enhancement_level: spec(nullable(number(0, 1))),
  pronunciation_dictionary: docs(
    nullable(
      listOf(
        object({ word: text, alphabet: oneOf("ipa", "cmu", "pinyin", "jyutping"), phoneme: text }, ["word", "alphabet", "phoneme"]),
      ),
    ),
  ),
  begin_message_delay_ms: docs(number(0, 5000)),
  end_call_after_silence_ms: docs(number(10_000)),
  max_call_duration_ms: docs(number(60_000, 7_200_000)),
  ring_duration_ms: docs(integer(5000, 300_000)),
  allow_user_dtmf: docs(boolean),
  allow_dtmf_interruption: sdk(boolean),
  user_dtmf_options: docs(
    nullable(object({ digit_limit: nullable(number()), termination_key: nullable(text), timeout_ms: number() })),
  ),
  voicemail_option: docs(nullable(object({ action: voicemailAction, detection_prompt: nullable(text) }, ["action"]))),
  ivr_option: docs(
    nullable(object({ action: object({ type: oneOf("hangup") }, ["type"]), detection_prompt: nullable(text) }, ["action"])),
  ),
  call_screening_option: docs(
    nullable(
      closedObject(
        {
          agent_identity: { type: "string", minLength: 1, maxLength: 100 },
          call_purpose: { type: "string", minLength: 1, maxLength: 300 },
        },
        ["agent_identity", "call_purpose"],
      ),
    ),
  ),
  webhook_url: docs(nullable(text)),
  webhook_events: docs(nullable(listOf(webhookEvents))),
  webhook_timeout_ms: docs(number()),
  post_call_analysis_data: docs(nullable(listOf(analysisItem))),
  post_call_analysis_model: docs(textModel),
  data_storage_setting: docs(dataStorageSetting),
  data_storage_retention_days: docs(nullable(integer(1, 730))),
  opt_in_signed_url: docs(boolean),
  signed_url_expiration_ms: docs(nullable(integer())),
  pii_config: docs(piiConfig),
  guardrail_config: docs(guardrailConfig),
  handbook_config: docs(object(Object.fromEntries(handbook.map((key) => [key, boolean])))),
  contact_memory_config: spec(contactMemoryConfig),
  enable_dnc_detection: spec(boolean),
  pre_session_tools: spec(nullable(listOf(sessionTool("pre")))),
  post_session_tools: spec(nullable(listOf(sessionTool("post")))),
};
