import { describe, expect, test } from "@jest/globals";
import { anyhow, business, clientOf, invalid, laboratory, newFlowAgent, refusal, smallFlow } from "../laboratory.ts";

describe("conversation flows", () => {
  test("need a speaker, a model and nodes", async () => {
    const { client } = await laboratory();
    expect(await refusal(client.post("/create-conversation-flow", { body: {} }))).toMatchObject(
      invalid(["start_speaker", "model_choice", "nodes"].map((key) => `request/body must have required property '${key}'`).join(", ")),
    );
    const response = await client.conversationFlow.create(smallFlow()).withResponse();
    expect(response.response.status).toBe(201);
    expect(response.data).toMatchObject({ conversation_flow_id: expect.stringMatching(/^conversation_flow_[0-9a-f]{12}$/), version: 0, is_published: false });
    expect(await client.conversationFlow.retrieve(response.data.conversation_flow_id)).toEqual(response.data);
  });

  test("is_published shows, or not, as the switch says", async () => {
    const { client } = await laboratory({ flowsTellPublished: false });
    expect(await client.conversationFlow.create(smallFlow())).not.toHaveProperty("is_published");
  });

  test("PATCH merges the top level, replaces lists and nested objects, clears what is nullable", async () => {
    const { client } = await laboratory();
    const { conversation_flow_id: id } = await client.conversationFlow.create({ ...smallFlow(), global_prompt: "one", kb_config: { top_k: 3, filter_score: 0.5 } });
    const end = { id: "end", type: "end" } as const;
    const updated = await client.conversationFlow.update(id, { version: 0, nodes: [end], kb_config: { top_k: 5 }, start_node_id: "end" });
    expect(updated).toMatchObject({ start_speaker: "agent", global_prompt: "one", start_node_id: "end" });
    expect([updated.nodes, updated.kb_config]).toEqual([[end], { top_k: 5 }]);
    expect((await client.conversationFlow.update(id, { global_prompt: null })).global_prompt).toBeNull();
    expect(await refusal(client.conversationFlow.update(id, { nodes: anyhow(null) }))).toMatchObject(invalid("request/body/nodes must be array"));
  });

  test("is_transfer_cf is set at creation only; unknown keys are dropped", async () => {
    const { client } = await laboratory();
    const created = await client.conversationFlow.create(anyhow({ ...smallFlow(), is_transfer_cf: true, conversation_flow_id: "x", version: 7, globl_prompt: "typo" }));
    expect(created).toMatchObject({ is_transfer_cf: true, version: 0 });
    expect(created).not.toHaveProperty("globl_prompt");
    expect((await client.conversationFlow.update(created.conversation_flow_id, { is_transfer_cf: false })).is_transfer_cf).toBe(true);
  });

  test("ids of nodes are unique, in the flow and in each of its components", async () => {
    const { client } = await laboratory();
    const twice = [{ id: "a", type: "end" }, { id: "a", type: "end" }] as const;
    const refused = business(400, "Node id a is not unique");
    expect(await refusal(client.conversationFlow.create({ ...smallFlow(), nodes: [...twice] }))).toMatchObject(refused);
    const { conversation_flow_id: id } = await client.conversationFlow.create(smallFlow());
    expect(await refusal(client.conversationFlow.update(id, { components: [{ name: "c", nodes: [...twice] }] }))).toMatchObject(refused);
    await client.conversationFlow.update(id, { components: [{ name: "c", nodes: [{ id: "start", type: "end" }] }] });
  });

  test("a transfer with music of one's own names it, but nothing is said of where edges and tools of a node lead", async () => {
    const { client } = await laboratory();
    const edge = { id: "e", transition_condition: { type: "prompt", prompt: "Transfer failed" }, destination_node_id: "gone" };
    const transfer = (option: object) => ({ id: "t", type: "transfer_call", edge, transfer_destination: { type: "predefined", number: "+14155550100" }, transfer_option: { type: "warm_transfer", ...option } });
    const flow = (...nodes: object[]) => client.conversationFlow.create(anyhow({ ...smallFlow(), start_node_id: "gone", nodes }));
    expect(await refusal(flow(transfer({ on_hold_music: "custom" })))).toMatchObject(
      invalid("request/body/nodes/0/transfer_option must have required property 'custom_on_hold_music_asset_id'"),
    );
    await flow(transfer({ on_hold_music: "custom", custom_on_hold_music_asset_id: "asset_1" }), { id: "f", type: "function", tool_id: "gone", tool_type: "local", wait_for_result: true });
  });

  test("names of the tools of a subagent are unique, its own and those that it names", async () => {
    const { client } = await laboratory();
    const subagent = { id: "s", type: "subagent", instruction: { type: "prompt", text: "t" }, tool_ids: ["t1"], tools: [{ type: "end_call", name: "look_up" }] } as const;
    const tool = { type: "custom", name: "look_up", url: "https://example.com" } as const;
    const flow = (tool_id: string) => anyhow<ReturnType<typeof smallFlow>>({ ...smallFlow(), nodes: [subagent], tools: [{ ...tool, tool_id }] });
    expect(await refusal(client.conversationFlow.create(flow("t1")))).toMatchObject(business(400, "Tool name look_up is not unique"));
    await client.conversationFlow.create(flow("t2"));
  });

  test("retired tools are refused where the switch says so", async () => {
    const cal = { type: "book_appointment_cal", name: "cal", cal_api_key: "x", event_type_id: 1 } as const;
    const { client } = await laboratory({ acceptCalTools: false });
    expect(await refusal(client.conversationFlow.create({ ...smallFlow(), tools: [cal] }))).toMatchObject(
      invalid("request/body/tools/0/type must be equal to one of the allowed values"),
    );
    const node = { id: "s", type: "subagent", instruction: { type: "prompt", text: "t" }, tools: [cal] };
    expect((await refusal(client.conversationFlow.create({ ...smallFlow(), nodes: [anyhow(node)] }))).status).toBe(400);
    await (await laboratory()).client.conversationFlow.create({ ...smallFlow(), tools: [cal] });
  });

  test("tools get ids where they came without: new with every write, or kept by name", async () => {
    for (const generatedToolIds of ["fresh", "kept"] as const) {
      const { client } = await laboratory({ generatedToolIds });
      const tools = [{ type: "custom", name: "a", url: "https://example.com" }, { type: "custom", name: "b", url: "https://example.com", tool_id: "mine" }] as const;
      const components = [{ name: "c", nodes: [], tools: [...tools] }];
      const idsOf = (flow: Awaited<ReturnType<typeof client.conversationFlow.create>>) => [flow.tools, flow.components?.[0]?.tools].map((list) => list?.map((tool) => tool.tool_id));
      const created = await client.conversationFlow.create({ ...smallFlow(), tools: [...tools], components });
      expect(idsOf(created)).toEqual([[expect.stringMatching(/^tool_/), "mine"], [expect.stringMatching(/^tool_/), "mine"]]);
      const again = await client.conversationFlow.update(created.conversation_flow_id, { tools: [...tools], components });
      expect(JSON.stringify(idsOf(again)) === JSON.stringify(idsOf(created))).toBe(generatedToolIds === "kept");
      expect(idsOf(await client.conversationFlow.update(created.conversation_flow_id, { global_prompt: "x" }))).toEqual(idsOf(again));
    }
  });
});

