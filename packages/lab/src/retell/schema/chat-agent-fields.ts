import { contactMemoryConfig, dataStorageSetting, guardrailConfig, language, piiConfig, responseEngine } from "./agent-values.ts";
import { chatAnalysisItem } from "./analysis-fields.ts";
import { textModel } from "./models.ts";
import { boolean, integer, listOf, nullable, number, object, oneOf, text } from "./schema.ts";
import type { Field, FieldTable, Schema } from "./schema.ts";
import { sources } from "./sources.ts";
import { sessionTool } from "./tool-fields.ts";

const webhookEvents = oneOf("chat_started", "chat_ended", "chat_analyzed", "transcript_updated");

const handbook = ["ai_disclosure", "default_personality", "high_empathy", "scope_boundaries"];

const docs = (schema: Schema): Field => ({ schema, source: sources.createChatAgent });
const spec = (schema: Schema): Field => ({ schema, source: sources.spec });

/** Keys that create-chat-agent insists on. Source: API reference, Create Chat Agent. */
export const chatAgentRequired: readonly string[] = ["response_engine"];

/** Every writable field of a chat agent: no voice, no telephony, and no `version_description` on the object. */
export const chatAgentFields: FieldTable = {
  response_engine: docs(responseEngine),
  agent_name: docs(nullable(text)),
  version_title: { schema: nullable(text), source: sources.versions },
  auto_close_message: docs(nullable(text)),
  end_chat_after_silence_ms: docs(nullable(number(120_000, 259_200_000))),
  language: docs(language),
  timezone: docs(nullable(text)),
  webhook_url: docs(nullable(text)),
  webhook_events: docs(nullable(listOf(webhookEvents))),
  webhook_timeout_ms: docs(number()),
  post_chat_analysis_data: docs(nullable(listOf(chatAnalysisItem))),
  post_chat_analysis_model: docs(textModel),
  data_storage_setting: docs(nullable(dataStorageSetting)),
  data_storage_retention_days: docs(nullable(integer(1, 730))),
  opt_in_signed_url: docs(boolean),
  signed_url_expiration_ms: docs(nullable(integer())),
  pii_config: docs(piiConfig),
  guardrail_config: docs(guardrailConfig),
  handbook_config: docs(object(Object.fromEntries(handbook.map((key) => [key, boolean])))),
  contact_memory_config: spec(contactMemoryConfig),
  pre_session_tools: spec(nullable(listOf(sessionTool("pre")))),
  post_session_tools: spec(nullable(listOf(sessionTool("post")))),
};
