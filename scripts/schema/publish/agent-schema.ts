import { engineSchemas, kindSchema } from "./kind-schemas.ts";
import { mergeBodies } from "./merge-bodies.ts";
import { SCHEMA_KEY } from "./own-fields.ts";
import type { PublishedSchema, Snippet } from "./published-schema.ts";

const CHANNEL: PublishedSchema = { enum: ["voice", "chat"], default: "voice", description: 'Whether the agent talks or writes. Default: "voice".' };

/** `agents/<name>/agent.json`. Source: `project/agent-parts.ts`. */
export function agentSchema(): PublishedSchema {
  return {
    title: "An agent of retell-actions",
    description: "The fields of a Retell agent as its API names them, and the agent's engine.",
    type: "object",
    properties: { $schema: SCHEMA_KEY, channel: CHANNEL },
    allOf: [
      {
        if: { properties: { channel: { type: "string", pattern: "^chat$", doNotSuggest: true } }, required: ["channel"] },
        then: kindSchema("chat", { patch: false }),
        else: kindSchema("agent", { patch: false }),
      },
      oneEngine(),
    ],
    defaultSnippets: STARTS,
  };
}

/** `agents/<name>/agent.<workspace>.json`. Source: `project/merge-patch.ts`. */
export function overlaySchema(): PublishedSchema {
  const { properties = {} } = mergeBodies([kindSchema("agent", { patch: true }), kindSchema("chat", { patch: true })]);
  const channel: PublishedSchema = { enum: ["voice", "chat", null], description: "Whether the agent talks or writes." };
  return {
    title: "An overlay of retell-actions",
    description:
      "What is different about the agent in one workspace. null removes what agent.json says; items of lists whose items have names are changed by name, and removed by \"$remove\": true.",
    type: "object",
    properties: { $schema: SCHEMA_KEY, channel, ...properties, ...engineSchemas({ patch: true }) },
  };
}

/** Fields of the engine that is there; where there is none yet, all three are offered. */
function oneEngine(): PublishedSchema {
  const engines = engineSchemas({ patch: false });
  const keys = Object.keys(engines) as (keyof typeof engines)[];
  const none: PublishedSchema = {
    properties: engines,
    // Never a key: the editor says which property is missing.
    required: ["llm_config, conversation_flow or response_engine"],
  };
  return keys.reduceRight<PublishedSchema>(
    (others, key) => ({
      if: { required: [key] },
      then: {
        properties: { [key]: engines[key], ...Object.fromEntries(keys.filter((other) => other !== key).map((other) => [other, false as const])) },
        errorMessage: `An agent has exactly one engine, and ${key} is set.`,
      },
      else: others,
    }),
    none,
  );
}

const ENGINE = { model: "gpt-5.6-terra", begin_message: "$4", general_prompt: "$5" };

/** What an empty file is offered. */
const STARTS: readonly Snippet[] = [
  { label: "Voice agent on a Retell LLM", body: { $schema: "$1", agent_name: "$2", voice_id: "$3", llm_config: ENGINE } },
  { label: "Voice agent on a conversation flow", body: { $schema: "$1", agent_name: "$2", voice_id: "$3", conversation_flow: "./flow.json" } },
  { label: "Voice agent on a custom LLM", body: { $schema: "$1", agent_name: "$2", voice_id: "$3", response_engine: { type: "custom-llm", llm_websocket_url: "wss://$4" } } },
  { label: "Chat agent on a Retell LLM", body: { $schema: "$1", channel: "chat", agent_name: "$2", llm_config: ENGINE } },
];
