import { describe, expect, test } from "@jest/globals";
import { contentHash } from "@retell-actions/core/canonical/content-hash";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json } from "@retell-actions/core/canonical/json";
import type { Plan } from "@retell-actions/core/plan/plan";
import type { Move } from "@retell-actions/core/project/workspace";
import { content, desiredAgent, known, liveAgent, markFor, planOf, planOne, recordedState, stateOf, type Known, type PlanOf } from "./fixture.ts";
import { told, toldAll } from "./told.ts";

const A = content({ general_prompt: "a" });
const B = content({ general_prompt: "b" });
const FLOW: Content = { agent: { agent_name: "Sales", voice_id: "v", response_engine: { type: "conversation-flow" } }, flow: { global_prompt: "a" } };
const swap = (id: string, prompt = "a"): Content => content({ general_prompt: prompt, general_tools: [{ name: "swap", type: "agent_swap", agent_id: id }] });
const moves = (...pairs: [string, string | null][]): Move[] => pairs.map(([from, to]) => ({ kind: "agent", from, to }));
const EDITED: Content = { ...A, agent: { ...A.agent, volume: 2 } };
const SIX = { volume: 1.1, voice_speed: 1.1, voice_temperature: 1.1, interruption_sensitivity: 0.4, responsiveness: 0.4, language: "de-DE" };

type Case = readonly [Known, (PlanOf | undefined)?];
const decide = ([agent, given]: Case) => planOne(agent, given);
const changed = (more: Partial<Known> = {}): Known => ({ ...known("sales", { before: A, now: B, live: A }), ...more });
const removed = (more: Partial<Known> = {}): Known => ({ state: stateOf("sales", A), live: liveAgent("sales", A), ...more });
const gone = (sameName?: string[]): Known => ({ ...known("sales", { before: A, now: B }), live: { kind: "missing", agentId: "agent_sales", ...(sameName === undefined ? {} : { sameName }) } });
const prune: PlanOf = { options: { prune: "delete" } };

test("classes", () => {
  const decisions = toldAll<Case>(
    [
      ["nothing changed", [known("sales", { before: A })]],
      ["Git changed", [changed()]],
      ["the console changed", [known("sales", { before: A, live: EDITED })]],
      ["to the same", [known("sales", { before: A, now: B, live: B })]],
      ["each another field", [changed({ live: liveAgent("sales", EDITED) })]],
      ["six fields in the console", [changed({ live: liveAgent("sales", { ...A, agent: { ...A.agent, ...SIX } }) })]],
      ["differently", [changed({ live: liveAgent("sales", content({ general_prompt: "c" })) })]],
      ["differently, overwrite", [changed({ live: liveAgent("sales", content({ general_prompt: "c" })) }), { options: { onConsoleEdit: "overwrite" } }]],
      ["never deployed", [{ desired: desiredAgent("sales", A) }]],
      ["its record is unreadable", [changed({ state: { kind: "unreadable", problem: "not valid JSON" } })]],
      ["Retell is unreadable", [changed({ live: { kind: "unreadable", reason: "retell-unavailable", problem: "Retell does not answer." } })]],
    ],
    decide,
  );
  expect(decisions).toMatchInlineSnapshot(`
"nothing changed
  in-sync none, seen A desired A live A, sales is agent_sales
Git changed
  local-change update wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
the console changed
  console-edit none, seen A desired A live B, sales is agent_sales
  agent.volume: console-edit
to the same
  converged record, seen A desired B live B, sales is agent_sales
  llm.general_prompt: converged
each another field
  console-edit none wanted, seen A desired B live C, sales is agent_sales
  agent.volume: console-edit
  llm.general_prompt: local-change
  blocked, console-edit: Somebody changed agent.volume in the Retell console.
six fields in the console
  console-edit none wanted, seen A desired B live C, sales is agent_sales
  agent.interruption_sensitivity: console-edit
  agent.language: console-edit
  agent.responsiveness: console-edit
  agent.voice_speed: console-edit
  agent.voice_temperature: console-edit
  agent.volume: console-edit
  llm.general_prompt: local-change
  blocked, console-edit: Somebody changed agent.interruption_sensitivity, agent.language, agent.responsiveness, agent.voice_speed, agent.voice_temperature and 1 more fields in the Retell console.
differently
  conflict none wanted, seen A desired B live C, sales is agent_sales
  llm.general_prompt: conflict
  blocked, conflict: Git and the Retell console changed llm.general_prompt differently.
differently, overwrite
  local-change update wanted, seen A desired B live C, sales is agent_sales
  llm.general_prompt: local-change
never deployed
  not-deployed create wanted, seen - desired A live -, sales is null
its record is unreadable
  unreadable none wanted, seen - desired - live -, sales is null
  blocked, unreadable-state: The recorded state cannot be read: not valid JSON. Restore the file on the state branch from its history.
Retell is unreadable
  unreadable none wanted, seen - desired - live -, sales is agent_sales
  blocked, retell-unavailable: Retell does not answer."
`);
});

