import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonicalJson, contentHash } from "@retell-actions/core/canonical/content-hash";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json } from "@retell-actions/core/canonical/json";
import type { Plan } from "@retell-actions/core/plan/plan";
import { planWorkspace, type WorkspaceSnapshot } from "@retell-actions/core/plan/plan-workspace";
import { secretStops } from "@retell-actions/core/plan/safety";
import type { StagingEvidence } from "@retell-actions/core/plan/staging-gate";
import type { Move } from "@retell-actions/core/project/workspace";
import { content, desiredAgent, gist, known, liveAgent, markFor, planContext, planOf, recordedState, snapshotOf, stateOf, type Known, type PlanOf } from "./fixture.ts";

const A = content({ general_prompt: "a" });
const B = content({ general_prompt: "b" });
const edited = (value: Content): Content => ({ ...value, agent: { ...value.agent, volume: 1.5 } });
const changed = (name: string): Known => known(name, { before: A, now: B, live: A });
const gists = (plan: Plan): Record<string, string[]> => Object.fromEntries(plan.agents.map((agent) => [agent.name, gist(agent)]));
const stops = (plan: Plan): string[] => plan.stops.map((stop) => stop.reason);

describe("blocking is per agent", () => {
  test("a stranger's edit blocks nobody else", () => {
    expect(gists(planOf({ a: known("a", { before: A, live: edited(A) }), b: changed("b") }))).toEqual({ a: ["console-edit", "none"], b: ["local-change", "update"] });
  });

  const referring = (name: string, ...to: string[]): Known => {
    const now = content({ general_prompt: "b", general_tools: to.map((target) => ({ name: `to_${target}`, type: "agent_swap", agent_id: `agent://${target}` })) });
    return known(name, { before: content({ general_prompt: "a" }), now, live: content({ general_prompt: "a" }) });
  };
  const blocked = (name: string): Known => known(name, { before: A, now: B, live: content({ general_prompt: "console" }) });

  test("with the agents that refer to a blocked one, also by way of others and in circles", () => {
    expect(gists(planOf({ a: referring("a", "b"), b: referring("b", "c"), c: blocked("c"), d: referring("d", "e"), e: changed("e"), f: referring("f", "g"), g: referring("g", "f", "a") }))).toEqual({
      a: ["local-change", "none", "blocked-reference"],
      b: ["local-change", "none", "blocked-reference"],
      c: ["conflict", "none", "conflict"],
      d: ["local-change", "update"],
      e: ["local-change", "update"],
      f: ["local-change", "none", "blocked-reference"],
      g: ["local-change", "none", "blocked-reference"],
    });
  });

  test("not by one that Git does not want to change, whatever the console did", () => {
    expect(gists(planOf({ a: referring("a", "b"), b: known("b", { before: A, live: edited(A) }) }))["a"]).toEqual(["local-change", "update"]);
  });

  test("by one that cannot be read, and by one that is not there and is not made now", () => {
    expect(gists(planOf({ a: referring("a", "b"), b: { ...changed("b"), state: { kind: "unreadable", problem: "x" } } }))["a"]).toEqual(["local-change", "none", "blocked-reference"]);
    const gone: Known = { ...known("b", { before: A }), live: { kind: "missing", agentId: "agent_b" } };
    expect(gists(planOf({ a: referring("a", "b"), b: gone }))).toEqual({ a: ["local-change", "none", "blocked-reference"], b: ["missing-remote", "none"] });
    expect(gists(planOf({ a: referring("a", "b"), b: gone }, { options: { recreate: true } }))["a"]).toEqual(["local-change", "update"]);
    expect(gists(planOf({ a: referring("a", "b"), b: { desired: desiredAgent("b", A) } }))).toEqual({ a: ["local-change", "update"], b: ["not-deployed", "create"] });
  });

  test("an agent that was not selected will do if it exists, and not if it does not", () => {
    const only = { snapshot: { selected: new Set(["a"]) } };
    expect(gists(planOf({ a: referring("a", "b"), b: known("b") }, only))).toEqual({ a: ["local-change", "update"] });
    expect(gists(planOf({ a: referring("a", "b"), b: { desired: desiredAgent("b", A) } }, only))).toEqual({ a: ["local-change", "none", "blocked-reference"] });
  });

  test("what has converged is recorded although the agent is blocked by a reference", () => {
    const to = [{ name: "to_b", type: "agent_swap", agent_id: "agent://b" }];
    const a = known("a", { before: A, now: content({ general_prompt: "b", general_tools: to }), live: B });
    expect(gists(planOf({ a, b: blocked("b") }))["a"]).toEqual(["local-change", "record", "blocked-reference"]);
  });
});

