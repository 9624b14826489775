/** Repositories of N agents that share two prompt sections, for measurements. */
export function projectFiles(count: number): Record<string, string> {
  const files: Record<string, string> = {
    "workspaces.json": JSON.stringify({ staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } }, null, 2),
    "prompts/base/greeting.txt": "You answer the phone for {{company}}. Be brief and kind.\n",
    "prompts/base/closing.txt": `${"Say goodbye politely and repeat what was agreed. ".repeat(40)}\n`,
  };
  for (let index = 0; index < count; index += 1) {
    const name = `agent-${String(index).padStart(5, "0")}`;
    files[`agents/${name}/agent.json`] = `${JSON.stringify(
      {
        agent_name: name,
        voice_id: "retell-Cimo",
        voice_speed: 1.05,
        llm_config: {
          model: "gpt-4.1",
          start_speaker: "agent",
          prompt_config: { sections: ["base/greeting", "base/closing"], variables: { company: `Company ${index}` } },
        },
      },
      null,
      2,
    )}\n`;
  }
  return files;
}
