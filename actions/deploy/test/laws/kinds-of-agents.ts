import { jsonFile, WORKSPACES_FILE } from "@retell-actions/lab/scene/sample-files";

/** What the commits of a story change in every agent. */
export interface Changes {
  readonly language?: string;
  readonly greeting?: string;
}

const swapTo = (name: string): Record<string, unknown> => ({ agent_id: `agent://${name}`, post_call_analysis_setting: "only_destination_agent" });

function flow(farewell: string, next: string): Record<string, unknown> {
  return {
    start_speaker: "agent",
    model_choice: { type: "cascading", model: "gpt-4.1" },
    start_node_id: "greet",
    default_dynamic_variables: { caller: "friend" },
    tools: [{ type: "custom", tool_id: "lookup", name: "look_up", description: "Finds the order.", url: "https://api.example.com/orders", headers: { authorization: "secret://ORDERS" }, parameters: { type: "object", properties: {} } }],
    nodes: [
      {
        id: "greet",
        type: "conversation",
        name: "Greeting",
        display_position: { x: 10, y: 20 },
        instruction: { type: "prompt", text: { $prompt: "shared/greeting" } },
        edges: [
          { id: "to-order", transition_condition: { type: "prompt", prompt: "asks for an order" }, destination_node_id: "order" },
          { id: "to-bye", transition_condition: { type: "prompt", prompt: "is done" }, destination_node_id: "bye" },
        ],
      },
      { id: "order", type: "function", tool_id: "lookup", tool_type: "local", wait_for_result: true, edges: [{ id: "told", transition_condition: { type: "prompt", prompt: "told" }, destination_node_id: "hand-over" }] },
      { id: "hand-over", type: "agent_swap", ...swapTo(next), edge: { id: "failed", transition_condition: { type: "prompt", prompt: "Transfer failed" }, destination_node_id: "bye" } },
      { id: "bye", type: "end", instruction: { type: "prompt", text: farewell } },
    ],
  };
}

/**
 * A project with an agent of every kind, each of which hands over to the next: flow, chat on an LLM with states, chat on a
 * flow, custom LLM.
 */
export function kindsOfAgents({ language = "en-US", greeting = "Hello, how can I help you?" }: Changes = {}): Record<string, string> {
  const voice = { voice_id: "retell-Cimo", language };
  return {
    "workspaces.json": WORKSPACES_FILE,
    "prompts/shared/greeting.txt": `${greeting}\n`,
    "agents/guide/agent.json": jsonFile({ agent_name: "guide", ...voice, conversation_flow: "./flow.json" }),
    "agents/guide/flow.json": jsonFile(flow("Say goodbye.", "socket")),
    "agents/clerk/agent.json": jsonFile({
      channel: "chat",
      agent_name: "clerk",
      language,
      end_chat_after_silence_ms: 240_000,
      llm_config: {
        model: "gpt-4.1",
        start_speaker: "agent",
        general_prompt: "Be brief.",
        starting_state: "open",
        states: [
          { name: "open", state_prompt: { $prompt: "shared/greeting" }, edges: [{ destination_state_name: "closed", description: "all is said" }] },
          { name: "closed", state_prompt: "Say goodbye.", tools: [{ type: "end_call", name: "end" }] },
        ],
        general_tools: [{ type: "agent_swap", name: "to_helper", ...swapTo("helper") }],
      },
    }),
    "agents/helper/agent.json": jsonFile({ channel: "chat", agent_name: "helper", language, conversation_flow: flow("Say thanks.", "clerk") }),
    "agents/socket/agent.json": jsonFile({ agent_name: "socket", ...voice, response_engine: { type: "custom-llm", llm_websocket_url: `wss://llm.example.com/${language}` } }),
  };
}

export const KIND_NAMES = ["clerk", "guide", "helper", "socket"] as const;
/** The secret that the flows' tools use. */
export const ENV = { RETELL_SECRET_ORDERS: "orders-token-5521" };
