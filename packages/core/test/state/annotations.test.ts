import { describe, expect, test } from "@jest/globals";
import type { Content } from "@retell-actions/core/canonical/content";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { ProjectFile, ProjectFiles } from "@retell-actions/core/project/files";
import { emptyAgentState, renderAgentState, type AgentState } from "@retell-actions/core/state/agent-state";
import { explainPending } from "@retell-actions/core/state/explain-pending";
import { engineShell } from "@retell-actions/core/state/engine-shell";
import { movedNote, movedTo, recordPlaces, underNewName } from "@retell-actions/core/state/former-record";
import { afterDeployment, afterExplaining, afterPublishing, withFormerId, withPending, type Recorded } from "@retell-actions/core/state/next-state";
import { parseRecordedState } from "@retell-actions/core/state/recorded";
import { renderWorkspaceState } from "@retell-actions/core/state/workspace-state";
import { factsOf } from "../diff/facts.ts";

const content = (prompt: string): Content => ({ agent: { voice_id: "v" }, llm: { general_prompt: prompt } });
const note = { commit: "c2", branch: "staging", actor: "bot", runId: "7", at: "2026-11-24T02:30:00Z" };
const CHANGE = { agent_at: 5, engine_at: 6, engine_version: 0 };
const recorded = (more: Partial<Recorded> = {}): Recorded => ({ agentId: "agent_1", engineId: "llm_1", version: 3, isPublished: false, baseline: { sent: content("a"), seen: content("a") }, secrets: {}, incomplete: false, ...more });
const deployed = (more: Partial<AgentState> = {}): AgentState => ({ ...afterDeployment(emptyAgentState("staging"), recorded(), { ...note, commit: "c1" }), ...more });

describe("afterDeployment", () => {
  test("the last change is recorded where it is known and all was written", () => {
    expect(afterDeployment(deployed(), recorded({ lastChange: CHANGE }), note).last_change).toEqual(CHANGE);
    expect(afterDeployment(deployed({ last_change: CHANGE }), recorded(), note)).not.toHaveProperty("last_change");
    expect(afterDeployment(deployed(), recorded({ lastChange: CHANGE, incomplete: true }), note)).not.toHaveProperty("last_change");
  });

  test("a part that changed nothing of what Git says is no deployment", () => {
    const part = recorded({ incomplete: true, version: 4, baseline: { sent: content("a"), seen: content("b") } });
    expect(afterDeployment(deployed(), part, note)).toMatchObject({ version: 4, source_commit: "c1", seen: content("b") });
    expect(afterDeployment(deployed(), part, note)).not.toHaveProperty("incomplete");
    expect(afterDeployment(deployed({ incomplete: true }), part, note)).toMatchObject({ incomplete: true, source_commit: "c1" });
  });

  test("a part that did is one, until the rest follows; nobody ever had its content", () => {
    const part = afterDeployment(deployed(), recorded({ incomplete: true, baseline: { sent: content("b"), seen: content("b") } }), note);
    expect(part).toMatchObject({ incomplete: true, source_commit: "c2" });
    const rest = afterDeployment(part, recorded({ baseline: { sent: content("c"), seen: content("c") } }), note);
    expect(rest).not.toHaveProperty("incomplete");
    expect(rest.previous).toEqual([{ config_hash: deployed().config_hash, source_commit: "c1" }]);
  });

  test("what was let through without staging is marked, once", () => {
    const through = afterDeployment(deployed(), recorded({ withoutStaging: true }), note);
    expect(through.without_staging).toBe(true);
    expect(afterDeployment(through, recorded(), note)).not.toHaveProperty("without_staging");
    expect(afterDeployment(deployed({ imported: true }), recorded(), note)).not.toHaveProperty("imported");
  });

  test("secrets are added to those recorded before", () => {
    expect(afterDeployment(deployed({ secrets: { A: "1", B: "1" } }), recorded({ secrets: { B: "2" } }), note).secrets).toEqual({ A: "1", B: "2" });
    expect(afterDeployment(deployed(), recorded(), note)).not.toHaveProperty("secrets");
  });

  test("which version callers get", () => {
    const of = (state: Partial<AgentState>, more: Partial<Recorded> = {}): unknown => afterDeployment(deployed(state), recorded(more), note).published_version;
    expect([of({}, { isPublished: true }), of({ published_version: 1 }), of({ is_published: true, version: 2 }), of({ published_version: 1, is_published: true, version: 2 }), of({}), of({ published_version: 1 }, { publishedVersion: 2 }), of({ published_version: 1 }, { publishedVersion: null }), of({ published_version: 1 }, { agentId: "agent_2" })]).toEqual([3, 1, 2, 1, undefined, 2, undefined, undefined]);
  });
});

