import { localComponent } from "./component-fields.ts";
import { kbConfig, mcp, modelChoice, note, position } from "./engine-values.ts";
import { nodes } from "./node-fields.ts";
import { boolean, integer, listOf, nullable, number, oneOf, text, textMap, texts } from "./schema.ts";
import type { Field, FieldTable, Schema } from "./schema.ts";
import { sources } from "./sources.ts";
import { flowTool } from "./tool-fields.ts";

const docs = (schema: Schema): Field => ({ schema, source: sources.createFlow });
const sdk = (schema: Schema): Field => ({ schema, source: sources.sdk });

/** Keys that create-conversation-flow insists on. Source: API reference, Create Conversation Flow. */
export const flowRequired: readonly string[] = ["start_speaker", "model_choice", "nodes"];

/** Every writable field of a conversation flow. */
export const flowFields: FieldTable = {
  start_speaker: docs(oneOf("user", "agent")),
  model_choice: docs(modelChoice),
  nodes: docs(nodes),
  start_node_id: docs(nullable(text)),
  global_prompt: docs(nullable(text)),
  tools: docs(nullable(listOf(flowTool))),
  components: docs(nullable(listOf(localComponent))),
  default_dynamic_variables: docs(nullable(textMap)),
  knowledge_base_ids: docs(nullable(texts)),
  kb_config: docs(kbConfig),
  mcps: sdk(nullable(listOf(mcp))),
  model_temperature: docs(nullable(number(0, 1))),
  tool_call_strict_mode: docs(nullable(boolean)),
  flex_mode: sdk(nullable(boolean)),
  begin_after_user_silence_ms: docs(nullable(integer())),
  begin_tag_display_position: sdk(nullable(position)),
  notes: sdk(nullable(listOf(note))),
  is_transfer_cf: { schema: nullable(boolean), source: sources.createFlow, createOnly: true },
};
