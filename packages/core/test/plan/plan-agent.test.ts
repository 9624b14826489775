import { describe, expect, test } from "@jest/globals";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json } from "@retell-actions/core/canonical/json";
import { planOne, gist, known, content, desiredAgent, liveAgent, markFor, stateOf, type Known, type PlanOf } from "./fixture.ts";

const A = content({ general_prompt: "a" });
const B = content({ general_prompt: "b" });
const C = content({ general_prompt: "c" });
const edited = (value: Content): Content => ({ ...value, agent: { ...value.agent, volume: 1.5 } });

describe("classes and operations", () => {
  test.each<[string, Known, string[]]>([
    ["nothing changed", known("sales"), ["in-sync", "none"]],
    ["Git changed", known("sales", { before: A, now: B, live: A }), ["local-change", "update"]],
    ["the console changed, Git does not want anything: reported, never blocked", known("sales", { before: A, now: A, live: edited(A) }), ["console-edit", "none"]],
    ["both changed to the same: only recorded", known("sales", { before: A, now: B, live: B }), ["converged", "record"]],
    ["both changed differently", known("sales", { before: A, now: B, live: C }), ["conflict", "none", "conflict"]],
    ["Git changed one field, the console another", known("sales", { before: A, now: B, live: edited(A) }), ["console-edit", "none", "console-edit"]],
    ["one field converged, another was edited in the console: recorded, reported", known("sales", { before: A, now: B, live: edited(B) }), ["console-edit", "record"]],
    ["never deployed", { desired: desiredAgent("sales") }, ["not-deployed", "create"]],
    ["removed from Git", { state: stateOf("sales"), live: liveAgent("sales") }, ["removed-from-git", "none"]],
    ["the state cannot be read", { desired: desiredAgent("sales"), state: { kind: "unreadable", problem: "x" }, live: liveAgent("sales") }, ["unreadable", "none", "unreadable-state"]],
    ["the state cannot be read and nothing is in Retell: not a new agent", { desired: desiredAgent("sales"), state: { kind: "unreadable", problem: "x" } }, ["unreadable", "none", "unreadable-state"]],
    ["the state of a removed agent cannot be read", { state: { kind: "unreadable", problem: "x" } }, ["unreadable", "none", "unreadable-state"]],
    ["Retell cannot be read", { ...known("sales"), live: { kind: "unreadable", reason: "retell-unavailable", problem: "x" } }, ["unreadable", "none", "retell-unavailable"]],
  ])("%s", (_, agent, expected) => {
    expect(gist(planOne(agent))).toEqual(expected);
  });

  test("the version that was deployed last is gone", () => {
    const gone = (sides: Parameters<typeof known>[1]): Known => ({ ...known("sales", sides), state: { ...stateOf("sales", A), version: 4 }, live: liveAgent("sales", sides?.live ?? A, { agent: { version: 3 } }) });
    expect(gist(planOne(gone({ before: A })))).toEqual(["version-deleted", "none"]);
    expect(gist(planOne(gone({ before: A, now: B, live: A })))).toEqual(["version-deleted", "none", "version-deleted"]);
    expect(gist(planOne(gone({ before: A, now: B, live: A }), { options: { onConsoleEdit: "overwrite" } }))).toEqual(["version-deleted", "update"]);
  });

  test("in production another published version is a console edit", () => {
    const production = (publishedVersion: number | null, state: Partial<ReturnType<typeof stateOf>>, sides: Parameters<typeof known>[1] = { before: A }): Known => ({
      ...known("sales", sides),
      state: { ...stateOf("sales", A), ...state },
      live: liveAgent("sales", A, { publishedVersion, agent: { version: 3 } }),
    });
    expect(gist(planOne(production(2, { version: 2, is_published: true })))).toEqual(["in-sync", "none"]);
    expect(gist(planOne(production(3, { version: 2, is_published: true })))).toEqual(["console-edit", "none"]);
    expect(gist(planOne(production(1, { version: 3, published_version: 1 })))).toEqual(["in-sync", "none"]);
    expect(gist(planOne(production(null, { version: 3 })))).toEqual(["in-sync", "none"]);
    // The recorded version is ours whoever published it: what callers get is what was deployed.
    expect(gist(planOne(production(3, { version: 3 })))).toEqual(["in-sync", "none"]);
    // A person may decide that Git wins; then a new version is needed although no field differs.
    expect(gist(planOne(production(1, { version: 3, is_published: true }), { options: { onConsoleEdit: "overwrite" } }))).toEqual(["console-edit", "update"]);
    expect(gist(planOne(production(null, { version: 3, published_version: 1 })))).toEqual(["console-edit", "none"]);
    expect(gist(planOne(production(3, { version: 2, is_published: true }, { before: A, now: B, live: A })))).toEqual(["console-edit", "none", "console-edit"]);
  });

  test("Git's own order of named things alone is recorded, since staging and reverts are told by the hash", () => {
    const tools = (...names: string[]): Content => content({ general_tools: names.map((name) => ({ name, type: "end_call" })) });
    const agent = known("sales", { before: tools("a", "b"), now: tools("b", "a"), live: tools("a", "b") });
    const plan = planOne(agent);
    expect([gist(plan), plan.changes]).toEqual([["in-sync", "record"], []]);
    expect(gist(planOne({ ...agent, state: stateOf("sales", tools("b", "a"), { seen: tools("a", "b") }) }))).toEqual(["in-sync", "none"]);
  });
});