describe("staging first, by content", () => {
  const gate = (staging: Partial<StagingEvidence>, agents: Record<string, Known> = { sales: changed("sales") }, options: PlanOf["options"] = {}): string[] | undefined =>
    gists(planOf(agents, { options: options ?? {}, snapshot: { staging: { name: "staging", desired: new Map([["sales", desiredAgent("sales", B)]]), recorded: recordedState({}), ...staging } } }))["sales"];
  const ALLOWED = ["local-change", "update"];
  const REQUIRED = ["local-change", "none", "staging-required"];

  test("deployed there now, or before", () => {
    expect(gate({ recorded: recordedState({ sales: stateOf("sales", B) }) })).toEqual(ALLOWED);
    expect(gate({ recorded: recordedState({ sales: stateOf("sales", A, { previous: [{ config_hash: contentHash(B as Json), source_commit: null }] }) }) })).toEqual(ALLOWED);
  });

  test("a file, another content, another agent or a part of it are not enough", () => {
    expect(gate({ recorded: recordedState({}) })).toEqual(REQUIRED);
    expect(gate({ recorded: recordedState({ sales: stateOf("sales", A) }) })).toEqual(REQUIRED);
    expect(gate({ recorded: recordedState({ "sales-eu": stateOf("sales-eu", B) }) })).toEqual(REQUIRED);
    expect(gate({ recorded: recordedState({ sales: stateOf("sales", B, { incomplete: true }) }) })).toEqual(REQUIRED);
    expect(gate({ desired: new Map(), recorded: recordedState({ sales: stateOf("sales", B) }) })).toEqual(REQUIRED);
  });

  test("what counts is what this commit builds for staging, not what it builds for here", () => {
    const forStaging = content({ general_prompt: "b in staging" });
    expect(gate({ desired: new Map([["sales", desiredAgent("sales", forStaging)]]), recorded: recordedState({ sales: stateOf("sales", forStaging) }) })).toEqual(ALLOWED);
    expect(gate({ desired: new Map([["sales", desiredAgent("sales", forStaging)]]), recorded: recordedState({ sales: stateOf("sales", B) }) })).toEqual(REQUIRED);
  });

  test("a revert to what was here before needs no staging", () => {
    const revert: Known = { ...changed("sales"), state: stateOf("sales", A, { previous: [{ config_hash: contentHash(B as Json), source_commit: "old" }] }) };
    expect(gate({}, { sales: revert })).toEqual(ALLOWED);
  });

  test("creates are held too; deletes, records and agents in sync are not; the input switches it off", () => {
    expect(gate({}, { sales: { desired: desiredAgent("sales", B) } })).toEqual(["not-deployed", "none", "staging-required"]);
    expect(gate({}, { sales: { state: stateOf("sales"), live: liveAgent("sales") } }, { prune: "delete" })).toEqual(["removed-from-git", "delete"]);
    expect(gate({}, { sales: known("sales", { before: A, now: B, live: B }) })).toEqual(["converged", "record"]);
    expect(gate({}, { sales: known("sales") })).toEqual(["in-sync", "none"]);
    expect(gate({}, undefined, { requireStaging: false })).toEqual(ALLOWED);
  });

  test("unreadable state of staging is no permission, and says so", () => {
    const unreadable = { kind: "unreadable" as const, problem: "x" };
    expect(gate({ recorded: recordedState({ sales: unreadable }) })).toEqual(["local-change", "none", "staging-unreadable"]);
    expect(gate({ recorded: { ...recordedState({ sales: stateOf("sales", B) }), workspace: unreadable } })).toEqual(["local-change", "none", "staging-unreadable"]);
  });

  test("agents that refer to a held one are held", () => {
    const to = [{ name: "to", type: "agent_swap", agent_id: "agent://sales" }];
    const before = content({ general_prompt: "a" });
    const now = content({ general_prompt: "b", general_tools: to });
    const support = known("support", { before, now, live: before });
    const desired = new Map([["support", desiredAgent("support", now)], ["sales", desiredAgent("sales", B)]]);
    const plan = planOf({ sales: changed("sales"), support }, { snapshot: { staging: { name: "staging", desired, recorded: recordedState({ support: stateOf("support", now) }) } } });
    expect(gists(plan)["support"]).toEqual(["local-change", "none", "blocked-reference"]);
  });
});