describe("versions of conversation flows", () => {
  test("follow the agent: fork, equal numbers, publication", async () => {
    const { client } = await laboratory();
    const { agentId, flowId } = await newFlowAgent(client, {}, { global_prompt: "one" });
    expect((await client.agent.retrieve(agentId)).response_engine).toEqual({ type: "conversation-flow", conversation_flow_id: flowId, version: 0 });
    await client.agent.publish(agentId, { version: 0 });
    expect(await client.conversationFlow.retrieve(flowId)).toMatchObject({ version: 0, is_published: true });
    expect(await refusal(client.conversationFlow.update(flowId, { global_prompt: "two" }))).toMatchObject(business(400, "Cannot update published conversation flow"));
    expect((await client.agent.createVersion(agentId, { base_version: 0 })).response_engine).toMatchObject({ conversation_flow_id: flowId, version: 1 });
    await client.conversationFlow.update(flowId, { version: 1, global_prompt: "two" });
    expect(await client.conversationFlow.retrieve(flowId, { version: 0 })).toMatchObject({ global_prompt: "one", is_published: true });
    expect(await client.conversationFlow.retrieve(flowId)).toMatchObject({ version: 1, global_prompt: "two", is_published: false });
    await client.agent.deleteVersion(agentId, { version: 1 });
    expect((await refusal(client.conversationFlow.retrieve(flowId, { version: 1 }))).status).toBe(404);
    expect(await refusal(client.post(`/create-conversation-flow-version/${flowId}`, { body: { base_version: 0 } }))).toMatchObject({ status: 404 });
  });

  test("the flow of an agent is frozen, and belongs to one agent, whatever its channel", async () => {
    const { client } = await laboratory();
    const { agentId, flowId } = await newFlowAgent(client);
    const { conversation_flow_id: other } = await client.conversationFlow.create(smallFlow());
    const { llm_id } = await client.llm.create({});
    const update = (response_engine: object) => client.agent.update(agentId, { response_engine: anyhow(response_engine) });
    expect(await refusal(update({ type: "conversation-flow", conversation_flow_id: other }))).toMatchObject(
      business(400, "Cannot update response engine after agent versions have been created"),
    );
    expect((await refusal(update({ type: "retell-llm", llm_id }))).status).toBe(400);
    expect((await refusal(update({ type: "conversation-flow", conversation_flow_id: flowId, version: 3 }))).status).toBe(400);
    const onFlow = (id: string) => client.chatAgent.create({ response_engine: { type: "conversation-flow", conversation_flow_id: id } });
    expect((await refusal(onFlow(flowId))).status).toBe(400);
    expect(await refusal(onFlow(llm_id))).toMatchObject(business(404, `Item ${llm_id} not found from conversation-flow`));
    expect((await onFlow(other)).response_engine).toMatchObject({ conversation_flow_id: other, version: 0 });
  });

  test("time stamps move forward with every write, and the agent's where the switch says so", async () => {
    for (const engineEditsTouchAgent of [false, true]) {
      const { client } = await laboratory({ engineEditsTouchAgent, now: () => 1_790_000_000_000 });
      const { agentId, flowId } = await newFlowAgent(client);
      const stamps = async () => [(await client.conversationFlow.retrieve(flowId)).last_modification_timestamp, (await client.agent.retrieve(agentId)).last_modification_timestamp];
      const [flow = 0, agent = 0] = await stamps();
      await client.conversationFlow.update(flowId, {});
      const [flowAfter = 0, agentAfter = 0] = await stamps();
      expect([flowAfter > flow, agentAfter > agent]).toEqual([true, engineEditsTouchAgent]);
    }
  });

  test("one that an agent uses is deleted by force only", async () => {
    const { client, organization } = await laboratory();
    const { agentId, flowId } = await newFlowAgent(client);
    expect((await refusal(client.conversationFlow.delete(flowId))).status).toBe(400);
    expect((await client.conversationFlow.delete(flowId, { force_delete: true }).withResponse()).response.status).toBe(204);
    expect([organization.flows(), organization.agent(agentId).latest.engine]).toEqual([[], undefined]);
    expect(await refusal(client.conversationFlow.retrieve(flowId))).toMatchObject(business(404, `Item ${flowId} not found from conversation-flow`));
    expect((await refusal(client.agent.createVersion(agentId, { base_version: 0 }))).status).toBe(404);
  });
});

