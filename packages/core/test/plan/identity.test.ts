import { describe, expect, test } from "@jest/globals";
import { contentHash } from "@retell-actions/core/canonical/content-hash";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json } from "@retell-actions/core/canonical/json";
import type { Plan } from "@retell-actions/core/plan/plan";
import { orphanedRecords, recordName } from "@retell-actions/core/plan/agent-records";
import type { AgentUses } from "@retell-actions/core/plan/uses";
import type { Move } from "@retell-actions/core/project/workspace";
import type { LiveAgent } from "@retell-actions/core/plan/live";
import { content, desiredAgent, gist, known, liveAgent, markFor, planOf, recordedState, snapshotOf, stateOf, type Known, type PlanOf } from "./fixture.ts";

const A = content({ general_prompt: "a" });
const B = content({ general_prompt: "b" });
const swap = (id: string, prompt = "a"): Content => content({ general_prompt: prompt, general_tools: [{ name: "swap", type: "agent_swap", agent_id: id }] });
const gists = (plan: Plan): Record<string, string[]> => Object.fromEntries(plan.agents.map((agent) => [agent.name, gist(agent)]));
const stops = (plan: Plan): string[] => plan.stops.map(({ reason }) => reason);
const moves = (...pairs: [string, string | null][]): Move[] => pairs.map(([from, to]) => ({ kind: "agent", from, to }));
const orphan = (name: string, value: Content = A): Known => ({ state: stateOf(name, value), live: liveAgent(name, value) });
const fresh = (name: string, value: Content = A): Known => ({ desired: desiredAgent(name, value) });

describe("a renamed folder", () => {
  test("keeps its record along a chain of renames; its old mark counts as ours", () => {
    const agents = { a: { state: stateOf("a", A) }, c: { desired: desiredAgent("c", B), live: liveAgent("a", A) } };
    const plan = planOf(agents, { snapshot: { moved: moves(["a", "b"], ["b", "c"]) } });
    expect([stops(plan), gists(plan)]).toEqual([[], { c: ["local-change", "update"] }]);
    expect(plan.agents[0]?.material.formerRecords).toEqual(["a"]);
  });

  test("that another agent refers to: the reference follows and needs no write", () => {
    const caller: Known = { desired: desiredAgent("caller", swap("agent://b")), state: stateOf("caller", swap("agent://a")), live: liveAgent("caller", swap("agent_a")) };
    const plan = planOf({ a: { state: stateOf("a", A) }, b: { desired: desiredAgent("b", A), live: liveAgent("a", A) }, caller }, { snapshot: { moved: moves(["a", "b"]) } });
    expect(gists(plan)).toEqual({ b: ["in-sync", "record"], caller: ["converged", "record"] });
  });

  test("leaves no second record: what a commit in parts has left is the same agent, and never deleted", () => {
    const b: Known = { desired: desiredAgent("b", A), state: { ...stateOf("b", A), agent_id: "agent_a" }, live: liveAgent("a", A) };
    for (const left of [stateOf("a", A), { ...stateOf("a", A), agent_id: null }]) {
      const plan = planOf({ a: { state: left, live: liveAgent("a", A) }, b }, { snapshot: { moved: moves(["a", "b"]) }, options: { prune: "delete" } });
      expect(gists(plan)).toEqual({ b: ["in-sync", "record"] });
      expect(plan.agents[0]?.material.formerRecords).toEqual(["a"]);
    }
  });

  test("of which another agent is recorded: that one is not forgotten", () => {
    const plan = planOf({ a: orphan("a"), b: known("b", { before: A }) }, { snapshot: { moved: moves(["a", "b"]) } });
    expect(gists(plan)).toEqual({ a: ["removed-from-git", "none"], b: ["in-sync", "none"] });
  });

  test("staging's evidence is found under the other name, whichever workspace is behind", () => {
    const staging = (states: Parameters<typeof recordedState>[0]): PlanOf["snapshot"] => ({ moved: moves(["a", "b"]), staging: { name: "staging", desired: new Map([["b", desiredAgent("b", B)]]), recorded: recordedState(states) } });
    const agents = { a: { state: stateOf("a", A) }, b: { desired: desiredAgent("b", B), live: liveAgent("a", A) } };
    expect(gists(planOf(agents, { snapshot: staging({ b: stateOf("b", B) }) ?? {} }))).toEqual({ b: ["local-change", "update"] });
    expect(gists(planOf(agents, { snapshot: staging({ a: stateOf("a", B) }) ?? {} }))).toEqual({ b: ["local-change", "update"] });
    expect(gists(planOf(agents, { snapshot: staging({ a: stateOf("a", A) }) ?? {} }))).toEqual({ b: ["local-change", "record", "staging-required"] });
  });
});