describe("what stops the whole run", () => {
  const orphan: Known = { state: stateOf("sales"), live: liveAgent("sales") };
  const fresh: Known = { desired: desiredAgent("sales-eu") };

  test("a folder that vanished beside one that appeared: the line to add is printed", () => {
    const plan = planOf({ sales: orphan, "sales-eu": fresh });
    expect(stops(plan)).toEqual(["state-without-folder"]);
    expect(plan.stops[0]?.message).toContain('{"agent": "sales", "to": "sales-eu"}');
    expect(plan.stops[0]?.message).toContain('{"agent": "sales", "to": null}');
  });

  test("each line is a way out: renamed, it is the same agent; gone for good, it stays in Retell", () => {
    const agents = { sales: orphan, "sales-eu": fresh };
    const move = (to: string | null): { snapshot: Partial<WorkspaceSnapshot> } => ({ snapshot: { moved: [{ kind: "agent", from: "sales", to }] } });
    const renamed = planOf({ ...agents, "sales-eu": { ...fresh, live: liveAgent("sales") } }, move("sales-eu"));
    expect([stops(renamed), gists(renamed)]).toEqual([[], { "sales-eu": ["in-sync", "record"] }]);
    expect(renamed.agents[0]?.agentId).toBe("agent_sales");
    const gone = planOf(agents, move(null));
    expect([stops(gone), gists(gone)]).toEqual([[], { sales: ["removed-from-git", "none"], "sales-eu": ["not-deployed", "create"] }]);
  });

  test("a renamed agent's old mark counts as ours", () => {
    const snapshot = { moved: [{ kind: "agent", from: "sales", to: "sales-eu" }] satisfies Move[] };
    const agents = { sales: { state: stateOf("sales", A) }, "sales-eu": { desired: desiredAgent("sales-eu", B), live: liveAgent("sales", A) } };
    expect(gists(planOf(agents, { snapshot }))).toEqual({ "sales-eu": ["local-change", "update"] });
    expect(gists(planOf({ ...agents, "sales-eu": { ...agents["sales-eu"], live: liveAgent("sales", A, { agent: { title: markFor("support") } }) } }, { snapshot }))["sales-eu"]).toEqual(["local-change", "record", "not-ours"]);
  });

  test("a removed folder alone, a new one alone, and a record that never had an id stop nothing", () => {
    expect(stops(planOf({ sales: orphan, b: known("b") }))).toEqual([]);
    expect(stops(planOf({ "sales-eu": fresh, b: known("b") }))).toEqual([]);
    expect(stops(planOf({ sales: { state: { ...stateOf("sales"), agent_id: null } }, "sales-eu": fresh }))).toEqual([]);
  });

  const many = (total: number, gone: number): Record<string, Known> =>
    Object.fromEntries(Array.from({ length: total }, (_, index) => [`a${index}`, index < gone ? { state: stateOf(`a${index}`), live: liveAgent(`a${index}`) } : known(`a${index}`)]));
  test("too many deletes: more than max-deletes, or more than 30 % of ten and more", () => {
    const prune = (maxDeletes: number): PlanOf => ({ options: { prune: "delete", maxDeletes } });
    expect(stops(planOf(many(5, 1), prune(1)))).toEqual([]);
    expect(stops(planOf(many(5, 2), prune(1)))).toEqual(["too-many-deletes"]);
    expect(stops(planOf(many(5, 1), prune(0)))).toEqual(["too-many-deletes"]);
    expect(stops(planOf(many(5, 4), prune(9)))).toEqual([]);
    expect(stops(planOf(many(10, 3), prune(9)))).toEqual([]);
    expect(stops(planOf(many(10, 4), prune(9)))).toEqual(["too-many-deletes"]);
    expect(stops(planOf(many(10, 9)))).toEqual([]);
  });

  test("a workspace.json of the state that cannot be read", () => {
    expect(stops(planOf({ a: known("a") }, { snapshot: { recorded: { ...recordedState({}), workspace: { kind: "unreadable", problem: "x" } } } }))).toEqual(["unreadable-state"]);
  });

  test("a missing secret stops only what would be sent", () => {
    const references = [{ kind: "secret" as const, name: "T", pointer: "/llm/x", file: "agents/sales/agent.json", line: 3 }];
    const using = (agent: Known): Known => ({ ...agent, desired: { ...(agent.desired ?? desiredAgent("sales")), references } });
    const of = (agent: Known, secrets: ReadonlyMap<string, string> = new Map()) => secretStops(planOf({ sales: using(agent) }).agents, { secrets });
    expect(of(changed("sales"))[0]).toMatchObject({ reason: "missing-secret", message: expect.stringMatching(/agents\/sales\/agent\.json:3.*RETELL_SECRET_T/) });
    expect(of(changed("sales"), new Map([["T", "v"]]))).toEqual([]);
    expect(of(known("sales"))).toEqual([]);
    expect(of(known("sales", { before: A, now: B, live: content({ general_prompt: "c" }) }))).toEqual([]);
  });
});

