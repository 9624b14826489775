import { describe, expect, test } from "@jest/globals";
import { PlatformError } from "@retell-actions/core/errors";
import type { MemoryCall } from "@retell-actions/lab/memory/memory-retell";
import { killAt, world, type World } from "./kill-at.ts";
import { BRANCH, overview, voiceAgent, type RunInput } from "./scenario.ts";
import { voiceAddress } from "@retell-actions/lab/memory/voice-address";
import { sampled } from "@retell-actions/lab/scene/sampled";

/** Everything that must be the same whatever happened on the way. */
function picture({ retell, scenario }: World): unknown {
  const agents = [...retell.agents.values()]
    .map((agent) => ({
      name: [...agent.versions.values()].at(-1)?.fields["agent_name"],
      versions: [...agent.versions].map(([number, version]) => [number, version.isPublished, { ...version.fields, version_title: "mark" }]),
      engine: [...(retell.engines.get(agent.engineId ?? "")?.versions ?? [])].map(([number, version]) => [number, version.fields]),
    }))
    .sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
  const state = scenario.state();
  const recorded = Object.fromEntries(
    Object.entries(state?.agents ?? {}).map(([name, { sent, seen, version, is_published, config_hash, incomplete, pending, secrets, agent_id }]) => [
      name,
      { sent, seen, version, is_published, config_hash, incomplete, pending, secrets, exists: retell.agents.has(agent_id ?? "") },
    ]),
  );
  return { agents, engines: retell.engines.size, recorded, pending: state?.workspace.pending };
}

const TOOLS = [{ name: "call", type: "custom", url: "https://x.example", headers: { authorization: "secret://TOKEN" } }];
const FIRST: RunInput = {
  git: { alpha: voiceAgent("Alpha", { general_tools: TOOLS }), beta: voiceAgent("Beta"), gone: voiceAgent("Gone") },
  secrets: { TOKEN: "Bearer one" },
};
// Alpha: agent and engine in place, a secret rotated, a field removed. Beta: published, so it is forked. Gamma is new. Gone goes.
const SECOND: RunInput = {
  git: {
    alpha: voiceAgent("Alpha two", { general_prompt: "two", general_tools: [{ name: "end", type: "end_call" }, ...TOOLS] }, { volume: 1.4 }),
    beta: voiceAgent("Beta", { general_prompt: "two" }, { language: "de-DE" }),
    gamma: voiceAgent("Gamma", { general_tools: [{ name: "swap", type: "agent_swap", agent_id: "agent://alpha" }, ...TOOLS] }),
  },
  secrets: { TOKEN: "Bearer two" },
  options: { prune: "delete" },
  moved: [{ kind: "agent", from: "gone", to: null }],
};
const THIRD: RunInput = {
  ...SECOND,
  git: {
    alpha: voiceAgent("Alpha three", { general_prompt: "three" }, { volume: 1.2 }),
    beta: voiceAgent("Beta", { general_prompt: "three" }, { language: "de-DE" }),
    gamma: voiceAgent("Gamma", { general_prompt: "three" }),
  },
};

async function prepared(): Promise<World> {
  const made = world();
  await made.scenario.deploy(FIRST);
  const beta = made.scenario.state()?.agents["beta"]?.agent_id ?? "";
  made.retell.publish(beta, 0);
  // The publication is recorded, as a deployment in which something converged would.
  const state = made.scenario.state()?.agents["beta"];
  made.scenario.git.commit(BRANCH, { "agents/beta/staging.json": JSON.stringify({ ...state, is_published: true }) });
  return made;
}

const pictures = new Map<RunInput, unknown>();

/** The picture after an undisturbed run. */
async function settled(input: RunInput): Promise<unknown> {
  if (!pictures.has(input)) {
    const made = await prepared();
    await made.scenario.deploy(input);
    pictures.set(input, picture(made));
  }
  return pictures.get(input);
}