test("an id that gives way is remembered", () => {
  expect(withFormerId(deployed(), "agent_1")).toEqual({});
  expect(withFormerId(emptyAgentState("staging"), "agent_1")).toEqual({});
  expect(withFormerId(deployed(), "agent_2")).toEqual({ former_agent_ids: ["agent_1"] });
  expect(withFormerId(deployed({ former_agent_ids: ["agent_0"] }), "agent_2")).toEqual({ former_agent_ids: ["agent_0", "agent_1"] });
  expect(withFormerId(deployed(), null)).toEqual({ former_agent_ids: ["agent_1"] });
});

test("after a run that left the agent alone its journal is gone, and what it explained is kept", () => {
  const pending = { operation: "update" as const, mark: "m", sent: content("b"), over: content("a"), keys: [] };
  const begun = withPending(deployed(), pending, { sent: content("a"), seen: content("x") });
  expect(begun).toMatchObject({ pending, sent: content("a"), seen: content("x") });
  expect(withPending(deployed(), pending, null)).toMatchObject({ pending, sent: null, seen: null });
  const explained = afterExplaining(begun, { sent: content("b"), seen: content("b") });
  expect(explained).toEqual(deployed({ sent: content("b"), seen: content("b") }));
  expect(explained).not.toHaveProperty("secrets");
  expect(afterExplaining({ ...begun, secrets: { A: "1", B: "1" } }, null, { B: "2" })).toMatchObject({ sent: null, seen: null, secrets: { A: "1", B: "2" } });
});

test("publishing is no deployment", () => {
  expect(afterPublishing(deployed())).toEqual({ ...deployed(), is_published: true, published_version: 3 });
  expect(afterPublishing(deployed({ last_change: CHANGE }))).toHaveProperty("last_change", CHANGE);
  expect(afterPublishing(deployed(), CHANGE)).toHaveProperty("last_change", CHANGE);
});

describe("a state branch", () => {
  const text = renderAgentState(emptyAgentState("staging"));
  const file = (written: string): ProjectFile => ({ kind: "file", text: written });
  const workspace = renderWorkspaceState({ format: 1, organization: null, salt: "0123456789abcdef", pending: null });
  const read = (files: Readonly<Record<string, ProjectFile>>) => parseRecordedState("head", new Map(Object.entries(files)), "staging");

  test("has the agents of one workspace, by name", () => {
    const recordedState = read({ "workspace.json": file(workspace), "agents/b/staging.json": file(text), "agents/a/staging.json": file(text), "agents/a/production.json": file(text), "x/agents/c/staging.json": file(text), "agents/d/staging.json/x": file(text), "agents/staging.json": file(text) });
    expect([...recordedState.agents.keys()]).toEqual(["a", "b"]);
    expect(recordedState).toMatchObject({ head: "head", workspace: { kind: "state", state: { salt: "0123456789abcdef" } } });
  });

  test("what cannot be read is told for each file", () => {
    const problems = read({ "agents/a/staging.json": { kind: "binary" }, "agents/b/staging.json": file(renderAgentState({ ...emptyAgentState("staging"), agent_id: "../x" })), "agents/c/staging.json": file(renderAgentState({ ...emptyAgentState("staging"), former_agent_ids: ["a b"] })), "agents/d/staging.json": file(renderAgentState({ ...emptyAgentState("staging"), llm_id: "a b" })), "agents/e/staging.json": file(renderAgentState({ ...emptyAgentState("staging"), conversation_flow_id: "a b" })) });
    expect(problems.workspace).toEqual({ kind: "unreadable", problem: "the file is missing" });
    expect([...problems.agents.values()]).toEqual([
      { kind: "unreadable", problem: "it is not a text file" },
      { kind: "unreadable", problem: '"../x" cannot be an id of Retell' },
      { kind: "unreadable", problem: '"a b" cannot be an id of Retell' },
      { kind: "unreadable", problem: '"a b" cannot be an id of Retell' },
      { kind: "unreadable", problem: '"a b" cannot be an id of Retell' },
    ]);
  });

  test("numbers beyond all, and nesting beyond all, are no record of ours", () => {
    const beyond = text.replace('"version": null', '"version": 1e999');
    const deep = JSON.stringify({ ...emptyAgentState("staging"), later: JSON.parse(`${"[".repeat(400)}${"]".repeat(400)}`) as JsonObject });
    const { agents } = read({ "agents/a/staging.json": file(beyond), "agents/b/staging.json": file(deep) });
    expect([...agents.values()]).toEqual([
      { kind: "unreadable", problem: "it holds a number beyond all that a program can hold" },
      { kind: "unreadable", problem: "it is nested deeper than any record of these actions" },
    ]);
  });
});

