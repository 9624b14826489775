import { afterEach, describe, expect, test } from "@jest/globals";
import { createRetell } from "@retell-actions/core/adapters/retell/create-retell";
import { DEEPEST_JSON, isTooDeep } from "@retell-actions/core/canonical/json-depth";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { voiceAddress } from "@retell-actions/lab/memory/voice-address";
import { startFake } from "../../../core/test/adapters/fake-server.ts";
import { recordingLog } from "../../../core/test/adapters/recording-log.ts";
import { agentJson } from "../../../core/test/adapters/retell/agent-json.ts";
import { deploy } from "../../../../actions/deploy/test/deploy-run.ts";

const told = (what: string): void => tellCase({ matrix: "attacks", subject: "oversized, deep and cyclic JSON", what, outcome: "held" });
/** Deeper than the stack of any program that calls itself for each level. */
const BRACKETS = 50_000;
const DEEP = "[".repeat(BRACKETS) + "]".repeat(BRACKETS);

test("depth counts objects and lists, and nothing else", () => {
  let value: unknown = "x".repeat(100_000);
  for (let level = 0; level < DEEPEST_JSON; level += 1) value = level % 2 === 0 ? { value } : [value];
  expect([isTooDeep(value), isTooDeep([value]), isTooDeep(Array.from({ length: 100_000 }, () => ({}))), isTooDeep("x"), isTooDeep(null)]).toEqual([false, true, false, false, false]);
});

describe("an answer of Retell that is nested deep", () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });

  test.each([
    ["an agent", (retell: ReturnType<typeof createRetell>) => retell.reader.readAgent(voiceAddress("agent_1"))],
    ["an engine", (retell: ReturnType<typeof createRetell>) => retell.reader.readEngine({ kind: "retell-llm", id: "llm_1", version: 0 })],
    ["a list", (retell: ReturnType<typeof createRetell>) => retell.reader.listAgents()],
  ])("%s: is no answer, and no crash", async (what, read) => {
    const text = JSON.stringify({ ...agentJson({ version: 0 }), items: [], has_more: false, extra: 0 }).replace('"extra":0', `"extra":${DEEP}`);
    const fake = await startFake(() => ({ status: 200, text, type: "application/json" }));
    stops.push(() => fake.close());
    const retell = createRetell({ apiKey: "key_0123456789abcdef", baseUrl: fake.url, readOnly: true, concurrency: 1, log: recordingLog(), sleep: async () => {} });
    await expect(read(retell)).rejects.toMatchObject({ reason: "retell-unavailable", message: expect.stringContaining("nested deeper") });
    told(`a deep answer: ${what}`);
  });
});

describe("a record on the state branch that is nested deep", () => {
  const recordOf = (world: MemoryWorld, path: string): string => world.git.commits.get(world.git.branches.get("retell/state/staging") ?? "")?.files.get(path) ?? "";
  async function forged(path: string): Promise<MemoryWorld> {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    world.git.commit("retell/state/staging", { [path]: recordOf(world, path).replace(/\}\s*$/, `,"forged":${DEEP}}\n`) });
    world.git.commit("staging", { "prompts/base/greeting.txt": "Say good day.\n" });
    world.retell("staging").calls.length = 0;
    return world;
  }
  const written = (world: MemoryWorld): string[] => world.retell("staging").calls.filter(({ write }) => write).map(({ method }) => method);

  test("of one agent stops that agent and no other", async () => {
    const world = await forged("agents/sales/staging.json");
    expect(await deploy(world)).toMatchObject({ outcome: "partially-deployed", outputs: { updated: '["support"]', failed: '["sales"]' } });
    expect(recordOf(world, "agents/sales/staging.json")).toContain(DEEP);
    told("a deep record of an agent");
  });

  test("of the workspace stops the run before its first write", async () => {
    const world = await forged("workspace.json");
    expect(await deploy(world)).toMatchObject({ outcome: "failed", reason: "unreadable-state" });
    expect(written(world)).toEqual([]);
    told("a deep record of the workspace");
  });
});
