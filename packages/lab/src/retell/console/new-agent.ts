import type { Channel } from "../data.ts";
import { createAgent } from "../model/agents.ts";
import { createEngine } from "../model/engines.ts";
import { flowRules } from "../model/flows.ts";
import { llmRules } from "../model/llms.ts";
import type { World } from "../model/world.ts";
import type { Fields } from "../schema/schema.ts";

/** What a new agent answers with: a new engine with these fields, or an address. */
export type NewEngine =
  | { readonly type: "retell-llm" | "conversation-flow"; readonly fields?: Fields }
  | { readonly type: "custom-llm"; readonly llm_websocket_url: string };

/** An agent of any kind; what a kind insists on and the test does not care about is filled in. */
export interface NewAgent {
  /** Default `voice`. */
  readonly channel?: Channel;
  readonly engine: NewEngine;
  readonly fields?: Fields;
}

const smallestFlow: Fields = {
  start_speaker: "agent",
  model_choice: { type: "cascading", model: "gpt-5.6-terra" },
  start_node_id: "start",
  nodes: [{ id: "start", type: "conversation", instruction: { type: "prompt", text: "Greet the customer." } }],
};

/** Makes an agent, with its engine where Retell holds one. */
export function makeAgent(world: World, { channel = "voice", engine, fields = {} }: NewAgent): { agentId: string; engineId: string | undefined } {
  const { reference, engineId } = engineOf(world, engine);
  const voice = channel === "voice" ? { voice_id: "retell-Cimo" } : {};
  const body = { ...voice, ...fields, response_engine: reference };
  return { agentId: createAgent(world, { channel, body, writer: "console" }).agent.id, engineId };
}

function engineOf(world: World, engine: NewEngine): { reference: Fields; engineId: string | undefined } {
  if (engine.type === "custom-llm") return { reference: { ...engine }, engineId: undefined };
  const isLlm = engine.type === "retell-llm";
  const body = isLlm ? { ...engine.fields } : { ...smallestFlow, ...engine.fields };
  const { id } = createEngine(world, isLlm ? llmRules : flowRules, { body, writer: "console" }).engine;
  return { reference: { type: engine.type, ...(isLlm ? { llm_id: id } : { conversation_flow_id: id }) }, engineId: id };
}
