import { describe, expect, test } from "@jest/globals";
import type { Channel, Content } from "@retell-actions/core/canonical/content";
import { ActionError, PlatformError } from "@retell-actions/core/errors";
import type { EngineKind } from "@retell-actions/core/ports/retell";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import { voiceAddress } from "@retell-actions/lab/memory/voice-address";
import { desiredAgent } from "../plan/fixture.ts";
import { killAt, world, type Point, type World } from "./kill-at.ts";
import { BRANCH, overview, voiceAgent, type RunInput } from "./scenario.ts";

/** An agent of each kind that Retell can have, all with the same display name unless it is given. */
const KINDS: Record<string, { engine: EngineKind; channel: Channel }> = {
  "voice-llm": { engine: "retell-llm", channel: "voice" },
  "voice-flow": { engine: "conversation-flow", channel: "voice" },
  "voice-custom": { engine: "custom-llm", channel: "voice" },
  "chat-llm": { engine: "retell-llm", channel: "chat" },
  "chat-flow": { engine: "conversation-flow", channel: "chat" },
};

function agentOf(name: string, kind: string, { display = "Sales", prompt = "Hi." }: { display?: string; prompt?: string } = {}): DesiredAgent {
  const { engine, channel } = KINDS[kind] ?? never();
  const content: Content = {
    agent: {
      agent_name: display,
      response_engine: engine === "custom-llm" ? { type: engine, llm_websocket_url: `wss://llm.example/${encodeURIComponent(prompt)}` } : { type: engine },
      ...(channel === "chat" ? { channel } : { voice_id: "retell-Cimo" }),
    },
    ...(engine === "retell-llm" ? { llm: { general_prompt: prompt, start_speaker: "agent" } } : {}),
    ...(engine === "conversation-flow" ? { flow: { global_prompt: prompt, start_speaker: "agent", model_choice: { type: "cascading", model: "gpt-4.1" }, nodes: [{ id: "start", type: "conversation", instruction: { type: "prompt", text: prompt }, edges: [] }] } } : {}),
  };
  return desiredAgent(name, content, { engine, channel });
}

const all = (about: Parameters<typeof agentOf>[2] = {}): Record<string, DesiredAgent> => Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, agentOf(kind, kind, about)]));
const idOf = (made: World, name: string): string => made.scenario.state()?.agents[name]?.agent_id ?? never();
const titles = (made: World, id: string): unknown[] => [...(made.retell.agents.get(id)?.versions.values() ?? [])].map(({ fields }) => fields["version_title"]);
const writes = (made: World): string[] => made.retell.calls.filter(({ write }) => write).map(({ method }) => method);
const every = (value: string): Record<string, string> => Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, value]));
const loseState = (made: World): void => void made.scenario.git.branches.delete(BRANCH);
/** Somebody writes another title over the newest version's. */
const retitle = (made: World, id: string, title: string | null): void => {
  const fields = [...(made.retell.agents.get(id)?.versions.values() ?? [])].at(-1)?.fields ?? never();
  if (title === null) Reflect.deleteProperty(fields, "version_title");
  else fields["version_title"] = title;
};

async function deployed(input: RunInput): Promise<World> {
  const made = world();
  await made.scenario.deploy(input);
  made.retell.calls.length = 0;
  return made;
}

