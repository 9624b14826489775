import { describe, expect, test } from "@jest/globals";
import { laboratory, newAgent } from "../laboratory.ts";

describe("snapshot", () => {
  test("is the same for the same state, whatever ids, times, and order or detours of creation", async () => {
    const one = await laboratory({ seed: 0, now: () => 1_790_000_000_000 });
    const two = await laboratory({ organizations: [{ id: "org_x", name: "X", keys: [{ key: "k", name: "k", permissions: { agent: "edit" } }] }] });
    await newAgent(one.client, { agent_name: "A" }, { general_prompt: "a", begin_message: "Hi" });
    await newAgent(one.client, { agent_name: "B" }, { general_prompt: "b" });
    await two.client.llm.delete((await two.client.llm.create({})).llm_id);
    await newAgent(two.client, { agent_name: "B" }, { general_prompt: "b" });
    await newAgent(two.client, { agent_name: "A" }, { begin_message: "Hi", general_prompt: "a" });
    expect(two.organization.snapshot()).toEqual(one.organization.snapshot());
    expect(JSON.stringify(two.organization.snapshot())).toBe(JSON.stringify(one.organization.snapshot()));
    expect(JSON.stringify(one.organization.snapshot())).not.toMatch(/timestamp|17900|(agent|llm)_[0-9a-f]{20}/);
  });

  test("follows ids inside fields", async () => {
    const { client, organization } = await laboratory();
    const b = await newAgent(client, { agent_name: "B" });
    const swap = { type: "agent_swap", name: "swap", agent_id: b.agentId, post_call_analysis_setting: "both_agents" };
    await newAgent(client, { agent_name: "A" }, { general_tools: [swap] });
    expect(organization.snapshot()).toMatchObject({
      agents: [
        { id: "<agent-0>", versions: [{ fields: { agent_name: "A" }, response_engine: { llm_id: "<llm-0>" } }] },
        { id: "<agent-1>", versions: [{ fields: { agent_name: "B" } }] },
      ],
      engines: [{ id: "<llm-0>", versions: [{ fields: { general_tools: [{ agent_id: "<agent-1>" }] } }] }, { id: "<llm-1>" }],
    });
  });

  test("tells states apart: a value, a version, a publication, an orphan, a number", async () => {
    const { client, organization } = await laboratory();
    const { agentId } = await newAgent(client, { agent_name: "A" });
    const seen = [JSON.stringify(organization.snapshot())];
    const steps = [
      () => organization.console.editAgent(agentId, { volume: 0.5 }),
      () => organization.console.createDraft(agentId),
      () => organization.console.publish(agentId, 1),
      () => organization.console.publish(agentId, 0),
      () => organization.console.assignTag(agentId, "prod", 1),
      () => organization.console.putPhoneNumber({ phone_number: "+14155550100" }),
    ];
    for (const step of steps) {
      step();
      seen.push(JSON.stringify(organization.snapshot()));
    }
    await client.llm.create({});
    seen.push(JSON.stringify(organization.snapshot()));
    expect(new Set(seen).size).toBe(steps.length + 2);
  });
});
