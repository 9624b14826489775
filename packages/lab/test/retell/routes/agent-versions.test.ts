import { describe, expect, test } from "@jest/globals";
import { business, clientOf, invalid, laboratory, newAgent, refusal } from "../laboratory.ts";

describe("versions", () => {
  test("publishing is in place, takes the engine along, and makes no follow-up draft", async () => {
    const { client, lab } = await laboratory();
    const { agentId, engineId } = await newAgent(client);
    const before = await client.agent.retrieve(agentId);
    const response = await client.agent.publish(agentId, { version: 0, version_title: "v", version_description: "d" }).asResponse();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("0");
    expect(await response.text()).toBe("");
    const after = await client.agent.retrieve(agentId);
    expect(after).toMatchObject({ version: 0, is_published: true, version_title: "v", version_description: "d" });
    expect(after.last_modification_timestamp).toBeGreaterThan(before.last_modification_timestamp);
    expect(await client.llm.retrieve(engineId)).toMatchObject({ version: 0, is_published: true });
    expect((await client.agent.listVersions(agentId)).items).toHaveLength(1);
    expect(lab.requests.at(-1)?.path).toBe(`/list-agent-versions/${agentId}`);
  });

  test("the SDK reads the empty answer with a length, and stumbles over the chunked one although it was applied", async () => {
    const plain = await laboratory();
    const first = await newAgent(plain.client);
    await expect(plain.client.agent.publish(first.agentId, { version: 0 })).resolves.toBeUndefined();
    const chunked = await laboratory({ publishAnswer: "chunked" });
    const second = await newAgent(chunked.client);
    await expect(chunked.client.agent.publish(second.agentId, { version: 0 })).rejects.toThrow("Unexpected end of JSON input");
    expect(chunked.organization.agent(second.agentId).latest.isPublished).toBe(true);
  });

  test("publish takes no query parameter and needs a version that exists", async () => {
    const { client } = await laboratory();
    const { agentId } = await newAgent(client);
    expect(await refusal(client.post(`/publish-agent-version/${agentId}`, { query: { version: 0 }, body: { version: 0 } }))).toMatchObject(
      invalid("Unknown query parameter 'version'"),
    );
    expect(await refusal(client.post(`/publish-agent-version/${agentId}`, { body: {} }))).toMatchObject(
      invalid("request/body must have required property 'version'"),
    );
    expect((await refusal(client.agent.publish(agentId, { version: 3 }))).status).toBe(404);
  });

  test("publishing twice is accepted or refused, as the switch says", async () => {
    for (const republish of ["accept", "refuse"] as const) {
      const { client } = await laboratory({ republish });
      const { agentId } = await newAgent(client);
      await client.agent.publish(agentId, { version: 0 });
      const again = client.agent.publish(agentId, { version: 0 });
      if (republish === "accept") await again;
      else expect((await refusal(again)).status).toBe(400);
    }
  });

  test("a published version takes nothing but a title, and no draft appears", async () => {
    const { client, organization } = await laboratory();
    const { agentId, engineId } = await newAgent(client);
    await client.agent.publish(agentId, { version: 0 });
    const message = business(422, "Cannot update published agent other than version title");
    expect(await refusal(client.agent.update(agentId, { agent_name: "B" }))).toMatchObject(message);
    expect(await refusal(client.agent.update(agentId, { version: 0, version_title: "t", agent_name: "B" }))).toMatchObject(message);
    expect(await refusal(client.agent.update(agentId, { version_description: "d" }))).toMatchObject(message);
    expect(await client.agent.update(agentId, { version: 0, version_title: "t" })).toMatchObject({ version_title: "t" });
    expect(await refusal(client.llm.update(engineId, { begin_message: "Hi" }))).toMatchObject(business(400, "Cannot update published LLM"));
    expect(organization.agent(agentId).versions).toHaveLength(1);
    expect(organization.agent(agentId).latest.agent).not.toHaveProperty("agent_name");
  });

  test("a fork clones agent and engine under one new number and leaves the base alone", async () => {
    const { client } = await laboratory();
    const { agentId, engineId } = await newAgent(client, { agent_name: "A", version_title: "mark" }, { general_prompt: "one" });
    await client.agent.publish(agentId, { version: 0 });
    const fork = await client.agent.createVersion(agentId, { base_version: 0 }).withResponse();
    expect(fork.response.status).toBe(201);
    expect(fork.data).toMatchObject({
      agent_id: agentId,
      agent_name: "A",
      version: 1,
      base_version: 0,
      is_published: false,
      version_title: "mark",
      response_engine: { llm_id: engineId, version: 1 },
    });
    await client.llm.update(engineId, { version: 1, general_prompt: "two" });
    expect(await client.llm.retrieve(engineId, { version: 0 })).toMatchObject({ general_prompt: "one", is_published: true });
    expect(await client.llm.retrieve(engineId)).toMatchObject({ general_prompt: "two", version: 1, is_published: false });
  });

  test("a fork copies titles or not, as the switch says", async () => {
    const { client } = await laboratory({ forkClonesTitle: false });
    const { agentId } = await newAgent(client, { version_title: "mark", version_description: "d" });
    const fork = await client.agent.createVersion(agentId, { base_version: 0 });
    expect(fork).not.toHaveProperty("version_title");
    expect(fork).not.toHaveProperty("version_description");
  });

  test("a fork accepts exactly its base, which may be a draft but must exist", async () => {
    const { client } = await laboratory();
    const { agentId } = await newAgent(client);
    const fork = (body: object) => client.post(`/create-agent-version/${agentId}`, { body });
    expect(await refusal(fork({ base_version: 0, version_title: "x" }))).toMatchObject(
      invalid("request/body must NOT have additional properties"),
    );
    expect(await refusal(fork({}))).toMatchObject(invalid("request/body must have required property 'base_version'"));
    expect((await refusal(fork({ base_version: 9 }))).status).toBe(404);
    expect(await fork({ base_version: 0 })).toMatchObject({ version: 1 });
  });

  test("references: number, latest, latest published by time, tags, and nothing", async () => {
    const { client, organization } = await laboratory();
    const { agentId } = await newAgent(client);
    expect((await refusal(client.agent.retrieve(agentId, { version: "latest_published" }))).status).toBe(404);
    await client.agent.createVersion(agentId, { base_version: 0 });
    await client.agent.createVersion(agentId, { base_version: 1 });
    await client.agent.publish(agentId, { version: 1 });
    await client.agent.publish(agentId, { version: 0 });
    const version = async (reference?: string | number) =>
      (await client.agent.retrieve(agentId, reference === undefined ? {} : { version: reference })).version;
    expect([await version(), await version("latest"), await version("latest_published"), await version(1)]).toEqual([2, 2, 0, 1]);
    expect(await version("prod")).toBe(2);
    organization.console.assignTag(agentId, "prod", 1);
    expect(await version("prod")).toBe(1);
    expect(await client.agent.retrieve(agentId, { version: 1 })).toMatchObject({ assigned_tags: ["prod"] });
    organization.console.assignTag(agentId, "canary", 1);
    expect(await client.agent.retrieve(agentId, { version: 1 })).toMatchObject({ assigned_tags: ["canary", "prod"] });
    organization.console.assignTag(agentId, "canary", null);
    expect((await client.agent.list()).items[0]?.tags).toEqual({ prod: { version: 1 }, staging: {}, canary: {} });
    expect((await refusal(client.agent.retrieve(agentId, { version: "nowhere" }))).status).toBe(404);
    for (const wrong of ["v1", "Prod", "-1", ""]) {
      expect((await refusal(client.agent.retrieve(agentId, { version: wrong }))).status).toBe(400);
    }
  });

  test("without a version the highest is edited; with one, exactly that", async () => {
    const { client, organization } = await laboratory();
    const { agentId } = await newAgent(client);
    await client.agent.createVersion(agentId, { base_version: 0 });
    await client.agent.update(agentId, { agent_name: "new" });
    await client.agent.update(agentId, { version: 0, agent_name: "old" });
    expect(organization.agent(agentId).versions.map(({ agent }) => agent["agent_name"])).toEqual(["old", "new"]);
  });

  test("the list summarises, newest number first, or in no order as the switch says", async () => {
    for (const versionListOrder of ["sorted", "shuffled"] as const) {
      const { client, organization } = await laboratory({ versionListOrder });
      const { agentId } = await newAgent(client, { version_title: "t" });
      for (let base = 0; base < 4; base++) organization.console.createDraft(agentId, base);
      const { items } = await client.agent.listVersions(agentId);
      const numbers = items.map((item) => item.version);
      expect([...numbers].sort()).toEqual([0, 1, 2, 3, 4]);
      const sorted = numbers.join() === "4,3,2,1,0";
      expect(sorted).toBe(versionListOrder === "sorted");
      const first = items.find((item) => item.version === 0);
      expect(first).toEqual({ version: 0, is_published: false, version_title: "t", last_modification_timestamp: expect.any(Number) });
      expect(items.find((item) => item.version === 3)?.base_version).toBe(2);
    }
  });

  test("deleting a version takes the engine version along, and its number never comes back", async () => {
    const { client } = await laboratory();
    const { agentId, engineId } = await newAgent(client);
    await client.agent.createVersion(agentId, { base_version: 0 });
    const { response } = await client.agent.deleteVersion(agentId, { version: 1 }).withResponse();
    expect(response.status).toBe(204);
    expect((await refusal(client.llm.retrieve(engineId, { version: 1 }))).status).toBe(404);
    expect((await client.agent.createVersion(agentId, { base_version: 0 })).version).toBe(2);
  });

  test("a version that is bound, or the only one, is not deleted", async () => {
    const { client, organization } = await laboratory();
    const { agentId } = await newAgent(client);
    expect((await refusal(client.agent.deleteVersion(agentId, { version: 0 }))).status).toBe(400);
    await client.agent.createVersion(agentId, { base_version: 0 });
    organization.console.assignTag(agentId, "staging", 1);
    expect((await refusal(client.agent.deleteVersion(agentId, { version: 1 }))).status).toBe(400);
    organization.console.assignTag(agentId, "staging", null);
    const bound = { inbound_agents: [{ agent_id: agentId, agent_version: 1, weight: 1 }] };
    organization.console.putPhoneNumber({ phone_number: "+14155550100", fields: bound });
    expect((await refusal(client.agent.deleteVersion(agentId, { version: 1 }))).status).toBe(400);
    expect(await refusal(client.delete(`/delete-agent-version/${agentId}`))).toMatchObject(
      invalid("request/query must have required property 'version'"),
    );
    expect(organization.agent(agentId).versions).toHaveLength(2);
    await client.agent.deleteVersion(agentId, { version: 0 });
  });

  test("the routes of former times are gone", async () => {
    const { client, lab } = await laboratory();
    const { agentId } = await newAgent(client);
    expect(await refusal(client.agent.getVersions(agentId))).toMatchObject({ status: 404 });
    const text = async (method: string, path: string) => {
      const response = await fetch(`${lab.url}${path}`, { method, headers: { authorization: "Bearer key_lab" } });
      return [response.status, await response.text()];
    };
    expect(await text("POST", `/publish-agent/${agentId}`)).toEqual([404, `Cannot POST /publish-agent/${agentId}`]);
    expect(await text("GET", "/list-agents")).toEqual([404, "Cannot GET /list-agents"]);
    expect(await text("GET", "/list-retell-llms")).toEqual([404, "Cannot GET /list-retell-llms"]);
    expect(await text("POST", "/create-retell-llm-version")).toEqual([404, "Cannot POST /create-retell-llm-version"]);
    expect(await text("DELETE", `/delete-agent-version/${agentId}/0`)).toEqual([404, `Cannot DELETE /delete-agent-version/${agentId}/0`]);
    expect(clientOf(lab, "key_lab").baseURL).toBe(lab.url);
  });
});
