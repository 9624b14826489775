import { describe, expect, test } from "@jest/globals";
import { inventionsFor } from "@retell-actions/lab/retell/normalize/inventions";
import type { Resource } from "@retell-actions/lab/retell/schema/resource";
import { anyhow, laboratory, smallFlow } from "../laboratory.ts";
import type { Laboratory } from "../laboratory.ts";

const seeds = Array.from({ length: 40 }, (_, index) => index + 1);
const known = { voice_id: "v" };

/** Makes an agent, an LLM or a flow and returns the answer with a function that patches it. */
async function make(lab: Laboratory, on: Resource, fields: Record<string, unknown>) {
  const { client } = lab;
  if (on === "retell-llm") {
    const created = await client.llm.create(fields);
    return { created: record(created), patch: async (body: object) => record(await client.llm.update(created.llm_id, body)) };
  }
  if (on === "conversation-flow") {
    const created = await client.conversationFlow.create({ ...smallFlow(), ...fields });
    const id = created.conversation_flow_id;
    return { created: record(created), patch: async (body: object) => record(await client.conversationFlow.update(id, body)) };
  }
  const response_engine = { type: "custom-llm", llm_websocket_url: "wss://x" } as const;
  if (on === "chat-agent") {
    const created = await client.chatAgent.create({ response_engine, ...fields });
    return { created: record(created), patch: async (body: object) => record(await client.chatAgent.update(created.agent_id, body)) };
  }
  const created = await client.agent.create(anyhow({ ...known, response_engine, ...fields }));
  return { created: record(created), patch: async (body: object) => record(await client.agent.update(created.agent_id, body)) };
}

const record = (value: object) => value as Record<string, unknown>;

/** Something valid for each key that an invention may watch, in a form that normalisation changes. */
const samples: Record<string, { sent: unknown; stored: unknown }> = {
  agent_name: { sent: "Name  ", stored: "Name" },
  general_prompt: { sent: "Prompt \n", stored: "Prompt" },
  begin_message: { sent: "Hello  there", stored: "Hello there" },
  voice_speed: { sent: 1.234, stored: 1.2 },
  model_temperature: { sent: 0.123, stored: 0.1 },
  boosted_keywords: { sent: ["Zürich", "Aarau"], stored: ["aarau", "zürich"] },
  webhook_events: { sent: ["call_started", "call_ended"], stored: ["call_ended", "call_started"] },
  knowledge_base_ids: { sent: ["b", "a", "b"], stored: ["a", "b"] },
  voice_id: { sent: "w", stored: "w" },
  interruption_sensitivity: { sent: 0.5, stored: 0.5 },
  language: { sent: "de-DE", stored: "de-DE" },
  model: { sent: "gpt-5.1", stored: "gpt-5.1" },
  auto_close_message: { sent: "Good  bye", stored: "Good bye" },
  global_prompt: { sent: "Prompt \n", stored: "Prompt" },
  model_choice: { sent: { type: "cascading", model: "gpt-5.1" }, stored: { type: "cascading", model: "gpt-5.1" } },
  nodes: { sent: [{ id: "end", type: "end", name: "End " }], stored: [{ id: "end", type: "end", name: "End" }] },
};

/** The same key means other values in a chat. */
const chatSamples: typeof samples = { ...samples, webhook_events: { sent: ["chat_started", "chat_ended"], stored: ["chat_ended", "chat_started"] } };

describe("inventions", () => {
  test("seed 0 has none; other seeds have all three, always the same, and differ among each other", () => {
    const none = { default: null, normalisation: null, sideEffect: null };
    expect(inventionsFor(0)).toEqual({ ...none, chat: none, flow: none });
    const pictures = seeds.map((seed) => JSON.stringify(inventionsFor(seed)));
    expect(seeds.map((seed) => JSON.stringify(inventionsFor(seed)))).toEqual(pictures);
    expect(new Set(pictures).size).toBeGreaterThan(20);
    for (const pick of ["default", "normalisation", "sideEffect"] as const) {
      expect(new Set(seeds.map((seed) => JSON.stringify(inventionsFor(seed)[pick]))).size).toBeGreaterThan(4);
      for (const family of ["chat", "flow"] as const) {
        expect(new Set(seeds.map((seed) => JSON.stringify(inventionsFor(seed)[family][pick]))).size).toBeGreaterThan(2);
      }
    }
  });

  const families = seeds.flatMap((seed) => (["voice", "chat", "flow"] as const).map((family) => [seed, family] as const));
  test.each(families)("seed %i, %s: default, normalisation and side effect show up over the API", async (seed, family) => {
    const lab = await laboratory({ seed });
    const { inventions } = lab.lab;
    const { default: invented, normalisation, sideEffect } = family === "voice" ? inventions : inventions[family];
    if (invented === null || normalisation === null || sideEffect === null) throw new Error("nothing was invented");
    expect((await make(lab, invented.on, {})).created[invented.key]).toEqual(invented.value);

    const known = family === "chat" ? chatSamples : samples;
    const sample = known[normalisation.key];
    const written = await make(lab, normalisation.on, { [normalisation.key]: sample?.sent });
    expect(written.created[normalisation.key]).toEqual(sample?.stored);
    expect((await written.patch({ [normalisation.key]: sample?.sent }))[normalisation.key]).toEqual(sample?.stored);

    const affected = await make(lab, sideEffect.on, { [sideEffect.sets]: undefined });
    const answer = await affected.patch({ [sideEffect.when]: known[sideEffect.when]?.sent });
    expect(answer[sideEffect.sets]).toEqual(sideEffect.value);
  });

  test("what is invented for voice agents and LLMs does not reach chat agents and flows, nor components", async () => {
    const seed = seeds.find((candidate) => inventionsFor(candidate).normalisation?.key === "agent_name" && inventionsFor(candidate).chat.normalisation?.key !== "agent_name");
    const lab = await laboratory({ seed: seed ?? 0 });
    expect((await make(lab, "chat-agent", { agent_name: "Name  " })).created["agent_name"]).toBe("Name  ");
    expect((await make(lab, "agent", { agent_name: "Name  " })).created["agent_name"]).toBe("Name");
    const { name } = await lab.client.conversationFlowComponent.create({ name: "Name  ", nodes: [] });
    expect(name).toBe("Name  ");
  });

  test("a side effect spares a key that was sent along, and console edits", async () => {
    const seed = seeds.find((candidate) => inventionsFor(candidate).sideEffect?.sets === "volume");
    const lab = await laboratory({ seed: seed ?? 0 });
    const { created, patch } = await make(lab, "agent", { volume: 0.5 });
    expect(created["volume"]).toBe(0.5);
    lab.organization.console.editAgent(String(created["agent_id"]), { voice_id: "x" });
    expect((await patch({ agent_name: "B" }))["volume"]).toBe(0.5);
    expect((await patch({ voice_id: "y" }))["volume"]).toBe(1.25);
  });
});