describe("v2/list-conversation-flows", () => {
  test("shows whole flows, without LLMs: of each the latest version, or the latest published", async () => {
    for (const listedVersion of ["latest", "latest_published"] as const) {
      const { client } = await laboratory({ listedVersion });
      const { agentId } = await newFlowAgent(client, {}, { global_prompt: "one" });
      await client.llm.create({});
      await client.agent.publish(agentId, { version: 0 });
      await client.agent.createVersion(agentId, { base_version: 0 });
      const { conversation_flow_id: lone } = await client.conversationFlow.create(smallFlow());
      const { items } = await client.conversationFlow.list({ sort_order: "ascending" });
      expect(items).toMatchObject([{ global_prompt: "one", version: listedVersion === "latest" ? 1 : 0, nodes: [{ id: "start" }] }, { conversation_flow_id: lone }]);
      expect((await client.llm.list()).items).toHaveLength(1);
      const first = await client.conversationFlow.list({ limit: 1 });
      expect(first).toMatchObject({ items: [{ conversation_flow_id: lone }], has_more: true });
      expect((await client.conversationFlow.list({ limit: 1, pagination_key: first.pagination_key ?? "" })).has_more).toBe(false);
    }
  });

  test("has the limit of lists; removed and unknown routes, queries and keys are refused", async () => {
    const organizations = [{ id: "o", name: "O", keys: [{ key: "e", name: "e", permissions: { agent: "edit" } }, { key: "r", name: "r", permissions: { agent: "read" } }] }] as const;
    const { client, lab } = await laboratory({ organizations });
    const { conversation_flow_id: id } = await client.conversationFlow.create(smallFlow());
    expect((await refusal(clientOf(lab, "r").conversationFlow.create(smallFlow()))).status).toBe(403);
    expect((await refusal(clientOf(lab, "r").conversationFlow.delete(id))).status).toBe(403);
    expect((await clientOf(lab, "r").conversationFlow.retrieve(id)).conversation_flow_id).toBe(id);
    expect((await refusal(client.get("/list-conversation-flows"))).status).toBe(404);
    expect(await refusal(client.get(`/get-conversation-flow/${id}`, { query: { version: "latest" } }))).toMatchObject(invalid("request/query/version must be integer"));
    expect(await refusal(client.patch(`/update-conversation-flow/${id}`, { body: {}, query: { force: true } }))).toMatchObject(invalid("Unknown query parameter 'force'"));
    for (let used = 0; used < 15; used++) await client.conversationFlow.list();
    expect((await refusal(client.conversationFlow.list())).headers?.get("x-ratelimit-limiter")).toBe("list");
    await client.llm.list();
  });
});
