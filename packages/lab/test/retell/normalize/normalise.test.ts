import { describe, expect, test } from "@jest/globals";
import { defaultRows } from "@retell-actions/lab/retell/normalize/defaults";
import { retiredModels } from "@retell-actions/lab/retell/normalize/retired-models";
import { anyhow, laboratory, newAgent, newChatAgent, smallFlow } from "../laboratory.ts";

const options = { rateLimits: false };

describe("what is read back", () => {
  test("retired models are their successors", async () => {
    const { client } = await laboratory(options);
    const keys = { text: "model", speech: "s2s_model", voice: "voice_model" } as const;
    for (const { kind, retired, successor } of retiredModels) {
      const stored: object = kind === "voice" ? await client.agent.create(anyhow({ voice_id: "v", voice_model: retired, response_engine: { type: "custom-llm", llm_websocket_url: "wss://x" } })) : await client.llm.create({ [keys[kind]]: retired });
      expect(stored).toMatchObject({ [keys[kind]]: successor });
      expect(retiredModels.map((row) => row.retired)).not.toContain(successor);
    }
    const { agentId } = await newAgent(client, { post_call_analysis_model: "gpt-4.1-nano" });
    expect((await client.agent.retrieve(agentId)).post_call_analysis_model).toBe("gpt-5.6-luna");
  });

  test("language multi is a list of locales", async () => {
    const { client } = await laboratory(options);
    const { agentId } = await newAgent(client, { language: "multi" });
    const { language } = await client.agent.retrieve(agentId);
    expect(language).toHaveLength(10);
    expect(language).toContain("en-US");
    expect((await client.agent.update(agentId, { language: ["de-DE", "fr-FR"] })).language).toEqual(["de-DE", "fr-FR"]);
  });

  test("top-level defaults: those marked written, all, or none", async () => {
    for (const writtenDefaults of ["table", "all", "none"] as const) {
      const { client, organization } = await laboratory({ ...options, writtenDefaults });
      const { agentId } = await newAgent(client);
      const { agent, engine = {} } = organization.agent(agentId).latest;
      const chat = organization.agent((await newChatAgent(client)).agentId).latest.agent;
      for (const row of defaultRows) {
        if (row.on !== "agent" && row.on !== "retell-llm" && row.on !== "chat-agent") continue;
        const shown = { agent, "retell-llm": engine, "chat-agent": chat }[row.on][row.key];
        const expected = writtenDefaults === "all" || (writtenDefaults === "table" && row.written);
        expect([row.key, shown]).toEqual([row.key, expected ? row.value : undefined]);
      }
    }
  });

  test("defaults give way to what was sent, and are not filled in again by a PATCH", async () => {
    const { client } = await laboratory(options);
    const { agentId } = await newAgent(client, { language: "de-DE", contact_memory_config: { enable_update: true } });
    expect(await client.agent.update(agentId, { post_call_analysis_model: null })).toMatchObject({
      language: "de-DE",
      contact_memory_config: { enable_update: true, enable_read: true },
      post_call_analysis_model: null,
    });
  });

  test("nested defaults are written with the object around them", async () => {
    const { client } = await laboratory(options);
    const number = { type: "predefined", number: "+14155550100" } as const;
    const transfer = (name: string, transfer_option: object) => ({ type: "transfer_call", name, transfer_destination: number, transfer_option });
    const tools = [
      { type: "code", name: "c", code: "1" },
      transfer("cold", { type: "cold_transfer" }),
      transfer("warm", { type: "warm_transfer", enable_bridge_audio_cue: false }),
      transfer("agentic", { type: "agentic_warm_transfer", agentic_transfer_config: {} }),
    ];
    const expected = [
      { speak_after_execution: true, timeout_ms: 30_000 },
      { transfer_option: { cold_transfer_mode: "sip_invite" } },
      { transfer_option: { enable_bridge_audio_cue: false } },
      { transfer_option: { enable_bridge_audio_cue: true, agentic_transfer_config: { transfer_timeout_ms: 30_000, action_on_timeout: "cancel_transfer" } } },
    ];
    const { llm_id: id } = await client.llm.create({});
    expect(await client.llm.update(id, { general_tools: anyhow(tools) })).toMatchObject({ general_tools: expected });
    const states = anyhow<never>([{ name: "s", tools: tools.slice(0, 1) }]);
    expect(await client.llm.update(id, { general_tools: null, starting_state: "s", states })).toMatchObject({ states: [{ tools: expected.slice(0, 1) }] });
    const { agentId } = await newAgent(client);
    expect(await client.agent.update(agentId, anyhow({ pii_config: {} }))).toMatchObject({ pii_config: { mode: "post_call", categories: [] } });
  });

  test("nodes of a flow get their defaults, and so do those of its components and of shared ones", async () => {
    const { client } = await laboratory(options);
    const instruction = { type: "prompt", text: "t" };
    const condition = { type: "prompt", prompt: "p" };
    const edge = { id: "e", transition_condition: condition };
    const transfer = { type: "transfer_call", name: "t", transfer_destination: { type: "predefined", number: "+14155550100" } };
    const nodes = [
      { id: "a", type: "conversation", instruction },
      { id: "b", type: "subagent", instruction, skippable: true, tools: [{ ...transfer, transfer_option: { type: "cold_transfer" } }] },
      { id: "c", type: "code", code: "1", wait_for_result: true },
      { ...transfer, id: "d", edge, transfer_option: { type: "agentic_warm_transfer", agentic_transfer_config: {} } },
      { id: "e", type: "end" },
    ];
    const expected = [
      { id: "a", skippable: false },
      { id: "b", skippable: true, tools: [{ transfer_option: { cold_transfer_mode: "sip_invite" } }] },
      { id: "c", timeout_ms: 30_000 },
      { transfer_option: { enable_bridge_audio_cue: true, agentic_transfer_config: { transfer_timeout_ms: 30_000, action_on_timeout: "cancel_transfer" } } },
      { id: "e", type: "end" },
    ];
    const body = anyhow<ReturnType<typeof smallFlow>>({ ...smallFlow(), nodes, components: [{ name: "c", nodes }] });
    const flow = await client.conversationFlow.create(body);
    expect(flow).toMatchObject({ nodes: expected, components: [{ nodes: expected }] });
    expect(flow.nodes?.at(-1)).toEqual({ id: "e", type: "end" });
    expect(await client.conversationFlow.update(flow.conversation_flow_id, { nodes: body.nodes })).toMatchObject({ nodes: expected });
    expect(await client.conversationFlowComponent.create({ name: "c", nodes: anyhow(nodes) })).toMatchObject({ nodes: expected });
    const bare = await laboratory({ ...options, writtenDefaults: "none" });
    expect((await bare.client.conversationFlow.create(body)).nodes?.[0]).toEqual(nodes[0]);
  });

  test("retired models are their successors in a flow, its nodes and its components", async () => {
    const { client } = await laboratory(options);
    const retired = { type: "cascading", model: "gpt-4.1-nano", high_priority: true } as const;
    const current = { ...retired, model: "gpt-5.6-luna" };
    const nodes = [{ id: "end", type: "end", model_choice: retired } as const];
    const flow = await client.conversationFlow.create({ ...smallFlow(), model_choice: retired, nodes, components: [{ name: "c", nodes }] });
    expect(flow).toMatchObject({ model_choice: current, nodes: [{ model_choice: current }], components: [{ nodes: [{ model_choice: current }] }] });
    expect(await client.conversationFlowComponent.create({ name: "c", nodes })).toMatchObject({ nodes: [{ model_choice: current }] });
  });

  test("order inside arrays stays", async () => {
    const { client } = await laboratory(options);
    const { llm_id: id } = await client.llm.create({ knowledge_base_ids: ["b", "a"] });
    expect((await client.llm.retrieve(id)).knowledge_base_ids).toEqual(["b", "a"]);
  });
});
