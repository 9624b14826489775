import { extractionVariants } from "./analysis-fields.ts";
import { toolCondition } from "./edge-fields.ts";
import { boolean, integer, listOf, number, object, oneOf, parameterSchema, text, textMap, texts } from "./schema.ts";
import type { ObjectSchema, Schema } from "./schema.ts";
import { transferDestination, transferOption } from "./transfer-fields.ts";

/** Names of tools and states. Source: API reference, Create Retell LLM. */
export const toolName: Schema = { type: "string", pattern: /^[a-zA-Z0-9_-]{1,64}$/ };

const base = { type: text, name: toolName, description: text };
const speech = {
  speak_during_execution: boolean,
  execution_message_description: text,
  execution_message_type: oneOf("prompt", "static_text"),
};
const after = { speak_after_execution: boolean, enable_typing_sound: boolean, response_variables: textMap };
/** Added to custom and code tools by the OpenAPI document of 2026-10-04. */
const conditions = { condition: toolCondition, depends_on: texts };
/** An agent version as a reference. Source: API reference, Create Retell LLM. */
export const agentVersion: Schema = { type: "either", options: [text, integer(0)] };

/** `tool(keys, required)`: every tool has a name. */
function tool(keys: Readonly<Record<string, Schema>>, required: readonly string[] = []): ObjectSchema {
  return object({ ...base, ...keys }, ["name", ...required]);
}

const cal = tool(
  { cal_api_key: text, event_type_id: { type: "either", options: [text, number()] }, timezone: text },
  ["cal_api_key", "event_type_id"],
);

const smsContent: Schema = {
  type: "variants",
  variants: {
    predefined: object({ type: text, text }),
    inferred: object({ type: text, prompt: text }),
    template: object({ type: text, template: oneOf("info_collection") }, ["template"]),
  },
};

/** Which agents of a swap are analysed. Source: API reference, Create Retell LLM. */
export const swapScope = ["both_agents", "only_destination_agent"] as const;

/**
 * Tool variants by `type`. Sources: API reference, Create Retell LLM; retell-sdk 5.66.1; `integration_app`,
 * `custom_sip_headers` of end_call, `condition` and `depends_on` from the OpenAPI document of 2026-10-04.
 */
export const toolVariants: Readonly<Record<string, ObjectSchema>> = {
  end_call: tool({ ...speech, custom_sip_headers: textMap }),
  transfer_call: tool(
    { ...speech, transfer_destination: transferDestination, transfer_option: transferOption, custom_sip_headers: textMap, ignore_e164_validation: boolean },
    ["transfer_destination", "transfer_option"],
  ),
  agent_swap: tool(
    {
      ...speech,
      agent_id: text,
      agent_version: agentVersion,
      post_call_analysis_setting: oneOf(...swapScope),
      webhook_setting: oneOf(...swapScope, "only_source_agent"),
      keep_current_language: boolean,
      keep_current_voice: boolean,
    },
    ["agent_id", "post_call_analysis_setting"],
  ),
  press_digit: tool({ delay_ms: number(0, 5000) }),
  send_sms: tool({ ...speech, sms_content: smsContent }, ["sms_content"]),
  custom: tool(
    {
      ...speech,
      ...after,
      ...conditions,
      url: text,
      method: oneOf("GET", "POST", "PUT", "PATCH", "DELETE"),
      headers: textMap,
      query_params: textMap,
      parameters: parameterSchema,
      parameter_type: oneOf("json", "form"),
      args_at_root: boolean,
      timeout_ms: number(1000, 600_000),
      max_retry: integer(0, 5),
    },
    ["url"],
  ),
  code: tool(
    { ...speech, ...after, ...conditions, code: { type: "string", maxLength: 20_000 }, timeout_ms: number(5000, 60_000) },
    ["code"],
  ),
  extract_dynamic_variable: tool(
    { variables: listOf({ type: "variants", variants: extractionVariants }), enable_typing_sound: boolean },
    ["description", "variables"],
  ),
  bridge_transfer: tool(speech),
  cancel_transfer: tool(speech),
  mcp: tool({ ...speech, ...after, mcp_id: text, input_schema: textMap }, ["description"]),
  integration_app: tool(
    {
      ...speech,
      ...after,
      app_id: text,
      provider: text,
      app_tool_template_name: text,
      ...conditions,
      parameters: listOf(parameterSchema),
      output_selection: {
        type: "either",
        options: [object({ mode: oneOf("all"), fields: texts }, ["mode"]), object({ mode: oneOf("subset"), fields: texts }, ["mode", "fields"])],
      },
    },
    ["app_id", "provider", "app_tool_template_name"],
  ),
  check_availability_cal: cal,
  book_appointment_cal: cal,
};

/** The deprecated cal.com tools: gone from the OpenAPI document of 2026-10-04. */
export const calTools: readonly string[] = ["check_availability_cal", "book_appointment_cal"];

/** A tool of `general_tools` and `states[].tools`. */
export const anyTool: Schema = { type: "variants", variants: toolVariants };

/**
 * A tool of a flow or a component, which nodes name by `tool_id`. Source: API reference, Create Conversation Flow;
 * `integration_app` from the OpenAPI document of 2026-10-04.
 */
export const flowTool: Schema = {
  type: "variants",
  variants: Object.fromEntries(
    Object.entries(toolVariants)
      .filter(([type]) => ["custom", "integration_app", ...calTools].includes(type))
      .map(([type, variant]) => [type, { ...variant, properties: { ...variant.properties, tool_id: text } }]),
  ),
};

/** A tool that runs before or after a session. Source: OpenAPI document of 2026-10-04. */
export function sessionTool(when: "pre" | "post"): Schema {
  const types = ["integration_app", "custom", "code", ...(when === "post" ? ["send_sms"] : [])];
  return { type: "variants", variants: Object.fromEntries(Object.entries(toolVariants).filter(([type]) => types.includes(type))) };
}