describe("fingerprint", () => {
  const print = (agents: Record<string, Known>, given: PlanOf = {}): string => planOf(agents, given).fingerprint;
  const base = { a: changed("a"), b: changed("b"), c: known("c") };

  test("the same plan has the same one, another plan another", () => {
    expect(print(base)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(print({ ...base })).toBe(print(base));
    const others: Record<string, string> = {
      live: print({ ...base, a: known("a", { before: A, now: B, live: { ...A, agent: { ...A.agent, unknown_field: 1 } } }) }),
      desired: print({ ...base, a: known("a", { before: A, now: content({ general_prompt: "c" }), live: A }) }),
      seen: print({ ...base, a: { ...changed("a"), state: stateOf("a", A, { seen: { ...A, agent: { ...A.agent, unknown_field: 1 } } }) } }),
      "one agent less": print({ a: base.a, c: base.c }),
      "another agent id": print({ ...base, a: { ...base.a, live: liveAgent("z", A, { agent: { title: markFor("a") } }) } }),
      operation: print({ ...base, c: { state: stateOf("c"), live: liveAgent("c") } }, { options: { prune: "delete" } }),
      workspace: print(base, { snapshot: { workspace: { ...snapshotOf({}).workspace, name: "production" } } }),
      repository: print(Object.fromEntries(Object.entries(base).map(([name, agent]) => [name, { ...agent, live: liveAgent(name, A, { agent: { title: null } }) }])), { context: { repositoryId: 8 } }),
      folder: print(Object.fromEntries(Object.entries(base).map(([name, agent]) => [name, { ...agent, live: liveAgent(name, A, { agent: { title: null } }) }])), { context: { workingDirectory: "voice" } }),
    };
    expect(new Set([print(base), ...Object.values(others)]).size).toBe(Object.keys(others).length + 1);
  });

  test("agents that would not be written do not count: blocked, in sync, only recorded", () => {
    expect(print({ ...base, c: known("c", { before: A, now: B, live: content({ general_prompt: "x" }) }) })).toBe(print(base));
    expect(print({ ...base, c: known("c", { before: A, now: B, live: B }) })).toBe(print(base));
    expect(print({ ...base, c: known("c", { before: A, live: edited(A) }) })).toBe(print(base));
    expect(print({ a: base.a, b: base.b })).toBe(print(base));
  });

  test("secrets count by name: neither a rotation nor the value changes it, alone or beside other changes", () => {
    const tools = (value: string, prompt: string): Content => content({ general_prompt: prompt, general_tools: [{ name: "t", type: "custom", headers: { authorization: value } }] });
    const { fingerprint } = planContext();
    const agent = (prompt: string): Known => ({ desired: desiredAgent("a", tools("secret://T", prompt)), state: stateOf("a", tools("secret://T", "a"), { secrets: { T: fingerprint("v1") } }), live: liveAgent("a", tools("v1", "a")) });
    const secret = (value: string): PlanOf => ({ context: { secrets: new Map([["T", value]]) } });
    expect(gists(planOf({ a: agent("a") }, secret("v2")))).toEqual({ a: ["local-change", "update"] });
    expect(print({ a: agent("a") }, secret("v2"))).toBe(print({ a: agent("a") }, secret("v1")));
    expect(print({ a: agent("b") }, secret("v2"))).toBe(print({ a: agent("b") }, secret("v1")));
    expect(print({ a: agent("b") }, secret("v1"))).not.toBe(print({ a: agent("a") }, secret("v1")));
  });
});

test("property: the order of files, states and readings means nothing, to the byte", () => {
  const agents: Record<string, Known> = {
    a: changed("a"),
    b: known("b", { before: A, now: B, live: content({ general_prompt: "x" }) }),
    c: known("c", { before: A, now: content({ general_prompt: "b", general_tools: [{ name: "s", type: "agent_swap", agent_id: "agent://b" }] }), live: A }),
    d: { desired: desiredAgent("d", A) },
    e: { state: stateOf("e"), live: liveAgent("e") },
    f: { state: stateOf("f"), live: liveAgent("f") },
    g: { desired: desiredAgent("g", A) },
    h: known("h", { before: A, live: edited(A) }),
  };
  const bytes = (order: readonly string[]): string => {
    const snapshot = snapshotOf(Object.fromEntries(order.map((name) => [name, agents[name] ?? {}])));
    const plan = planWorkspace(snapshot, planContext({ options: { prune: "delete" } }));
    return canonicalJson(JSON.parse(JSON.stringify(plan)) as Json) + JSON.stringify([plan.stops, plan.agents.map((agent) => agent.name)]);
  };
  const names = Object.keys(agents);
  fc.assert(
    fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (order) => {
      expect(bytes(order)).toBe(bytes(names));
    }),
    { numRuns: 30 },
  );
});