test("versions, publications and notes", () => {
  const version = (state: Partial<ReturnType<typeof stateOf>>, live: Parameters<typeof liveAgent>[2], given?: PlanOf): Case => [changed({ state: { ...stateOf("sales", A), ...state }, live: liveAgent("sales", A, live) }), given];
  const decisions = toldAll<Case>(
    [
      ["the version was deleted", version({ version: 4 }, { agent: { version: 3 } })],
      ["another one was published", version({ version: 3, is_published: true }, { publishedVersion: 4, agent: { version: 4 } })],
      ["none is published any more", version({ version: 3, published_version: 1 }, { publishedVersion: null, agent: { version: 3 } })],
      ["found by its mark", [{ desired: desiredAgent("sales", A), live: liveAgent("sales", A, { found: "marked" }) }]],
      ["a part was written", version({ incomplete: true }, {})],
      ["a secret that this job does not have", [known("sales", { before: content({ general_prompt: "a", webhook: "secret://HOOK" }), live: content({ general_prompt: "a", webhook: "https://example.com" }) })]],
      ["spent permission to overwrite", [{ ...known("sales", { before: A, live: EDITED }), desired: desiredAgent("sales", A, { overwrite: { file: "agents/sales/overwrite.staging.json", deployedAt: "2026-01-01T00:00:00Z", fields: { "agent.volume": 2 } } as NonNullable<ReturnType<typeof desiredAgent>["overwrite"]> }) }]],
      ["permission to overwrite", [{ ...known("sales", { before: A, live: EDITED }), desired: desiredAgent("sales", A, { overwrite: { file: "agents/sales/overwrite.staging.json", deployedAt: "2026-11-24T02:30:00Z", fields: { "agent.volume": 2 } } as NonNullable<ReturnType<typeof desiredAgent>["overwrite"]> }) }]],
      ["permission to overwrite another value", [{ ...known("sales", { before: A, live: EDITED }), desired: desiredAgent("sales", A, { overwrite: { file: "agents/sales/overwrite.staging.json", deployedAt: "2026-11-24T02:30:00Z", fields: { "agent.volume": 3 } } as NonNullable<ReturnType<typeof desiredAgent>["overwrite"]> }) }]],
    ],
    decide,
  );
  expect(decisions).toMatchInlineSnapshot(`
"the version was deleted
  version-deleted none wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  blocked, version-deleted: The version that was deployed last was deleted in Retell.
another one was published
  console-edit none wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  blocked, console-edit: Another version was published in the Retell console.
  note: Version 4 is the latest published one, which was not published from Git.
none is published any more
  console-edit none wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  blocked, console-edit: Another version was published in the Retell console.
  note: Version none is the latest published one, which was not published from Git.
found by its mark
  converged record, seen - desired A live A, sales is agent_sales
  agent.agent_name: converged
  agent.response_engine.type: converged
  agent.voice_id: converged
  llm.general_prompt: converged
  note: Found again by its ownership mark.
a part was written
  local-change update wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  note: An earlier run could write only a part of this agent.
a secret that this job does not have
  in-sync none, seen A desired A live A, sales is agent_sales
  note: secret://HOOK was not compared: RETELL_SECRET_HOOK is not set in this job.
spent permission to overwrite
  console-edit none, seen A desired A live B, sales is agent_sales
  agent.volume: console-edit
  note: agents/sales/overwrite.staging.json is spent: the agent was deployed since it was written.
permission to overwrite
  local-change update wanted, seen A desired A live B, sales is agent_sales
  agent.volume: local-change
permission to overwrite another value
  console-edit none, seen A desired A live B, sales is agent_sales
  agent.volume: console-edit"
`);
});

