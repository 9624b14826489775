import { describe, expect, test } from "@jest/globals";
import { laboratory, newAgent, newFlowAgent } from "../laboratory.ts";

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

  test("shows flows and components whole, with layout, without ids and times", async () => {
    const one = await laboratory({ seed: 0, now: () => 1_790_000_000_000 });
    const two = await laboratory({ organizations: [{ id: "org_y", name: "Y", keys: [{ key: "k", name: "k", permissions: { agent: "edit" } }] }] });
    const tool = { type: "custom", name: "t", url: "https://example.com" } as const;
    const fill = async ({ client, organization }: typeof one, order: readonly string[]) => {
      const components = new Map<string, string>();
      for (const name of order) components.set(name, organization.console.createComponent({ name, nodes: [], tools: [tool] }));
      for (const agent_name of order) {
        const shared = (name: string) => ({
          id: name,
          type: "component" as const,
          component_type: "shared" as const,
          component_id: components.get(name) ?? "",
          display_position: { x: 1, y: 2 },
          else_edge: { id: "e", transition_condition: { type: "prompt" as const, prompt: "Else" } },
        });
        await newFlowAgent(client, { agent_name }, { nodes: [shared("A"), shared("B")], tools: [tool] });
      }
      organization.console.deleteComponent(components.get("B") ?? "");
    };
    await fill(one, ["A", "B"]);
    await fill(two, ["B", "A"]);
    const [left, right] = [one.organization.snapshot(), two.organization.snapshot()];
    expect(right).toEqual(left);
    expect(left).toMatchObject({
      agents: [{ versions: [{ response_engine: { conversation_flow_id: "<flow-0>" } }] }, {}],
      engines: [
        {
          id: "<flow-0>",
          versions: [
            {
              fields: {
                nodes: [{ component_id: "<component-0>", display_position: { x: 1, y: 2 } }, { component_id: expect.stringMatching(/^<local-component-\d+>$/) }],
                components: [{ name: "B", conversation_flow_component_id: expect.stringMatching(/^<local-component-\d+>$/) }],
                tools: [{ tool_id: expect.stringMatching(/^<tool-\d+>$/) }],
              },
            },
          ],
        },
        { id: "<flow-1>" },
      ],
      components: [{ id: "<component-0>", fields: { name: "A" } }],
    });
    expect(JSON.stringify(left)).not.toMatch(/timestamp|17900|_[0-9a-f]{12}/);
  });

  test("components of one name come in the order of their content, whatever the ids of their tools", async () => {
    const parts = ["https://example.com/a", "https://example.com/b", "https://example.com/c"].map((url) => ({ name: "Same", nodes: [], tools: [{ type: "custom", name: "t", url }] }));
    const pictures = [];
    for (const order of [parts, [...parts].reverse()]) {
      const { organization } = await laboratory();
      for (const part of order) organization.console.createComponent(part);
      pictures.push(organization.snapshot().components);
    }
    expect(pictures[1]).toEqual(pictures[0]);
    expect(pictures[0]).toMatchObject([{ fields: { tools: [{ url: "https://example.com/a" }] } }, {}, {}]);
  });

  test("tells states of flows and components apart: a text, a position, a component, a channel", async () => {
    const { organization } = await laboratory();
    const { console } = organization;
    const { agentId } = console.createAgentOn({ engine: { type: "conversation-flow" } });
    const id = console.createComponent({ name: "c", nodes: [] });
    const seen = [JSON.stringify(organization.snapshot())];
    const steps = [
      () => console.editFlow(agentId, { global_prompt: "x" }),
      () => console.moveNode(agentId, "start", { x: 1, y: 1 }),
      () => console.editComponent(id, { name: "d" }),
      () => console.deleteComponent(id),
      () => console.createAgentOn({ channel: "chat", engine: { type: "custom-llm", llm_websocket_url: "wss://x" } }),
      () => console.createAgentOn({ channel: "voice", engine: { type: "custom-llm", llm_websocket_url: "wss://x" } }),
    ];
    for (const step of steps) {
      step();
      seen.push(JSON.stringify(organization.snapshot()));
    }
    expect(new Set(seen).size).toBe(steps.length + 1);
  });
});
