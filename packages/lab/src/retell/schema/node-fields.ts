import { customSttConfig, sttMode } from "./agent-values.ts";
import { extractionVariants } from "./analysis-fields.ts";
import {
  alwaysEdge,
  conversationExamples,
  edges,
  elseEdge,
  globalNodeSetting,
  notSentEdge,
  sentEdge,
  skipResponseEdge,
  transferFailedEdge,
  transitionExamples,
} from "./edge-fields.ts";
import { kbConfig, modelChoice, position } from "./engine-values.ts";
import { boolean, integer, listOf, nullable, number, object, oneOf, text, textMap, texts } from "./schema.ts";
import type { ObjectSchema, Schema } from "./schema.ts";
import { agentVersion, anyTool, swapScope } from "./tool-fields.ts";
import { transferDestination, transferOption } from "./transfer-fields.ts";

const prompt = object({ type: text, text }, ["text"]);
const instruction: Schema = { type: "variants", variants: { prompt, static_text: prompt } };
const promptOnly: Schema = { type: "variants", variants: { prompt } };

const base = { id: text, type: text, name: text, display_position: position, global_node_setting: globalNodeSetting };
const chosen = { model_choice: modelChoice };
const branching = { edges, else_edge: elseEdge, finetune_transition_examples: transitionExamples };
/** A node that may say something while it works. */
const speaking = { instruction, speak_during_execution: boolean };
const waiting = { wait_for_result: boolean, enable_typing_sound: boolean };

/** `node(keys, required)`: every node has an id. */
function node(keys: Readonly<Record<string, Schema>>, required: readonly string[] = []): ObjectSchema {
  return object({ ...base, ...keys }, ["id", ...required]);
}

/** What conversation and subagent nodes override of the agent; `skippable` from the OpenAPI document of 2026-10-04. */
const talking = {
  ...chosen,
  ...branching,
  always_edge: alwaysEdge,
  skip_response_edge: skipResponseEdge,
  finetune_conversation_examples: conversationExamples,
  allow_dtmf_interruption: nullable(boolean),
  custom_stt_config: nullable(customSttConfig),
  interruption_sensitivity: nullable(number(0, 1)),
  kb_config: kbConfig,
  knowledge_base_ids: nullable(texts),
  reminder_max_count: nullable(integer(0)),
  reminder_trigger_ms: nullable(number()),
  responsiveness: nullable(number(0, 1)),
  skippable: boolean,
  stt_mode: nullable(sttMode),
  voice_speed: nullable(number(0.5, 2)),
};

/** Node variants by `type`. Source: retell-sdk 5.66.1, types; API reference, Create Conversation Flow. */
export const nodeVariants: Readonly<Record<string, ObjectSchema>> = {
  conversation: node({ ...talking, instruction }, ["instruction"]),
  subagent: node({ ...talking, instruction: promptOnly, tool_ids: nullable(texts), tools: nullable(listOf(anyTool)) }, ["instruction"]),
  // `custom_sip_headers` from the OpenAPI document of 2026-10-04.
  end: node({ ...chosen, ...speaking, custom_sip_headers: textMap }),
  function: node({ ...chosen, ...speaking, ...branching, ...waiting, tool_id: text, tool_type: oneOf("local", "shared") }, [
    "tool_id",
    "tool_type",
    "wait_for_result",
  ]),
  code: node(
    {
      ...chosen,
      ...speaking,
      ...branching,
      ...waiting,
      code: { type: "string", maxLength: 20_000 },
      response_variables: textMap,
      timeout_ms: number(5000, 60_000),
    },
    ["code", "wait_for_result"],
  ),
  transfer_call: node(
    {
      ...chosen,
      ...speaking,
      edge: transferFailedEdge,
      transfer_destination: transferDestination,
      transfer_option: transferOption,
      custom_sip_headers: textMap,
      ignore_e164_validation: boolean,
    },
    ["edge", "transfer_destination", "transfer_option"],
  ),
  press_digit: node({ ...chosen, ...branching, instruction: promptOnly, delay_ms: number(0, 5000) }, ["instruction"]),
  branch: node({ ...chosen, ...branching }, ["else_edge"]),
  sms: node(
    {
      ...chosen,
      instruction: {
        type: "variants",
        variants: { prompt, static_text: prompt, template: object({ type: text, template: oneOf("info_collection") }, ["template"]) },
      },
      success_edge: sentEdge,
      failed_edge: notSentEdge,
    },
    ["instruction", "success_edge", "failed_edge"],
  ),
  extract_dynamic_variables: node(
    { ...chosen, ...branching, enable_typing_sound: boolean, variables: listOf({ type: "variants", variants: extractionVariants }) },
    ["variables"],
  ),
  agent_swap: node(
    {
      ...chosen,
      ...speaking,
      agent_id: text,
      agent_version: agentVersion,
      edge: transferFailedEdge,
      post_call_analysis_setting: oneOf(...swapScope),
      webhook_setting: oneOf(...swapScope, "only_source_agent"),
      keep_current_language: boolean,
      keep_current_voice: boolean,
    },
    ["agent_id", "edge", "post_call_analysis_setting"],
  ),
  mcp: node(
    { ...chosen, ...speaking, ...branching, ...waiting, mcp_id: text, mcp_tool_name: text, response_variables: textMap },
    ["mcp_id", "mcp_tool_name", "wait_for_result"],
  ),
  component: node({ ...branching, component_id: text, component_type: oneOf("local", "shared") }, [
    "component_id",
    "component_type",
    "else_edge",
  ]),
  bridge_transfer: node({ ...chosen, ...speaking }),
  cancel_transfer: node({ ...chosen, ...speaking }),
};

/** The nodes of a flow or a component. */
export const nodes: Schema = listOf({ type: "variants", variants: nodeVariants });