describe("a lost state branch", () => {
  test("is rebuilt from the marks, for every engine and channel, also under one display name: nothing is written or made", async () => {
    const made = await deployed({ git: all() });
    const before = made.scenario.state();
    loseState(made);
    const { target } = await made.scenario.deploy({ git: all() });
    expect(overview(target)).toEqual(every("converged record"));
    expect(writes(made)).toEqual([]);
    expect(Object.entries(made.scenario.state()?.agents ?? {}).map(([name, { agent_id, config_hash, sent }]) => [name, agent_id, config_hash, sent])).toEqual(
      Object.entries(before?.agents ?? {}).map(([name, { agent_id, config_hash, sent }]) => [name, agent_id, config_hash, sent]),
    );
    expect(overview(await made.scenario.plan({ git: all() }))).toEqual(every("in-sync none"));
  });

  test("and Git has changed meanwhile: every difference is a conflict, and no second agent is made", async () => {
    const made = await deployed({ git: all() });
    loseState(made);
    const { target } = await made.scenario.deploy({ git: all({ prompt: "Hello." }) });
    expect(overview(target)).toEqual(every("conflict none conflict"));
    expect([made.retell.agents.size, writes(made)]).toEqual([5, []]);
  });

  test("without marks it is not guessed; with names that differ, adopt takes each over and marks it, without a version of its own", async () => {
    const named = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, agentOf(kind, kind, { display: kind })]));
    const made = await deployed({ git: named });
    for (const name of Object.keys(KINDS)) {
      made.retell.publish(idOf(made, name), 0);
      retitle(made, idOf(made, name), null);
    }
    const ids = Object.keys(KINDS).map((name) => idOf(made, name));
    loseState(made);
    const { target, statuses } = await made.scenario.deploy({ git: named });
    expect([overview(target), statuses, made.retell.agents.size]).toEqual([every("converged none name-taken"), {}, 5]);
    made.retell.calls.length = 0;
    expect((await made.scenario.deploy({ git: named, options: { adopt: true } })).statuses).toEqual(every("updated"));
    expect([...new Set(writes(made))]).toEqual(["updateAgent"]);
    expect(Object.keys(KINDS).map((name) => idOf(made, name))).toEqual(ids);
    for (const [index, name] of Object.keys(KINDS).entries()) expect([name, titles(made, ids[index] ?? "")]).toEqual([name, [expect.stringMatching(new RegExp(`^retell-actions 7 ${name} `))]]);
    made.retell.calls.length = 0;
    expect([overview((await made.scenario.deploy({ git: named, options: { adopt: true } })).target), writes(made)]).toEqual([every("in-sync none"), []]);
  });

  test("without marks and with one name for several, adopt takes none of them", async () => {
    const git = { a: agentOf("a", "voice-llm"), b: agentOf("b", "voice-llm") };
    const made = await deployed({ git });
    for (const name of ["a", "b"]) retitle(made, idOf(made, name), null);
    loseState(made);
    const { target } = await made.scenario.deploy({ git, options: { adopt: true } });
    expect(overview(target)).toEqual({ a: "converged none name-taken", b: "converged none name-taken" });
    expect([writes(made), target.plan.agents[0]?.blocks[0]?.message]).toEqual([[], expect.stringContaining("b bears that name too")]);
    const one = await made.scenario.plan({ git: { a: git.a }, options: { adopt: true } });
    expect([overview(one), one.plan.agents[0]?.blocks[0]?.message]).toEqual([{ a: "converged none name-taken" }, expect.stringMatching(/2 unmanaged agents of the same name \(agent_\d+ and agent_\d+\)/)]);
  });

  test("the agent that gave way keeps its mark, and is not taken for the one that took its place", async () => {
    const made = await deployed({ git: { sales: agentOf("sales", "voice-llm") } });
    const git = { sales: agentOf("sales", "chat-flow") };
    await made.scenario.deploy({ git, options: { allowReplace: true } });
    const id = idOf(made, "sales");
    loseState(made);
    await made.scenario.deploy({ git });
    expect([idOf(made, "sales"), made.retell.agents.size]).toEqual([id, 2]);
  });

  test("two agents of one mark and kind are not told apart by chance", async () => {
    const git = { sales: agentOf("sales", "voice-llm") };
    const made = await deployed({ git });
    const id = idOf(made, "sales");
    const copy = await made.retell.writer.createAgent("voice", { ...(await made.retell.reader.readAgent(voiceAddress(id)))?.raw });
    loseState(made);
    made.retell.calls.length = 0;
    const { target } = await made.scenario.deploy({ git });
    expect([overview(target), writes(made)]).toEqual([{ sales: "unreadable none unclear-identity" }, []]);
    expect(target.plan.agents[0]?.blocks[0]?.message).toContain([id, copy.agentId].sort().join(" and "));
  });

  test("an agent that cannot be read may be the one: nothing is made beside it", async () => {
    const git = { sales: agentOf("sales", "voice-llm") };
    const made = await deployed({ git });
    const id = idOf(made, "sales");
    loseState(made);
    made.retell.before = ({ method, subject }) => {
      if (method === "readAgent" && subject === id) throw new PlatformError({ platform: "retell", reason: "retell-unavailable", status: 500 }, "Retell is down.");
    };
    const { target } = await made.scenario.deploy({ git });
    expect([overview(target), writes(made)]).toEqual([{ sales: "unreadable none retell-unavailable" }, []]);
    made.retell.before = undefined;
    await made.scenario.deploy({ git });
    expect([idOf(made, "sales"), made.retell.agents.size]).toEqual([id, 1]);
  });
});