test("whose agent it is", () => {
  const titled = (title: string | null, given?: PlanOf, more: Partial<Known> = {}): Case => [changed({ live: liveAgent("sales", A, { agent: { title } }), ...more }), given];
  const named = (more: Parameters<typeof liveAgent>[2] = {}, given?: PlanOf): Case => [{ desired: desiredAgent("sales", A), live: liveAgent("sales", A, { found: "named", agent: { title: null }, ...more }) }, given];
  const decisions = toldAll<Case>(
    [
      ["another repository's", titled("retell-actions 8 sales 0000000")],
      ["another folder's", titled(markFor("support"))],
      ["another folder's, adopt", titled(markFor("support"), { options: { adopt: true } })],
      ["no mark, recorded", titled(null)],
      ["no mark, and its id is not on record", [{ desired: desiredAgent("sales", B), live: liveAgent("sales", A, { found: "marked", agent: { title: null } }) }]],
      ["it bears the name", named()],
      ["it bears the name, adopt", named({}, { options: { adopt: true } })],
      ["several bear the name", named({ unclear: "Retell has 2 of them." }, { options: { adopt: true } })],
      ["the recorded one is not certain", [changed({ live: liveAgent("sales", A, { unclear: "It may be another one." }) })]],
      ["a mark of ours is taken over as it is", [{ ...known("sales", { before: A }), live: liveAgent("sales", A, { agent: { title: null } }) }, { options: { adopt: true } }]],
      ["removed, no mark", [removed({ live: liveAgent("sales", A, { agent: { title: null } }) }), prune]],
      ["removed, another folder's mark", [removed({ live: liveAgent("sales", A, { agent: { title: markFor("support") } }) }), prune]],
    ],
    decide,
  );
  expect(decisions).toMatchInlineSnapshot(`
"another repository's
  local-change none wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  blocked, not-ours: The version in Retell is marked by repository 8, folder sales. Run deploy with adopt: true to take it over.
another folder's
  local-change none wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  blocked, not-ours: The version in Retell is marked by repository 7, folder support. Run deploy with adopt: true to take it over.
another folder's, adopt
  local-change update wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
no mark, recorded
  local-change update wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
no mark, and its id is not on record
  conflict none wanted, seen - desired A live B, sales is agent_sales
  agent.agent_name: converged
  agent.response_engine.type: converged
  agent.voice_id: converged
  llm.general_prompt: conflict
  blocked, not-ours: The version in Retell bears no mark of this repository. Run deploy with adopt: true to take it over.
  blocked, conflict: Git and the Retell console changed llm.general_prompt differently.
  note: Found again by its ownership mark.
it bears the name
  converged none wanted, seen - desired A live A, sales is agent_sales
  agent.agent_name: converged
  agent.response_engine.type: converged
  agent.voice_id: converged
  llm.general_prompt: converged
  blocked, name-taken: Retell has an unmanaged agent of the same name (agent_sales). Run deploy with adopt: true to take it over, or rename one of the two.
it bears the name, adopt
  converged update wanted, seen - desired A live A, sales is agent_sales
  agent.agent_name: converged
  agent.response_engine.type: converged
  agent.voice_id: converged
  llm.general_prompt: converged
  note: It is taken over as it is: only the ownership mark is written, into the version's title.
several bear the name
  converged none wanted, seen - desired A live A, sales is agent_sales
  agent.agent_name: converged
  agent.response_engine.type: converged
  agent.voice_id: converged
  llm.general_prompt: converged
  blocked, name-taken: Retell has 2 of them.
the recorded one is not certain
  local-change none wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  blocked, unclear-identity: It may be another one.
a mark of ours is taken over as it is
  in-sync update wanted, seen A desired A live A, sales is agent_sales
  note: It is taken over as it is: only the ownership mark is written, into the version's title.
removed, no mark
  removed-from-git none wanted, seen A desired - live A, sales is agent_sales
  blocked, not-ours: The version in Retell bears no mark of this repository, so it is not deleted. Delete the agent in the Retell console if it is to go.
  note: Its folder was removed from Git.
removed, another folder's mark
  removed-from-git none wanted, seen A desired - live A, sales is agent_sales
  blocked, not-ours: The version in Retell is marked by repository 7, folder support, so it is not deleted. Delete the agent in the Retell console if it is to go.
  note: Its folder was removed from Git."
`);
});

