/** A JSON file as people write it. */
export function jsonFile(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** `workspaces.json` of a scene: both organisations, staging also with a read key. */
export const WORKSPACES_FILE = jsonFile({
  staging: { api_key_env: "RETELL_STAGING_API_KEY", read_key_env: "RETELL_STAGING_READ_KEY" },
  production: { api_key_env: "RETELL_PRODUCTION_API_KEY" },
});

/** What a test says about an agent; the rest is filled in. */
export interface SampleAgent {
  readonly agent?: Readonly<Record<string, unknown>>;
  readonly llm?: Readonly<Record<string, unknown>>;
  /** Names of prompt sections; default: the shared greeting. */
  readonly sections?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** An `agent.json` on a Retell LLM whose prompt is built of sections; `name` becomes its display name. */
export function agentFile(name: string, { agent = {}, llm = {}, sections = ["shared/greeting"], variables = {} }: SampleAgent = {}): string {
  return jsonFile({
    agent_name: name,
    voice_id: "retell-Cimo",
    ...agent,
    llm_config: { model: "gpt-4.1", start_speaker: "agent", ...llm, prompt_config: { sections, variables } },
  });
}

/** A project of agents that share the section `shared/greeting`. */
export function sampleFiles(agents: Readonly<Record<string, SampleAgent>>): Record<string, string> {
  return {
    "workspaces.json": WORKSPACES_FILE,
    "prompts/shared/greeting.txt": "Hello, how can I help you?\n",
    ...Object.fromEntries(Object.entries(agents).map(([name, agent]) => [`agents/${name}/agent.json`, agentFile(name, agent)])),
  };
}
