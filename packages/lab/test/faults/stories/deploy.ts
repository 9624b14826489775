import { atSpeed } from "@retell-actions/lab/faults/at-speed";
import { agentNamed } from "@retell-actions/lab/scene/look-at";
import { agentFile, jsonFile, sampleFiles, WORKSPACES_FILE } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import type { Story } from "../story.ts";

const component = (text: string): string => jsonFile({ nodes: [{ id: "start", type: "conversation", instruction: { type: "prompt", text }, edges: [] }] });
const flow = (name: string): string =>
  jsonFile({
    agent_name: "guide",
    voice_id: "retell-Cimo",
    conversation_flow: {
      start_speaker: "agent",
      model_choice: { type: "cascading", model: "gpt-4.1" },
      nodes: [{ id: "welcome", type: "component", component_type: "shared", component_id: `component://${name}`, edges: [], else_edge: { id: "else", transition_condition: { type: "prompt", prompt: "Else" } } }],
    },
  });
const chat = (name: string, prompt: string): string => jsonFile({ channel: "chat", agent_name: name, llm_config: { model: "gpt-4.1", start_speaker: "agent", general_prompt: prompt } });

const FILES: Record<string, string> = {
  ...sampleFiles({ edited: { llm: { knowledge_base_ids: ["knowledge://faq"] } }, published: {}, gone: {}, console: {} }),
  "agents/clerk/agent.json": chat("clerk", "Be brief."),
  "agents/guide/agent.json": flow("greeting"),
  "knowledge/faq/knowledge.json": jsonFile({ texts: [{ title: "Hours", text: "Nine to five." }] }),
  "components/greeting.json": component("Greet."),
};

const CHANGE: Record<string, string | null> = {
  "workspaces.json": JSON.stringify({ ...(JSON.parse(WORKSPACES_FILE) as object), moved: [{ agent: "gone", to: null }] }),
  "agents/created/agent.json": agentFile("created"),
  "agents/edited/agent.json": agentFile("edited", { agent: { voice_speed: 1.2 }, llm: { model_temperature: 0.3, knowledge_base_ids: ["knowledge://faq"] } }),
  "agents/published/agent.json": agentFile("published", { agent: { voice_speed: 1.2 } }),
  "agents/gone/agent.json": null,
  "agents/clerk/agent.json": chat("clerk", "Be brief and kind."),
  "agents/writer/agent.json": chat("writer", "Write."),
  "knowledge/faq/knowledge.json": jsonFile({ texts: [{ title: "Hours", text: "Nine to six." }] }),
  "knowledge/prices/knowledge.json": jsonFile({ texts: [{ title: "Prices", text: "Cheap." }] }),
  "agents/guide/agent.json": flow("goodbye"),
  "components/greeting.json": component("Greet kindly."),
  "components/goodbye.json": component("Say goodbye."),
};

/** Behind GitHub's clock, which tells the end of a run in whole seconds. */
const now = (): number => Date.now() - 2_000;

/** Nothing has been deployed yet: one agent is created, and the branch of the recorded state. */
export const deployFirst: Story = {
  action: "deploy",
  name: "for the first time",
  step: 9,
  ordinaryStep: 225,
  start: (retell = {}) => startScene({ files: sampleFiles({ sales: {} }), retell: { now, ...retell } }),
  run: (scene, options) => scene.deploy({ ...options, inputs: { concurrency: "1" } }),
};

async function deployed(running: Promise<RunResult>): Promise<void> {
  const run = await running;
  if (run.outputs["outcome"] !== "deployed") throw new Error(run.log);
}

/** Agents of each kind are created, edited in place, forked and deleted, with knowledge and components; one has a console edit. */
export const deployToStaging: Story = {
  action: "deploy",
  name: "to staging",
  step: 5,
  async start(retell = {}): Promise<Scene> {
    const scene = await startScene({ files: FILES, retell: { now, ...retell } });
    await deployed(scene.deploy({ env: atSpeed(20) }));
    scene.staging.console.publish(agentNamed(scene.staging, "published").id, 0);
    scene.staging.console.editAgent(agentNamed(scene.staging, "console").id, { voice_speed: 0.8 });
    await scene.repository.commit({ branch: "staging", files: CHANGE, message: "Change everything" });
    return scene;
  },
  run: (scene, options) => scene.deploy({ ...options, inputs: { concurrency: "1", prune: "delete", ...options.inputs } }),
};