test("fields that no write can bring to where they shall be", () => {
  const fingerprint = `fingerprint:${"0".repeat(24)}`;
  const header = (value: string): Content => content({ general_prompt: "a", general_tools: [{ name: "look_up", type: "custom", url: "https://example.com", headers: { Authorization: value } }] });
  const decisions = toldAll<Case>(
    [
      ["a field that Retell cannot unset", [known("sales", { before: content({}, { own_field: 1 }), now: content(), live: content({}, { own_field: 1 }) })]],
      ["one that it can", [known("sales", { before: content({}, { webhook_url: "https://example.com" }), now: content(), live: content({}, { webhook_url: "https://example.com" }) })]],
      ["a credential that was typed into the console, overwritten by another", [{ ...known("sales", { before: A }), state: stateOf("sales", A, { seen: header(fingerprint) }), live: liveAgent("sales", header("typed-in-2")) }, { options: { onConsoleEdit: "overwrite" } }]],
      ["another kind of engine", [{ ...known("sales", { before: A }), desired: desiredAgent("sales", FLOW, { engine: "conversation-flow" }) }]],
      ["another kind of engine, allowed", [{ ...known("sales", { before: A }), desired: desiredAgent("sales", FLOW, { engine: "conversation-flow" }) }, { options: { allowReplace: true } }]],
      ["another channel", [{ ...known("sales", { before: A }), desired: desiredAgent("sales", A, { channel: "chat" }) }]],
    ],
    decide,
  );
  expect(decisions).toMatchInlineSnapshot(`
"a field that Retell cannot unset
  local-change none wanted, seen A desired B live A, sales is agent_sales
  agent.own_field: local-change
  llm.general_prompt: local-change
  blocked, cannot-reset: agent.own_field was removed from agents/sales/agent.json, but Retell has neither null nor a documented default for it. Write the value that it shall have.
one that it can
  local-change update wanted, seen A desired B live A, sales is agent_sales
  agent.webhook_url: local-change
  llm.general_prompt: local-change
a credential that was typed into the console, overwritten by another
  local-change none wanted, seen A desired B live C, sales is agent_sales
  llm.general_tools[look_up].headers.Authorization: local-change
  blocked, cannot-reset: llm.general_tools[look_up].headers.Authorization held a credential before that was typed into the Retell console, so it was never stored. Write the value that it shall have into agents/sales/agent.json as secret://…, or set it in the console.
another kind of engine
  local-change none wanted, seen A desired B live A, sales is agent_sales
  agent.response_engine.type: local-change
  flow.global_prompt: local-change
  llm.general_prompt: local-change
  blocked, needs-replace: Git asks for another kind of engine, which Retell cannot change on an existing agent. Run deploy with allow-replace: true to make a new agent beside the old one.
  note: agent_sales stays in Retell as it is; a new agent with an id of its own takes its place.
another kind of engine, allowed
  local-change replace wanted, seen A desired B live A, sales is agent_sales
  agent.response_engine.type: local-change
  flow.global_prompt: local-change
  llm.general_prompt: local-change
  note: agent_sales stays in Retell as it is; a new agent with an id of its own takes its place.
another channel
  in-sync none wanted, seen A desired A live A, sales is agent_sales
  blocked, needs-replace: Git asks for another channel, which Retell cannot change on an existing agent. Run deploy with allow-replace: true to make a new agent beside the old one.
  note: agent_sales stays in Retell as it is; a new agent with an id of its own takes its place."
`);
});

