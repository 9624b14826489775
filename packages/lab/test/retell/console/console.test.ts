import { describe, expect, test } from "@jest/globals";
import { laboratory, newAgent } from "../laboratory.ts";

describe("the console", () => {
  test("edits a draft in place, and a published version in a new draft", async () => {
    const { client, organization } = await laboratory();
    const { agentId, engineId } = await newAgent(client, { agent_name: "A" }, { general_prompt: "one" });
    expect(organization.console.editAgent(agentId, { agent_name: "B" })).toBe(0);
    organization.console.publish(agentId, 0);
    expect(organization.console.editLlm(agentId, { general_prompt: "two" })).toBe(1);
    expect(organization.console.editAgent(agentId, { volume: 0.5 })).toBe(1);
    expect(await client.agent.retrieve(agentId)).toMatchObject({ version: 1, is_published: false, agent_name: "B", volume: 0.5 });
    expect(await client.llm.retrieve(engineId)).toMatchObject({ version: 1, general_prompt: "two" });
    expect(await client.llm.retrieve(engineId, { version: 0 })).toMatchObject({ general_prompt: "one" });
    const { latestPublished, latest } = organization.agent(agentId);
    expect([latestPublished?.version, latest.version, latest.engine?.["general_prompt"]]).toEqual([0, 1, "two"]);
  });

  test("makes, publishes and deletes", async () => {
    const { client, organization } = await laboratory();
    const { console } = organization;
    const { agentId, engineId } = console.createAgent({ agent_name: "Unmanaged" }, { general_prompt: "p" });
    expect(await client.agent.retrieve(agentId)).toMatchObject({ agent_name: "Unmanaged", voice_id: "retell-Cimo" });
    expect(console.createDraft(agentId)).toBe(1);
    expect(console.createDraft(agentId, 0)).toBe(2);
    console.publish(agentId, 1, { version_title: "t" });
    console.deleteVersion(agentId, 2);
    expect(organization.agent(agentId).versions.map(({ version, isPublished }) => [version, isPublished])).toEqual([[0, false], [1, true]]);
    console.deleteAgent(agentId);
    console.deleteLlm(engineId);
    expect([organization.agents(), organization.llms()]).toEqual([[], []]);
    expect(() => organization.agent(agentId)).toThrow("no agent");
    expect(organization.writes.total).toBe(0);
  });

  test("moves time stamps as the API does, and refuses what it refuses", async () => {
    const { client, organization } = await laboratory();
    const { agentId } = await newAgent(client);
    const before = (await client.agent.retrieve(agentId)).last_modification_timestamp;
    organization.console.editAgent(agentId, { agent_name: "B" });
    expect((await client.agent.retrieve(agentId)).last_modification_timestamp).toBeGreaterThan(before);
    expect(() => organization.console.editAgent(agentId, { volume: 9 })).toThrow("request/body/volume must be <= 2");
  });

  test("Retell retires a model in every version, silently", async () => {
    const { client, organization } = await laboratory();
    const { agentId, engineId } = await newAgent(client, {}, { model: "gpt-5.1" });
    organization.console.publish(agentId, 0);
    organization.console.createDraft(agentId);
    const before = await client.llm.retrieve(engineId, { version: 0 });
    expect(organization.console.migrateValue("gpt-5.1", "gpt-6-sol")).toBe(2);
    expect(await client.llm.retrieve(engineId, { version: 0 })).toEqual({ ...before, model: "gpt-6-sol" });
  });
});
