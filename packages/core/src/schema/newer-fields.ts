import type { FieldSchema, Sourced } from "./field-schema.ts";
import type { PathRow } from "./paths.ts";
import { FLOW_TOOL_LISTS, LLM_TOOL_LISTS, MODEL_FIELDS, SPEAKING_NODES, agentPaths, nodePaths, toolPaths, toolsPaths } from "./tool-paths.ts";

/** Something that the live API has and the types of `retell-sdk` 5.66.1 have not. */
export type NewerField = PathRow & Sourced & NewerPart;

/** What is new at the path: a field, further members of a union, further values of an enum, or that a field must be there. */
export type NewerPart =
  | { readonly field: FieldSchema }
  | { readonly variant: FieldSchema }
  /** Members that a union of another kind already has, by their `type`. */
  | { readonly variantsFrom: string; readonly types: readonly string[] }
  | { readonly values: readonly string[] }
  | { readonly required: string };

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

const flowIntegrationApp: FieldSchema = {
  ...integrationApp,
  properties: { ...integrationApp.properties, tool_id: { type: "string", description: "What nodes call the tool by." } },
};

const documented = (paths: readonly string[], part: NewerPart): NewerField => ({ paths, ...part, source: SPEC, confidence: "documented" });

/** In the order in which they are merged: a row may build on those before it. */
export const NEWER_FIELDS: readonly NewerField[] = [
  documented(LLM_TOOL_LISTS, { variant: integrationApp }),
  documented(FLOW_TOOL_LISTS, { variant: flowIntegrationApp }),
  documented(FLOW_TOOL_LISTS, { required: "tool_id" }),
  documented([...toolPaths("end_call", "custom_sip_headers"), ...nodePaths("end", "custom_sip_headers")], { field: textMap }),
  documented(nodePaths(SPEAKING_NODES, "skippable"), {
    field: { type: "boolean", description: "Whether the node may be passed over when its goal is met already." },
  }),
  {
    paths: ["flow.is_published"],
    field: { type: "boolean", readOnly: true },
    source: "seen in answers of the live API; the SDK's types lack it",
    confidence: "field-report",
  },
  {
    // The types know only the name of a component that is the flow's own, and not what its nodes call it by.
    paths: ["flow.components[].conversation_flow_component_id"],
    field: { type: "string", description: "What a node's `component_id` names." },
    source: "seen in exports of the console",
    confidence: "field-report",
  },
  documented(["agent.denoising_enhancement_level"], {
    field: { type: ["number", "null"], description: "How strongly background voices are cancelled." },
  }),
  documented(["agent.enable_dnc_detection"], {
    field: { type: "boolean", description: "Recognise callers who ask not to be called again." },
  }),
  documented(agentPaths("contact_memory_config"), {
    field: { type: "object", description: "What is remembered of a contact.", properties: { enable_read: flag, enable_update: flag } },
  }),
  documented(agentPaths("pre_session_tools"), {
    field: { type: ["array", "null"], items: { anyOf: [] }, description: "Tools that run before the agent's first message." },
  }),
  documented(agentPaths("post_session_tools"), {
    field: { type: ["array", "null"], items: { anyOf: [] }, description: "Tools that run after the analysis of the session." },
  }),
  documented(agentPaths("pre_session_tools[]"), { variantsFrom: "llm.general_tools[]", types: ["integration_app", "custom", "code"] }),
  documented(agentPaths("post_session_tools[]"), {
    variantsFrom: "llm.general_tools[]",
    types: ["integration_app", "custom", "code", "send_sms"],
  }),
  // Documented for session tools; whether tools of an LLM or a flow take them too is not said, so they are known there as well.
  documented(toolsPaths(["custom", "code"], "condition"), { field: condition }),
  documented(toolsPaths(["custom", "code"], "depends_on"), { field: dependsOn }),
  documented(agentPaths("post_session_tools[](type=send_sms).condition"), { field: condition }),
  documented(agentPaths("post_session_tools[](type=send_sms).depends_on"), { field: dependsOn }),
  documented(["agent.custom_stt_config.provider", ...nodePaths(SPEAKING_NODES, "custom_stt_config.provider")], { values: ["muse"] }),
  documented(["agent.voice_model"], { values: ["eleven_v3_conversational", "eleven_v4", "eleven_v4_turbo"] }),
  documented(MODEL_FIELDS, {
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
  }),
];