test("missing or removed", () => {
  const decisions = toldAll<Case>(
    [
      ["deleted in the console, and Git changed it", [gone()]],
      ["deleted in the console", [{ ...gone(), desired: desiredAgent("sales", B), state: stateOf("sales", B) }]],
      ["recreate", [gone(), { options: { recreate: true } }]],
      ["recreate beside others of its name", [gone(["agent_8", "agent_9"]), { options: { recreate: true } }]],
      ["others of its name", [gone(["agent_9"])]],
      ["removed", [removed()]],
      ["removed, prune", [removed(), prune]],
      ["removed, and edited", [removed({ live: liveAgent("sales", EDITED) }), prune]],
      ["removed, and edited, overwrite", [removed({ live: liveAgent("sales", EDITED) }), { options: { prune: "delete", onConsoleEdit: "overwrite" } }]],
      ["removed, and gone", [removed({ live: { kind: "missing", agentId: "agent_sales" } }), prune]],
      ["imported, and its folder has not come yet", [removed({ state: stateOf("sales", A, { imported: true }) }), prune]],
    ],
    decide,
  );
  expect(decisions).toMatchInlineSnapshot(`
"deleted in the console, and Git changed it
  missing-remote none wanted, seen - desired A live -, sales is agent_sales
  blocked, missing-remote: The agent was deleted in Retell. Run deploy with recreate: true to make it again (with a new id), or remove its folder.
  note: Retell has no agent agent_sales any more: it was deleted in the console.
deleted in the console
  missing-remote none, seen - desired A live -, sales is agent_sales
  note: Retell has no agent agent_sales any more: it was deleted in the console.
recreate
  missing-remote create wanted, seen - desired A live -, sales is agent_sales
  note: Retell has no agent agent_sales any more: it was deleted in the console.
recreate beside others of its name
  missing-remote none wanted, seen - desired A live -, sales is agent_sales
  blocked, name-taken: Retell has an unmanaged agent of the same name (agent_8, agent_9), so no other one is made beside it. Rename or delete that one in the Retell console, or give this one another agent_name.
  note: Retell has no agent agent_sales any more: it was deleted in the console.
others of its name
  missing-remote none wanted, seen - desired A live -, sales is agent_sales
  blocked, missing-remote: The agent was deleted in Retell. Run deploy with recreate: true to make it again (with a new id), or remove its folder.
  note: Retell has no agent agent_sales any more: it was deleted in the console.
removed
  removed-from-git none, seen A desired - live A, sales is agent_sales
  note: Its folder was removed from Git; the agent stays in Retell until a run with prune: delete.
removed, prune
  removed-from-git delete wanted, seen A desired - live A, sales is agent_sales
  note: Its folder was removed from Git.
removed, and edited
  removed-from-git none wanted, seen A desired - live B, sales is agent_sales
  blocked, console-edit: Somebody changed it in the Retell console after the last deploy. Look at it there; to delete it all the same, run deploy with on-console-edit: overwrite.
  note: Its folder was removed from Git.
removed, and edited, overwrite
  removed-from-git delete wanted, seen A desired - live B, sales is agent_sales
  note: Its folder was removed from Git.
removed, and gone
  removed-from-git delete wanted, seen A desired - live -, sales is agent_sales
  note: Its folder was removed from Git.
imported, and its folder has not come yet
  removed-from-git none, seen A desired - live A, sales is agent_sales
  note: It was imported and has no folder here: it waits for the import's pull request. Nothing is deleted."
`);
});

test("what a removed agent is known by", () => {
  const [agent] = planOf({ sales: removed({ live: liveAgent("sales", A, { agent: { version: 7, isPublished: true }, modifiedAt: 5 }) }) }).agents;
  expect(agent).toMatchObject({ agentId: "agent_sales", engineId: "llm_sales", channel: "voice", version: 7, isPublished: true, modifiedAt: 5, material: { live: A, baseline: { sent: A, seen: A } } });
  const [lost] = planOf({ sales: removed({ live: { kind: "missing", agentId: "agent_sales" } }) }).agents;
  expect(lost).toMatchObject({ agentId: "agent_sales", engineId: "llm_sales", version: null, isPublished: false, modifiedAt: null, material: { live: undefined } });
});

