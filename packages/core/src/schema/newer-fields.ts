import type { FieldSchema, Sourced } from "./field-schema.ts";
import type { PathRow } from "./paths.ts";
import { LLM_TOOL_LISTS, toolPaths, toolsPaths } from "./tool-paths.ts";

/** Something that the live API has and the types of `retell-sdk` 5.66.1 have not. */
export type NewerField = PathRow & Sourced & NewerPart;

/** What is new at the path: a field, further members of a union, or further values of an enum. */
export type NewerPart =
  | { readonly field: FieldSchema }
  | { readonly variant: FieldSchema }
  /** Members that another union of the LLM already has, by their `type`. */
  | { readonly variantsFrom: string; readonly types: readonly string[] }
  | { readonly values: readonly string[] };

const SPEC = "API reference, OpenAPI revision 2026-10-04";

const text: FieldSchema = { type: "string" };
const flag: FieldSchema = { type: "boolean" };
const textMap: FieldSchema = { type: "object", additionalProperties: text };
const list = (items: FieldSchema): FieldSchema => ({ type: "array", items });

const condition: FieldSchema = {
  type: "object",
  description: "Gate of the tool; without it the tool always runs.",
  properties: {
    type: { type: "string", const: "equation" },
    operator: { type: "string", enum: ["||", "&&"] },
    equations: list({
      type: "object",
      properties: {
        left: text,
        operator: { type: "string", enum: ["==", "!=", ">", ">=", "<", "<=", "contains", "not_contains", "exists", "not_exist"] },
        right: text,
      },
      required: ["left", "operator"],
    }),
  },
  required: ["equations", "operator", "type"],
};

const dependsOn: FieldSchema = { ...list(text), description: "Names of the tools that must run before this one." };

const jsonSchemaObject: FieldSchema = {
  type: "object",
  properties: { type: { type: "string", const: "object" }, properties: {}, required: list(text) },
  required: ["properties", "type"],
};

const integrationApp: FieldSchema = {
  type: "object",
  description: "Calls a third-party app that is connected to the workspace.",
  properties: {
    type: { type: "string", const: "integration_app" },
    name: text,
    app_id: { type: "string", description: "The connection that this tool runs against." },
    provider: text,
    app_tool_template_name: { type: "string", description: "Name of the template in the provider's catalogue." },
    description: text,
    parameters: list(jsonSchemaObject),
    output_selection: {
      anyOf: [
        { type: "object", properties: { mode: { type: "string", const: "all" }, fields: list(text) }, required: ["mode"] },
        { type: "object", properties: { mode: { type: "string", const: "subset" }, fields: list(text) }, required: ["fields", "mode"] },
      ],
    },
    response_variables: textMap,
    speak_during_execution: flag,
    speak_after_execution: flag,
    execution_message_description: text,
    execution_message_type: { type: "string", enum: ["prompt", "static_text"] },
    enable_typing_sound: flag,
    condition,
    depends_on: dependsOn,
  },
  required: ["app_id", "app_tool_template_name", "name", "provider", "type"],
};

/** In the order in which they are merged: a row may build on those before it. */
export const NEWER_FIELDS: readonly NewerField[] = [
  { paths: [...LLM_TOOL_LISTS], variant: integrationApp, source: SPEC, confidence: "documented" },
  { paths: toolPaths("end_call", "custom_sip_headers"), field: textMap, source: SPEC, confidence: "documented" },
  {
    paths: ["agent.denoising_enhancement_level"],
    field: { type: ["number", "null"], description: "How strongly background voices are cancelled." },
    source: SPEC,
    confidence: "documented",
  },
  {
    paths: ["agent.enable_dnc_detection"],
    field: { type: "boolean", description: "Recognise callers who ask not to be called again." },
    source: SPEC,
    confidence: "documented",
  },
  {
    paths: ["agent.contact_memory_config"],
    field: { type: "object", description: "What is remembered of a contact.", properties: { enable_read: flag, enable_update: flag } },
    source: SPEC,
    confidence: "documented",
  },
  {
    paths: ["agent.pre_session_tools"],
    field: { type: ["array", "null"], items: { anyOf: [] }, description: "Tools that run before the agent's first message." },
    source: SPEC,
    confidence: "documented",
  },
  {
    paths: ["agent.post_session_tools"],
    field: { type: ["array", "null"], items: { anyOf: [] }, description: "Tools that run after the post-call analysis." },
    source: SPEC,
    confidence: "documented",
  },
  {
    paths: ["agent.pre_session_tools[]"],
    variantsFrom: "llm.general_tools[]",
    types: ["integration_app", "custom", "code"],
    source: SPEC,
    confidence: "documented",
  },
  {
    paths: ["agent.post_session_tools[]"],
    variantsFrom: "llm.general_tools[]",
    types: ["integration_app", "custom", "code", "send_sms"],
    source: SPEC,
    confidence: "documented",
  },
  // Documented for session tools; whether tools of an LLM take them too is not said, so they are known there as well.
  { paths: toolsPaths(["custom", "code"], "condition"), field: condition, source: SPEC, confidence: "documented" },
  { paths: toolsPaths(["custom", "code"], "depends_on"), field: dependsOn, source: SPEC, confidence: "documented" },
  { paths: ["agent.post_session_tools[](type=send_sms).condition"], field: condition, source: SPEC, confidence: "documented" },
  { paths: ["agent.post_session_tools[](type=send_sms).depends_on"], field: dependsOn, source: SPEC, confidence: "documented" },
  { paths: ["agent.custom_stt_config.provider"], values: ["muse"], source: SPEC, confidence: "documented" },
  {
    paths: ["agent.voice_model"],
    values: ["eleven_v3_conversational", "eleven_v4", "eleven_v4_turbo"],
    source: SPEC,
    confidence: "documented",
  },
  {
    paths: ["llm.model", "agent.post_call_analysis_model"],
    values: [
      "gpt-6-astra",
      "gpt-6-sol",
      "gpt-6.1-sol",
      "gpt-6-luna",
      "claude-5-opus",
      "claude-5.5-opus",
      "claude-5.5-sonnet",
      "claude-5.5-haiku",
      "gemini-3.7-flash",
      "gemini-3.8-flash",
    ],
    source: SPEC,
    confidence: "documented",
  },
];
