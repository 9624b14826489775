import { describe, expect, test } from "@jest/globals";
import { laboratory, newChatAgent, newFlowAgent, smallFlow } from "../laboratory.ts";

const node = (id: string, to?: string) => ({
  id,
  type: "branch",
  else_edge: { id: `${id}-else`, transition_condition: { type: "prompt", prompt: "Else" }, ...(to === undefined ? {} : { destination_node_id: to }) },
});

describe("the console and flows", () => {
  test("edits a draft in place, and a published flow in a new draft of agent and flow", async () => {
    const { client, organization } = await laboratory();
    const { console } = organization;
    const { agentId, flowId } = await newFlowAgent(client, {}, { global_prompt: "one" });
    expect(console.editFlow(agentId, { global_prompt: "two" })).toBe(0);
    console.publish(agentId, 0);
    expect(console.editFlow(agentId, { global_prompt: "three" })).toBe(1);
    expect(await client.conversationFlow.retrieve(flowId)).toMatchObject({ version: 1, global_prompt: "three", is_published: false });
    expect(await client.conversationFlow.retrieve(flowId, { version: 0 })).toMatchObject({ global_prompt: "two", is_published: true });
    const { latest, latestPublished } = organization.agent(agentId);
    expect([latest.engine?.["global_prompt"], latestPublished?.engine?.["global_prompt"]]).toEqual(["three", "two"]);
    expect(() => console.editFlow(agentId, { model_temperature: 9 })).toThrow("request/body/model_temperature must be <= 1");
    expect(() => console.editLlm(agentId, {})).toThrow("has no Retell LLM");
  });

  test("adds, edits, drags and removes nodes", async () => {
    const { client, organization } = await laboratory();
    const { console } = organization;
    const { agentId, flowId } = await newFlowAgent(client);
    const nodes = async () => (await client.conversationFlow.retrieve(flowId)).nodes ?? [];
    const [start] = await nodes();
    console.addNode(agentId, node("b", "start"));
    console.addNode(agentId, node("c", "b"));
    expect(await nodes()).toEqual([start, node("b", "start"), node("c", "b")]);
    console.moveNode(agentId, "b", { x: 10, y: -5 });
    expect(await nodes()).toEqual([start, { ...node("b", "start"), display_position: { x: 10, y: -5 } }, node("c", "b")]);
    console.editNode(agentId, "start", { name: "Start" });
    expect((await nodes())[0]).toEqual({ ...start, name: "Start" });
    console.removeNode(agentId, "b");
    expect(await nodes()).toEqual([{ ...start, name: "Start" }, node("c")]);
    expect(() => console.addNode(agentId, node("c"))).toThrow("Node id c is not unique");
    console.publish(agentId, 0);
    for (const edit of [() => console.editNode(agentId, "b", {}), () => console.moveNode(agentId, "b", { x: 0, y: 0 }), () => console.removeNode(agentId, "b")]) {
      expect(edit).toThrow('The flow has no node "b".');
    }
    expect(organization.agent(agentId).versions).toHaveLength(1);
    expect(console.moveNode(agentId, "c", { x: 1, y: 1 })).toBe(1);
  });

  test("makes agents of every kind", async () => {
    const { client, organization } = await laboratory();
    const { console } = organization;
    for (const channel of ["voice", "chat"] as const) {
      const retrieve = (id: string) => (channel === "voice" ? client.agent.retrieve(id) : client.chatAgent.retrieve(id));
      const llm = console.createAgentOn({ channel, engine: { type: "retell-llm", fields: { general_prompt: "p" } }, fields: { agent_name: "A" } });
      expect(await retrieve(llm.agentId)).toMatchObject({ agent_name: "A", response_engine: { llm_id: llm.engineId } });
      const flow = console.createAgentOn({ channel, engine: { type: "conversation-flow", fields: { global_prompt: "p" } } });
      expect(await retrieve(flow.agentId)).toMatchObject({ response_engine: { conversation_flow_id: flow.engineId } });
      expect(organization.agent(flow.agentId).latest.engine).toMatchObject({ global_prompt: "p", nodes: [{ id: "start" }] });
      const own = console.createAgentOn({ channel, engine: { type: "custom-llm", llm_websocket_url: "wss://x" } });
      expect([own.engineId, (await retrieve(own.agentId)).response_engine]).toEqual([undefined, { type: "custom-llm", llm_websocket_url: "wss://x" }]);
    }
    expect([organization.llms().length, organization.flows().length]).toEqual([2, 2]);
    expect(organization.agent(console.createAgentOn({ engine: { type: "retell-llm" } }).agentId).latest.agent["voice_id"]).toBe("retell-Cimo");
    expect(organization.writes.total).toBe(0);
  });

  test("edits chat agents by their own fields", async () => {
    const { client, organization } = await laboratory();
    const { agentId } = await newChatAgent(client);
    organization.console.editAgent(agentId, { auto_close_message: "Bye" });
    expect((await client.chatAgent.retrieve(agentId)).auto_close_message).toBe("Bye");
    expect(() => organization.console.editAgent(agentId, { end_chat_after_silence_ms: 1 })).toThrow("must be >= 120000");
    expect(() => organization.console.editFlow(agentId, {})).toThrow("has no conversation flow");
    organization.console.deleteAgent(agentId);
    expect(organization.agents()).toEqual([]);
  });

  test("makes, edits and deletes components, and deletes flows", async () => {
    const { client, organization } = await laboratory();
    const { console } = organization;
    const id = console.createComponent({ name: "c", nodes: [] });
    console.editComponent(id, { name: "d" });
    expect(await client.conversationFlowComponent.retrieve(id)).toMatchObject({ name: "d" });
    const { agentId, engineId } = console.createAgentOn({ engine: { type: "conversation-flow" } });
    console.addNode(agentId, { ...node("use"), type: "component", component_type: "shared", component_id: id });
    expect(organization.components()).toMatchObject([{ linked_conversation_flow_ids: [engineId] }]);
    console.deleteComponent(id);
    expect([organization.components(), organization.flows()[0]?.["components"]]).toMatchObject([[], [{ name: "d" }]]);
    expect(() => console.deleteFlow(String(engineId))).toThrow("Cannot delete a response engine that is used by an agent");
    console.deleteFlow(String(engineId), true);
    expect(organization.flows()).toEqual([]);
  });

  test("Retell retires a model in flows, their nodes, local and shared components", async () => {
    const { client, organization } = await laboratory();
    const old = { type: "cascading", model: "gpt-5.1" } as const;
    const nodes = [{ id: "end", type: "end", name: "gpt-5.1", model_choice: old } as const];
    const { agentId, flowId } = await newFlowAgent(client, {}, { model_choice: old, nodes, components: [{ name: "c", nodes }] });
    await client.conversationFlow.create(smallFlow());
    organization.console.createComponent({ name: "c", nodes });
    organization.console.publish(agentId, 0);
    const { last_modification_timestamp: before } = await client.conversationFlow.retrieve(flowId);
    expect(organization.console.migrateValue("gpt-5.1", "gpt-6-sol")).toBe(2);
    const moved = [{ name: "gpt-5.1", model_choice: { type: "cascading", model: "gpt-6-sol" } }];
    const flow = await client.conversationFlow.retrieve(flowId);
    expect(flow).toMatchObject({ last_modification_timestamp: before, model_choice: { model: "gpt-6-sol" }, nodes: moved, components: [{ nodes: moved }] });
    expect(organization.components()).toMatchObject([{ nodes: moved }]);
  });
});
