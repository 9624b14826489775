import { describe, expect, test } from "@jest/globals";
import { chatAgentFields } from "@retell-actions/lab/retell/schema/chat-agent-fields";
import { anyhow, business, clientOf, invalid, laboratory, newAgent, newChatAgent, refusal } from "../laboratory.ts";

describe("chat agents", () => {
  test("need an engine and nothing else, and start as draft version 0", async () => {
    const { client } = await laboratory();
    expect(await refusal(client.post("/create-chat-agent", { body: {} }))).toMatchObject(invalid("request/body must have required property 'response_engine'"));
    const { llm_id: llmId } = await client.llm.create({});
    const response = await client.chatAgent.create({ agent_name: "Chat", response_engine: { type: "retell-llm", llm_id: llmId } }).withResponse();
    expect(response.response.status).toBe(201);
    expect(response.data).toMatchObject({ agent_name: "Chat", version: 0, base_version: null, is_published: false, response_engine: { llm_id: llmId, version: 0 } });
    expect(await client.chatAgent.retrieve(response.data.agent_id)).toEqual(response.data);
  });

  test("know their own fields: what belongs to voice is dropped", async () => {
    const { client } = await laboratory();
    const { agentId } = await newChatAgent(client);
    const written = await client.chatAgent.update(agentId, anyhow({ auto_close_message: "Bye", voice_id: "v", volume: 9, version_description: "d", channel: "voice" }));
    expect(written.auto_close_message).toBe("Bye");
    for (const key of ["voice_id", "volume", "version_description", "channel"]) expect(written).not.toHaveProperty(key);
    for (const field of Object.values(chatAgentFields)) expect(field.source).not.toBe("");
  });

  const wrong: [key: string, value: unknown, message: string][] = [
    ["end_chat_after_silence_ms", 119_999, "request/body/end_chat_after_silence_ms must be >= 120000"],
    ["end_chat_after_silence_ms", 259_200_001, "request/body/end_chat_after_silence_ms must be <= 259200000"],
    ["auto_close_message", 1, "request/body/auto_close_message must be string"],
    ["webhook_events", ["call_started"], "request/body/webhook_events/0 must be equal to one of the allowed values: chat_started, chat_ended, chat_analyzed, transcript_updated"],
    ["post_chat_analysis_data", [{ type: "system-presets", name: "call_summary" }], "request/body/post_chat_analysis_data/0/name must be equal to one of the allowed values: chat_summary, chat_successful, user_sentiment"],
    ["opt_in_signed_url", null, "request/body/opt_in_signed_url must be boolean"],
    ["contact_memory_config", { enable: true }, "request/body/contact_memory_config must NOT have additional properties"],
  ];
  test.each(wrong)("%s = %j is refused", async (key, value, message) => {
    const { client, organization } = await laboratory();
    const { agentId } = await newChatAgent(client);
    const before = organization.snapshot();
    expect(await refusal(client.patch(`/update-chat-agent/${agentId}`, { body: { [key]: value } }))).toMatchObject(invalid(message));
    expect(organization.snapshot()).toEqual(before);
  });

  test("have defaults and normalisation of their own", async () => {
    const { client } = await laboratory();
    const { agentId } = await newChatAgent(client, { post_chat_analysis_model: "gpt-4.1-nano", language: "multi", contact_memory_config: { enable_update: true } });
    expect(await client.chatAgent.retrieve(agentId)).toMatchObject({
      end_chat_after_silence_ms: 3_600_000,
      post_chat_analysis_model: "gpt-5.6-luna",
      contact_memory_config: { enable_update: true, enable_read: true },
      data_storage_setting: "everything",
    });
    const cleared = await client.chatAgent.update(agentId, { end_chat_after_silence_ms: null, data_storage_setting: null });
    expect([cleared.end_chat_after_silence_ms, cleared.data_storage_setting]).toEqual([null, null]);
    expect(cleared.language).toHaveLength(10);
    expect(cleared).not.toHaveProperty("voice_speed");
  });

  test("share the version endpoints with voice agents", async () => {
    const { client } = await laboratory();
    const { agentId, llmId } = await newChatAgent(client, { agent_name: "A" });
    await client.chatAgent.publish(agentId, { version: 0, version_title: "t", version_description: "d" });
    const published = await client.chatAgent.retrieve(agentId, { version: "latest_published" });
    expect(published).toMatchObject({ version: 0, is_published: true, version_title: "t" });
    expect(published).not.toHaveProperty("version_description");
    expect((await client.llm.retrieve(llmId)).is_published).toBe(true);
    expect(await refusal(client.chatAgent.update(agentId, { agent_name: "B" }))).toMatchObject(business(422, "Cannot update published agent other than version title"));
    expect(await client.chatAgent.update(agentId, { version_title: "u" })).toMatchObject({ version_title: "u" });
    const fork = await client.chatAgent.createVersion(agentId, { base_version: 0 });
    expect(fork).toMatchObject({ agent_id: agentId, version: 1, base_version: 0, is_published: false, response_engine: { llm_id: llmId, version: 1 } });
    const { items } = await client.agent.listVersions(agentId, { sort_order: "ascending" });
    expect(items).toMatchObject([{ version: 0, is_published: true, version_description: "d" }, { version: 1, base_version: 0 }]);
    await client.chatAgent.deleteVersion(agentId, { version: 1 });
    expect((await refusal(client.chatAgent.retrieve(agentId, { version: 1 }))).status).toBe(404);
  });

  test("version references have the grammar of voice agents", async () => {
    const { client, organization } = await laboratory();
    const { agentId } = await newChatAgent(client, { agent_name: "A" });
    organization.console.publish(agentId, 0);
    organization.console.createDraft(agentId);
    organization.console.assignTag(agentId, "prod", 0);
    const versionOf = async (version: string | number) => (await client.chatAgent.retrieve(agentId, { version })).version;
    expect([await versionOf("latest"), await versionOf("latest_published"), await versionOf("prod"), await versionOf("staging"), await versionOf(0)]).toEqual([1, 0, 0, 1, 0]);
    expect((await refusal(versionOf("v1"))).status).toBe(400);
    expect(await client.chatAgent.update(agentId, { version: "latest", agent_name: "B" })).toMatchObject({ version: 1, agent_name: "B" });
    expect((await client.chatAgent.retrieve(agentId, { version: "prod" })).assigned_tags).toEqual(["prod"]);
  });

  test("are deleted with all versions; the engine stays, and a number prevents it", async () => {
    const { client, organization } = await laboratory();
    const { agentId, llmId } = await newChatAgent(client);
    organization.console.putPhoneNumber({ phone_number: "+14155550100", fields: { inbound_sms_agents: [{ agent_id: agentId, weight: 1 }] } });
    expect((await refusal(client.chatAgent.delete(agentId))).status).toBe(400);
    organization.console.putPhoneNumber({ phone_number: "+14155550100" });
    expect((await client.chatAgent.delete(agentId).withResponse()).response.status).toBe(204);
    expect(await refusal(client.chatAgent.retrieve(agentId))).toMatchObject(business(404, `Item ${agentId} not found from agent`));
    expect((await client.llm.retrieve(llmId)).llm_id).toBe(llmId);
  });

  test("an id of the other channel is missing, or answered to reads where the switch says so; writes never cross", async () => {
    for (const crossChannelRead of ["missing", "answer"] as const) {
      const { client, organization } = await laboratory({ crossChannelRead });
      const chat = (await newChatAgent(client, { agent_name: "Chat" })).agentId;
      const voice = (await newAgent(client, { agent_name: "Voice" })).agentId;
      const missing = (id: string) => business(404, `Item ${id} not found from agent`);
      if (crossChannelRead === "missing") {
        expect(await refusal(client.agent.retrieve(chat))).toMatchObject(missing(chat));
        expect(await refusal(client.chatAgent.retrieve(voice))).toMatchObject(missing(voice));
      } else {
        expect((await client.agent.retrieve(chat)).agent_name).toBe("Chat");
        expect((await client.chatAgent.retrieve(voice)).agent_name).toBe("Voice");
      }
      const before = organization.snapshot();
      expect(await refusal(client.agent.update(chat, { agent_name: "X" }))).toMatchObject(missing(chat));
      expect(await refusal(client.chatAgent.update(voice, { agent_name: "X" }))).toMatchObject(missing(voice));
      expect(await refusal(client.agent.delete(chat))).toMatchObject(missing(chat));
      expect(await refusal(client.chatAgent.delete(voice))).toMatchObject(missing(voice));
      expect(organization.snapshot()).toEqual(before);
    }
  });

  test("are in the same list as voice agents, with their channel", async () => {
    const { client } = await laboratory();
    const voice = (await newAgent(client, { agent_name: "Desk" })).agentId;
    const chat = (await newChatAgent(client, { agent_name: "Desk chat" })).agentId;
    expect((await client.agent.list()).items.map((item) => [item.agent_id, item.channel])).toEqual([[chat, "chat"], [voice, "voice"]]);
    const idsOf = async (filter_criteria: object) => (await client.chatAgent.list({ filter_criteria })).items.map((item) => item.agent_id);
    const channel = (value: string) => ({ channel: { type: "string", op: "eq", value } });
    expect(await idsOf(channel("chat"))).toEqual([chat]);
    expect(await idsOf(channel("voice"))).toEqual([voice]);
    expect(await idsOf({ ...channel("voice"), query: "chat" })).toEqual([]);
    expect(await idsOf({ query: "desk" })).toEqual([chat, voice]);
    const first = await client.chatAgent.list({ limit: 1 });
    expect((await client.chatAgent.list({ limit: 1, pagination_key: first.pagination_key ?? "" })).items.map((item) => item.agent_id)).toEqual([voice]);
  });

  test("removed endpoints are unknown; keys and limits hold", async () => {
    const organizations = [
      { id: "o", name: "O", keys: [{ key: "edit", name: "e", permissions: { agent: "edit" } }, { key: "read", name: "r", permissions: { agent: "read" } }, { key: "none", name: "n", permissions: { agent: "none" } }] },
    ] as const;
    const { client, lab } = await laboratory({ organizations });
    const { agentId } = await newChatAgent(client);
    for (const path of ["/list-chat-agents", `/get-chat-agent-versions/${agentId}`]) {
      expect(await refusal(client.get(path))).toMatchObject({ status: 404 });
    }
    expect((await refusal(client.post(`/publish-chat-agent/${agentId}`))).status).toBe(404);
    expect((await refusal(clientOf(lab, "wrong").chatAgent.retrieve(agentId))).status).toBe(401);
    expect((await refusal(clientOf(lab, "none").chatAgent.retrieve(agentId))).status).toBe(403);
    expect((await clientOf(lab, "read").chatAgent.retrieve(agentId)).agent_id).toBe(agentId);
    expect((await refusal(clientOf(lab, "read").chatAgent.update(agentId, { agent_name: "x" }))).status).toBe(403);
    expect(await refusal(client.get(`/get-chat-agent/${agentId}`, { query: { channel: "chat" } }))).toMatchObject(invalid("Unknown query parameter 'channel'"));
    const answers = await Promise.allSettled(Array.from({ length: 101 }, () => client.chatAgent.retrieve(agentId)));
    expect(answers.map(({ status }) => status)).toContain("rejected");
    expect((await refusal(client.chatAgent.retrieve(agentId))).headers?.get("x-ratelimit-limiter")).toBe("general");
    await client.agent.list();
  });
});
