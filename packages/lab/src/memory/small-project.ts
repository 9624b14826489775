/** A project of two agents that share a section; `changes` replace or add files. */
export function smallProject(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const agent = (name: string, sections: string[]): string =>
    `${JSON.stringify({ agent_name: name, voice_id: "retell-Cimo", voice_speed: 1, llm_config: { model: "gpt-4.1", start_speaker: "agent", prompt_config: { sections } } }, null, 2)}\n`;
  return {
    "workspaces.json": `${JSON.stringify({ staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } }, null, 2)}\n`,
    "prompts/base/greeting.txt": "Say hello.\n",
    "prompts/sales/pitch.txt": "Sell.\n",
    "agents/sales/agent.json": agent("Sales", ["base/greeting", "sales/pitch"]),
    "agents/support/agent.json": agent("Support", ["base/greeting"]),
    ...changes,
  };
}