describe("a copied folder", () => {
  test("of the same display name becomes an agent of its own, with state and without", async () => {
    const git = { a: agentOf("a", "voice-llm"), b: agentOf("b", "voice-llm") };
    for (const lost of [false, true]) {
      const made = await deployed({ git: { a: git.a } });
      const id = idOf(made, "a");
      if (lost) loseState(made);
      const { target } = await made.scenario.deploy({ git });
      expect(overview(target)).toEqual({ a: lost ? "converged record" : "in-sync none", b: "not-deployed create" });
      expect([idOf(made, "a"), made.retell.agents.size]).toEqual([id, 2]);
    }
  });

  test("with an older tool's file of ids, of an agent that has no record yet: neither is taken over", async () => {
    const made = await deployed({ git: { a: agentOf("a", "voice-llm") } });
    const id = idOf(made, "a");
    loseState(made);
    retitle(made, id, null);
    const legacy = { legacyAgentId: id };
    const both = await made.scenario.plan({ git: { a: { ...agentOf("a", "voice-llm"), ...legacy }, b: { ...agentOf("b", "voice-llm"), ...legacy } }, options: { adopt: true } });
    expect(overview(both)).toEqual({ a: "unreadable none unclear-identity", b: "unreadable none unclear-identity" });
    // The copy without that file is a new agent, whatever its display name.
    const { target } = await made.scenario.deploy({ git: { a: { ...agentOf("a", "voice-llm"), ...legacy }, b: agentOf("b", "voice-llm") } });
    expect(overview(target)).toEqual({ a: "converged record", b: "not-deployed create" });
    expect(idOf(made, "a")).toBe(id);
  });

  test("whose state file was copied on the state branch by hand: both stop, and the message says what to delete", async () => {
    const git = { a: agentOf("a", "voice-llm"), b: agentOf("b", "voice-llm", { prompt: "B." }) };
    const made = await deployed({ git: { a: git.a } });
    made.scenario.git.commit(BRANCH, { "agents/b/staging.json": JSON.stringify(made.scenario.state()?.agents["a"]) });
    const { target } = await made.scenario.deploy({ git });
    expect([overview(target), writes(made)]).toEqual([{ a: "unreadable none unclear-identity", b: "unreadable none unclear-identity" }, []]);
    made.scenario.git.commit(BRANCH, { "agents/b/staging.json": null });
    expect(overview((await made.scenario.deploy({ git })).target)).toEqual({ a: "in-sync none", b: "not-deployed create" });
  });
});