describe("beside other agents", () => {
  const all = (plan: Plan): string => [...plan.agents.map((agent) => `${agent.name}\n  ${told(agent)}`), ...plan.stops.map(({ reason, message }) => `stop, ${reason}: ${message}`)].join("\n");
  const caller = (id: string): Known => ({ desired: desiredAgent("caller", swap(id, "b")), state: stateOf("caller", A), live: liveAgent("caller", A) });

  test("an agent waits for those that it refers to", () => {
    const blocked = all(planOf({ sales: changed({ live: liveAgent("sales", EDITED) }), caller: caller("agent://sales") }));
    const absent = all(planOf({ caller: caller("agent://nobody") }));
    expect(`${blocked}\n${absent}`).toMatchInlineSnapshot(`
"caller
  local-change none wanted, seen A desired B live A, caller is agent_caller
  llm.general_prompt: local-change
  llm.general_tools[swap].agent_id: local-change
  llm.general_tools[swap].name: local-change
  llm.general_tools[swap].type: local-change
  blocked, blocked-reference: It refers to agent://sales, which is left alone.
sales
  console-edit none wanted, seen A desired B live C, sales is agent_sales
  agent.volume: console-edit
  llm.general_prompt: local-change
  blocked, console-edit: Somebody changed agent.volume in the Retell console.
caller
  local-change none wanted, seen A desired B live A, caller is agent_caller
  llm.general_prompt: local-change
  llm.general_tools[swap].agent_id: local-change
  llm.general_tools[swap].name: local-change
  llm.general_tools[swap].type: local-change
  blocked, blocked-reference: It refers to agent://nobody, which does not exist in this workspace and is not among the selected agents."
`);
  });

  test("one that waits is recorded where something converged or its folder was renamed", () => {
    const converged: Known = { desired: desiredAgent("caller", { ...swap("agent://sales", "b"), agent: { ...A.agent, volume: 2 } }), state: stateOf("caller", A), live: liveAgent("caller", EDITED) };
    expect(planOf({ sales: changed({ live: liveAgent("sales", EDITED) }), caller: converged }).agents[0]).toMatchObject({ name: "caller", operation: "record", blocks: [{ reason: "blocked-reference" }] });
  });

  test("staging first", () => {
    const staging = (states: Parameters<typeof recordedState>[0], built: Content | undefined = B) => ({ name: "staging", desired: new Map(built === undefined ? [] : [["sales", desiredAgent("sales", built)]]), recorded: recordedState(states) });
    const unreadable = { ...staging({}), recorded: { ...recordedState({}), workspace: { kind: "unreadable" as const, problem: "x" } } };
    const decisions = toldAll<Case>(
      [
        ["never there", [changed(), { snapshot: { staging: staging({}) } }]],
        ["never there, and not required", [changed(), { snapshot: { staging: staging({}) }, options: { requireStaging: false } }]],
        ["there", [changed(), { snapshot: { staging: staging({ sales: stateOf("sales", B) }) } }]],
        ["there, before something else", [changed(), { snapshot: { staging: staging({ sales: stateOf("sales", A, { previous: [{ config_hash: contentHash(B as Json), source_commit: "x" }] }) }) } }]],
        ["there in part", [changed(), { snapshot: { staging: staging({ sales: stateOf("sales", B, { incomplete: true }) }) } }]],
        ["there, but this commit builds something else for it", [changed(), { snapshot: { staging: staging({ sales: stateOf("sales", B) }, A) } }]],
        ["its record there is unreadable", [changed(), { snapshot: { staging: staging({ sales: { kind: "unreadable", problem: "x" } }) } }]],
        ["the state there is unreadable", [changed(), { snapshot: { staging: unreadable } }]],
        ["it was here before", [changed({ state: stateOf("sales", A, { previous: [{ config_hash: contentHash(B as Json), source_commit: "x" }] }) }), { snapshot: { staging: staging({}) } }]],
        ["nothing changed", [known("sales", { before: A }), { snapshot: { staging: staging({}) } }]],
        ["only recorded", [known("sales", { before: A, now: B, live: B }), { snapshot: { staging: staging({}) } }]],
        ["removed", [removed(), { options: { prune: "delete" }, snapshot: { staging: staging({}) } }]],
      ],
      decide,
    );
    expect(decisions).toMatchInlineSnapshot(`
"never there
  local-change none wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  blocked, staging-required: This content has not been deployed to staging. Merge it there first, or run deploy with require-staging: false.
never there, and not required
  local-change update wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  note: Its content was not deployed to staging: require-staging: false lets it through.
  skips staging
there
  local-change update wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
there, before something else
  local-change update wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
there in part
  local-change none wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  blocked, staging-required: This content has not been deployed to staging. Merge it there first, or run deploy with require-staging: false.
there, but this commit builds something else for it
  local-change none wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  blocked, staging-required: This content has not been deployed to staging. Merge it there first, or run deploy with require-staging: false.
its record there is unreadable
  local-change none wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  blocked, staging-unreadable: The state of staging cannot be read, so it is not known whether this content was deployed there. Restore the file on its state branch.
the state there is unreadable
  local-change none wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
  blocked, staging-unreadable: The state of staging cannot be read, so it is not known whether this content was deployed there. Restore the file on its state branch.
it was here before
  local-change update wanted, seen A desired B live A, sales is agent_sales
  llm.general_prompt: local-change
nothing changed
  in-sync none, seen A desired A live A, sales is agent_sales
only recorded
  converged record, seen A desired B live B, sales is agent_sales
  llm.general_prompt: converged
removed
  removed-from-git delete wanted, seen A desired - live A, sales is agent_sales
  note: Its folder was removed from Git."
`);
  });

  test("uses that keep an agent from being deleted", () => {
    const uses = (numbers: readonly string[], holders: readonly (readonly [string | undefined, string])[]): PlanOf => ({
      ...prune,
      snapshot: { uses: { phones: { kind: "known", numbers: new Map([["agent_sales", numbers]]) }, handovers: { kind: "known", byAgent: new Map([["agent_sales", holders.map(([agent, holder]) => ({ agent, holder }))]]) } } },
    });
    const unknown = { kind: "unknown" as const, problem: "The key may not." };
    const decisions = toldAll<Case>(
      [
        ["a number", [removed(), uses(["+1"], [])]],
        ["two numbers", [removed(), uses(["+1", "+2"], [])]],
        ["another's engine", [removed(), uses([], [[undefined, "the flow f"]])]],
        ["two engines", [removed(), uses([], [[undefined, "the flow g"], ["help", "version 1 of help"]])]],
        ["its own engine", [removed(), uses([], [["sales", "the Retell LLM llm_sales of sales"]])]],
        ["numbers are not known", [removed(), { ...prune, snapshot: { uses: { phones: unknown, handovers: { kind: "known", byAgent: new Map() } } } }]],
        ["engines are not known", [removed(), { ...prune, snapshot: { uses: { phones: { kind: "known", numbers: new Map() }, handovers: unknown } } }]],
      ],
      decide,
    );
    const holding = [
      all(planOf({ sales: removed(), help: known("help", { before: swap("agent_sales") }) }, prune)),
      all(planOf({ sales: removed(), help: known("help", { before: swap("agent_sales") }), info: known("info", { before: swap("agent_sales") }) }, prune)),
    ].join("\n");
    expect(`${decisions}\n${holding}`).toMatchInlineSnapshot(`
"a number
  removed-from-git none wanted, seen A desired - live A, sales is agent_sales
  blocked, still-in-use: The phone number +1 uses it. Bind another agent in the Retell console first.
  note: Its folder was removed from Git.
two numbers
  removed-from-git none wanted, seen A desired - live A, sales is agent_sales
  blocked, still-in-use: The phone numbers +1, +2 use it. Bind another agent in the Retell console first.
  note: Its folder was removed from Git.
another's engine
  removed-from-git none wanted, seen A desired - live A, sales is agent_sales
  blocked, still-in-use: the flow f: still hands over to it. Take that out first: an older version by publishing a newer one, what is not managed here in the Retell console.
  note: Its folder was removed from Git.
two engines
  removed-from-git none wanted, seen A desired - live A, sales is agent_sales
  blocked, still-in-use: the flow g; version 1 of help: still hand over to it. Take that out first: an older version by publishing a newer one, what is not managed here in the Retell console.
  note: Its folder was removed from Git.
its own engine
  removed-from-git delete wanted, seen A desired - live A, sales is agent_sales
  note: Its folder was removed from Git.
numbers are not known
  removed-from-git none wanted, seen A desired - live A, sales is agent_sales
  blocked, still-in-use: It is not known whether a phone number uses it: The key may not.
  note: Its folder was removed from Git.
engines are not known
  removed-from-git none wanted, seen A desired - live A, sales is agent_sales
  blocked, still-in-use: It is not known whether another agent hands over to it: The key may not.
  note: Its folder was removed from Git.
help
  in-sync none, seen A desired A live A, help is agent_help
sales
  removed-from-git none wanted, seen A desired - live A, sales is agent_sales
  blocked, still-in-use: help still hands over to it. Deploy without that reference first.
  note: Its folder was removed from Git.
help
  in-sync none, seen A desired A live A, help is agent_help
info
  in-sync none, seen A desired A live A, info is agent_info
sales
  removed-from-git none wanted, seen A desired - live A, sales is agent_sales
  blocked, still-in-use: help, info still hand over to it. Deploy without that reference first.
  note: Its folder was removed from Git."
`);
  });

  test("reasons for which nothing at all is written", () => {
    const orphan = (name: string, more: Parameters<typeof stateOf>[2] = {}): Known => ({ state: stateOf(name, A, more), live: liveAgent(name, A) });
    const fresh = (name: string): Known => ({ desired: desiredAgent(name, A) });
    const many = (count: number): Record<string, Known> => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, known(`k${index}`, { before: A })]));
    const unreadable = { recorded: { ...recordedState({}), workspace: { kind: "unreadable" as const, problem: "not valid JSON" } } };
    const stops = (agents: Record<string, Known>, given?: PlanOf): string => planOf(agents, given).stops.map(({ reason, message }) => `${reason}: ${message}`).join("\n  ") || "none";
    const told = Object.entries({
      "the state is unreadable": stops({}, { snapshot: unreadable }),
      "one vanished, one appeared": stops({ a: orphan("a"), b: fresh("b") }),
      "one vanished, two appeared": stops({ a: orphan("a", { config_hash: "sha256:x" }), b: fresh("b"), c: fresh("c") }),
      "an empty record vanished": stops({ a: { state: stateOf("a", A, { agent_id: null }) }, b: fresh("b") }),
      "one vanished, none appeared": stops({ a: orphan("a") }),
      "imported, and another folder appeared": stops({ a: orphan("a", { imported: true, config_hash: "sha256:x", sent: B }), b: { desired: desiredAgent("b", { ...B, agent: { ...B.agent, agent_name: "Other" } }) } }),
      "imported, and its folder appeared under another name": stops({ a: orphan("a", { imported: true, config_hash: "sha256:x", sent: B }), b: fresh("b") }),
      "a rename that leads nowhere": stops({ a: orphan("a"), b: fresh("b") }, { snapshot: { moved: moves(["a", "c"]) } }),
      "a rename that leads to a folder with a record": stops({ a: orphan("a"), b: known("b", { before: A }), c: fresh("c") }, { snapshot: { moved: moves(["a", "b"]) } }),
      "a record that was given up": stops({ a: orphan("a"), b: fresh("b") }, { snapshot: { moved: moves(["a", null]) } }),
      "one delete": stops({ a: orphan("a") }, prune),
      "two deletes": stops({ a: orphan("a"), b: orphan("b") }, prune),
      "two deletes, allowed": stops({ a: orphan("a"), b: orphan("b") }, { options: { prune: "delete", maxDeletes: 2 } }),
      "three of nine": stops({ a: orphan("a"), b: orphan("b"), c: orphan("c"), ...many(6) }, { options: { prune: "delete", maxDeletes: 9 } }),
      "three of ten": stops({ a: orphan("a"), b: orphan("b"), c: orphan("c"), ...many(7) }, { options: { prune: "delete", maxDeletes: 9 } }),
      "four of ten": stops({ a: orphan("a"), b: orphan("b"), c: orphan("c"), d: orphan("d"), ...many(6) }, { options: { prune: "delete", maxDeletes: 9 } }),
    }).map(([name, text]) => `${name}\n  ${text}`).join("\n");
    expect(told).toMatchInlineSnapshot(`
"the state is unreadable
  unreadable-state: workspace.json on the state branch cannot be read: not valid JSON. Restore it from the branch's history.
one vanished, one appeared
  state-without-folder: a was deployed but has no folder any more, while b is new. If it was renamed, add {"agent": "a", "to": "b"} to "moved" in workspaces.json; if it is gone for good, add {"agent": "a", "to": null}.
one vanished, two appeared
  state-without-folder: a was deployed but has no folder any more, while b, c are new. If it was renamed, add {"agent": "a", "to": "b"} or {"agent": "a", "to": "c"} to "moved" in workspaces.json; if it is gone for good, add {"agent": "a", "to": null}.
an empty record vanished
  none
one vanished, none appeared
  none
imported, and another folder appeared
  none
imported, and its folder appeared under another name
  state-without-folder: a was imported but has no folder any more, while b is new. If it was renamed, add {"agent": "a", "to": "b"} to "moved" in workspaces.json; if it is gone for good, add {"agent": "a", "to": null}.
a rename that leads nowhere
  state-without-folder: a was deployed but has no folder any more ("moved" in workspaces.json says that it is c now, which has no folder either), while b is new. If it was renamed, add {"agent": "c", "to": "b"} to "moved" in workspaces.json, or correct the entry that is there; if it is gone for good, add {"agent": "c", "to": null}.
a rename that leads to a folder with a record
  none
a record that was given up
  none
one delete
  none
two deletes
  too-many-deletes: 2 agents would be deleted (a, b), but max-deletes is 1.
two deletes, allowed
  none
three of nine
  none
three of ten
  none
four of ten
  too-many-deletes: 4 of 10 agents would be deleted (a, b, c, d), which is more than 30 %."
`);
  });
});
