import { describe, expect, test } from "@jest/globals";
import type Retell from "retell-sdk";
import { anyhow, business, clientOf, invalid, laboratory, newFlowAgent, refusal, smallFlow } from "../laboratory.ts";

type Node = Retell.ConversationFlowCreateParams["nodes"][number];

const collect = () => ({ name: "Collect", nodes: [{ id: "ask", type: "conversation" as const, instruction: { type: "prompt" as const, text: "Ask." } }] });

/** A node that uses a shared component. */
const use = (component_id: string, id = "use"): Node => ({
  id,
  type: "component",
  component_type: "shared",
  component_id,
  else_edge: { id: `${id}-else`, transition_condition: { type: "prompt", prompt: "Else" } },
});

describe("components", () => {
  test("need a name and nodes, and have no versions", async () => {
    const { client } = await laboratory();
    expect(await refusal(client.post("/create-conversation-flow-component", { body: {} }))).toMatchObject(
      invalid("request/body must have required property 'name', request/body must have required property 'nodes'"),
    );
    const response = await client.conversationFlowComponent.create(anyhow({ ...collect(), global_prompt: "not here" })).withResponse();
    expect(response.response.status).toBe(201);
    const { data } = response;
    expect(data).toMatchObject({ conversation_flow_component_id: expect.stringMatching(/^conversation_flow_component_[0-9a-f]{12}$/), name: "Collect", linked_conversation_flow_ids: [] });
    for (const key of ["version", "is_published", "last_modification_timestamp", "global_prompt"]) expect(data).not.toHaveProperty(key);
    expect(await client.conversationFlowComponent.retrieve(data.conversation_flow_component_id)).toEqual(data);
    expect(await refusal(client.get(`/get-conversation-flow-component/${data.conversation_flow_component_id}`, { query: { version: 0 } }))).toMatchObject(
      invalid("Unknown query parameter 'version'"),
    );
  });

  test("PATCH merges the top level, fills in and checks as for flows, and moves the time stamp", async () => {
    const { client } = await laboratory({ now: () => 1_790_000_000_000 });
    const { conversation_flow_component_id: id, user_modified_timestamp: before, nodes } = await client.conversationFlowComponent.create(collect());
    expect(nodes).toMatchObject([{ id: "ask", skippable: false }]);
    const tools = [{ type: "custom", name: "t", url: "https://example.com" }] as const;
    const updated = await client.conversationFlowComponent.update(id, { tools: [...tools], start_node_id: "ask" });
    expect(updated).toMatchObject({ name: "Collect", start_node_id: "ask", tools: [{ name: "t", tool_id: expect.stringMatching(/^tool_/) }] });
    expect(updated.user_modified_timestamp).toBeGreaterThan(before);
    expect((await client.conversationFlowComponent.update(id, { tools: null })).tools).toBeNull();
    const twice = [{ id: "a", type: "end" }, { id: "a", type: "end" }] as const;
    expect(await refusal(client.conversationFlowComponent.update(id, { nodes: [...twice] }))).toMatchObject(business(400, "Node id a is not unique"));
    expect(await refusal(client.conversationFlowComponent.update(id, anyhow({ name: null })))).toMatchObject(invalid("request/body/name must be string"));
  });

  test("know the flows that use them, in any version, also inside local components", async () => {
    const { client } = await laboratory();
    const { conversation_flow_component_id: id } = await client.conversationFlowComponent.create(collect());
    const linked = async () => (await client.conversationFlowComponent.retrieve(id)).linked_conversation_flow_ids;
    const { agentId, flowId } = await newFlowAgent(client, {}, { nodes: [use(id)] });
    const { conversation_flow_id: nested } = await client.conversationFlow.create({ ...smallFlow(), components: [{ name: "local", nodes: [use(id)] }] });
    const local = { ...use(id), component_type: "local" } as Node;
    await client.conversationFlow.create({ ...smallFlow(), nodes: [local] });
    expect(await linked()).toEqual([flowId, nested]);
    await client.agent.publish(agentId, { version: 0 });
    await client.agent.createVersion(agentId, { base_version: 0 });
    await client.conversationFlow.update(flowId, { version: 1, nodes: smallFlow().nodes });
    await client.conversationFlow.update(nested, { components: null });
    expect(await linked()).toEqual([flowId]);
    await client.conversationFlow.delete(flowId, { force_delete: true });
    expect(await linked()).toEqual([]);
  });

  test("deleting one leaves a copy in every version of linked flows, and nowhere else", async () => {
    const { client, organization } = await laboratory();
    const { conversation_flow_component_id: id } = await client.conversationFlowComponent.create(collect());
    const { conversation_flow_component_id: other } = await client.conversationFlowComponent.create({ name: "Other", nodes: [] });
    const { agentId, flowId } = await newFlowAgent(client, {}, { nodes: [use(id), use(other, "use-other")], components: [{ name: "local", nodes: [use(id)] }] });
    const { flowId: apart } = await newFlowAgent(client);
    await client.agent.publish(agentId, { version: 0 });
    await client.agent.createVersion(agentId, { base_version: 0 });
    await client.conversationFlow.update(flowId, { version: 1, nodes: smallFlow().nodes, components: null });
    const before = [await client.conversationFlow.retrieve(flowId), await client.conversationFlow.retrieve(apart)];
    const { fields, stamp } = { fields: (await client.conversationFlowComponent.retrieve(id)).nodes, stamp: (await client.conversationFlow.retrieve(flowId, { version: 0 })).last_modification_timestamp };

    expect((await client.conversationFlowComponent.delete(id).withResponse()).response.status).toBe(204);
    expect(await refusal(client.conversationFlowComponent.retrieve(id))).toMatchObject(business(404, `Item ${id} not found from conversation-flow-component`));
    expect(await client.conversationFlow.retrieve(flowId, { version: 0 })).toMatchObject({
      last_modification_timestamp: stamp,
      nodes: [{ component_type: "local", component_id: id }, { component_type: "shared", component_id: other }],
      components: [{ name: "local", nodes: [{ component_type: "local", component_id: id }] }, { conversation_flow_component_id: id, name: "Collect", nodes: fields }],
    });
    expect([await client.conversationFlow.retrieve(flowId), await client.conversationFlow.retrieve(apart)]).toEqual(before);
    expect(organization.components()).toMatchObject([{ name: "Other", linked_conversation_flow_ids: [flowId] }]);
  });

  test("an edit shows at once in published flows: they only name the component", async () => {
    const { client } = await laboratory();
    const { conversation_flow_component_id: id } = await client.conversationFlowComponent.create(collect());
    const { agentId, flowId } = await newFlowAgent(client, {}, { nodes: [use(id)] });
    await client.agent.publish(agentId, { version: 0 });
    const before = await client.conversationFlow.retrieve(flowId);
    await client.conversationFlowComponent.update(id, { name: "Renamed" });
    expect(await client.conversationFlow.retrieve(flowId)).toEqual(before);
  });

  test("lists are pages of whole components, limited like lists; keys and removed routes as elsewhere", async () => {
    const organizations = [{ id: "o", name: "O", keys: [{ key: "e", name: "e", permissions: { agent: "edit" } }, { key: "r", name: "r", permissions: { agent: "read" } }] }] as const;
    const { client, lab } = await laboratory({ organizations });
    const ids: string[] = [];
    for (const name of ["a", "b", "c"]) ids.push((await client.conversationFlowComponent.create({ ...collect(), name })).conversation_flow_component_id);
    const first = await client.conversationFlowComponent.list({ limit: 2 });
    expect(first).toMatchObject({ items: [{ name: "c", nodes: [{ id: "ask" }], linked_conversation_flow_ids: [] }, { name: "b" }], has_more: true });
    expect((await client.conversationFlowComponent.list({ limit: 2, pagination_key: first.pagination_key ?? "" })).items.map((item) => item.conversation_flow_component_id)).toEqual([ids[0]]);
    expect((await refusal(client.conversationFlowComponent.list({ limit: 1001 }))).status).toBe(400);
    expect((await refusal(clientOf(lab, "r").conversationFlowComponent.update(ids[0] ?? "", { name: "x" }))).status).toBe(403);
    expect((await refusal(clientOf(lab, "r").conversationFlowComponent.delete(ids[0] ?? ""))).status).toBe(403);
    expect((await refusal(client.get("/list-conversation-flow-components"))).status).toBe(404);
    for (let used = 3; used < 15; used++) await client.conversationFlowComponent.list();
    expect((await refusal(client.conversationFlowComponent.list())).status).toBe(429);
  });
});
