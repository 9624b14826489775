import { describe, expect, test } from "@jest/globals";
import { agentFields } from "@retell-actions/lab/retell/schema/agent-fields";
import { llmFields } from "@retell-actions/lab/retell/schema/llm-fields";
import { toolVariants } from "@retell-actions/lab/retell/schema/tool-fields";
import { anyhow, invalid, laboratory, newAgent, refusal } from "../laboratory.ts";

describe("request bodies", () => {
  test("what an agent needs", async () => {
    const { client } = await laboratory();
    expect(await refusal(client.post("/create-agent", { body: {} }))).toMatchObject(
      invalid("request/body must have required property 'response_engine', request/body must have required property 'voice_id'"),
    );
  });

  const wrong: [key: string, value: unknown, message: string][] = [
    ["agent_name", 1, "request/body/agent_name must be string"],
    ["enable_backchannel", "yes", "request/body/enable_backchannel must be boolean"],
    ["volume", "1", "request/body/volume must be number"],
    ["volume", 2.1, "request/body/volume must be <= 2"],
    ["voice_speed", 0.4, "request/body/voice_speed must be >= 0.5"],
    ["reminder_max_count", 1.5, "request/body/reminder_max_count must be integer"],
    ["backchannel_words", "a", "request/body/backchannel_words must be array"],
    ["backchannel_words", ["a", 1], "request/body/backchannel_words/1 must be string"],
    ["stt_mode", "slow", "request/body/stt_mode must be equal to one of the allowed values: fast, accurate, custom"],
    ["voicemail_option", {}, "request/body/voicemail_option must have required property 'action'"],
    ["voicemail_option", { action: { type: "fax" } }, "request/body/voicemail_option/action/type must be equal to one of the allowed values: prompt, static_text, hangup, bridge_transfer"],
    ["call_screening_option", { agent_identity: "a", call_purpose: "b", more: 1 }, "request/body/call_screening_option must NOT have additional properties"],
    ["call_screening_option", { agent_identity: "", call_purpose: "b" }, "request/body/call_screening_option/agent_identity must NOT have fewer than 1 characters"],
    ["contact_memory_config", { enable: true }, "request/body/contact_memory_config must NOT have additional properties"],
    ["language", "english", "request/body/language must match exactly one schema in oneOf"],
  ];
  test.each(wrong)("agent: %s = %j is refused", async (key, value, message) => {
    const { client, organization } = await laboratory();
    const { agentId } = await newAgent(client);
    const before = organization.snapshot();
    expect(await refusal(client.patch(`/update-agent/${agentId}`, { body: { [key]: value } }))).toMatchObject(invalid(message));
    expect(organization.snapshot()).toEqual(before);
  });

  const wrongLlm: [key: string, value: unknown, part: string][] = [
    ["start_speaker", "nobody", "request/body/start_speaker must be equal to one of the allowed values: user, agent"],
    ["start_speaker", null, "request/body/start_speaker must be string"],
    ["model_temperature", 1.1, "request/body/model_temperature must be <= 1"],
    ["model", "gpt-0", "request/body/model must be equal to one of the allowed values"],
    ["default_dynamic_variables", { a: 1 }, "request/body/default_dynamic_variables/a must be string"],
    ["kb_config", { top_k: 11 }, "request/body/kb_config/top_k must be <= 10"],
    ["general_tools", [{ type: "teleport", name: "t" }], "request/body/general_tools/0/type must be equal to one of the allowed values"],
    ["general_tools", [{ type: "custom", name: "t" }], "request/body/general_tools/0 must have required property 'url'"],
    ["general_tools", [{ type: "end_call", name: "a b" }], 'request/body/general_tools/0/name must match pattern'],
    ["states", [{ name: "s", tools: [{ type: "press_digit", name: "p", delay_ms: 6000 }] }], "request/body/states/0/tools/0/delay_ms must be <= 5000"],
    ["mcps", [{ name: "m" }], "request/body/mcps/0 must have required property 'url'"],
  ];
  test.each(wrongLlm)("LLM: %s = %j is refused", async (key, value, part) => {
    const { client } = await laboratory();
    const { status, body } = await refusal(client.post("/create-retell-llm", { body: { [key]: value } }));
    expect(status).toBe(400);
    expect(body).toEqual({ error_message: expect.stringContaining(part) });
  });

  test("unknown keys are dropped without a word, at the top and (by switch) inside", async () => {
    const body = anyhow<{ agent_name: string }>({ agent_nmae: "typo", channel: "chat", voice_emotion: "calm", handbook_config: { ai_disclosure: true, made_up: 1 } });
    const { client } = await laboratory();
    const { agentId } = await newAgent(client);
    const agent = await client.agent.update(agentId, body);
    for (const key of ["agent_nmae", "channel", "voice_emotion"]) expect(agent).not.toHaveProperty(key);
    expect(agent.handbook_config).toEqual({ ai_disclosure: true });
    const keeping = await laboratory({ nestedUnknownKeys: "keep" });
    const other = await newAgent(keeping.client);
    expect((await keeping.client.agent.update(other.agentId, body)).handbook_config).toEqual({ ai_disclosure: true, made_up: 1 });
  });

  test("free maps keep every key", async () => {
    const { client } = await laboratory();
    const parameters = { type: "object" as const, properties: { a: { type: "string", "x-y": [1, { b: null }] } } };
    const tool = { type: "custom" as const, name: "t", url: "https://example.com", headers: { "X-Any": "1" }, parameters };
    const { general_tools: tools } = await client.llm.create({ general_tools: [tool], default_dynamic_variables: { __proto: "x" } });
    expect(tools).toEqual([tool]);
  });

  test("every row of the tables names its source", () => {
    for (const field of [...Object.values(agentFields), ...Object.values(llmFields)]) expect(field.source).not.toBe("");
    expect(Object.keys(toolVariants)).toHaveLength(14);
  });
});