describe("state without a folder beside a folder without state", () => {
  const message = (plan: Plan): string => plan.stops.map((stop) => stop.message).join("\n");

  test("each candidate has its line, the one that says what was deployed first", () => {
    const plan = planOf({ a: { state: stateOf("a", B, { config_hash: contentHash(B as Json) }) }, b: fresh("b", A), c: fresh("c", B) });
    expect(stops(plan)).toEqual(["state-without-folder"]);
    expect(message(plan)).toContain('{"agent": "a", "to": "c"} or {"agent": "a", "to": "b"}');
    expect(message(plan)).toContain('{"agent": "a", "to": null}');
  });

  test("two that vanished are named both", () => {
    const plan = planOf({ a: orphan("a"), b: orphan("b"), c: fresh("c") });
    expect(plan.stops.map((stop) => /\{.*?\}/.exec(stop.message)?.[0])).toEqual(['{"agent": "a", "to": "c"}', '{"agent": "b", "to": "c"}']);
  });

  test("a rename that leads nowhere is none: a mistyped name makes no second agent", () => {
    const plan = planOf({ a: orphan("a"), "sales-eu": fresh("sales-eu") }, { snapshot: { moved: moves(["a", "sales-ue"]) } });
    expect(message(plan)).toContain('{"agent": "sales-ue", "to": "sales-eu"} to "moved" in workspaces.json, or correct the entry that is there');
  });

  test.each([
    ["a create that was under way", { ...stateOf("a"), agent_id: null, sent: null, seen: null, pending: { operation: "create" as const, mark: markFor("a"), sent: A, over: { agent: {} }, keys: [] } }],
    ["a record that cannot be read", { kind: "unreadable" as const, problem: "x" }],
  ])("also %s", (_, state) => {
    expect(stops(planOf({ a: { state }, b: fresh("b") }))).toEqual(["state-without-folder"]);
  });

  test("not one that was given up, also after a rename", () => {
    expect(stops(planOf({ a: orphan("a"), c: fresh("c") }, { snapshot: { moved: moves(["a", "b"], ["b", null]) } }))).toEqual([]);
  });
});

describe("an id that two claim", () => {
  const legacy = (name: string, id: string): Known => ({ desired: desiredAgent(name, A, { legacyAgentId: id, legacyFile: `agents/${name}/staging.json` }), live: liveAgent("a", A, { agent: { title: null } }) });

  test("a folder that was copied with an older tool's state file does not take the agent over", () => {
    const plan = planOf({ a: known("a", { before: A }), b: legacy("b", "agent_a") });
    expect(gists(plan)).toEqual({ a: ["in-sync", "none"], b: ["unreadable", "none", "unclear-identity"] });
    expect(plan.agents[1]?.blocks[0]?.message).toContain("Delete agents/b/staging.json");
  });

  test("two such files without a record stop both, and neither is guessed", () => {
    const plan = planOf({ a: legacy("a", "agent_a"), b: legacy("b", "agent_a"), c: legacy("c", "agent_c") });
    expect([gist(plan.agents[0] ?? never())[2], gist(plan.agents[1] ?? never())[2], plan.agents[2]?.blocks]).toEqual(["unclear-identity", "unclear-identity", []]);
    expect(plan.agents[0]?.blocks[0]?.message).toContain("agents/a/staging.json, agents/b/staging.json");
  });

  test.each([
    ["with a folder", { desired: desiredAgent("b", A) }],
    ["without one", {}],
  ])("a state file that was copied on the state branch stops both, %s", (_, copy) => {
    const plan = planOf({ a: known("a", { before: A, now: B, live: A }), b: { ...copy, state: { ...stateOf("b", A), agent_id: "agent_a" }, live: liveAgent("a", A) } }, { options: { prune: "delete" } });
    expect(gists(plan)).toEqual({ a: ["unreadable", "none", "unclear-identity"], b: ["unreadable", "none", "unclear-identity"] });
    expect(plan.agents[0]?.blocks[0]?.message).toMatch(/agents\/a\/staging\.json on the state branch.*agents\/b\/staging\.json on the state branch.*Delete the file/);
  });

  test("what refers to such an agent waits", () => {
    const caller: Known = { desired: desiredAgent("caller", swap("agent://b", "b")), state: stateOf("caller", A), live: liveAgent("caller", A) };
    expect(gists(planOf({ a: known("a", { before: A }), b: legacy("b", "agent_a"), caller }))["caller"]).toEqual(["local-change", "none", "blocked-reference"]);
  });
});

