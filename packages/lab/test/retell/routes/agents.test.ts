import { describe, expect, test } from "@jest/globals";
import { business, invalid, laboratory, newAgent, refusal } from "../laboratory.ts";

describe("voice agents", () => {
  test("a new agent is draft version 0 with the version of its engine", async () => {
    const { client } = await laboratory();
    const { llm_id: engineId } = await client.llm.create({});
    const response = await client.agent
      .create({ voice_id: "retell-Cimo", agent_name: "Front desk", response_engine: { type: "retell-llm", llm_id: engineId } })
      .withResponse();
    expect(response.response.status).toBe(201);
    expect(response.data).toMatchObject({
      agent_id: expect.stringMatching(/^agent_[0-9a-f]{28}$/),
      agent_name: "Front desk",
      version: 0,
      base_version: null,
      is_published: false,
      response_engine: { type: "retell-llm", llm_id: engineId, version: 0 },
    });
    expect(await client.agent.retrieve(response.data.agent_id)).toEqual(response.data);
  });

  test("PATCH merges top-level keys, replaces nested objects, and clears nullable keys", async () => {
    const { client } = await laboratory();
    const { agentId } = await newAgent(client, {
      agent_name: "A",
      timezone: "Europe/Zurich",
      handbook_config: { ai_disclosure: true, high_empathy: true },
    });
    const updated = await client.agent.update(agentId, {
      version: 0,
      timezone: null,
      handbook_config: { high_empathy: false },
    });
    expect(updated).toMatchObject({ agent_name: "A", timezone: null, handbook_config: { high_empathy: false } });
    expect(updated.handbook_config).not.toHaveProperty("ai_disclosure");
  });

  test("nested objects are merged where the switch says so, contact memory always", async () => {
    const merging = await laboratory({ nestedPatch: "merge" });
    const { agentId } = await newAgent(merging.client, { handbook_config: { ai_disclosure: true } });
    const body = { handbook_config: { high_empathy: true }, contact_memory_config: { enable_update: true } };
    expect(await merging.client.agent.update(agentId, body)).toMatchObject({
      handbook_config: { ai_disclosure: true, high_empathy: true },
    });
    const replacing = await laboratory();
    const other = await newAgent(replacing.client, { handbook_config: { ai_disclosure: true } });
    const answer = await replacing.client.agent.update(other.agentId, body);
    expect(answer.handbook_config).toEqual({ high_empathy: true });
    expect(answer).toMatchObject({ contact_memory_config: { enable_update: true, enable_read: true } });
  });

  test("null on a key that is not nullable is refused", async () => {
    const { client } = await laboratory();
    const { agentId } = await newAgent(client);
    expect(await refusal(client.patch(`/update-agent/${agentId}`, { body: { voice_id: null } }))).toMatchObject(
      invalid("request/body/voice_id must be string"),
    );
  });

  test("cleared fields are null or absent, as the switch says", async () => {
    const { client } = await laboratory({ nullAsAbsent: true });
    const { agentId } = await newAgent(client, { timezone: "Europe/Zurich" });
    const agent = await client.agent.update(agentId, { timezone: null });
    expect(agent).not.toHaveProperty("timezone");
    expect(agent).not.toHaveProperty("base_version");
  });

  test("every write moves the time stamp, even when the clock stands still", async () => {
    const { client } = await laboratory({ now: () => 1_790_000_000_000 });
    const { agentId } = await newAgent(client);
    const first = await client.agent.retrieve(agentId);
    const second = await client.agent.update(agentId, { agent_name: "B" });
    const third = await client.agent.update(agentId, { agent_name: "B" });
    expect(first.last_modification_timestamp).toBeGreaterThanOrEqual(1_790_000_000_000);
    expect(second.last_modification_timestamp).toBeGreaterThan(first.last_modification_timestamp);
    expect(third.last_modification_timestamp).toBeGreaterThan(second.last_modification_timestamp);
  });

  test("the engine is frozen: another one, another type and another version are refused, the same is not", async () => {
    const { client } = await laboratory();
    const { agentId, engineId } = await newAgent(client);
    const { llm_id: other } = await client.llm.create({});
    const engine = (response_engine: Parameters<typeof client.agent.update>[1]["response_engine"] & object) =>
      client.agent.update(agentId, { response_engine });
    expect(await refusal(engine({ type: "retell-llm", llm_id: other }))).toMatchObject(
      business(400, "Cannot update response engine after agent versions have been created"),
    );
    const mismatch = business(400, "Cannot update response engine to different version or different response engine type");
    expect(await refusal(engine({ type: "custom-llm", llm_websocket_url: "wss://example.com" }))).toMatchObject(mismatch);
    expect(await refusal(engine({ type: "retell-llm", llm_id: engineId, version: 4 }))).toMatchObject(mismatch);
    expect(await engine({ type: "retell-llm", llm_id: engineId, version: 0 })).toMatchObject({ version: 0 });
  });

  test("an agent needs an engine that exists and that no other agent uses", async () => {
    const { client, organization } = await laboratory();
    const { engineId } = await newAgent(client);
    const on = (llm_id: string) => client.agent.create({ voice_id: "v", response_engine: { type: "retell-llm", llm_id } });
    expect(await refusal(on("llm_0"))).toMatchObject(business(404, "Item llm_0 not found from retell-llm"));
    expect((await refusal(on(engineId))).status).toBe(400);
    expect(organization.agents()).toHaveLength(1);
    const { llm_id: other } = await client.llm.create({});
    const engine = { type: "retell-llm", llm_id: other, version: 1 } as const;
    expect((await refusal(client.agent.create({ voice_id: "v", response_engine: engine }))).status).toBe(400);
  });

  test("a custom LLM has no engine in Retell, and its address may change", async () => {
    const { client, organization } = await laboratory();
    const { agent_id: id } = await client.agent.create({
      voice_id: "v",
      response_engine: { type: "custom-llm", llm_websocket_url: "wss://example.com/a" },
    });
    const moved = { type: "custom-llm", llm_websocket_url: "wss://example.com/b" } as const;
    expect((await client.agent.update(id, { response_engine: moved })).response_engine).toEqual(moved);
    expect((await client.agent.createVersion(id, { base_version: 0 })).response_engine).toEqual(moved);
    expect(organization.agent(id).engineId).toBeUndefined();
  });

  test("deleting takes all versions and leaves the engine; a bound number prevents it", async () => {
    const { client, organization } = await laboratory();
    const { agentId, engineId } = await newAgent(client);
    organization.console.putPhoneNumber({ phone_number: "+14155550100", fields: { inbound_agents: [{ agent_id: agentId, weight: 1 }] } });
    expect((await refusal(client.agent.delete(agentId))).status).toBe(400);
    organization.console.putPhoneNumber({ phone_number: "+14155550100" });
    const { response } = await client.agent.delete(agentId).withResponse();
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
    expect(await refusal(client.agent.retrieve(agentId))).toMatchObject(business(404, `Item ${agentId} not found from agent`));
    expect((await client.llm.retrieve(engineId)).llm_id).toBe(engineId);
  });

  test("what is missing is 404, or 422 as the specification says", async () => {
    const { client } = await laboratory({ missingStatus: 422 });
    expect(await refusal(client.agent.retrieve("agent_1"))).toMatchObject(
      business(422, "Cannot find requested asset under given api key."),
    );
  });
});

