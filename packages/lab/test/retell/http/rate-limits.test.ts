import { describe, expect, test } from "@jest/globals";
import { clientOf, laboratory, newAgent, refusal } from "../laboratory.ts";
import type { OrganizationSeed } from "@retell-actions/lab/retell/server";

const key = (name: string) => ({ key: name, name, permissions: { agent: "edit" } }) as const;
const organizations: OrganizationSeed[] = [
  { id: "org_a", name: "A", keys: [key("a1"), key("a2")] },
  { id: "org_b", name: "B", keys: [key("b1")] },
];

describe("rate limits", () => {
  test("lists stop at 15 per 10 seconds, per organisation and route, and say when they go on", async () => {
    let now = 1_790_000_000_000;
    const { client, lab } = await laboratory({ organizations, now: () => now });
    for (let count = 0; count < 15; count++) await client.agent.list();
    now += 4000;
    const { status, body, headers } = await refusal(clientOf(lab, "a2").agent.list());
    expect(status).toBe(429);
    expect(body).toEqual({ status: "error", message: "Account rate limited, please throttle your requests." });
    const header = (name: string) => headers?.get(name);
    expect(["x-ratelimit-limiter", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map(header)).toEqual(["list", "15", "0", "6"]);
    expect(header("retry-after")).toBeNull();
    await client.llm.list();
    await clientOf(lab, "b1").agent.list();
    now += 6000;
    await client.agent.list();
  });

  test("other routes stop at 100, whatever the id", async () => {
    const { client } = await laboratory({ now: () => 1_790_000_000_000 });
    const { agentId } = await newAgent(client);
    for (let count = 0; count < 99; count++) await client.agent.retrieve(agentId);
    await refusal(client.agent.retrieve("agent_other"));
    expect((await refusal(client.agent.retrieve(agentId))).headers?.get("x-ratelimit-limiter")).toBe("general");
  });

  test("a refused write is not applied", async () => {
    const { client, organization } = await laboratory({ now: () => 1_790_000_000_000 });
    for (let count = 0; count < 100; count++) await client.llm.create({});
    expect((await refusal(client.llm.create({}))).status).toBe(429);
    expect(organization.llms()).toHaveLength(100);
  });

  test("limits can be off, and Retry-After on", async () => {
    const now = () => 1_790_000_000_000;
    const off = await laboratory({ now, rateLimits: false });
    for (let count = 0; count < 16; count++) await off.client.agent.list();
    const helpful = await laboratory({ now, retryAfter: true });
    for (let count = 0; count < 15; count++) await helpful.client.agent.list();
    expect((await refusal(helpful.client.agent.list())).headers?.get("retry-after")).toBe("10");
  });
});
