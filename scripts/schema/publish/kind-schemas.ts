import type { FieldKind, FieldSchema } from "@retell-actions/core/schema/field-schema";
import { fieldSchema } from "@retell-actions/core/schema/load-schema";
import { convertFields } from "./convert-fields.ts";
import { PROMPT_CONFIG } from "./own-fields.ts";
import type { PublishedSchema } from "./published-schema.ts";

/** What the suite adds to the fields of a kind, and what it writes itself. */
const OWN: Readonly<Record<FieldKind, { readonly added: Readonly<Record<string, FieldSchema>>; readonly written: readonly string[] }>> = {
  agent: { added: {}, written: ["response_engine"] },
  chat: { added: {}, written: ["response_engine"] },
  llm: { added: { prompt_config: PROMPT_CONFIG }, written: [] },
  flow: { added: { prompt_config: PROMPT_CONFIG }, written: [] },
  component: { added: { prompt_config: PROMPT_CONFIG }, written: [] },
};

/** Filled in from the name of the file. */
const OPTIONAL: Readonly<Partial<Record<FieldKind, readonly string[]>>> = { component: ["name"] };

/** The fields of a kind as users write them; as a patch, where nothing is required and `null` removes. */
export function kindSchema(kind: FieldKind, { patch }: { readonly patch: boolean }): PublishedSchema {
  const { added, written } = OWN[kind];
  const { properties = {}, required = [], ...schema } = fieldSchema(kind);
  const kept = Object.entries(properties).filter(([key]) => !written.includes(key));
  const needed = required.filter((key) => !written.includes(key) && OPTIONAL[kind]?.includes(key) !== true);
  return convertFields({ kind, patch, schema: { ...schema, properties: { ...Object.fromEntries(kept), ...added }, required: needed } });
}

/** What an agent's file says of the engine, by its key: nothing of it with a patch's freedom unless asked for. */
export function engineSchemas({ patch }: { readonly patch: boolean }): Readonly<Record<"llm_config" | "conversation_flow" | "response_engine", PublishedSchema>> {
  const nullable = (types: readonly string[]): readonly string[] => (patch ? [...types, "null"] : types);
  return {
    llm_config: {
      description: "The agent's engine: a single prompt, or several states, on a Retell LLM.",
      ...kindSchema("llm", { patch }),
    },
    conversation_flow: {
      description: 'The agent\'s engine: a conversation flow, written here or in a file beside this one: "./flow.json".',
      type: nullable(["object", "string"]),
      defaultSnippets: [
        { label: '"./flow.json"', description: "The flow in a file of its own, beside this one.", body: "./flow.json" },
        { label: "{ … }", description: "The flow in this file.", body: { start_speaker: "agent", model_choice: { type: "cascading", model: "$1" }, nodes: [] } },
      ],
      allOf: [
        {
          if: { type: "string" },
          then: { enum: ["./flow.json"], errorMessage: 'Write the flow itself, or "./flow.json" for a file of that name beside agent.json.' },
          else: kindSchema("flow", { patch }),
        },
      ],
    },
    response_engine: {
      description: "The agent's engine: a websocket server of your own.",
      type: nullable(["object"]),
      properties: {
        type: {
          type: patch ? ["string", "null"] : "string",
          enum: patch ? ["custom-llm", null] : ["custom-llm"],
          errorMessage: 'Only "custom-llm" is stated here. A Retell LLM is written in llm_config, a flow in conversation_flow.',
        },
        llm_websocket_url: { type: patch ? ["string", "null"] : "string", description: "Address of the server: wss://…", default: "wss://" },
      },
      ...(!patch && { required: ["type", "llm_websocket_url"] }),
    },
  };
}
