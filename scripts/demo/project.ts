/** The repository of the demo: a dental practice with three voice agents that share two prompt sections. */

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const agent = (name: string, own: string, fields: { readonly voice: string; readonly hello: string }): string =>
  json({
    agent_name: `Harbor Dental ${name}`,
    voice_id: fields.voice,
    voice_speed: 1,
    language: "en-US",
    llm_config: {
      model: "gpt-4.1",
      begin_message: fields.hello,
      prompt_config: {
        sections: ["shared/manner", "shared/opening-hours", own],
        variables: { practice: "Harbor Dental" },
      },
    },
  });

const keys = (workspace: string): { readonly api_key_env: string; readonly read_key_env: string } => {
  const variable = workspace.toUpperCase().replaceAll("-", "_");
  return { api_key_env: `RETELL_${variable}_API_KEY`, read_key_env: `RETELL_${variable}_READ_KEY` };
};

/** `workspaces.json` of one production. */
export const WORKSPACES = json({ staging: { ...keys("staging"), name: "Staging" }, production: { ...keys("production"), name: "Production" } });

/** Two regions, in the order of their turns. */
export const REGIONS = ["prod-eu", "prod-us"] as const;

/** `workspaces.json` of two productions. */
export const REGION_WORKSPACES = json({
  mode: "multi-production",
  staging: { ...keys("staging"), name: "Staging" },
  production: { "prod-eu": { ...keys("prod-eu"), name: "Europe" }, "prod-us": { ...keys("prod-us"), name: "United States" } },
});

/** The shared section that a pull request changes, before and after, and what it adds. */
export const OPENING_HOURS = {
  file: "prompts/shared/opening-hours.md",
  added: ", and on Saturday until noon",
  before: "We are open Monday to Friday, 9 am to 5 pm.\nOutside these hours, offer a call back on the next working day.\n",
  after: "We are open Monday to Friday, 9 am to 5 pm, and on Saturday until noon.\nOutside these hours, offer a call back on the next working day.\n",
} as const;

/** What somebody makes of the same line in the console: the office of the billing agent closes later. */
export const OFFICE_HOURS = {
  agent: "billing",
  file: "prompts/billing/shared/opening-hours.md",
  from: "9 am to 5 pm.",
  to: "9 am to 6 pm.",
} as const;

/** How fast the billing agent speaks after somebody was at the console, and its greeting by a pull request of that time. */
export const FASTER = { agent: "billing", file: "agents/billing/agent.json", field: "agent.voice_speed", from: 1, to: 1.15 } as const;
export const HELLO = { agent: "billing", file: "agents/billing/agent.json", from: "What is it about?", to: "How can I help?" } as const;

/** Another shared section, as a pull request has it. */
export const MANNER = {
  file: "prompts/shared/manner.md",
  before: "You answer the phone for {{practice}}. Be warm and brief, and ask one question at a time.\n",
  after: "You answer the phone for {{practice}}. Be warm and brief, and ask one question at a time.\nIf the caller is upset, apologise first.\n",
} as const;

/** A section of one agent, as the console has it. */
export const APPOINTMENT = { agent: "front-desk", file: "prompts/front-desk.md", from: "which day suits.", to: "which day and hour suit." } as const;

/** A welcome edit in the console of production. */
export const GREETING = { agent: "front-desk", file: "agents/front-desk/agent.json", from: "Harbor Dental, how can I help you?", to: "Good day, this is Harbor Dental. How can I help you?" } as const;

/** A wrong edit in the console of staging: the practice is in the United States. */
export const EMERGENCY_NUMBER = { agent: "emergency", file: "prompts/emergency.md", from: "dial 911", to: "dial 112" } as const;

/** A sentence of the billing agent, and what a bad change makes of it. */
export const CARD_NUMBERS = { agent: "billing", file: "prompts/billing.md", from: "Never take card numbers on the phone.", to: "Take card numbers on the phone." } as const;

/** Names of the agents, sorted. */
export const AGENTS = ["billing", "emergency", "front-desk"] as const;

/** Prompts and agents, without `workspaces.json`. */
export const AGENT_FILES: Readonly<Record<string, string>> = {
  [MANNER.file]: MANNER.before,
  [OPENING_HOURS.file]: OPENING_HOURS.before,
  [APPOINTMENT.file]: `Find out whether the caller wants an appointment, and ${APPOINTMENT.from}\n`,
  [CARD_NUMBERS.file]: `Answer questions about invoices. ${CARD_NUMBERS.from}\n`,
  [EMERGENCY_NUMBER.file]: `Ask about pain, swelling and bleeding first. With trouble breathing, tell the caller to ${EMERGENCY_NUMBER.from}.\n`,
  [GREETING.file]: agent("Front Desk", "front-desk", { voice: "11labs-Adrian", hello: GREETING.from }),
  [HELLO.file]: agent("Billing", "billing", { voice: "11labs-Lily", hello: `Harbor Dental, billing. ${HELLO.from}` }),
  "agents/emergency/agent.json": agent("Emergency", "emergency", { voice: "11labs-Adrian", hello: "Harbor Dental emergency line. What happened?" }),
};