describe("a renamed folder", () => {
  const moved = [{ kind: "agent" as const, from: "a", to: "b" }, { kind: "agent" as const, from: "b", to: "c" }];

  test.each(Object.keys(KINDS))("%s: renamed and edited in one commit, with the agent that refers to it; one record, one agent", async (kind) => {
    const caller = (to: string): Content => voiceAgent("Caller", { general_tools: [{ name: "swap", type: "agent_swap", agent_id: `agent://${to}` }] });
    const made = await deployed({ git: { a: agentOf("a", kind), caller: caller("a") } });
    const id = idOf(made, "a");
    const { statuses } = await made.scenario.deploy({ git: { c: agentOf("c", kind, { prompt: "Hello." }), caller: caller("c") }, moved });
    expect(statuses).toEqual({ c: "updated" });
    expect([Object.keys(made.scenario.state()?.agents ?? {}), idOf(made, "c"), made.retell.agents.size]).toEqual([["c", "caller"], id, 2]);
    expect(titles(made, id)).toEqual([expect.stringMatching(/^retell-actions 7 c /)]);
    expect(JSON.stringify(made.scenario.state()?.agents["caller"]?.sent)).toContain("agent://c");
    const commits = made.scenario.commits();
    expect(overview((await made.scenario.deploy({ git: { c: agentOf("c", kind, { prompt: "Hello." }), caller: caller("c") }, moved })).target)).toEqual({ c: "in-sync none", caller: "in-sync none" });
    expect(made.scenario.commits()).toBe(commits);
  });

  const points = (count: number): { write: number; point: Point }[] => Array.from({ length: count }, (_, write) => (["before", "after"] as const).map((point) => ({ write, point }))).flat();

  test.each(points(5))("L4: killed at %j of the renaming run, the rerun ends as an undisturbed one", async (at) => {
    const input: RunInput = { git: { c: agentOf("c", "voice-flow", { prompt: "Hello." }) }, moved };
    const made = await deployed({ git: { a: agentOf("a", "voice-flow") } });
    const id = idOf(made, "a");
    await killAt(made, input, at);
    await made.scenario.deploy(input);
    expect([Object.keys(made.scenario.state()?.agents ?? {}), idOf(made, "c"), made.retell.agents.size, made.retell.engines.size]).toEqual([["c"], id, 1, 1]);
    expect(overview(await made.scenario.plan(input))).toEqual({ c: "in-sync none" });
  });

  test.each(points(5))("L4: renamed after a create that was killed at %j: what there is of it is found by the mark of the old folder", async (at) => {
    const made = world();
    await killAt(made, { git: { a: agentOf("a", "chat-flow") } }, at);
    const input: RunInput = { git: { c: agentOf("c", "chat-flow") }, moved };
    await made.scenario.deploy(input);
    expect([Object.keys(made.scenario.state()?.agents ?? {}), made.retell.agents.size, made.retell.engines.size]).toEqual([["c"], 1, 1]);
    expect(overview(await made.scenario.plan(input))).toEqual({ c: "in-sync none" });
  });

  test("renamed while the journal of an update that died is pending: it is explained under the new name", async () => {
    const made = await deployed({ git: { a: agentOf("a", "voice-llm") } });
    await killAt(made, { git: { a: agentOf("a", "voice-llm", { prompt: "Two." }) } }, { write: 2, point: "after" });
    const input: RunInput = { git: { c: agentOf("c", "voice-llm", { prompt: "Two." }) }, moved };
    const { target } = await made.scenario.deploy(input);
    expect(overview(target)).toEqual({ c: expect.not.stringMatching(/conflict|console/) });
    expect(Object.keys(made.scenario.state()?.agents ?? {})).toEqual(["c"]);
    expect(made.scenario.state()?.agents["c"]?.pending).toBeUndefined();
  });

  test("without the declaration nothing is written at all, and the line to add is said", async () => {
    const made = await deployed({ git: { a: agentOf("a", "voice-llm") } });
    const target = await made.scenario.plan({ git: { c: agentOf("c", "voice-llm") } });
    expect(target.plan.stops).toEqual([{ reason: "state-without-folder", message: expect.stringContaining('add {"agent": "a", "to": "c"} to "moved" in workspaces.json') }]);
  });
});

