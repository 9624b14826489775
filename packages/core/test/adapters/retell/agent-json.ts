/** An agent as the API returns it. */
export function agentJson(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    agent_id: "agent_1",
    version: 0,
    is_published: false,
    base_version: null,
    last_modification_timestamp: 1700000000000,
    version_title: "mark",
    response_engine: { type: "retell-llm", llm_id: "llm_1", version: 0 },
    voice_id: "retell-Cimo",
    ...changes,
  };
}
