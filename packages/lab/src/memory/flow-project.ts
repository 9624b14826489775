/** A chat agent whose flow stands in a file of its own, beside a voice agent on an LLM with states; both share a section. `changes` replace or add files. */
export function flowProject(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return {
    "workspaces.json": json({ staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } }),
    "prompts/base/greeting.txt": "Say hello.\n",
    "prompts/base/rules.txt": "Be kind.\n",
    "prompts/chat/bye.txt": "Say good bye.\n",
    "agents/chat/agent.json": json({ channel: "chat", agent_name: "Chat", conversation_flow: "./flow.json" }),
    "agents/chat/flow.json": json({
      start_speaker: "agent",
      model_choice: { type: "cascading", model: "gpt-4.1" },
      prompt_config: { sections: ["base/rules"], variables: { firm: "Acme" } },
      start_node_id: "greet",
      nodes: [
        {
          id: "greet",
          type: "conversation",
          instruction: { type: "prompt", text: { $prompt: "base/greeting" } },
          edges: [{ id: "done", transition_condition: { type: "prompt", prompt: "All is said" }, destination_node_id: "bye" }],
          display_position: { x: 0, y: 0 },
        },
        { id: "bye", type: "conversation", instruction: { type: "prompt", text: { $prompt: ["chat/bye"] } }, display_position: { x: 400, y: 0 } },
      ],
    }),
    "agents/voice/agent.json": json({
      agent_name: "Voice",
      voice_id: "retell-Cimo",
      llm_config: {
        model: "gpt-4.1",
        start_speaker: "agent",
        general_prompt: "You are Ann.",
        starting_state: "first",
        states: [{ name: "first", state_prompt: { $prompt: "base/greeting" } }],
      },
    }),
    ...changes,
  };
}
