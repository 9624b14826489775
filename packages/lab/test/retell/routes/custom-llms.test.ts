import { describe, expect, test } from "@jest/globals";
import { business, invalid, laboratory, refusal } from "../laboratory.ts";

const at = (address: string) => ({ type: "custom-llm", llm_websocket_url: `wss://example.com/${address}` }) as const;

describe("agents on a custom LLM", () => {
  test("voice and chat: nothing is versioned but the agent, and the address moves with each version", async () => {
    const { client, organization } = await laboratory();
    const { agent_id: voice } = await client.agent.create({ voice_id: "v", response_engine: at("a") });
    const { agent_id: chat } = await client.chatAgent.create({ response_engine: at("a") });
    expect((await client.agent.retrieve(voice)).response_engine).toEqual(at("a"));
    await client.agent.publish(voice, { version: 0 });
    await client.chatAgent.publish(chat, { version: 0 });
    for (const id of [voice, chat]) {
      expect(await client.agent.createVersion(id, { base_version: 0 })).toMatchObject({ version: 1, response_engine: at("a") });
    }
    expect((await client.agent.update(voice, { version: 1, response_engine: at("b") })).response_engine).toEqual(at("b"));
    expect((await client.chatAgent.update(chat, { version: 1, response_engine: at("b") })).response_engine).toEqual(at("b"));
    expect((await client.agent.retrieve(voice, { version: 0 })).response_engine).toEqual(at("a"));
    expect((await client.chatAgent.retrieve(chat, { version: 0 })).response_engine).toEqual(at("a"));
    expect([organization.llms(), organization.flows()]).toEqual([[], []]);
    await client.agent.deleteVersion(voice, { version: 1 });
    expect((await client.agent.createVersion(voice, { base_version: 0 })).version).toBe(2);
  });

  test("the address is required, frozen in a published version, and no other type may take its place", async () => {
    const { client } = await laboratory();
    const create = (response_engine: object) => client.post("/create-chat-agent", { body: { response_engine } });
    expect(await refusal(create({ type: "custom-llm" }))).toMatchObject(invalid("request/body/response_engine must have required property 'llm_websocket_url'"));
    expect((await refusal(create({ type: "own-llm" }))).status).toBe(400);
    const { agent_id: id } = await client.chatAgent.create({ response_engine: at("a") });
    const { llm_id } = await client.llm.create({});
    expect(await refusal(client.chatAgent.update(id, { response_engine: { type: "retell-llm", llm_id } }))).toMatchObject(
      business(400, "Cannot update response engine to different version or different response engine type"),
    );
    await client.chatAgent.publish(id, { version: 0 });
    expect((await refusal(client.chatAgent.update(id, { response_engine: at("b") }))).status).toBe(422);
  });
});