describe("adopting", () => {
  const foreign = (title: string | null, more: Partial<LiveAgent> = {}): Known => ({ ...known("sales", { before: A }), live: liveAgent("sales", A, { agent: { title, isPublished: true }, ...more }) });
  const adopt: PlanOf = { options: { adopt: true } };

  test.each([
    ["another repository's", "retell-actions 8 sales 0000000"],
    ["another folder's", markFor("support")],
    ["no", null],
  ])("an agent in sync that bears %s mark gets ours, and nothing else", (_, title) => {
    expect(gists(planOf({ sales: foreign(title) }))).toEqual({ sales: ["in-sync", "none"] });
    const [plan] = planOf({ sales: foreign(title) }, adopt).agents;
    expect(plan).toMatchObject({ operation: "update", onlyMark: true, blocks: [] });
    expect(plan?.notes.join()).toContain("only the ownership mark");
  });

  test("one that bears our mark already, or that differs, is treated as ever", () => {
    expect(gists(planOf({ sales: foreign(markFor("sales")) }, adopt))).toEqual({ sales: ["in-sync", "none"] });
    const edited = planOf({ sales: { ...foreign(null), live: liveAgent("sales", { ...A, agent: { ...A.agent, volume: 2 } }, { agent: { title: null } }) } }, adopt);
    expect([gists(edited), edited.agents[0]?.onlyMark]).toEqual([{ sales: ["console-edit", "none"] }, undefined]);
    const changed = planOf({ sales: { ...known("sales", { before: A, now: B, live: A }), live: liveAgent("sales", A, { agent: { title: null } }) } }, adopt);
    expect([gists(changed), changed.agents[0]?.onlyMark]).toEqual([{ sales: ["local-change", "update"] }, undefined]);
  });

  test("in a production it needs no staging: callers get what they had", () => {
    const staging = { name: "staging", desired: new Map([["sales", desiredAgent("sales", A)]]), recorded: recordedState({}) };
    const found: Known = { desired: desiredAgent("sales", A), live: liveAgent("sales", A, { found: "named", agent: { title: null } }) };
    expect(gists(planOf({ sales: found }, { ...adopt, snapshot: { staging } }))).toEqual({ sales: ["converged", "update"] });
  });

  test("never by guess: of several agents of that name none is taken", () => {
    const found: Known = { desired: desiredAgent("sales", A), live: liveAgent("sales", A, { found: "named", unclear: "Retell has 2 of them.", agent: { title: null } }) };
    const plan = planOf({ sales: found }, adopt);
    expect([gists(plan)["sales"]?.slice(1), plan.agents[0]?.blocks[0]?.message]).toEqual([["none", "name-taken"], "Retell has 2 of them."]);
  });
});

describe("missing in Retell", () => {
  const gone = (sameName?: string[]): Known => ({ ...known("sales", { before: A }), live: { kind: "missing", agentId: "agent_sales", ...(sameName === undefined ? {} : { sameName }) } });
  test("is made again only if asked, and not beside an unmanaged agent of its name", () => {
    expect(gists(planOf({ sales: gone() }))).toEqual({ sales: ["missing-remote", "none"] });
    expect(gists(planOf({ sales: gone() }, { options: { recreate: true } }))).toEqual({ sales: ["missing-remote", "create"] });
    const taken = planOf({ sales: gone(["agent_9"]) }, { options: { recreate: true } });
    expect(gists(taken)).toEqual({ sales: ["missing-remote", "none", "name-taken"] });
    expect(taken.agents[0]?.blocks[0]?.message).toContain("agent_9");
  });
});

const FLOW: Content = { agent: { agent_name: "Sales", voice_id: "v", response_engine: { type: "conversation-flow" } }, flow: { global_prompt: "a" } };
const toFlow = (name: string): Known => ({ ...known(name, { before: A }), desired: desiredAgent(name, FLOW, { engine: "conversation-flow" }) });
const uses = (more: Partial<AgentUses> = {}): AgentUses => ({ phones: { kind: "known", numbers: new Map() }, handovers: { kind: "known", byAgent: new Map() }, ...more });

