import { describe, expect, test } from "@jest/globals";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import { classifyFields, type Baseline } from "@retell-actions/core/diff/classify";
import type { PendingWrite } from "@retell-actions/core/state/agent-state";
import { explainPending, type PendingEvidence } from "@retell-actions/core/state/explain-pending";
import { factsOf } from "../diff/facts.ts";

const MARK = "retell-actions 1 sales abcdef1";
const OLD_MARK = "retell-actions 1 sales 0000000";
const facts = factsOf({ nullable: ["agent.webhook_url"], defaults: { "agent.volume": 1 } });

const both = (agent: JsonObject, llm: JsonObject): Content => ({ agent, llm });

// What was deployed before: Retell cuts blanks and fills in what Git does not mention.
const before: Baseline = {
  sent: both({ agent_name: "old", webhook_url: "w" }, { general_prompt: "old", general_tools: [{ name: "a", url: "1" }, { name: "b", url: "1" }] }),
  seen: both({ agent_name: "old", webhook_url: "w", voice_speed: 1 }, { general_prompt: "old", general_tools: [{ name: "a", url: "1" }, { name: "b", url: "1" }], kb_config: { top_k: 3 } }),
};
// What the run was sending: a name that Retell will cut, a removed field, a prompt, one tool.
const desired = both({ agent_name: "new  " }, { general_prompt: "new", general_tools: [{ name: "a", url: "2" }, { name: "b", url: "1" }] });
const pending: PendingWrite = {
  operation: "update",
  mark: MARK,
  sent: desired,
  over: both({ agent_name: "old", webhook_url: "w" }, { general_prompt: "old", general_tools: before.seen.llm?.["general_tools"] as Json }),
  keys: ["agent.agent_name", "agent.webhook_url", "llm.general_prompt", "llm.general_tools"],
};
// What Retell makes of it; `voice_speed` is a side effect on what Git does not mention.
const agentAfter: JsonObject = { agent_name: "new", voice_speed: 2 };
const llmAfter: JsonObject = { general_prompt: "new", general_tools: [{ name: "a", url: "2", filled: true }, { name: "b", url: "1" }], kb_config: { top_k: 3 } };
const atFirst = before.seen;
const agentOnly = both(agentAfter, before.seen.llm ?? {});
const complete = both(agentAfter, llmAfter);

// GitHub tells ends of runs in whole seconds, cut off.
const ended = 50_000;
const surely = (live: Content): PendingEvidence => ({ live, title: MARK, modifiedAt: 40_123, runEndedAt: ended });
const withoutEnd = (live: Content): PendingEvidence => ({ live, title: MARK, modifiedAt: 40_123, runEndedAt: undefined });

/** The classes of fields after the crash was explained, for a run that sends `git`. */
function classes(evidence: PendingEvidence, options: { baseline?: Baseline | null; pending?: PendingWrite; git?: Content } = {}): Record<string, string> {
  const baseline = explainPending(options.baseline === undefined ? before : options.baseline, options.pending ?? pending, evidence, facts);
  const changes = classifyFields({ baseline, desired: options.git ?? desired, live: evidence.live }, { facts, mayOverwrite: () => false });
  return Object.fromEntries(changes.map((change) => [change.name, change.class]));
}

const ALL = {
  "agent.agent_name": "local-change",
  "agent.webhook_url": "local-change",
  "llm.general_prompt": "local-change",
  "llm.general_tools[a].url": "local-change",
};
const ENGINE = { "llm.general_prompt": "local-change", "llm.general_tools[a].url": "local-change" };