describe("a record under another name", () => {
  const files = (texts: Readonly<Record<string, string>>): ProjectFiles => new Map(Object.entries(texts).map(([path, written]) => [path, { kind: "file", text: written }]));
  const parsed = (all: ProjectFiles | ReadonlyMap<string, string> | undefined): unknown => (all === undefined ? undefined : Object.fromEntries([...all].map(([path, file]) => [path, JSON.parse((typeof file === "string" ? file : file.text) ?? "null") as unknown])));

  test("places, the own name first", () => {
    expect(recordPlaces("prod", { moved: [{ kind: "workspace", from: "production", to: "prod" }, { kind: "agent", from: "x", to: "prod" }], workingDirectory: "bots" })).toEqual([
      { workspace: "prod", branch: "retell/state/bots/prod" },
      { workspace: "production", branch: "retell/state/bots/production" },
    ]);
  });

  test("its files bear the new name, also inside; the rest stays", () => {
    const old = files({ "workspace.json": '{"salt":"s","moved_to":"x"}', "agents/a/production.json": '{"workspace":"production","x":1}', "agents/b/production.json": '{"workspace":"other"}', "agents/a/staging.json": '{"workspace":"staging"}', "knowledge/k/production.json": '{"workspace":"production"}', "xproduction.json": "1" });
    expect(parsed(underNewName(old, { from: "production", to: "prod", head: "h" }))).toEqual({
      "workspace.json": { salt: "s", moved_from: { workspace: "production", commit: "h" } },
      "agents/a/prod.json": { workspace: "prod", x: 1 },
      "agents/b/prod.json": { workspace: "other" },
      "agents/a/staging.json": { workspace: "staging" },
      "knowledge/k/prod.json": { workspace: "prod" },
      "xproduction.json": 1,
    });
    expect(underNewName(files({ "agents/a/production.json": "[" }), { from: "production", to: "prod", head: "h" }).get("agents/a/prod.json")).toEqual({ kind: "file", text: "[" });
  });

  test("the old branch is told where it went; what cannot be read is not written over", () => {
    expect(parsed(movedNote(files({ "workspace.json": '{"salt":"s"}' }), "prod"))).toEqual({ "workspace.json": { salt: "s", moved_to: "prod" } });
    expect(movedNote(files({ "workspace.json": "[]" }), "prod")).toBeUndefined();
    expect(movedNote(files({}), "prod")).toBeUndefined();
    expect([movedTo(files({ "workspace.json": '{"moved_to":"prod"}' })), movedTo(files({ "workspace.json": '{"moved_to":1}' })), movedTo(files({ "workspace.json": "{}" })), movedTo(files({ "workspace.json": "[" })), movedTo(files({}))]).toEqual(["prod", undefined, undefined, undefined, undefined]);
  });
});

describe("explainPending: what a dead run had created", () => {
  const facts = factsOf();
  const MARK = "retell-actions 7 sales 0123abc";
  const sent: Content = { agent: { agent_name: "a", voice_id: "v" }, flow: { global_prompt: "p", nodes: [] } };
  const pending = { operation: "create" as const, mark: MARK, sent, over: { agent: {} }, keys: [] };
  const explain = (live: Content, title: string | null, more: Partial<Parameters<typeof explainPending>[2]> = {}) => explainPending(null, pending, { live, title, modifiedAt: 5_000, runEndedAt: 6_000, ...more }, facts);

  test("a shell: nothing of its stand-ins is to stay, and it was sent", () => {
    const shell = engineShell("flow", sent.flow ?? {}, MARK);
    const explained = explain({ agent: { agent_name: "a", voice_id: "v", extra: 1 }, flow: shell }, MARK);
    expect(explained?.sent).toEqual({ agent: { agent_name: "a", voice_id: "v" }, flow: { global_prompt: MARK, nodes: shell["nodes"] } });
    expect(explained?.seen).toEqual({ agent: { agent_name: "a", voice_id: "v", extra: 1 }, flow: shell });
  });

  test("with its mark and nobody after it, all is its own; a field that never came was never sent", () => {
    expect(explain({ agent: { agent_name: "A", extra: 1 }, flow: { global_prompt: "P" } }, MARK)).toEqual({ sent: { agent: { agent_name: "a" }, flow: sent.flow }, seen: { agent: { agent_name: "A", extra: 1 }, flow: { global_prompt: "P" } } });
  });

  test.each<[string, string | null, Partial<Parameters<typeof explainPending>[2]>]>([
    ["without its mark", null, {}],
    ["changed after its end", MARK, { modifiedAt: 7_000 }],
    ["with an end that nobody knows", MARK, { runEndedAt: undefined }],
    ["with an unknown time of change", MARK, { modifiedAt: 0 }],
  ])("%s only what Git never mentioned, and what is equal", (_name, title, more) => {
    const explained = explain({ agent: { agent_name: "A", voice_id: "v", extra: 1 }, flow: { global_prompt: "P" } }, title, more);
    expect(explained).toEqual({ sent: { agent: {}, flow: {} }, seen: { agent: { voice_id: "v", extra: 1 }, flow: {} } });
  });
});
