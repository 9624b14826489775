import { afterEach, describe, expect, test } from "@jest/globals";
import { startRetellLab, type RetellLab, type RetellLabOptions } from "@retell-actions/lab/retell/server";
import { createRetell } from "../../../src/adapters/retell/create-retell.ts";
import { recordingLog } from "../recording-log.ts";
import { voiceAddress } from "@retell-actions/lab/memory/voice-address";

const labs: RetellLab[] = [];
afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.stop()));
});

/** Adapter and lab share a clock that only the adapter's sleeping moves. */
async function setUp(options: Partial<RetellLabOptions> = {}, apiKey = "key_lab") {
  let time = 1_700_000_000_000;
  const now = (): number => time;
  const lab = await startRetellLab({ now, ...options });
  labs.push(lab);
  const sleep = async (milliseconds: number): Promise<void> => void (time += milliseconds);
  const { reader, writer, calls } = createRetell({ apiKey, baseUrl: lab.url, readOnly: false, concurrency: 8, log: recordingLog(), clock: { now }, sleep, chance: () => 0.5 });
  if (writer === undefined) throw new Error("no writer");
  const create = async (title = "mark") => {
    const engine = await writer.createEngine("retell-llm", { general_prompt: title, start_speaker: "agent" });
    return writer.createAgent("voice", { response_engine: { type: "retell-llm", llm_id: engine.id }, voice_id: "retell-Cimo", agent_name: title, version_title: title });
  };
  return { lab, reader, writer, calls, create };
}

describe.each([404, 422] as const)("on the lab, with %i for what is missing", (missingStatus) => {
  test("an agent's life", async () => {
    const { lab, reader, writer, create } = await setUp({ missingStatus, seed: 7 });
    const organization = await reader.readOrganization();
    expect(organization.id).toBe("org_lab");
    const agent = await create();
    expect(agent).toMatchObject({ version: 0, isPublished: false, title: "mark", engine: { kind: "retell-llm", version: 0 } });
    expect(await reader.readAgent(voiceAddress(agent.agentId))).toMatchObject({ agentId: agent.agentId, version: 0 });
    expect(await reader.readAgent(voiceAddress(agent.agentId), "latest_published")).toBeNull();
    expect(await reader.readAgent(voiceAddress("agent_absent"))).toBeNull();
    expect(await reader.readEngine({ kind: "retell-llm", id: "llm_absent", version: 0 })).toBeNull();
    lab.organization("org_lab").console.publish(agent.agentId, 0);
    expect(await reader.readAgent(voiceAddress(agent.agentId), "latest_published")).toMatchObject({ version: 0, isPublished: true });
    await expect(writer.updateAgent(voiceAddress(agent.agentId), 0, { agent_name: "x" })).rejects.toMatchObject({ reason: "retell-rejected", status: 422 });
    await expect(writer.updateEngine(agent.engine, { general_prompt: "x" })).rejects.toMatchObject({ reason: "retell-rejected", status: 400 });
    const next = await writer.createVersion(voiceAddress(agent.agentId), 0);
    expect(next).toMatchObject({ version: 1, baseVersion: 0, isPublished: false, engine: { version: 1 } });
    expect((await writer.updateEngine(next.engine, { general_prompt: "new" })).raw["general_prompt"]).toBe("new");
    expect((await writer.updateAgent(voiceAddress(agent.agentId), 1, { agent_name: "renamed" })).raw["agent_name"]).toBe("renamed");
    expect((await reader.listAgents()).map((listing) => listing.name)).toEqual(["renamed"]);
    expect((await reader.listEngines("retell-llm")).map((engine) => engine.version)).toEqual([1]);
    expect(await writer.deleteAgent(voiceAddress(agent.agentId))).toBe(true);
    expect(await writer.deleteAgent(voiceAddress(agent.agentId))).toBe(false);
    expect(await writer.deleteEngine(next.engine)).toBe(true);
    expect(await writer.deleteEngine(next.engine)).toBe(false);
  });
});