describe("an update that died", () => {
  test("before its first write: everything is still to be done, nothing is anybody's edit", () => {
    expect(classes({ ...surely(atFirst), title: OLD_MARK })).toEqual(ALL);
    expect(classes(withoutEnd(atFirst))).toEqual(ALL);
    // The same commit once more: its mark stands there from the first time.
    expect(classes(surely(atFirst))).toEqual(ALL);
  });

  test("between agent and engine: the engine is still to be done", () => {
    expect(classes(surely(agentOnly))).toEqual(ENGINE);
  });

  test("after everything: nothing is left, also of what Retell normalised, filled in and changed beside it", () => {
    expect(classes(surely(complete))).toEqual({});
  });

  test("the end of the run is not known: what is equal is ours, what Retell made of a value is a person's decision", () => {
    expect(classes(withoutEnd(complete))).toEqual({ "agent.agent_name": "conflict", "agent.voice_speed": "console-edit", "llm.general_tools[a].filled": "console-edit" });
    expect(classes(withoutEnd(agentOnly))).toEqual({ ...ENGINE, "agent.agent_name": "conflict", "agent.voice_speed": "console-edit" });
  });

  test.each<[string, Partial<PendingEvidence>]>([
    ["changed after the run's end", { modifiedAt: ended + 1_000 }],
    ["with an unknown time of change", { modifiedAt: 0 }],
    ["without the run's mark", { title: OLD_MARK }],
    ["with no title at all", { title: null }],
  ])("%s, Retell's values are not taken for the run's", (_, evidence) => {
    expect(classes({ ...surely(complete), ...evidence })).toEqual(classes(withoutEnd(complete)));
  });

  test("changed in the very second in which the run ended still counts as the run's", () => {
    expect(classes({ ...surely(complete), modifiedAt: ended + 999 })).toEqual({});
  });
});

describe("a console edit after the crash", () => {
  const edited = (live: Content): PendingEvidence => ({ live, title: MARK, modifiedAt: ended + 2_500, runEndedAt: ended });

  test("on a key that was written is a conflict", () => {
    expect(classes(edited(both({ agent_name: "new  ", voice_speed: 1 }, { ...llmAfter, general_prompt: "console" })))).toMatchObject({ "llm.general_prompt": "conflict" });
  });

  test("on a key that was not written yet is a conflict", () => {
    expect(classes(edited(both({ ...before.seen.agent, agent_name: "console" }, before.seen.llm ?? {})))).toMatchObject({ "agent.agent_name": "conflict", "llm.general_prompt": "local-change" });
  });

  test("on another key stays a console edit", () => {
    expect(classes(edited(both({ ...before.seen.agent, voice_speed: 7 }, before.seen.llm ?? {})))).toEqual({ ...ALL, "agent.voice_speed": "console-edit" });
  });

  test("on another tool of a list that was written stays a console edit of that tool", () => {
    const tools = [{ name: "a", url: "2" }, { name: "b", url: "console" }];
    expect(classes(edited(both({ agent_name: "new  ", voice_speed: 1 }, { ...before.seen.llm, general_prompt: "new", general_tools: tools })))).toEqual({ "llm.general_tools[b].url": "console-edit" });
  });

  test("to what was being sent is nobody's loss", () => {
    expect(classes(edited(both({ ...before.seen.agent, agent_name: "new  " }, before.seen.llm ?? {})))).not.toHaveProperty(["agent.agent_name"]);
  });

  test("a removal that was carried out, and undone in the console, is a conflict; carried out alone it is done", () => {
    expect(classes(edited(both({ agent_name: "new  ", webhook_url: null, voice_speed: 1 }, llmAfter)))).not.toHaveProperty(["agent.webhook_url"]);
    expect(classes(edited(both({ agent_name: "new  ", webhook_url: "console", voice_speed: 1 }, llmAfter)))).toMatchObject({ "agent.webhook_url": "conflict" });
  });
});

describe("console edits from before, which the run left standing", () => {
  const tools = (a: string): Json => [{ name: "a", url: a }, { name: "b", url: "console" }];
  const withEdits: PendingWrite = { ...pending, over: both(pending.over.agent, { ...pending.over.llm, general_tools: tools("1") }), kept: ["agent.voice_speed", "llm.general_tools[b].url"] };

  test("are console edits still", () => {
    const live = both({ agent_name: "new", voice_speed: 9 }, { ...llmAfter, general_tools: tools("2") });
    expect(classes(surely(live), { pending: withEdits })).toEqual({ "agent.voice_speed": "console-edit", "llm.general_tools[b].url": "console-edit" });
  });
});