describe("deleting", () => {
  const prune = { prune: "delete" as const, maxDeletes: 9 };

  test.each(Object.keys(KINDS))("%s: agent and engine of its kind go, and a commit on the state branch holds what Retell held", async (kind) => {
    const made = await deployed({ git: { a: agentOf("a", kind), b: agentOf("b", kind, { display: "B" }) } });
    made.retell.edit(idOf(made, "a"), { agent: { webhook_url: "https://console.example/?token=console-credential-value" } });
    const before = made.scenario.git.branches.get(BRANCH);
    const { statuses } = await made.scenario.deploy({ git: { b: agentOf("b", kind, { display: "B" }) }, options: { ...prune, onConsoleEdit: "overwrite" } });
    expect([statuses, made.retell.agents.size, made.retell.engines.size]).toEqual([{ a: "deleted" }, 1, kind === "voice-custom" ? 0 : 1]);
    expect(Object.keys(made.scenario.state()?.agents ?? {})).toEqual(["b"]);
    // The commit before the record: made before the delete, found in the branch's history.
    const { commits, branches } = made.scenario.git;
    const lock = commits.get(commits.get(branches.get(BRANCH) ?? "")?.parents[0] ?? "");
    expect(lock?.parents).toEqual([before]);
    const kept = JSON.parse(lock?.files.get("agents/a/staging.json") ?? "null") as { agent_id: string; pending: { operation: string; over: Content } };
    expect(kept.pending.operation).toBe("delete");
    expect(kept.pending.over.agent).toMatchObject({ agent_name: "Sales", filled_by_server: 1, webhook_url: expect.stringMatching(/^https:\/\/console\.example\/\?token=fingerprint:/) });
    expect(JSON.stringify(kept.pending.over)).toContain(kind === "voice-custom" ? "wss://llm.example/Hi." : "Hi.");
    expect([...commits.values()].some(({ files }) => [...files.values()].some((text) => text.includes("console-credential-value")))).toBe(false);
  });

  test.each(Object.keys(KINDS))("L4: %s, killed at any write: nothing is left, nothing else goes", async (kind) => {
    const input: RunInput = { git: { b: agentOf("b", kind, { display: "B" }) }, options: prune };
    for (let write = 0; write < 4; write += 1) {
      for (const point of ["before", "after"] as const) {
        const made = await deployed({ git: { a: agentOf("a", kind), b: agentOf("b", kind, { display: "B" }) } });
        const other = idOf(made, "b");
        await killAt(made, input, { write, point });
        await made.scenario.deploy(input);
        expect([[...made.retell.agents.keys()], made.retell.engines.size, Object.keys(made.scenario.state()?.agents ?? {})]).toEqual([[other], kind === "voice-custom" ? 0 : 1, ["b"]]);
      }
    }
  });

  test("not while an agent that nobody manages swaps to it, whatever kinds the repository has", async () => {
    const made = await deployed({ git: { a: agentOf("a", "voice-llm"), b: agentOf("b", "voice-llm", { display: "B" }) } });
    const flow = await made.retell.writer.createEngine("conversation-flow", { nodes: [{ id: "n", type: "agent_swap", agent_id: idOf(made, "a") }] });
    const input: RunInput = { git: { b: agentOf("b", "voice-llm", { display: "B" }) }, options: prune };
    const { target } = await made.scenario.deploy(input);
    expect(overview(target)["a"]).toBe("removed-from-git none still-in-use");
    expect(target.plan.agents[0]?.blocks[0]?.message).toContain(`the conversation flow ${flow.id}, which is not managed here`);
    made.retell.engines.delete(flow.id);
    expect((await made.scenario.deploy(input)).statuses).toEqual({ a: "deleted" });
  });

  test("nor while a transfer of an agent that was not selected leads to it", async () => {
    const transfer = (id: string): Content => voiceAgent("B", { general_tools: [{ name: "t", type: "transfer_call", transfer_option: { type: "agentic_warm_transfer", agentic_transfer_config: { transfer_agent: { agent_id: id } } } }] });
    const made = await deployed({ git: { a: agentOf("a", "chat-llm"), b: voiceAgent("B") } });
    await made.scenario.deploy({ git: { a: agentOf("a", "chat-llm"), b: transfer("agent://a") } });
    const input: RunInput = { git: { b: transfer(idOf(made, "a")) }, options: prune };
    for (const select of [["a"], ["a", "b"]]) expect(overview((await made.scenario.deploy({ ...input, select })).target)["a"]).toBe("removed-from-git none still-in-use");
    expect(made.retell.agents.size).toBe(2);
  });

  test("engines or numbers that cannot be read are a reason not to", async () => {
    for (const closed of ["listPhoneBindings", "listEngines"]) {
      const made = await deployed({ git: { a: agentOf("a", "voice-custom"), b: agentOf("b", "voice-custom", { display: "B" }) } });
      made.retell.before = ({ method }) => {
        if (method === closed) throw new PlatformError({ platform: "retell", reason: "forbidden", status: 403 }, "The key may not.");
      };
      const { target } = await made.scenario.deploy({ git: { b: agentOf("b", "voice-custom", { display: "B" }) }, options: prune });
      expect([closed, overview(target)["a"], target.plan.agents[0]?.blocks[0]?.message]).toEqual([closed, "removed-from-git none still-in-use", expect.stringContaining("The key may not.")]);
    }
  });
});

