import { kbConfig, mcp } from "./engine-values.ts";
import { speechModel, textModel } from "./models.ts";
import { boolean, integer, listOf, nullable, number, object, oneOf, parameterSchema, text, textMap, texts } from "./schema.ts";
import type { Field, FieldTable, Schema } from "./schema.ts";
import { sources } from "./sources.ts";
import { anyTool, toolName } from "./tool-fields.ts";

const docs = (schema: Schema): Field => ({ schema, source: sources.createLlm });
const sdk = (schema: Schema): Field => ({ schema, source: sources.sdk });

const state = object(
  {
    name: toolName,
    state_prompt: text,
    tools: listOf(anyTool),
    edges: listOf(
      object({ destination_state_name: text, description: text, parameters: parameterSchema }, [
        "destination_state_name",
        "description",
      ]),
    ),
  },
  ["name"],
);

/** Every writable field of a Retell LLM. */
export const llmFields: FieldTable = {
  model: docs(textModel),
  s2s_model: docs(speechModel),
  model_temperature: docs(number(0, 1)),
  model_high_priority: docs(nullable(boolean)),
  tool_call_strict_mode: docs(nullable(boolean)),
  start_speaker: docs(oneOf("user", "agent")),
  begin_message: docs(nullable(text)),
  begin_after_user_silence_ms: sdk(nullable(integer())),
  general_prompt: docs(nullable(text)),
  general_tools: docs(nullable(listOf(anyTool))),
  states: docs(nullable(listOf(state))),
  starting_state: docs(nullable(text)),
  default_dynamic_variables: docs(nullable(textMap)),
  knowledge_base_ids: docs(nullable(texts)),
  kb_config: docs(nullable(kbConfig)),
  mcps: sdk(nullable(listOf(mcp))),
  is_transfer_llm: { schema: nullable(boolean), source: sources.createLlm, createOnly: true },
};