test("an engine whose version 0 is gone serves no new agent", async () => {
  const { client } = await laboratory();
  const { agentId, engineId } = await newAgent(client);
  await client.agent.createVersion(agentId, { base_version: 0 });
  await client.agent.deleteVersion(agentId, { version: 0 });
  await client.agent.delete(agentId);
  const response_engine = { type: "retell-llm", llm_id: engineId } as const;
  expect((await refusal(client.agent.create({ voice_id: "v", response_engine }))).status).toBe(404);
});

describe("v2/list-agents", () => {
  test("items are light, newest first, and the pages add up", async () => {
    const { client } = await laboratory();
    const ids: string[] = [];
    for (const agent_name of ["a", "b", "c"]) ids.push((await newAgent(client, { agent_name })).agentId);
    const first = await client.agent.list({ limit: 2 });
    expect(first.items.map((item) => item.agent_id)).toEqual([ids[2], ids[1]]);
    expect(first.has_more).toBe(true);
    expect(Object.keys(first.items[0] ?? {}).sort()).toEqual(["agent_id", "agent_name", "channel", "tags", "user_modified_timestamp"]);
    const second = await client.agent.list({ limit: 2, pagination_key: first.pagination_key ?? "" });
    expect(second).toMatchObject({ items: [{ agent_id: ids[0], tags: { prod: {}, staging: {} } }], has_more: false });
    expect(second).not.toHaveProperty("pagination_key");
    expect((await client.agent.list({ sort_order: "ascending" })).items.map((item) => item.agent_id)).toEqual(ids);
  });

  test("filters by channel, and by name or id", async () => {
    const { client } = await laboratory();
    const { agentId } = await newAgent(client, { agent_name: "Sales EU" });
    await newAgent(client, { agent_name: "Support" });
    const names = async (filter_criteria: object) => (await client.agent.list({ filter_criteria })).items.map((item) => item.agent_name);
    expect(await names({ query: "sales" })).toEqual(["Sales EU"]);
    expect(await names({ query: agentId.slice(6) })).toEqual(["Sales EU"]);
    expect(await names({ channel: { type: "string", op: "eq", value: "chat" } })).toEqual([]);
    expect(await names({ channel: { type: "string", op: "ne", value: "chat" } })).toHaveLength(2);
    expect((await refusal(client.agent.list({ filter_criteria: { channel: { type: "string", op: "eq", value: "sms" as "chat" } } }))).status).toBe(400);
  });

  test("page sizes end at 1000, keys are checked, 50 is the default", async () => {
    const { client, organization } = await laboratory();
    for (let index = 0; index < 51; index++) organization.console.createAgent({ agent_name: `agent ${index}` });
    expect((await client.agent.list()).items).toHaveLength(50);
    expect((await client.agent.list({ limit: 1000 })).items).toHaveLength(51);
    expect(await refusal(client.agent.list({ limit: 1001 }))).toMatchObject(invalid("request/query/limit must be <= 1000"));
    expect(await refusal(client.agent.list({ limit: 0 }))).toMatchObject(invalid("request/query/limit must be >= 1"));
    expect((await refusal(client.agent.list({ pagination_key: "x" }))).status).toBe(400);
  });

  test("the time stamp of the list moves with agent writes, and with engine writes if the switch says so", async () => {
    for (const engineEditsTouchAgent of [false, true]) {
      const { client } = await laboratory({ engineEditsTouchAgent });
      const { agentId, engineId } = await newAgent(client);
      const stamp = async () => (await client.agent.list()).items[0]?.user_modified_timestamp ?? 0;
      const created = await stamp();
      await client.agent.update(agentId, { agent_name: "B" });
      const edited = await stamp();
      expect(edited).toBeGreaterThan(created);
      const before = (await client.agent.retrieve(agentId)).last_modification_timestamp;
      await client.llm.update(engineId, { begin_message: "Hi" });
      expect((await stamp()) > edited).toBe(engineEditsTouchAgent);
      expect((await client.agent.retrieve(agentId)).last_modification_timestamp > before).toBe(engineEditsTouchAgent);
    }
  });
});
