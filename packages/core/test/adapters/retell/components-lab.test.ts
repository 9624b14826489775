import { afterEach, describe, expect, test } from "@jest/globals";
import { startRetellLab, type RetellLab, type RetellLabOptions } from "@retell-actions/lab/retell/server";
import { createRetell } from "../../../src/adapters/retell/create-retell.ts";
import type { JsonObject } from "../../../src/canonical/json.ts";
import { recordingLog } from "../recording-log.ts";

const labs: RetellLab[] = [];
afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.stop()));
});

const content = (name: string): JsonObject => ({
  name,
  nodes: [{ id: "ask", type: "conversation", instruction: { type: "prompt", text: "Ask for the name." } }],
});
const elseEdge = { id: "else", transition_condition: { type: "prompt", prompt: "Else" } };
const flowWith = (componentId: string): JsonObject => ({
  start_speaker: "agent",
  model_choice: { type: "cascading", model: "gpt-5.6-terra" },
  nodes: [{ id: "verify", type: "component", component_type: "shared", component_id: componentId, else_edge: elseEdge }],
});

/** Adapter and lab share a clock that only the adapter's sleeping moves. */
async function setUp(options: Partial<RetellLabOptions> = {}) {
  let time = 1_700_000_000_000;
  const now = (): number => time;
  const lab = await startRetellLab({ now, ...options });
  labs.push(lab);
  const sleep = async (milliseconds: number): Promise<void> => void (time += milliseconds);
  const retell = createRetell({ apiKey: "key_lab", baseUrl: lab.url, readOnly: false, concurrency: 8, log: recordingLog(), clock: { now }, sleep, chance: () => 0.5 });
  const { reader, writer } = retell.components;
  if (writer === undefined || retell.writer === undefined) throw new Error("no writer");
  return { lab, reader, writer, flows: retell.writer, organization: lab.organization("org_lab") };
}

describe.each([404, 422] as const)("with %i for what is missing", (missingStatus) => {
  test("a component's life", async () => {
    const { reader, writer, flows } = await setUp({ missingStatus });
    const created = await writer.createComponent(content("Verify"));
    expect(created).toMatchObject({ name: "Verify", linkedFlowIds: [], raw: { nodes: [{ id: "ask" }] } });
    expect(await reader.readComponent(created.id)).toEqual(created);
    const flow = await flows.createEngine("conversation-flow", flowWith(created.id));
    expect((await reader.readComponent(created.id))?.linkedFlowIds).toEqual([flow.id]);
    const updated = await writer.updateComponent(created.id, { name: "Identify" });
    expect(updated).toMatchObject({ id: created.id, name: "Identify", linkedFlowIds: [flow.id], raw: { nodes: created.raw["nodes"] } });
    expect(updated.modifiedAt).toBeGreaterThan(created.modifiedAt);
    expect(await reader.listComponents()).toEqual([updated]);
    expect(await writer.deleteComponent(created.id)).toBe(true);
    expect(await writer.deleteComponent(created.id)).toBe(false);
    expect(await reader.readComponent(created.id)).toBeNull();
    await expect(writer.updateComponent(created.id, { name: "x" })).rejects.toMatchObject({ reason: "retell-rejected" });
  });
});

test("all pages are read", async () => {
  const { lab, reader, organization } = await setUp();
  for (let count = 0; count < 1001; count += 1) organization.console.createComponent(content(`c${count}`));
  expect(new Set((await reader.listComponents()).map(({ name }) => name)).size).toBe(1001);
  expect(lab.requests).toHaveLength(2);
});

test("a create without answer is ambiguous and is not repeated; an update is", async () => {
  const { lab, reader, writer } = await setUp();
  const lose = (method: string) => lab.faults.add({ matches: (request) => request.method === method, action: { kind: "drop-after" }, times: 1 });
  lose("POST");
  await expect(writer.createComponent(content("Verify"))).rejects.toMatchObject({ ambiguous: true });
  const [lost, ...others] = await reader.listComponents();
  expect(others).toEqual([]);
  lose("PATCH");
  expect((await writer.updateComponent(lost?.id ?? "", { name: "Identify" })).name).toBe("Identify");
  lose("DELETE");
  expect(await writer.deleteComponent(lost?.id ?? "")).toBe(true);
});

test.each([
  ["another one", { conversation_flow_component_id: "c2", name: "x" }],
  ["no name", { conversation_flow_component_id: "c1" }],
  ["a list", []],
])("is no component: %s", async (_name, answer) => {
  const { lab, reader } = await setUp();
  lab.faults.add({ matches: () => true, action: { kind: "body", text: JSON.stringify(answer) } });
  await expect(reader.readComponent("c1")).rejects.toMatchObject({ reason: "retell-unavailable" });
});

test("there is no writer without need", async () => {
  const { lab } = await setUp();
  expect(createRetell({ apiKey: "key_lab", baseUrl: lab.url, readOnly: true, concurrency: 1, log: recordingLog() }).components.writer).toBeUndefined();
});