describe("deleted in the console", () => {
  const caller = voiceAgent("Caller", { general_tools: [{ name: "swap", type: "agent_swap", agent_id: "agent://a" }] });

  test.each(Object.keys(KINDS))("%s: reported, made again only if asked, and references follow the new id", async (kind) => {
    const input: RunInput = { git: { a: agentOf("a", kind), caller } };
    const made = await deployed(input);
    const id = idOf(made, "a");
    await made.retell.writer.deleteAgent({ agentId: id, channel: KINDS[kind]?.channel ?? "voice" });
    expect(overview((await made.scenario.deploy(input)).target)).toEqual({ a: "missing-remote none", caller: "in-sync none" });
    expect((await made.scenario.deploy({ ...input, options: { recreate: true } })).statuses).toEqual({ a: "created", caller: "updated" });
    expect(idOf(made, "a")).not.toBe(id);
    expect(JSON.stringify([...made.retell.engines.values()].map(({ versions }) => [...versions.values()]))).toContain(idOf(made, "a"));
    expect(made.scenario.state()?.agents["a"]?.former_agent_ids).toEqual([id]);
    expect(overview(await made.scenario.plan(input))).toEqual({ a: "in-sync none", caller: "in-sync none" });
  });

  test("and made again there by hand: no third one is made beside it", async () => {
    const input: RunInput = { git: { a: agentOf("a", "voice-llm") }, options: { recreate: true } };
    const made = await deployed(input);
    const old = await made.retell.reader.readAgent(voiceAddress(idOf(made, "a")));
    await made.retell.writer.deleteAgent(voiceAddress(idOf(made, "a")));
    const byHand = await made.retell.writer.createAgent("voice", { agent_name: "Sales", response_engine: old?.raw["response_engine"] ?? null });
    const { target } = await made.scenario.deploy(input);
    expect([overview(target), made.retell.agents.size]).toEqual([{ a: "missing-remote none name-taken" }, 1]);
    expect(target.plan.agents[0]?.blocks[0]?.message).toContain(byHand.agentId);
  });

  test("an engine beside a living agent: the agent cannot be compared, and the message says how to get out", async () => {
    const input: RunInput = { git: { a: agentOf("a", "chat-flow"), caller } };
    const made = await deployed(input);
    const id = idOf(made, "a");
    made.retell.engines.delete(made.retell.agents.get(id)?.engineId ?? "");
    const { target } = await made.scenario.deploy(input);
    expect(overview(target)).toEqual({ a: "unreadable none unreadable", caller: "in-sync none" });
    expect(target.plan.agents[0]?.blocks[0]?.message).toMatch(/but not its engine conversation_flow_\d+ .*delete the agent there and run deploy with recreate: true/);
    await made.retell.writer.deleteAgent({ agentId: id, channel: "chat" });
    expect((await made.scenario.deploy({ ...input, options: { recreate: true } })).statuses).toEqual({ a: "created", caller: "updated" });
  });
});

