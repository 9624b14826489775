import { describe, expect, test } from "@jest/globals";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { canonicalJson } from "@retell-actions/core/canonical/content-hash";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { PlatformError } from "@retell-actions/core/errors";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import type { MemoryCall } from "@retell-actions/lab/memory/memory-retell";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import type { DeployInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";
import { inputs as usual } from "./deploy-run.ts";

/** Thrown in place of what a killed process would have done next; nothing of the suite catches it. */
class Killed extends Error {}

const inputs: DeployInputs = { ...usual, concurrency: 1 };

let lastRun = 900;

async function deploy(world: MemoryWorld): Promise<ActionReport> {
  world.git.checkout(world.git.branches.get("staging") ?? "");
  const runId = String((lastRun += 1));
  world.github.runs.set(`${runId}/1`, { kind: "in-progress" });
  try {
    return await run(inputs, world.ports({ runId }));
  } finally {
    world.github.runs.set(`${runId}/1`, { kind: "over", endedAt: world.clock.now() });
  }
}

type Point = "before" | "after";

/** Kills a deploy at its k-th write to Retell or to the state branch; true if it got that far. */
async function killAt(world: MemoryWorld, at: { write: number; point: Point }): Promise<boolean> {
  const retell = world.retell("staging");
  let writes = 0;
  let dead = false;
  const hook = (point: Point) => (): void => {
    if (dead) throw new Killed();
    if (point === "before") writes += 1;
    if (writes - 1 !== at.write || point !== at.point) return;
    dead = true;
    throw new Killed();
  };
  const ofRetell = (check: () => void) => (call: MemoryCall): void => {
    if (dead) throw new Killed();
    if (call.write) check();
  };
  retell.before = ofRetell(hook("before"));
  retell.after = ofRetell(hook("after"));
  world.github.before = hook("before");
  world.github.after = hook("after");
  await deploy(world).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  retell.before = retell.after = world.github.before = world.github.after = undefined;
  return dead;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const node = (text: string, more: JsonObject = {}) => ({ nodes: [{ id: "start", type: "conversation", instruction: { type: "prompt", text }, edges: [], ...more }] });
const agentWith = (name: string, symbols: readonly string[]): string => {
  const agent = JSON.parse(smallProject()["agents/sales/agent.json"] ?? "") as { agent_name: string; llm_config: JsonObject };
  agent.agent_name = name;
  agent.llm_config["knowledge_base_ids"] = [...symbols];
  return json(agent);
};
const FLOW = (component: string) => ({
  start_speaker: "agent",
  model_choice: { type: "cascading", model: "gpt-4.1" },
  nodes: [{ id: "welcome", type: "component", component_type: "shared", component_id: `component://${component}`, edges: [], else_edge: { id: "else", transition_condition: { type: "prompt", prompt: "Else" } } }],
});

const FIRST = smallProject({
  "agents/sales/agent.json": agentWith("Sales", ["knowledge://faq"]),
  "agents/flow/agent.json": json({ agent_name: "Flow", voice_id: "retell-Cimo", conversation_flow: FLOW("greeting") }),
  "knowledge/faq/knowledge.json": json({ texts: [{ title: "Hours", text: "Nine to five." }, { title: "Old", text: "Goes away." }], urls: ["https://example.com/help"] }),
  "components/greeting.json": json(node("Greet.")),
});
// The knowledge base changes one text, loses one and gets one; a second one and a second component are new, and are used.
const SECOND = {
  "knowledge/faq/knowledge.json": json({ texts: [{ title: "Hours", text: "Ten to six." }, { title: "New", text: "Came in." }], urls: ["https://example.com/help"] }),
  "knowledge/prices/knowledge.json": json({ texts: [{ title: "Prices", text: "Cheap." }] }),
  "components/greeting.json": json(node("Greet kindly.")),
  "components/goodbye.json": json(node("Say goodbye.")),
  "agents/sales/agent.json": agentWith("Sales", ["knowledge://faq", "knowledge://prices"]),
  "agents/flow/agent.json": json({ agent_name: "Flow", voice_id: "retell-Cimo", conversation_flow: FLOW("goodbye") }),
};
const THIRD = {
  "knowledge/faq/knowledge.json": json({ texts: [{ title: "Hours", text: "Always." }], urls: ["https://example.com/help"] }),
  "knowledge/prices/knowledge.json": json({ texts: [{ title: "Prices", text: "Dear." }] }),
  "components/greeting.json": json(node("Greet again.")),
  "components/goodbye.json": json(node("Say so long.")),
};

async function prepared(): Promise<MemoryWorld> {
  const world = createMemoryWorld(FIRST);
  await deploy(world);
  world.git.commit("staging", SECOND);
  return world;
}

/** Everything that must be the same whatever happened on the way; ids by what they stand for. */
function picture(world: MemoryWorld): unknown {
  const { knowledge, components, engines, agents } = world.retell("staging");
  const names = new Map([...[...knowledge.bases.values()].map(({ id, name }) => [id, name] as const), ...[...components.stored.values()].map(({ id, fields }) => [id, String(fields["name"])] as const)]);
  const named = (value: unknown): string => [...names].reduce((text, [id, name]) => text.replaceAll(`"${id}"`, `"<${name}>"`), JSON.stringify(value));
  const files = world.git.commits.get(world.git.branches.get("retell/state/staging") ?? "")?.files ?? new Map<string, string>();
  const recorded = [...files].flatMap(([path, text]) => {
    if (!/^(knowledge|components)\//.test(path)) return [];
    const { sent, seen, sources = [], config_hash, incomplete, pending } = JSON.parse(text) as JsonObject & { sources?: JsonObject[] };
    return [[path, { sent, seen, config_hash, incomplete, pending, sources: sources.map(({ kind, title, hash }) => [kind, title, hash].join(" ")).sort() }]];
  });
  const pending = (JSON.parse(files.get("workspace.json") ?? "{}") as JsonObject)["pending"];
  return {
    knowledge: [...knowledge.bases.values()].map(({ name, status, sources }) => [name, status, sources.map(({ kind, title, content }) => `${kind} ${title}: ${content}`).sort()]).sort(),
    components: [...components.stored.values()].map(({ fields }) => canonicalJson(fields)).sort(),
    engines: [...engines.values()].map((engine) => named(JSON.parse(canonicalJson([...engine.versions.values()].at(-1)?.fields ?? {})))).sort(),
    agents: agents.size,
    recorded,
    pending,
  };
}

const pictures = new Map<string, unknown>();

async function settled(name: string, changes: readonly Record<string, string>[]): Promise<unknown> {
  if (!pictures.has(name)) {
    const world = await prepared();
    await deploy(world);
    for (const change of changes) {
      world.git.commit("staging", change);
      await deploy(world);
    }
    pictures.set(name, picture(world));
  }
  return pictures.get(name);
}

describe("L4: killed at any write to a shared resource and run again, the end is that of an undisturbed run", () => {
  // Lock and record; one add and two deletes, two creates, one update; two engines and two agents.
  const WRITES = 12;
  const points = Array.from({ length: WRITES }, (_, write) => (["before", "after"] as const).map((point) => ({ write, point }))).flat();

  test("the story is as long as it is tested", async () => {
    expect(await killAt(await prepared(), { write: WRITES - 1, point: "before" })).toBe(true);
    expect(await killAt(await prepared(), { write: WRITES, point: "before" })).toBe(false);
  });

  test.each(points)("%j, the same commit", async (at) => {
    const world = await prepared();
    await killAt(world, at);
    const next = await deploy(world);
    expect(next.outcome).not.toMatch(/conflicts|failed/);
    expect(picture(world)).toEqual(await settled("second", []));
    world.retell("staging").calls.length = 0;
    world.github.writes.length = 0;
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect([world.retell("staging").calls.filter((call) => call.write), world.github.writes]).toEqual([[], []]);
  });

  test.each(points)("%j, a newer commit", async (at) => {
    const world = await prepared();
    await killAt(world, at);
    world.git.commit("staging", THIRD);
    const next = await deploy(world);
    expect(next.outcome).not.toMatch(/conflicts|failed/);
    expect(picture(world)).toEqual(await settled("third", [THIRD]));
  });

  test.each(points.filter(({ point }) => point === "after"))("%j, the answer lost instead", async (at) => {
    const world = await prepared();
    const retell = world.retell("staging");
    let writes = 0;
    retell.after = (call) => {
      if (!call.write) return;
      writes += 1;
      if (writes - 1 === at.write) throw new PlatformError({ platform: "retell", reason: "retell-unavailable", ambiguous: true }, "no answer");
    };
    await deploy(world);
    retell.after = undefined;
    await deploy(world);
    expect(picture(world)).toEqual(await settled("second", []));
  });
});
