import { describe, expect, test } from "@jest/globals";
import { anyhow, business, invalid, laboratory, newAgent, refusal } from "../laboratory.ts";

describe("Retell LLMs", () => {
  test("are created from nothing, or with start_speaker if the switch says so", async () => {
    const { client } = await laboratory();
    const response = await client.llm.create({}).withResponse();
    expect(response.response.status).toBe(201);
    expect(response.data).toMatchObject({ llm_id: expect.stringMatching(/^llm_[0-9a-f]{28}$/), version: 0, is_published: false });
    const strict = await laboratory({ startSpeakerRequired: true });
    expect(await refusal(strict.client.llm.create({}))).toMatchObject(
      invalid("request/body must have required property 'start_speaker'"),
    );
  });

  test("text model and speech model exclude each other", async () => {
    const both = { model: "gpt-5.1", s2s_model: "gpt-realtime" } as const;
    const message = business(400, "Cannot set both model and s2s_model");
    const { client } = await laboratory();
    expect(await refusal(client.llm.create(both))).toMatchObject(message);
    const { llm_id: id } = await client.llm.create({ model: "gpt-5.1" });
    expect(await refusal(client.llm.update(id, both))).toMatchObject(message);
    const changed = await client.llm.update(id, { s2s_model: "gpt-realtime" });
    expect(changed.s2s_model).toBe("gpt-realtime");
    expect(changed).not.toHaveProperty("model");
    const back = await client.llm.update(id, { model: "gpt-5.2" });
    expect(back.model).toBe("gpt-5.2");
    expect(back).not.toHaveProperty("s2s_model");
    expect(await client.llm.create({ s2s_model: "gpt-realtime" })).not.toHaveProperty("model");
  });

  test("with the stricter switch the other model must be cleared in the same request", async () => {
    const { client } = await laboratory({ exclusiveModels: "stored" });
    const { llm_id: id } = await client.llm.create({ model: "gpt-5.1" });
    expect((await refusal(client.llm.update(id, { s2s_model: "gpt-realtime" }))).status).toBe(400);
    expect(await client.llm.update(id, { s2s_model: "gpt-realtime", model: null })).toMatchObject({ model: null });
  });

  test("states need a starting state, in the result and not in the request", async () => {
    const { client } = await laboratory();
    expect((await refusal(client.llm.create({ states: [{ name: "a" }] }))).status).toBe(400);
    const { llm_id: id } = await client.llm.create({ states: [{ name: "a" }], starting_state: "a" });
    expect((await client.llm.update(id, { states: [{ name: "a" }, { name: "b" }] })).states).toHaveLength(2);
    expect((await refusal(client.llm.update(id, { starting_state: null }))).status).toBe(400);
    expect((await refusal(client.llm.update(id, { states: [{ name: "a" }, { name: "a" }] }))).status).toBe(400);
  });

  test("tool names are unique among what the model sees at a time", async () => {
    const { client } = await laboratory();
    const end = (name: string) => ({ type: "end_call" as const, name });
    const create = (body: Parameters<typeof client.llm.create>[0]) => client.llm.create({ starting_state: "a", ...body });
    const repeated = business(400, "Tool name bye is not unique");
    expect(await refusal(create({ general_tools: [end("bye"), end("bye")] }))).toMatchObject(repeated);
    expect(await refusal(create({ general_tools: [end("bye")], states: [{ name: "a", tools: [end("bye")] }] }))).toMatchObject(repeated);
    const edges = [{ destination_state_name: "b", description: "go" }];
    expect((await refusal(create({ states: [{ name: "a", edges, tools: [end("transition_to_b")] }] }))).status).toBe(400);
    await create({ states: [{ name: "a", tools: [end("bye")] }, { name: "b", tools: [end("bye")] }] });
  });

  test("a transfer with music of one's own names it", async () => {
    const { client } = await laboratory();
    const transfer = (option: object) => anyhow<never>({ type: "transfer_call", name: "on", transfer_destination: { type: "predefined", number: "+14155550100" }, transfer_option: { type: "warm_transfer", on_hold_music: "custom", ...option } });
    const refused = (place: string) => invalid(`request/body/${place}/transfer_option must have required property 'custom_on_hold_music_asset_id'`);
    expect(await refusal(client.llm.create({ general_tools: [transfer({})] }))).toMatchObject(refused("general_tools/0"));
    expect(await refusal(client.llm.create({ starting_state: "a", states: [{ name: "a", tools: [transfer({})] }] }))).toMatchObject(refused("states/0/tools/0"));
    await client.llm.create({ general_tools: [transfer({ custom_on_hold_music_asset_id: "asset_1" })] });
  });

  test("parameters are a schema of an object, of which further words are kept; conditions are equations", async () => {
    const { client } = await laboratory();
    const custom = (fields: object) => client.llm.create({ general_tools: [anyhow<never>({ type: "custom", name: "ask", url: "https://example.com", ...fields })] });
    expect((await refusal(custom({ parameters: {} }))).status).toBe(400);
    expect((await refusal(custom({ condition: "{{ready}}" }))).status).toBe(400);
    expect((await refusal(custom({ condition: { type: "equation", operator: "&&" } }))).status).toBe(400);
    const parameters = { type: "object", properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { type: "string" } } };
    const condition = { type: "equation", operator: "&&", equations: [{ left: "{{ready}}", operator: "exists" }] };
    expect(await custom({ parameters, condition, depends_on: ["first"] })).toMatchObject({ general_tools: [{ parameters, condition, depends_on: ["first"] }] });
  });

  test("the prompt has a limit", async () => {
    const { client } = await laboratory({ promptTokenLimit: 10 });
    expect((await refusal(client.llm.create({ general_prompt: "x".repeat(44) }))).status).toBe(400);
    expect((await refusal(client.llm.create({ general_prompt: "x".repeat(30), starting_state: "a", states: [{ name: "a", state_prompt: "y".repeat(14) }] }))).status).toBe(400);
    await client.llm.create({ general_prompt: "x".repeat(40) });
    const usual = await laboratory();
    expect((await refusal(usual.client.llm.create({ general_prompt: "x".repeat(500_000) }))).status).toBe(400);
    const open = await laboratory({ promptTokenLimit: Infinity });
    await open.client.llm.create({ general_prompt: "x".repeat(500_000) });
  });

  test("is_transfer_llm is set at creation only", async () => {
    const { client } = await laboratory();
    const { llm_id: id } = await client.llm.create({ is_transfer_llm: true });
    expect((await client.llm.update(id, { is_transfer_llm: false })).is_transfer_llm).toBe(true);
  });

  test("retired tools are refused where the switch says so", async () => {
    const body = { general_tools: [{ type: "check_availability_cal" as const, name: "cal", cal_api_key: "x", event_type_id: 1 }] };
    await (await laboratory()).client.llm.create(body);
    const { client } = await laboratory({ acceptCalTools: false });
    expect((await refusal(client.llm.create(body))).status).toBe(400);
  });

  test("versions are whole numbers only", async () => {
    const { client } = await laboratory();
    const { llm_id: id } = await client.llm.create({});
    expect(await refusal(client.llm.retrieve(id, { version: anyhow("latest") }))).toMatchObject(invalid("request/query/version must be integer"));
    expect((await refusal(client.llm.retrieve(id, { version: 1 }))).status).toBe(404);
    expect((await client.llm.retrieve(id, { version: 0 })).version).toBe(0);
  });

  test("the list shows whole LLMs: of each the latest version, or the latest published", async () => {
    for (const listedVersion of ["latest", "latest_published"] as const) {
      const { client } = await laboratory({ listedVersion });
      const { agentId } = await newAgent(client, {}, { general_prompt: "one" });
      const { llm_id: lone } = await client.llm.create({ general_prompt: "lone" });
      await client.agent.publish(agentId, { version: 0 });
      await client.agent.createVersion(agentId, { base_version: 0 });
      const { items } = await client.llm.list({ sort_order: "ascending" });
      expect(items).toMatchObject([{ general_prompt: "one", version: listedVersion === "latest" ? 1 : 0 }, { llm_id: lone, version: 0 }]);
    }
  });

  test("one that an agent uses is deleted by force only", async () => {
    const { client, organization } = await laboratory();
    const { agentId, engineId } = await newAgent(client);
    expect((await refusal(client.llm.delete(engineId))).status).toBe(400);
    expect((await refusal(client.llm.delete(engineId, { force_delete: false }))).status).toBe(400);
    expect((await client.llm.delete(engineId, { force_delete: true }).withResponse()).response.status).toBe(204);
    expect(organization.llms()).toEqual([]);
    expect((await refusal(client.agent.createVersion(agentId, { base_version: 0 }))).status).toBe(404);
    expect(organization.agent(agentId).versions).toHaveLength(1);
    const { llm_id: unused } = await client.llm.create({});
    await client.llm.delete(unused);
  });
});