describe("a create that died", () => {
  const created: PendingWrite = { operation: "create", mark: MARK, sent: desired, over: { agent: {} }, keys: ["agent.agent_name", "llm.general_prompt", "llm.general_tools"] };
  const at = (evidence: PendingEvidence) => classes(evidence, { baseline: null, pending: created });
  const shell = both({ agent_name: "new", voice_speed: 1 }, { general_prompt: MARK, start_speaker: "agent", model_temperature: 0 });

  test("after everything: nothing is left", () => {
    expect(at(surely(complete))).toEqual({});
    expect(at(withoutEnd(both({ agent_name: "new  ", voice_speed: 1 }, llmAfter)))).toEqual({});
  });

  test("with an engine that holds our mark only: the engine's content is still to be sent, not in conflict with the mark", () => {
    const toSend = { "llm.general_prompt": "local-change", "llm.general_tools[a].name": "local-change", "llm.general_tools[a].url": "local-change", "llm.general_tools[b].name": "local-change", "llm.general_tools[b].url": "local-change" };
    expect(at(surely(shell))).toEqual(toSend);
    expect(at({ ...withoutEnd(shell), live: both({ ...shell.agent, agent_name: "new  " }, shell.llm ?? {}) })).toEqual(toSend);
  });

  test("a field of the agent that somebody changed after the crash is not ours, although the engine still holds our mark", () => {
    const live = both({ ...shell.agent, agent_name: "console" }, shell.llm ?? {});
    expect(at({ live, title: MARK, modifiedAt: ended + 1_000, runEndedAt: ended })).toMatchObject({ "agent.agent_name": "conflict", "llm.general_prompt": "local-change" });
  });

  test("a prompt that somebody wrote after the crash is a conflict", () => {
    const live = both(shell.agent, { ...shell.llm, general_prompt: "console" });
    expect(at({ live, title: MARK, modifiedAt: ended + 1_000, runEndedAt: ended })).toMatchObject({ "llm.general_prompt": "conflict" });
  });

  test("what Git never mentioned is Retell's own", () => {
    expect(at(surely(both({ agent_name: "new", anything: 1 }, llmAfter)))).toEqual({});
  });
});

test("a delete that died explains nothing: the baseline stays", () => {
  const deleting: PendingWrite = { operation: "delete", mark: MARK, sent: { agent: {} }, over: atFirst, keys: [] };
  expect(explainPending(before, deleting, surely(both({ ...before.seen.agent, voice_speed: 9 }, {})), facts)).toEqual(before);
  expect(explainPending(null, deleting, surely(atFirst), facts)).toBeNull();
});

describe("a second crash", () => {
  test("finds the first one explained: the baseline that the second journal stands on", () => {
    // The first run wrote the agent and died; the second explained it, was to write the engine, and died before that.
    const explained = explainPending(before, pending, surely(agentOnly), facts);
    const second: PendingWrite = { ...pending, mark: "retell-actions 1 sales 2222222", over: both({}, pending.over.llm ?? {}), keys: ["llm.general_prompt", "llm.general_tools"] };
    expect(classes({ live: agentOnly, title: MARK, modifiedAt: 40_123, runEndedAt: 90_000 }, { baseline: explained, pending: second })).toEqual(ENGINE);
    expect(classes({ live: complete, title: second.mark, modifiedAt: 80_500, runEndedAt: 90_000 }, { baseline: explained, pending: second })).toEqual({});
  });

  test("a changed commit finds the dead run's values as ours, so that it may write over them", () => {
    const git = both({ agent_name: "newer" }, { general_prompt: "newer", general_tools: [] });
    expect(Object.values(classes(surely(complete), { git })).filter((is) => is !== "local-change")).toEqual([]);
    expect(Object.values(classes(surely(agentOnly), { git })).filter((is) => is !== "local-change")).toEqual([]);
  });
});