describe("L4: killed at any write and run again, the end is that of an undisturbed run", () => {
  // Lock, record, and ten writes to Retell.
  const points = Array.from({ length: 12 }, (_, write) => (["before", "after"] as const).map((point) => ({ write, point }))).flat();

  test("the story is as long as it is tested", async () => {
    const made = await prepared();
    expect(await killAt(made, SECOND, { write: 11, point: "before" })).toBe(true);
    expect(await killAt(await prepared(), SECOND, { write: 12, point: "before" })).toBe(false);
  });

  test.each(points)("%j, the same commit", async (at) => {
    const made = await prepared();
    await killAt(made, SECOND, at);
    const { target } = await made.scenario.deploy(SECOND);
    expect(Object.values(overview(target)).filter((text) => /conflict|console-edit/.test(text))).toEqual([]);
    expect(picture(made)).toEqual(await settled(SECOND));
    // Idle is free, also after a recovery.
    const commits = made.scenario.commits();
    made.retell.calls.length = 0;
    const idle = await made.scenario.deploy(SECOND);
    expect(overview(idle.target)).toEqual({ alpha: "in-sync none", beta: "in-sync none", gamma: "in-sync none" });
    expect([made.scenario.commits(), made.retell.calls.filter((call: MemoryCall) => call.write)]).toEqual([commits, []]);
  });

  test.each(sampled(points, 2))("%j, a newer commit", async (at) => {
    const made = await prepared();
    await killAt(made, SECOND, at);
    const { target } = await made.scenario.deploy(THIRD);
    expect(Object.values(overview(target)).filter((text) => /conflict|console-edit/.test(text))).toEqual([]);
    const undisturbed = (await settled(THIRD)) as { agents: unknown };
    // The dead run's own additions that Git never mentions may remain only in history.
    expect((picture(made) as { agents: unknown }).agents).toEqual(undisturbed.agents);
    expect(Object.values(overview(await made.scenario.plan(THIRD)))).toEqual(["in-sync none", "in-sync none", "in-sync none"]);
  });

  test("twice in a row", async () => {
    for (const write of [2, 4, 6, 8]) {
      const made = await prepared();
      await killAt(made, SECOND, { write, point: "after" });
      await killAt(made, SECOND, { write: 2, point: "after" });
      await made.scenario.deploy(SECOND);
      expect(picture(made)).toEqual(await settled(SECOND));
    }
  });
});

test("a run that cannot read what a dead run was writing leaves its journal to the next one", async () => {
  const made = await prepared();
  await killAt(made, SECOND, { write: 6, point: "after" });
  const journals = (): string[] => Object.entries(made.scenario.state()?.agents ?? {}).flatMap(([name, { pending }]) => (pending === undefined ? [] : [name]));
  const before = journals();
  expect(before).not.toEqual([]);
  made.retell.before = (call) => {
    if (call.method === "readEngine" || call.method === "readAgent") throw new PlatformError({ platform: "retell", reason: "unauthorized", status: 401 }, "no");
  };
  const { target } = await made.scenario.deploy(SECOND);
  made.retell.before = undefined;
  const unreadable = target.plan.agents.filter((agent) => agent.class === "unreadable").map(({ name }) => name);
  expect(unreadable).not.toEqual([]);
  expect(journals()).toEqual(before.filter((name) => unreadable.includes(name)));
  await made.scenario.deploy(SECOND);
  expect((picture(made) as { agents: unknown }).agents).toEqual(((await settled(SECOND)) as { agents: unknown }).agents);
});

describe("an answer that got lost", () => {
  const lost = () => new PlatformError({ platform: "retell", reason: "retell-unavailable", ambiguous: true }, "no answer");

  test.each(Array.from({ length: 10 }, (_, index) => index))("of write %i: the next run finds out, nothing is made twice", async (index) => {
    for (const applied of [true, false]) {
      const made = await prepared();
      let writes = 0;
      made.retell[applied ? "after" : "before"] = (call) => {
        if (call.write && writes++ === index) throw lost();
      };
      await made.scenario.deploy(SECOND);
      made.retell.after = made.retell.before = undefined;
      const { target } = await made.scenario.deploy(SECOND);
      expect(Object.values(overview(target)).filter((text) => /conflict|console-edit/.test(text))).toEqual([]);
      expect(picture(made)).toEqual(await settled(SECOND));
    }
  });
});

describe("cancelled", () => {
  test.each(Array.from({ length: 10 }, (_, index) => index))("during write %i: no write starts after it, what is done is recorded, the next run goes on", async (index) => {
    const made = await prepared();
    const controller = new AbortController();
    let writes = 0;
    let late = 0;
    made.retell.before = (call) => {
      if (!call.write) return;
      // Those that had started in the same moment may end.
      if (controller.signal.aborted) late += 1;
      if (writes++ === index) controller.abort();
    };
    const { statuses } = await made.scenario.deploy({ ...SECOND, signal: controller.signal });
    made.retell.before = undefined;
    expect(late).toBe(0);
    expect(Object.values(statuses).every((status) => ["created", "updated", "deleted", "cancelled"].includes(status))).toBe(true);
    const state = made.scenario.state();
    for (const [name, agent] of Object.entries(state?.agents ?? {})) {
      if (agent.pending === undefined) expect([name, made.retell.agents.has(agent.agent_id ?? "")]).toEqual([name, true]);
    }
    const { target } = await made.scenario.deploy(SECOND);
    expect(Object.values(overview(target)).filter((text) => /conflict|console-edit/.test(text))).toEqual([]);
    expect(picture(made)).toEqual(await settled(SECOND));
  });

  test("before the first write: nothing is written, the lock is given back", async () => {
    const made = await prepared();
    const before = picture(made);
    const { statuses } = await made.scenario.deploy({ ...SECOND, signal: AbortSignal.abort() });
    expect(statuses).toEqual({ alpha: "cancelled", beta: "cancelled", gamma: "cancelled", gone: "cancelled" });
    expect(picture(made)).toEqual(before);
  });
});