describe("replacing", () => {
  const caller: Known = { desired: desiredAgent("caller", swap("agent://sales")), state: stateOf("caller", swap("agent://sales")), live: liveAgent("caller", swap("agent_sales")) };
  const literal: Known = known("literal", { before: swap("agent_sales") });

  test("needs allow-replace; with it, what refers to the agent follows in the same run", () => {
    expect(gists(planOf({ sales: toFlow("sales"), caller }))).toEqual({ caller: ["in-sync", "none"], sales: ["local-change", "none", "needs-replace"] });
    const plan = planOf({ sales: toFlow("sales"), caller, literal }, { options: { allowReplace: true } });
    expect(gists(plan)).toEqual({ caller: ["local-change", "update"], literal: ["in-sync", "none"], sales: ["local-change", "replace"] });
  });

  test.each([true, false])("is explained before it is done, allowed: %s", (allowReplace) => {
    const about = uses({
      phones: { kind: "known", numbers: new Map([["agent_sales", ["+1", "+2"]]]) },
      handovers: { kind: "known", byAgent: new Map([["agent_sales", [{ agent: undefined, holder: "the Retell LLM llm_9, which is not managed here" }, { agent: "caller", holder: "the Retell LLM llm_caller of caller" }]]]) },
    });
    const notes = planOf({ sales: toFlow("sales"), caller, literal }, { options: { allowReplace }, snapshot: { uses: about } }).agents.find(({ name }) => name === "sales")?.notes;
    expect(notes).toEqual([
      "agent_sales stays in Retell as it is; a new agent with an id of its own takes its place.",
      "The phone numbers +1, +2 lead to agent_sales and do not follow: bind the new agent in the Retell console.",
      "caller: hand over to it by agent://sales and follow.",
      "literal: hold the id agent_sales itself and do not follow. Write agent://sales there.",
      "the Retell LLM llm_9, which is not managed here: hold the id agent_sales and do not follow.",
    ]);
  });

  test("says what is not known", () => {
    const unknown = { kind: "unknown" as const, problem: "The key may not." };
    const notes = planOf({ sales: toFlow("sales") }, { options: { allowReplace: true }, snapshot: { uses: { phones: unknown, handovers: unknown } } }).agents[0]?.notes.join("\n");
    expect(notes).toMatch(/phone numbers lead to agent_sales is not known: The key may not\.\n.*agents hand over to agent_sales is not known/);
  });
});

describe("deleting", () => {
  const prune = (about?: AgentUses, agents: Record<string, Known> = { sales: orphan("sales") }): string[] | undefined => gists(planOf(agents, { options: { prune: "delete" }, snapshot: { uses: about } }))["sales"];
  const reason = (about: AgentUses): string | undefined => planOf({ sales: orphan("sales") }, { options: { prune: "delete" }, snapshot: { uses: about } }).agents[0]?.blocks[0]?.message;

  test("with nothing that leads to it", () => {
    expect(prune(uses())).toEqual(["removed-from-git", "delete"]);
  });

  test.each<[string, AgentUses, RegExp]>([
    ["a phone number", uses({ phones: { kind: "known", numbers: new Map([["agent_sales", ["+1"]]]) } }), /\+1 uses it/],
    ["numbers that nobody may read", uses({ phones: { kind: "unknown", problem: "No." } }), /not known whether a phone number uses it: No\./],
    ["an agent that is not managed", uses({ handovers: { kind: "known", byAgent: new Map([["agent_sales", [{ agent: undefined, holder: "the conversation flow f, which is not managed here" }]]]) } }), /the conversation flow f, which is not managed here: still hands over/],
    ["a version that callers get", uses({ handovers: { kind: "known", byAgent: new Map([["agent_sales", [{ agent: "caller", holder: "version 1 of caller, which callers get" }]]]) } }), /version 1 of caller/],
    ["engines that could not be read", uses({ handovers: { kind: "unknown", problem: "Retell is down." } }), /not known whether another agent hands over to it: Retell is down\./],
  ])("not while it is led to by %s", (_, about, message) => {
    expect(prune(about)).toEqual(["removed-from-git", "none", "still-in-use"]);
    expect(reason(about)).toMatch(message);
  });

  test("its own engine holds no one back", () => {
    expect(prune(uses({ handovers: { kind: "known", byAgent: new Map([["agent_sales", [{ agent: "sales", holder: "the Retell LLM llm_sales of sales" }]]]) } }))).toEqual(["removed-from-git", "delete"]);
  });

  test.each([
    ["no mark", null],
    ["another folder's", markFor("support")],
    ["another repository's", "retell-actions 8 sales 0000000"],
  ])("not with %s", (_, title) => {
    expect(prune(uses(), { sales: { ...orphan("sales"), live: liveAgent("sales", A, { agent: { title } }) } })).toEqual(["removed-from-git", "none", "not-ours"]);
  });
});

test("records: the own name before former ones; orphans are those that nothing explains", () => {
  const snapshot = { ...snapshotOf({ a: orphan("a"), b: fresh("b"), x: orphan("x") }), moved: moves(["a", "b"]) };
  expect([recordName("b", snapshot), recordName("none", snapshot), [...orphanedRecords(snapshot).keys()]]).toEqual(["a", undefined, ["x"]]);
});

function never(): never {
  throw new Error("missing");
}