describe("on-console-edit", () => {
  const both = known("sales", { before: A, now: B, live: edited(A) });
  const fight = known("sales", { before: A, now: B, live: C });
  const classes = (agent: Known, options: PlanOf["options"]): Record<string, string> => Object.fromEntries(planOne(agent, { options: options ?? {} }).changes.map((change) => [change.name, change.overwritten ? "overwritten" : change.class]));

  test("fail leaves the agent alone and names the fields", () => {
    expect(planOne(both).blocks[0]?.message).toContain("agent.volume");
    expect(planOne(fight).blocks[0]?.message).toContain("llm.general_prompt");
  });

  test("keep writes Git's fields and leaves the console's; a conflict still needs a person", () => {
    expect(gist(planOne(both, { options: { onConsoleEdit: "keep" } }))).toEqual(["console-edit", "update"]);
    expect(classes(both, { onConsoleEdit: "keep" })).toEqual({ "agent.volume": "console-edit", "llm.general_prompt": "local-change" });
    expect(gist(planOne(fight, { options: { onConsoleEdit: "keep" } }))).toEqual(["conflict", "none", "conflict"]);
  });

  test("overwrite makes every console edit a local change, also of agents that Git did not touch", () => {
    expect(classes(both, { onConsoleEdit: "overwrite" })).toEqual({ "agent.volume": "overwritten", "llm.general_prompt": "local-change" });
    expect(gist(planOne(fight, { options: { onConsoleEdit: "overwrite" } }))).toEqual(["local-change", "update"]);
    expect(gist(planOne(known("sales", { before: A, live: edited(A) }), { options: { onConsoleEdit: "overwrite" } }))).toEqual(["local-change", "update"]);
  });
});