describe("replacing", () => {
  const caller = voiceAgent("Caller", { general_tools: [{ name: "swap", type: "agent_swap", agent_id: "agent://a" }] });
  const PAIRS = [["voice-llm", "voice-flow"], ["voice-flow", "voice-custom"], ["voice-custom", "voice-llm"], ["voice-llm", "chat-llm"], ["chat-flow", "voice-flow"]] as const;

  test.each(PAIRS)("%s by %s: the old agent is left as it is, references follow in the same run, the record remembers it", async (from, to) => {
    const made = await deployed({ git: { a: agentOf("a", from), caller } });
    const id = idOf(made, "a");
    const old = structuredClone(made.retell.agents.get(id));
    const input: RunInput = { git: { a: agentOf("a", to), caller } };
    expect(overview((await made.scenario.deploy(input)).target)["a"]).toBe("local-change none needs-replace");
    expect((await made.scenario.deploy({ ...input, options: { allowReplace: true } })).statuses).toEqual({ a: "replaced", caller: "updated" });
    expect(made.retell.agents.get(id)).toEqual(old);
    const now = idOf(made, "a");
    expect([now === id, made.retell.agents.get(now)?.engineKind, made.retell.agents.get(now)?.channel]).toEqual([false, KINDS[to]?.engine, KINDS[to]?.channel]);
    expect(made.scenario.state()?.agents["a"]).toMatchObject({ former_agent_ids: [id], ...(KINDS[to]?.engine === "conversation-flow" ? { llm_id: null } : {}) });
    const target = await made.retell.reader.readEngine({ kind: "retell-llm", id: made.scenario.state()?.agents["caller"]?.llm_id ?? "", version: null });
    expect(JSON.stringify(target?.raw)).toContain(now);
    expect(overview(await made.scenario.plan({ ...input, options: { allowReplace: true } }))).toEqual({ a: "in-sync none", caller: "in-sync none" });
  });

  test("is explained with numbers and agents, also to a key that may not read numbers", async () => {
    const made = await deployed({ git: { a: agentOf("a", "voice-llm"), caller } });
    made.retell.phoneBindings.set(idOf(made, "a"), ["+15550100"]);
    const input: RunInput = { git: { a: agentOf("a", "voice-flow"), caller } };
    const notes = async (): Promise<string> => (await made.scenario.plan(input)).plan.agents[0]?.notes.join("\n") ?? "";
    expect(await notes()).toMatch(/stays in Retell as it is.*\n.*\+15550100 leads to.*\ncaller: hand over to it by agent:\/\/a and follow/);
    made.retell.before = ({ method }) => {
      if (method === "listPhoneBindings") throw new ActionError("forbidden", "The key may not.");
    };
    expect(await notes()).toMatch(/Which phone numbers lead to agent_\d+ is not known: The key may not\.\ncaller/);
  });

  // Lock, engine, agent, content, caller's agent and engine, record.
  const points = Array.from({ length: 7 }, (_, write) => (["before", "after"] as const).map((point) => ({ write, point }))).flat();

  test.each(points)("L4: killed at %j: exactly one new agent, and everybody knows it", async (at) => {
    for (const [from, to] of PAIRS.slice(0, at.write % 2 === 0 ? 2 : 5)) {
      const made = await deployed({ git: { a: agentOf("a", from), caller } });
      const id = idOf(made, "a");
      const input: RunInput = { git: { a: agentOf("a", to), caller }, options: { allowReplace: true } };
      await killAt(made, input, at);
      await made.scenario.deploy(input);
      // References that were learned from a create that died are followed by the next plan at the latest.
      await made.scenario.deploy(input);
      const now = idOf(made, "a");
      expect([from, to, made.retell.agents.size, made.scenario.state()?.agents["a"]?.former_agent_ids]).toEqual([from, to, 3, [id]]);
      const held = await made.retell.reader.readEngine({ kind: "retell-llm", id: made.scenario.state()?.agents["caller"]?.llm_id ?? "", version: null });
      expect(JSON.stringify(held?.raw)).toContain(now);
      expect(overview(await made.scenario.plan(input))).toEqual({ a: "in-sync none", caller: "in-sync none" });
    }
  });
});

function never(): never {
  throw new Error("missing");
}
