import { describe, expect, test } from "@jest/globals";
import { clientOf, laboratory, newAgent, refusal } from "../laboratory.ts";
import type { OrganizationSeed } from "@retell-actions/lab/retell/server";

const organizations: OrganizationSeed[] = [
  {
    id: "org_a",
    name: "Staging",
    keys: [
      { key: "edit_a", name: "deploy", permissions: { agent: "edit", phone: "none" } },
      { key: "read_a", name: "reader", permissions: { agent: "read" } },
      { key: "none_a", name: "caller", permissions: { agent: "none" } },
    ],
    phoneNumbers: [{ phone_number: "+14155550100", fields: { nickname: "Desk" } }],
  },
  { id: "org_b", name: "Production", keys: [{ key: "edit_b", name: "deploy", permissions: { agent: "edit" } }] },
];

describe("keys and organisations", () => {
  test("a key tells its organisation, with the id unless switched off", async () => {
    const { client } = await laboratory({ organizations });
    expect(await client.identity.retrieve()).toEqual({ org_id: "org_a", org_name: "Staging", api_key_name: "deploy" });
    const older = await laboratory({ organizations, omitOrgId: true });
    expect(await older.client.identity.retrieve()).toEqual({ org_name: "Staging", api_key_name: "deploy" });
  });

  test("organisations do not see each other", async () => {
    const { client, lab } = await laboratory({ organizations });
    const { agentId } = await newAgent(client);
    const other = clientOf(lab, "edit_b");
    expect((await refusal(other.agent.retrieve(agentId))).status).toBe(404);
    await newAgent(other);
    expect(lab.organization("org_b").agents()).toHaveLength(1);
    expect(() => lab.organization("org_c")).toThrow("org_a, org_b");
  });

  test("ids differ between organisations", async () => {
    const same = organizations.map((seed) => ({ ...seed, phoneNumbers: [] }));
    const { client, lab } = await laboratory({ organizations: same });
    const first = await newAgent(client);
    const second = await newAgent(clientOf(lab, "edit_b"));
    expect(second.agentId).not.toBe(first.agentId);
    expect(second.engineId).not.toBe(first.engineId);
  });

  test("a wrong or missing key is refused before anything else", async () => {
    const { lab } = await laboratory({ organizations });
    const unauthorized = { status: 401, body: { status: "error", message: "API key is missing or invalid." } };
    expect(await refusal(clientOf(lab, "wrong").agent.retrieve("agent_1"))).toMatchObject(unauthorized);
    const response = await fetch(`${lab.url}/nowhere?x=1`);
    expect([response.status, await response.json()]).toEqual([401, unauthorized.body]);
    expect(lab.requests.map(({ apiKey, organization }) => [apiKey, organization])).toEqual([["unknown", null], [null, null]]);
  });

  test("permissions: reading is not editing, and each group counts for itself", async () => {
    const { client, lab } = await laboratory({ organizations });
    const { agentId } = await newAgent(client);
    const forbidden = { status: 403, body: { status: "error", message: "Forbidden" } };
    const reader = clientOf(lab, "read_a");
    expect((await reader.agent.list()).items).toHaveLength(1);
    expect(await refusal(reader.agent.update(agentId, { agent_name: "B" }))).toMatchObject(forbidden);
    expect(await refusal(reader.agent.publish(agentId, { version: 0 }))).toMatchObject(forbidden);
    expect(await refusal(reader.llm.create({}))).toMatchObject(forbidden);
    expect(await refusal(clientOf(lab, "none_a").agent.retrieve(agentId))).toMatchObject(forbidden);
    expect(await refusal(client.phoneNumber.list())).toMatchObject(forbidden);
    expect((await reader.phoneNumber.list()).items).toHaveLength(1);
    expect(lab.organization("org_a").agent(agentId).latest.agent).not.toHaveProperty("agent_name");
  });

  test("phone numbers are found by either spelling of the plus sign", async () => {
    const { lab } = await laboratory({ organizations });
    const reader = clientOf(lab, "read_a");
    expect(await reader.phoneNumber.retrieve("+14155550100")).toMatchObject({ phone_number: "+14155550100", nickname: "Desk" });
    expect(await reader.get("/get-phone-number/%2B14155550100")).toMatchObject({ nickname: "Desk" });
    expect((await refusal(reader.phoneNumber.retrieve("+1"))).status).toBe(404);
  });
});