describe("overwrite.<workspace>.json", () => {
  const file = "agents/sales/overwrite.staging.json";
  const withEntries = (agent: Known, fields: { [key: string]: Json }, deployedAt = "2026-11-24T02:30:00Z"): Known => ({ ...agent, desired: { ...(agent.desired ?? desiredAgent("sales")), overwrite: { file, deployedAt, fields } } });
  const edit = known("sales", { before: A, now: B, live: edited(A) });
  const fight = known("sales", { before: A, now: B, live: C });

  test("a live entry lets Git write, per field", () => {
    expect(gist(planOne(withEntries(edit, { "agent.volume": 1.5 })))).toEqual(["local-change", "update"]);
    expect(gist(planOne(withEntries(fight, { "llm.general_prompt": "c" })))).toEqual(["local-change", "update"]);
    expect(gist(planOne(withEntries(known("sales", { before: A, now: B, live: edited(C) }), { "llm.general_prompt": "c" })))).toEqual(["console-edit", "none", "console-edit"]);
  });

  test("what it writes: Git's value, or what was seen where Git is silent", () => {
    const seen = { ...A, agent: { ...A.agent, volume: 0.5 } };
    const silent: Known = { desired: desiredAgent("sales", A), state: stateOf("sales", A, { seen }), live: liveAgent("sales", edited(A)) };
    const { changes } = planOne(withEntries(silent, { "agent.volume": 1.5 }));
    expect(changes.map(({ name, class: is, target }) => [name, is, target])).toEqual([["agent.volume", "local-change", 0.5]]);
    expect(planOne(withEntries(fight, { "llm.general_prompt": "c" })).changes[0]?.target).toBe("b");
  });

  test.each<[string, { [key: string]: Json }, string | undefined]>([
    ["of another value", { "agent.volume": 1.4 }, undefined],
    ["of another field", { "agent.responsiveness": 1.5 }, undefined],
    ["that is spent, since the agent was deployed again", { "agent.volume": 1.5 }, "2026-11-23T00:00:00Z"],
    ["with a name that objects have", { constructor: 1.5 }, undefined],
  ])("an entry %s does nothing", (_, fields, deployedAt) => {
    expect(gist(planOne(withEntries(edit, fields, deployedAt)))).toEqual(["console-edit", "none", "console-edit"]);
  });

  test("a spent file is mentioned", () => {
    expect(planOne(withEntries(edit, {}, "2020-01-01T00:00:00Z")).notes).toEqual([expect.stringContaining(file)]);
  });

  test("null stands for a value that the console took away", () => {
    const before = edited(A);
    const agent = known("sales", { before, now: { ...B, agent: before.agent }, live: A });
    expect(gist(planOne(withEntries(agent, { "agent.volume": null })))).toEqual(["local-change", "update"]);
  });

  test("a credential is named by its fingerprint", () => {
    const header = (value: string): Content => content({ general_tools: [{ name: "t", type: "custom", headers: { authorization: value } }] });
    const agent: Known = { ...known("sales", { before: header("secret://T"), live: header("Bearer typed-in-console-1") }), state: stateOf("sales", header("secret://T"), { secrets: { T: "fingerprint:x" } }) };
    const [change] = planOne(agent).changes;
    expect(change?.live).toMatch(/^fingerprint:/);
    const allowed = withEntries(agent, { "llm.general_tools[t].headers.authorization": change?.live ?? null });
    expect(gist(planOne(allowed, { context: { secrets: new Map([["T", "value"]]) } }))).toEqual(["local-change", "update"]);
  });
});

describe("what no write can do", () => {
  test("a removed field that Retell can neither clear nor reset", () => {
    const before = content({ general_prompt: "a" }, { voice_id: "v" });
    const { voice_id: _, ...without } = before.agent;
    const plan = planOne(known("sales", { before, now: { ...before, agent: without } }));
    expect(gist(plan)).toEqual(["local-change", "none", "cannot-reset"]);
    expect(plan.blocks[0]?.message).toMatch(/agent\.voice_id was removed from agents\/sales\/agent\.json/);
  });

  test("a removed field that has a documented default is reset to it, one that is nullable to null", () => {
    const before = content({ general_prompt: "a" }, { volume: 1.5, webhook_url: "https://x.example" });
    const { volume: _v, webhook_url: _w, ...without } = before.agent;
    const { changes, operation } = planOne(known("sales", { before, now: { ...before, agent: without } }));
    expect(operation).toBe("update");
    expect(Object.fromEntries(changes.map((change) => [change.name, change.target]))).toEqual({ "agent.volume": 1, "agent.webhook_url": null });
  });

  test("a credential that was typed into the console cannot be put back: only its fingerprint was kept", () => {
    const tools = (header: string): Content => content({ general_tools: [{ name: "t", type: "custom", url: "https://x.example", ...(header === "" ? {} : { headers: { authorization: header } }) }] });
    const agent: Known = {
      desired: desiredAgent("sales", tools("")),
      state: stateOf("sales", tools(""), { seen: tools("fingerprint:0123456789abcdef01234567") }),
      live: liveAgent("sales", tools("Bearer another-one-12345")),
    };
    const plan = planOne(agent, { options: { onConsoleEdit: "overwrite" } });
    expect(gist(plan)).toEqual(["local-change", "none", "cannot-reset"]);
    expect(plan.blocks[0]?.message).toContain("headers.authorization");
    // Taken away altogether it can be: nothing was there before.
    expect(gist(planOne({ ...agent, state: stateOf("sales", tools("")) }, { options: { onConsoleEdit: "overwrite" } }))).toEqual(["local-change", "update"]);
  });

  test("another kind of engine needs allow-replace", () => {
    const flow: Content = { agent: { ...A.agent, response_engine: { type: "conversation-flow" } }, flow: { nodes: [] } };
    const agent: Known = { desired: desiredAgent("sales", A), state: stateOf("sales", flow), live: liveAgent("sales", flow, { agent: { engine: { kind: "conversation-flow", id: "f", version: 0 } } }) };
    expect(planOne(agent).blocks.map((block) => block.reason)).toContain("needs-replace");
    expect(planOne(agent, { options: { allowReplace: true } })).toMatchObject({ operation: "replace", blocks: [] });
  });
});

