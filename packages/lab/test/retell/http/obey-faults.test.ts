import { describe, expect, test } from "@jest/globals";
import Retell from "retell-sdk";
import { FaultPlan } from "@retell-actions/lab/faults/faults";
import { laboratory, newAgent, refusal } from "../laboratory.ts";

const writes = { matches: (request: { write: boolean }) => request.write, times: 1 };

describe("faults", () => {
  test("drop-before: not processed, no answer", async () => {
    const { client, lab, organization } = await laboratory();
    lab.faults.add({ ...writes, action: { kind: "drop-before" } });
    await expect(client.llm.create({})).rejects.toThrow(Retell.APIConnectionError);
    expect(organization.llms()).toHaveLength(0);
    expect(lab.requests).toMatchObject([{ status: 0, answered: false }]);
    await client.llm.create({});
  });

  test("drop-after: processed, no answer", async () => {
    const { client, lab, organization } = await laboratory();
    lab.faults.add({ ...writes, action: { kind: "drop-after" } });
    await expect(client.llm.create({})).rejects.toThrow(Retell.APIConnectionError);
    expect(organization.llms()).toHaveLength(1);
    expect(lab.requests).toMatchObject([{ status: 201, answered: false }]);
  });

  test("status: answered with status, body and headers, not processed", async () => {
    const { client, lab, organization } = await laboratory();
    lab.faults.add({ ...writes, action: { kind: "status", status: 412, body: { message: "no" }, headers: { "x-test": "1" } } });
    const { status, body, headers } = await refusal(client.llm.create({}));
    expect([status, body, headers?.get("x-test")]).toEqual([412, { message: "no" }, "1"]);
    expect(organization.llms()).toHaveLength(0);
    expect(organization.writes.total).toBe(0);
  });

  test("truncate: processed, the answer is half a JSON", async () => {
    const { client, lab, organization } = await laboratory();
    lab.faults.add({ ...writes, action: { kind: "truncate" } });
    await expect(client.llm.create({})).rejects.toThrow("JSON");
    expect(organization.llms()).toHaveLength(1);
  });

  test("body: processed, the answer is another", async () => {
    const { client, lab, organization } = await laboratory();
    lab.faults.add({ ...writes, action: { kind: "body", text: '{"llm_id":"other"}' } });
    expect((await client.llm.create({})).llm_id).toBe("other");
    expect(organization.llms()).toHaveLength(1);
  });

  test("call: the console edits before and after a request, and delay goes on as usual", async () => {
    const { client, lab, organization } = await laboratory();
    const { agentId } = await newAgent(client, { agent_name: "A" });
    const seen: unknown[] = [];
    const name = () => organization.agent(agentId).latest.agent["agent_name"];
    const patch = { matches: (request: { method: string }) => request.method === "PATCH" };
    lab.faults
      .add({ ...patch, action: { kind: "delay", milliseconds: 1 } })
      .add({ ...patch, action: { kind: "call", when: "before", run: () => void seen.push(name(), organization.console.editAgent(agentId, { volume: 0.5 })) } })
      .add({ ...patch, action: { kind: "call", when: "after", run: () => void seen.push(name()) } });
    expect(await client.agent.update(agentId, { agent_name: "B" })).toMatchObject({ agent_name: "B", volume: 0.5 });
    expect(seen).toEqual(["A", 0, "B"]);
  });

  test("a shared plan counts over several labs and is left alone by reset", async () => {
    const faults = new FaultPlan();
    const one = await laboratory({ faults });
    const two = await laboratory({ faults });
    faults.add({ matches: ({ writeIndex }) => writeIndex === 1, action: { kind: "status", status: 500 } });
    await one.client.llm.create({});
    one.lab.reset();
    expect((await refusal(two.client.llm.create({}))).status).toBe(500);
    expect(two.lab.requests).toMatchObject([{ index: 1 }]);
  });

  test("a client that has gone away does not undo its request, and stop ends what waits", async () => {
    const { client, lab, organization } = await laboratory();
    const abort = new AbortController();
    let processed = () => {};
    const done = new Promise<void>((resolve) => (processed = resolve));
    lab.faults
      .add({ ...writes, action: { kind: "call", when: "before", run: () => abort.abort() } })
      .add({ ...writes, action: { kind: "call", when: "after", run: () => processed() } });
    await expect(client.llm.create({}, { signal: abort.signal })).rejects.toThrow();
    await done;
    expect(organization.llms()).toHaveLength(1);
    lab.faults.add({ matches: () => true, action: { kind: "delay", milliseconds: 3_600_000 } });
    const waiting = expect(client.llm.create({})).rejects.toThrow(Retell.APIConnectionError);
    while (lab.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await lab.stop();
    await waiting;
    expect(organization.llms()).toHaveLength(1);
  });
});
