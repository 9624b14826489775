import { boolean, closedObject, integer, listOf, nullable, number, object, oneOf, text } from "./schema.ts";
import type { Schema } from "./schema.ts";

// Values that several of voice agents, chat agents and nodes have in common. Source: API reference, Create Voice Agent and
// Create Chat Agent.

/** What an agent answers with. */
export const responseEngine: Schema = {
  type: "variants",
  variants: {
    "retell-llm": object({ type: text, llm_id: text, version: nullable(integer(0)) }, ["llm_id"]),
    "conversation-flow": object({ type: text, conversation_flow_id: text, version: nullable(integer(0)) }, ["conversation_flow_id"]),
    "custom-llm": object({ type: text, llm_websocket_url: text }, ["llm_websocket_url"]),
  },
};

const locale: Schema = { type: "string", pattern: /^(?:[a-z]{2,3}-(?:[A-Z]{2}|\d{3})|multi)$/ };

/** One locale, or several; `multi` is still accepted. */
export const language: Schema = { type: "either", options: [locale, listOf(locale)] };

const piiCategories = oneOf(
  "person_name", "address", "email", "phone_number", "ssn", "passport", "driver_license", "credit_card", "bank_account",
  "password", "pin", "medical_id", "date_of_birth", "customer_account_number",
);

/** Which personal data are removed after the session. */
export const piiConfig: Schema = object({ mode: oneOf("post_call"), categories: listOf(piiCategories) });

const outputTopics = oneOf(
  "harassment", "self_harm", "sexual_exploitation", "violence", "defense_and_national_security",
  "illicit_and_harmful_activity", "gambling", "regulated_professional_advice", "child_safety_and_exploitation",
);

/** Topics that are refused. */
export const guardrailConfig: Schema = object({
  input_topics: nullable(listOf(oneOf("platform_integrity_jailbreaking"))),
  output_topics: nullable(listOf(outputTopics)),
});

/** What is kept of a session. */
export const dataStorageSetting: Schema = oneOf("everything", "everything_except_pii", "basic_attributes_only");

/** Closed: an unknown key is refused. Source: OpenAPI document of 2026-10-04. */
export const contactMemoryConfig: Schema = closedObject({ enable_update: boolean, enable_read: boolean });

/** How speech is understood. */
export const sttMode: Schema = oneOf("fast", "accurate", "custom");

/** Own settings for understanding speech; `muse` from the OpenAPI document of 2026-10-04. */
export const customSttConfig: Schema = object(
  { provider: oneOf("azure", "deepgram", "soniox", "assemblyai", "muse"), endpointing_ms: number() },
  ["provider", "endpointing_ms"],
);