describe("ownership", () => {
  const titled = (title: string | null, state = stateOf("sales", A)): Known => ({ desired: desiredAgent("sales", B), state, live: liveAgent("sales", A, { agent: { title } }) });
  test.each<[string, string | null, string[]]>([
    ["our mark", markFor("sales"), ["local-change", "update"]],
    ["no mark, but a recorded id: the mark is restored", null, ["local-change", "update"]],
    ["a title that a person wrote, but a recorded id", "v2 final", ["local-change", "update"]],
    ["the mark of another folder", markFor("support"), ["local-change", "none", "not-ours"]],
    ["the mark of a folder of which the name is a part", markFor("sales-eu"), ["local-change", "none", "not-ours"]],
    ["the mark of another repository", "retell-actions 8 sales 0000000", ["local-change", "none", "not-ours"]],
  ])("%s", (_, title, expected) => {
    expect(gist(planOne(titled(title)))).toEqual(expected);
    expect(gist(planOne(titled(title), { options: { adopt: true } }))).toEqual(["local-change", "update"]);
  });

  test("a mark with the working directory is another owner's without it", () => {
    expect(gist(planOne(titled(markFor("voice/sales"))))).toEqual(["local-change", "none", "not-ours"]);
    expect(gist(planOne(titled(markFor("voice/sales")), { context: { workingDirectory: "voice" } }))).toEqual(["local-change", "update"]);
    expect(gist(planOne(titled(markFor("sales")), { context: { workingDirectory: "voice" } }))).toEqual(["local-change", "none", "not-ours"]);
  });

  test("another owner's agent that Git does not want to change is left in peace", () => {
    expect(gist(planOne({ ...known("sales"), live: liveAgent("sales", content(), { agent: { title: markFor("support") } }) }))).toEqual(["in-sync", "none"]);
  });

  test("a lost state is rebuilt from marks: what is equal becomes the baseline, every difference is a conflict", () => {
    const found = (live: Content): Known => ({ desired: desiredAgent("sales", A), live: liveAgent("sales", live, { found: "marked" }) });
    expect(gist(planOne(found(A)))).toEqual(["converged", "record"]);
    expect(gist(planOne(found(edited(A))))).toEqual(["converged", "record"]);
    expect(gist(planOne(found(B)))).toEqual(["conflict", "none", "conflict"]);
  });

  test("an unmanaged agent of the same name is never taken without adopt, not even if it looks the same, nor after a create that died", () => {
    const named = (live: Content, more: Known = {}): Known => ({ desired: desiredAgent("sales", A), live: liveAgent("sales", live, { found: "named", agent: { title: null } }), ...more });
    expect(gist(planOne(named(A))).slice(1)).toEqual(["none", "name-taken"]);
    expect(planOne(named(B))).toMatchObject({ operation: "none", blocks: expect.arrayContaining([expect.objectContaining({ reason: "name-taken" })]) });
    const state = { ...stateOf("sales", A), agent_id: null, sent: null, seen: null, pending: { operation: "create" as const, mark: markFor("sales"), sent: A, over: { agent: {} }, keys: [] } };
    expect(gist(planOne(named(A, { state }))).slice(1)).toEqual(["none", "name-taken"]);
    expect(gist(planOne(named(A), { options: { adopt: true } }))).toEqual(["converged", "update"]);
  });
});