test("a wrong key is unauthorized, a read key may not write", async () => {
  const wrong = await setUp({}, "key_wrong");
  await expect(wrong.reader.readOrganization()).rejects.toMatchObject({ reason: "unauthorized", status: 401 });
  const organizations = [{ id: "org_lab", name: "Lab", keys: [{ key: "key_read", name: "read", permissions: { agent: "read" as const } }] }];
  const readOnly = await setUp({ organizations }, "key_read");
  expect(await readOnly.reader.listAgents()).toEqual([]);
  await expect(readOnly.create()).rejects.toMatchObject({ reason: "forbidden", status: 403 });
});

test("more reads than a window allows: all succeed, and Retell never has to refuse one", async () => {
  const { lab, reader, create } = await setUp();
  const agent = await create();
  await Promise.all(Array.from({ length: 250 }, () => reader.readAgent(voiceAddress(agent.agentId))));
  expect(lab.requests.filter((request) => request.status === 429)).toHaveLength(0);
  expect(lab.requests.filter((request) => request.path.startsWith("/get-agent/"))).toHaveLength(250);
});

test("a client beside us takes the window: refused requests are repeated until they pass", async () => {
  const { lab, reader, create } = await setUp();
  const agent = await create();
  const other = createRetell({ apiKey: "key_lab", baseUrl: lab.url, readOnly: true, concurrency: 4, log: recordingLog(), clock: { now: lab.options.now } });
  await Promise.all(Array.from({ length: 95 }, () => other.reader.readAgent(voiceAddress(agent.agentId))));
  const answers = await Promise.all(Array.from({ length: 30 }, () => reader.readAgent(voiceAddress(agent.agentId))));
  expect(answers.every((answer) => answer?.agentId === agent.agentId)).toBe(true);
});

test("faults: a lost create is ambiguous and happened once; a lost update is repeated; half an answer is none", async () => {
  const { lab, reader, writer, create } = await setUp();
  const agent = await create();
  lab.faults.add({ matches: (request) => request.path === "/create-retell-llm", action: { kind: "drop-after" }, times: 1 });
  await expect(writer.createEngine("retell-llm", { general_prompt: "lost" })).rejects.toMatchObject({ ambiguous: true });
  expect((await reader.listEngines("retell-llm")).filter((engine) => engine.raw["general_prompt"] === "lost")).toHaveLength(1);
  lab.faults.add({ matches: (request) => request.method === "PATCH", action: { kind: "drop-after" }, times: 1 });
  expect((await writer.updateAgent(voiceAddress(agent.agentId), 0, { agent_name: "twice" })).raw["agent_name"]).toBe("twice");
  lab.faults.add({ matches: (request) => request.path.startsWith("/get-agent/"), action: { kind: "truncate" } });
  await expect(reader.readAgent(voiceAddress(agent.agentId))).rejects.toMatchObject({ reason: "retell-unavailable" });
  lab.faults.reset();
  lab.faults.add({ matches: (request) => request.path.startsWith("/get-agent/"), action: { kind: "body", text: "{}" } });
  await expect(reader.readAgent(voiceAddress(agent.agentId))).rejects.toMatchObject({ reason: "retell-unavailable" });
});

test("phone numbers are read with the agents behind them", async () => {
  const { lab, reader, create } = await setUp();
  const agent = await create();
  const bound = [{ agent_id: agent.agentId, weight: 1 }];
  const { console } = lab.organization("org_lab");
  console.putPhoneNumber({ phone_number: "+14155550101", fields: { inbound_agents: bound, outbound_agents: bound } });
  console.putPhoneNumber({ phone_number: "+14155550100", fields: { inbound_sms_agents: bound } });
  console.putPhoneNumber({ phone_number: "+14155550102", fields: { inbound_agents: null } });
  expect(await reader.listPhoneBindings()).toEqual(new Map([[agent.agentId, ["+14155550100", "+14155550101"]]]));
});
