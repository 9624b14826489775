import { beforeEach, expect, test } from "@jest/globals";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { deploy, detect, idOf, pulls } from "./support.ts";

let world: MemoryWorld;
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const NODES = [{ id: "start", type: "conversation", instruction: { type: "prompt", text: "Greet." }, edges: [] }];

beforeEach(async () => {
  const files = smallProject();
  const sales = JSON.parse(files["agents/sales/agent.json"] ?? "") as { llm_config: JsonObject };
  sales.llm_config["knowledge_base_ids"] = ["knowledge://faq"];
  world = createMemoryWorld({ ...files, "agents/sales/agent.json": json(sales), "knowledge/faq/knowledge.json": json({ texts: [{ title: "Hours", text: "Nine to five." }] }), "components/greeting.json": json({ nodes: NODES }) });
  await deploy(world);
});

const onlyBase = () => [...world.retell("staging").knowledge.bases.values()][0]?.id ?? "";
const onlyComponent = () => [...world.retell("staging").components.stored.values()][0]?.id ?? "";

test("without edits nothing is told", async () => {
  world.github.writes.length = 0;
  expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
  expect(world.github.writes).toEqual([]);
});

test("sources and components that the console changed are told by name in an issue, which closes when they are gone", async () => {
  const id = world.retell("staging").knowledge.addText(onlyBase(), "Typed in", "by hand");
  world.retell("staging").components.edit(onlyComponent(), { flex_mode: true });
  const report = await detect(world);
  expect(report).toMatchObject({ outcome: "drift-detected", outputs: { "has-drift": "true", "drifted-agents": "{}" } });
  expect(report.summary).toContain("`text Typed in`");
  expect(pulls(world)).toEqual([]);
  const [issue] = [...world.github.issues.values()];
  expect(issue?.body).toContain("### Shared Resources");
  expect(issue?.body).toContain("`knowledge://faq`: The knowledge base was changed in the Retell console.");
  expect(issue?.body).toContain("Changed: `component.flex_mode`.");
  world.github.writes.length = 0;
  await detect(world);
  expect(world.github.writes).toEqual([]);
  world.retell("staging").knowledge.removeSource(onlyBase(), id);
  world.retell("staging").components.edit(onlyComponent(), { flex_mode: null });
  expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
  expect([...world.github.issues.values()][0]?.state).toBe("closed");
});

test("beside an edited agent they stand in its pull request", async () => {
  world.retell("staging").knowledge.addText(onlyBase(), "Typed in", "by hand");
  world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.4 } });
  await detect(world);
  expect(pulls(world)[0]?.body).toContain("### Shared Resources");
});

test("a record that cannot be read is never in sync", async () => {
  world.git.commit("retell/state/staging", { "components/greeting/staging.json": "{" });
  expect(await detect(world)).toMatchObject({ outcome: "failed", reason: "unreadable-state" });
});