describe("missing in Retell", () => {
  const missing = (git: Content): Known => ({ desired: desiredAgent("sales", git), state: stateOf("sales", A), live: { kind: "missing", agentId: "agent_sales" } });
  test("reported while Git does not want a change, blocked when it does, made again with recreate", () => {
    expect(gist(planOne(missing(A)))).toEqual(["missing-remote", "none"]);
    expect(gist(planOne(missing(B)))).toEqual(["missing-remote", "none", "missing-remote"]);
    expect(gist(planOne(missing(A), { options: { recreate: true } }))).toEqual(["missing-remote", "create"]);
    expect(gist(planOne(missing(B), { options: { recreate: true } }))).toEqual(["missing-remote", "create"]);
  });
});

describe("deletes", () => {
  const removed = (title: string | null = markFor("sales")): Known => ({ state: stateOf("sales"), live: liveAgent("sales", content(), { agent: { title } }) });
  const prune = { options: { prune: "delete" as const } };
  test("only with prune: delete, and only with our mark; adopt does not help", () => {
    expect(gist(planOne(removed()))).toEqual(["removed-from-git", "none"]);
    expect(gist(planOne(removed(), prune))).toEqual(["removed-from-git", "delete"]);
    for (const title of [null, "v2", markFor("support"), "retell-actions 8 sales 0000000"]) {
      for (const adopt of [false, true]) expect(gist(planOne(removed(title), { options: { ...prune.options, adopt } }))).toEqual(["removed-from-git", "none", "not-ours"]);
    }
  });

  test("what Retell has lost already is only struck from the state", () => {
    expect(gist(planOne({ state: stateOf("sales"), live: { kind: "missing", agentId: "agent_sales" } }, prune))).toEqual(["removed-from-git", "delete"]);
  });

  test("an agent that a dead run had created is deleted by the id that was found", () => {
    const state = { ...stateOf("sales"), agent_id: null, llm_id: null, sent: null, seen: null };
    expect(planOne({ state, live: liveAgent("sales", content(), { found: "marked" }) }, prune)).toMatchObject({ operation: "delete", agentId: "agent_sales", engineId: "llm_sales" });
  });
});

describe("an unfinished run", () => {
  const pending = { operation: "update" as const, mark: markFor("sales", "abcdef1"), sent: B, over: { agent: {}, llm: { general_prompt: "a" } }, keys: ["llm.general_prompt"] };
  const crashed = (live: Content, title = pending.mark): Known => ({ desired: desiredAgent("sales", B), state: { ...stateOf("sales", A), pending }, live: liveAgent("sales", live, { agent: { title } }) });
  test("that had written everything is only recorded; that had written nothing is repeated; edits since are kept", () => {
    expect(gist(planOne(crashed(B)))).toEqual(["in-sync", "record"]);
    expect(gist(planOne(crashed(A, markFor("sales"))))).toEqual(["local-change", "update"]);
    expect(gist(planOne(crashed(C)))).toEqual(["conflict", "record", "conflict"]);
    expect(gist(planOne(crashed(edited(B))))).toEqual(["console-edit", "record"]);
  });

  test("a prompt that Retell normalised is known as ours only when the run's end is known", () => {
    const normal = content({ general_prompt: "B" });
    expect(gist(planOne(crashed(normal), { context: { pendingEndedAt: 5_000 } }))).toEqual(["in-sync", "record"]);
    expect(gist(planOne(crashed(normal)))).toEqual(["conflict", "record", "conflict"]);
  });

  test("a delete that died, undone in Git, explains nothing", () => {
    const deleting = { operation: "delete" as const, mark: markFor("sales", "abcdef1"), sent: { agent: {} }, over: A, keys: [] };
    const agent: Known = { desired: desiredAgent("sales", A), state: { ...stateOf("sales", A), pending: deleting }, live: liveAgent("sales", edited(A), { agent: { title: deleting.mark } }) };
    expect(gist(planOne(agent, { context: { pendingEndedAt: 5_000 } }))[0]).toBe("console-edit");
  });
});