describe("recreate", () => {
  test("killed at any write: no second agent, no second engine", async () => {
    for (let write = 0; write < 5; write += 1) {
      for (const point of ["before", "after"] as const) {
        const made = world();
        const git = { git: { alpha: voiceAgent("Alpha") } };
        await made.scenario.deploy(git);
        const old = made.scenario.state()?.agents["alpha"];
        await made.retell.writer.deleteAgent(voiceAddress(old?.agent_id ?? ""));
        await made.retell.writer.deleteEngine({ kind: "retell-llm", id: old?.llm_id ?? "", version: null });
        await killAt(made, { ...git, options: { recreate: true } }, { write, point });
        await made.scenario.deploy({ ...git, options: { recreate: true } });
        expect([made.retell.agents.size, made.retell.engines.size]).toEqual([1, 1]);
        expect(made.scenario.state()?.agents["alpha"]?.agent_id).toBe([...made.retell.agents.keys()][0]);
        expect(overview(await made.scenario.plan(git))).toEqual({ alpha: "in-sync none" });
      }
    }
  });
});

describe("a create of which Retell refused a part", () => {
  const refuse = (made: World, method: string): void => {
    made.retell.before = (call) => {
      if (call.method === method) throw new PlatformError({ platform: "retell", reason: "retell-rejected", status: 400 }, "no");
    };
  };

  test("the agent, when it is made again: the engine is found by its mark and used", async () => {
    const made = world();
    const input: RunInput = { git: { alpha: voiceAgent("Alpha") }, options: { recreate: true } };
    await made.scenario.deploy(input);
    const old = made.scenario.state()?.agents["alpha"];
    await made.retell.writer.deleteAgent(voiceAddress(old?.agent_id ?? ""));
    await made.retell.writer.deleteEngine({ kind: "retell-llm", id: old?.llm_id ?? "", version: null });
    refuse(made, "createAgent");
    expect((await made.scenario.deploy(input)).statuses).toEqual({ alpha: "failed" });
    // What is known of the old agent is not lost by it.
    expect(made.scenario.state()?.agents["alpha"]).toEqual(old);
    made.retell.before = undefined;
    expect((await made.scenario.deploy(input)).statuses).toEqual({ alpha: "created" });
    expect([made.retell.agents.size, made.retell.engines.size]).toEqual([1, 1]);
  });

  test("a field that waits for another agent: it is still to be sent, the agent is incomplete and not made twice", async () => {
    const made = world();
    const input: RunInput = { git: { alpha: voiceAgent("Alpha", {}, { handoff: "agent://beta" }), beta: voiceAgent("Beta") } };
    refuse(made, "updateAgent");
    expect((await made.scenario.deploy(input)).statuses).toEqual({ alpha: "failed", beta: "created" });
    expect(made.scenario.state()?.agents["alpha"]).toMatchObject({ incomplete: true });
    made.retell.before = undefined;
    expect((await made.scenario.deploy(input)).statuses).toEqual({ alpha: "updated" });
    const id = made.scenario.state()?.agents["beta"]?.agent_id;
    expect([...made.retell.agents.values()].map((agent) => agent.versions.get(0)?.fields["handoff"])).toContain(id);
    expect([made.retell.agents.size, overview(await made.scenario.plan(input))]).toEqual([2, { alpha: "in-sync none", beta: "in-sync none" }]);
  });
});

test("a secret that was sent by a run that died is known afterwards: its next rotation is Git's change", async () => {
  const made = world();
  const input = (value: string): RunInput => ({ git: { alpha: voiceAgent("Alpha", { general_tools: TOOLS }) }, secrets: { TOKEN: value } });
  await killAt(made, input("Bearer one"), { write: 4, point: "before" });
  await made.scenario.deploy(input("Bearer one"));
  expect(overview(await made.scenario.plan(input("Bearer two")))).toEqual({ alpha: "local-change update" });
});
