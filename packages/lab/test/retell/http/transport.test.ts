import { describe, expect, test } from "@jest/globals";
import { invalid, laboratory, newAgent, refusal } from "../laboratory.ts";

describe("transport", () => {
  test("unknown query parameters are refused", async () => {
    const { client } = await laboratory();
    const { agentId } = await newAgent(client);
    expect(await refusal(client.get(`/get-agent/${agentId}`, { query: { verison: 0 } }))).toMatchObject(
      invalid("Unknown query parameter 'verison'"),
    );
  });

  test("a body that is not JSON, or no object, is refused", async () => {
    const { lab } = await laboratory();
    const post = async (body: string) => {
      const response = await fetch(`${lab.url}/create-retell-llm`, { method: "POST", body, headers: { authorization: "Bearer key_lab" } });
      return [response.status, await response.json()];
    };
    expect(await post("{")).toEqual([400, { status: "error", message: "Invalid request format, please check API reference." }]);
    expect(await post("[]")).toEqual([400, { error_message: "request/body must be object" }]);
  });

  test("requests are recorded with the name of the key and never with the key", async () => {
    const { client, lab } = await laboratory();
    const { agentId } = await newAgent(client, { agent_name: "A" });
    await client.agent.list({ limit: 5 });
    await refusal(client.agent.update(agentId, { volume: 9 }));
    expect(lab.requests.map(({ index, method, path, query, status, write }) => [index, method, path, query, status, write])).toEqual([
      [0, "POST", "/create-retell-llm", "", 201, true],
      [1, "POST", "/create-agent", "", 201, true],
      [2, "POST", "/v2/list-agents", "limit=5", 200, false],
      [3, "PATCH", `/update-agent/${agentId}`, "", 400, true],
    ]);
    expect(lab.requests[1]).toMatchObject({ apiKey: "lab", organization: "org_lab", answered: true, body: { agent_name: "A" } });
    expect(JSON.stringify(lab.requests)).not.toContain("key_lab");
    lab.clearRequests();
    expect(lab.requests).toEqual([]);
  });

  test("writes are counted when they succeed", async () => {
    const { client, organization } = await laboratory();
    const { agentId } = await newAgent(client);
    await refusal(client.agent.update(agentId, { volume: 9 }));
    await client.agent.list();
    organization.console.editAgent(agentId, { volume: 1.5 });
    expect(organization.writes).toEqual({ total: 2, byRoute: { "POST /create-retell-llm": 1, "POST /create-agent": 1 } });
  });

  test("latency belongs to each request and not to the queue", async () => {
    const waiting: { milliseconds: number; wake: () => void }[] = [];
    const sleep = (milliseconds: number) => new Promise<void>((wake) => void waiting.push({ milliseconds, wake }));
    const { client, organization } = await laboratory({ latencyMs: 50, sleep });
    const pending = ["one", "two", "three"].map((general_prompt) => client.llm.create({ general_prompt }));
    while (waiting.length < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(waiting.map(({ milliseconds }) => milliseconds)).toEqual([50, 50, 50]);
    expect(organization.llms()).toHaveLength(0);
    waiting[2]?.wake();
    await Promise.race(pending);
    expect(organization.llms()).toHaveLength(1);
    for (const { wake } of waiting) wake();
    await Promise.all(pending);
    expect(organization.llms()).toHaveLength(3);
  });

  test("reads lag behind by the switch, answers to writes do not", async () => {
    let now = 1_790_000_000_000;
    const { client } = await laboratory({ readLagMs: 1000, now: () => now });
    const { agentId } = await newAgent(client, { agent_name: "one" });
    expect((await refusal(client.agent.retrieve(agentId))).status).toBe(404);
    now += 1000;
    expect((await client.agent.update(agentId, { agent_name: "two" })).agent_name).toBe("two");
    expect((await client.agent.retrieve(agentId)).agent_name).toBe("one");
    expect((await client.agent.list()).items[0]?.agent_name).toBe("one");
    now += 999;
    expect((await client.agent.retrieve(agentId)).agent_name).toBe("one");
    now += 1;
    expect((await client.agent.retrieve(agentId)).agent_name).toBe("two");
  });

  test("the same seed gives the same ids, another seed others, and reset starts again", async () => {
    const first = await laboratory({ seed: 1 });
    const second = await laboratory({ seed: 1 });
    const third = await laboratory({ seed: 2 });
    const made = await newAgent(first.client);
    expect(await newAgent(second.client)).toEqual(made);
    expect((await newAgent(third.client)).agentId).not.toBe(made.agentId);
    first.lab.reset();
    expect([first.organization.agents(), first.organization.writes.total, first.lab.requests]).toEqual([[], 0, []]);
    expect(await newAgent(first.client)).toEqual(made);
  });

  test("reset also empties rate windows, faults, and what lagging reads see", async () => {
    let now = 1_790_000_000_000;
    const { client, lab } = await laboratory({ now: () => now, readLagMs: 1000 });
    const { agentId } = await newAgent(client);
    now += 1000;
    for (let count = 0; count < 15; count++) await client.agent.list();
    await client.agent.update(agentId, { agent_name: "B" });
    lab.faults.add({ matches: () => true, action: { kind: "status", status: 500 } });
    lab.reset();
    expect((await client.agent.list()).items).toEqual([]);
    expect((await client.llm.list()).items).toEqual([]);
  });
});
