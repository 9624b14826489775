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

/** The shared section that the pull request changes, before and after. */
export const OPENING_HOURS = {
  file: "prompts/shared/opening-hours.md",
  before: "We are open Monday to Friday, 9 am to 5 pm.\nOutside these hours, offer a call back on the next working day.\n",
  after: "We are open Monday to Friday, 9 am to 5 pm, and on Saturday until noon.\nOutside these hours, offer a call back on the next working day.\n",
} as const;

/** What somebody makes of the same line in the console. */
export const CONSOLE_HOURS = { from: "9 am to 5 pm.", to: "9 am to 6 pm." } as const;

/** Files of the first commit, without the workflows. */
export const PROJECT: Readonly<Record<string, string>> = {
  "workspaces.json": json({
    staging: { api_key_env: "RETELL_STAGING_API_KEY", read_key_env: "RETELL_STAGING_READ_KEY", name: "Staging" },
    production: { api_key_env: "RETELL_PRODUCTION_API_KEY", read_key_env: "RETELL_PRODUCTION_READ_KEY", name: "Production" },
  }),
  "prompts/shared/manner.md": "You answer the phone for {{practice}}. Be warm and brief, and ask one question at a time.\n",
  [OPENING_HOURS.file]: OPENING_HOURS.before,
  "prompts/front-desk.md": "Find out whether the caller wants an appointment, and which day suits.\n",
  "prompts/billing.md": "Answer questions about invoices. Never take card numbers on the phone.\n",
  "prompts/emergency.md": "Ask about pain, swelling and bleeding first. With trouble breathing, tell the caller to dial 911.\n",
  "agents/front-desk/agent.json": agent("Front Desk", "front-desk", { voice: "11labs-Adrian", hello: "Harbor Dental, how can I help you?" }),
  "agents/billing/agent.json": agent("Billing", "billing", { voice: "11labs-Lily", hello: "Harbor Dental, billing. What is it about?" }),
  "agents/emergency/agent.json": agent("Emergency", "emergency", { voice: "11labs-Adrian", hello: "Harbor Dental emergency line. What happened?" }),
};
