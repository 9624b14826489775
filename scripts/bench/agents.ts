/** Repositories of N agents with prompts of 8 KB each, for measurements. */

/** Two shared sections and one of the agent's own make one prompt of about this length. */
const PROMPT_BYTES = 8 * 1024;

const GREETING = "You answer the phone for {{company}}. Be brief and kind.\n";
const CLOSING = `${"Say goodbye politely and repeat what was agreed. ".repeat(20)}\n`;

/** The folder of an agent. */
export function agentName(index: number): string {
  return `agent-${String(index).padStart(5, "0")}`;
}

/** The file with an agent's own section; another `round` is another text. */
export function ownSection(index: number, round = 0): readonly [path: string, text: string] {
  const lines: string[] = [`This is edition ${round} of what ${agentName(index)} has to know.`];
  for (let length = GREETING.length + CLOSING.length; length < PROMPT_BYTES; ) {
    const line = `Rule ${lines.length} for callers of company ${index}: say what is asked, then wait for the answer to question ${(index * 7 + lines.length) % 97}.`;
    lines.push(line);
    length += line.length + 1;
  }
  return [`prompts/own/${agentName(index)}.txt`, `${lines.join("\n")}\n`];
}

/** The whole project. */
export function projectFiles(count: number): Record<string, string> {
  const files: Record<string, string> = { ...workspacesOnly(), "prompts/base/greeting.txt": GREETING, "prompts/base/closing.txt": CLOSING };
  for (let index = 0; index < count; index += 1) {
    const name = agentName(index);
    files[`agents/${name}/agent.json`] = `${JSON.stringify(
      {
        agent_name: name,
        voice_id: "retell-Cimo",
        voice_speed: 1.05,
        llm_config: {
          model: "gpt-4.1",
          start_speaker: "agent",
          prompt_config: { sections: ["base/greeting", `own/${name}`, "base/closing"], variables: { company: `Company ${index}` } },
        },
      },
      null,
      2,
    )}\n`;
    const [path, text] = ownSection(index);
    files[path] = text;
  }
  return files;
}

/** A project without agents. */
export function workspacesOnly(): Record<string, string> {
  return { "workspaces.json": `${JSON.stringify({ staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } }, null, 2)}\n` };
}
