import { describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { deploy, idOf, inputs } from "../../../../actions/deploy/test/deploy-run.ts";

const told = (what: string): void => tellCase({ matrix: "attacks", subject: "forged decisions", what, outcome: "held" });
const SALES = "agents/sales/agent.json";
const faster = (name: string): Record<string, string> => ({ [`agents/${name}/agent.json`]: (smallProject()[`agents/${name}/agent.json`] ?? "").replace('"voice_speed": 1,', '"voice_speed": 1.5,') });

interface Entries {
  readonly deployed_at?: unknown;
  readonly fields?: unknown;
}

/** Staging, in which somebody edited both agents in the console to different speeds, and whose branch changes the speed of `sales`. */
async function edited(): Promise<{ world: MemoryWorld; deployedAt: string }> {
  const world = createMemoryWorld(smallProject());
  await deploy(world);
  for (const [name, voice_speed] of [["Sales", 1.4], ["Support", 0.7]] as const) world.retell("staging").edit(idOf(world, name), { agent: { voice_speed } });
  world.git.commit("staging", faster("sales"));
  const state = world.git.commits.get(world.git.branches.get("retell/state/staging") ?? "")?.files.get("agents/sales/staging.json") ?? "{}";
  world.retell("staging").calls.length = 0;
  return { world, deployedAt: (JSON.parse(state) as { deployed_at: string }).deployed_at };
}
const speedOf = (world: MemoryWorld, name: string): unknown => [...(world.retell("staging").agents.get(idOf(world, name))?.versions.values() ?? [])].at(-1)?.fields["voice_speed"];
const entriesFile = (entries: Entries, agent = "sales", workspace = "staging"): Record<string, string> => ({ [`agents/${agent}/overwrite.${workspace}.json`]: JSON.stringify(entries) });

describe("an overwrite file that is not the decision about this edit", () => {
  test.each<[what: string, forge: (deployedAt: string) => Record<string, string>]>([
    ["copied from another agent", (at) => entriesFile({ deployed_at: at, fields: { "agent.voice_speed": 0.7 } })],
    ["left in another agent's folder", (at) => entriesFile({ deployed_at: at, fields: { "agent.voice_speed": 1.4 } }, "support")],
    ["made for another workspace", (at) => entriesFile({ deployed_at: at, fields: { "agent.voice_speed": 1.4 } }, "sales", "production")],
    ["of an older deploy", () => entriesFile({ deployed_at: "2020-01-01T00:00:00Z", fields: { "agent.voice_speed": 1.4 } })],
    ["of a deploy to come", () => entriesFile({ deployed_at: "2999-01-01T00:00:00Z", fields: { "agent.voice_speed": 1.4 } })],
    ["of no deploy", () => entriesFile({ fields: { "agent.voice_speed": 1.4 } })],
    ["for everything", (at) => entriesFile({ deployed_at: at, fields: { "*": 1.4, agent: { voice_speed: 1.4 }, "": 1.4 } })],
    ["with the value as a text", (at) => entriesFile({ deployed_at: at, fields: { "agent.voice_speed": "1.4" } })],
    ["with keys of JavaScript's own objects", (at) => ({ "agents/sales/overwrite.staging.json": `{"deployed_at": ${JSON.stringify(at)}, "fields": {"__proto__": {"agent.voice_speed": 1.4}}}` })],
  ])("%s: the console's value stays", async (what, forge) => {
    const { world, deployedAt } = await edited();
    world.git.commit("staging", forge(deployedAt));
    const ended = await deploy(world).then(({ outcome }) => outcome, (error: { reason?: string }) => error.reason);
    expect(["conflicts", "failed"]).toContain(ended);
    expect([speedOf(world, "Sales"), speedOf(world, "Support")]).toEqual([1.4, 0.7]);
    told(`an overwrite file ${what}`);
  });

  test("and the one that is, overwrites that value of that agent and no other", async () => {
    const { world, deployedAt } = await edited();
    world.git.commit("staging", entriesFile({ deployed_at: deployedAt, fields: { "agent.voice_speed": 1.4 } }));
    expect(await deploy(world)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]', drifted: '["support"]' } });
    expect([speedOf(world, "Sales"), speedOf(world, "Support")]).toEqual([1.5, 0.7]);
  });
});

describe("a plan's fingerprint that is not this plan's", () => {
  test("of another workspace, another commit, another state of Retell, or none of a plan: nothing is written", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    const free = { ...inputs.options, requireStaging: false };
    const planned = async (changes: Parameters<typeof deploy>[1] = {}): Promise<string> => (await deploy(world, { dryRun: true, ...changes })).outputs["plan-fingerprint"] ?? "";
    const elsewhere = await planned({ workspace: "production", branch: "production", options: free });
    world.git.commit("staging", faster("sales"));
    const earlier = await planned();
    world.git.commit("staging", { [SALES]: (faster("sales")[SALES] ?? "").replace("1.5", "1.6") });
    world.retell("staging").calls.length = 0;
    const right = await planned();
    expect(new Set([elsewhere, earlier, right]).size).toBe(3);
    for (const planFingerprint of [elsewhere, earlier, right.toUpperCase(), `${right} `, right.slice(0, -1), `${right}0`, "sha256:", "*"]) {
      const ended = await deploy(world, { planFingerprint }).then(({ outcome }) => outcome, (error: { reason?: string }) => error.reason);
      expect(["failed", "other-plan", "invalid-input"]).toContain(ended);
    }
    expect(world.retell("staging").calls.filter(({ write }) => write)).toEqual([]);
    expect(await deploy(world, { planFingerprint: right })).toMatchObject({ outcome: "deployed" });
    told("another plan's fingerprint");
  });
});
