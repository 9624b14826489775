import { describe, expect, test } from "@jest/globals";
import type { Content } from "@retell-actions/core/canonical/content";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import { recordedChannel } from "@retell-actions/core/state/agent-address";
import { emptyAgentState, isOnlyImported, parseAgentState, renderAgentState, type AgentState } from "@retell-actions/core/state/agent-state";
import { engineIdOf, engineIds } from "@retell-actions/core/state/engine-ids";
import { engineShell, standIns } from "@retell-actions/core/state/engine-shell";
import { markFolder, parseMark, renderMark } from "@retell-actions/core/state/ownership-mark";
import { idProblem } from "@retell-actions/core/state/retell-id";
import { agentStatePath, parseWorkspaceState, stateBranch } from "@retell-actions/core/state/workspace-state";

const CHAT: Content = { agent: { channel: "chat" } };
const VOICE: Content = { agent: {} };
const state = (more: Partial<AgentState> = {}): AgentState => ({ ...emptyAgentState("staging"), ...more });
const pending = (operation: "create" | "update" | "delete", sent: Content, over: Content): AgentState["pending"] => ({ operation, mark: "m", sent, over, keys: [] });

describe("an agent's state file", () => {
  const problemOf = (value: unknown): unknown => {
    const parsed = parseAgentState(typeof value === "string" ? value : JSON.stringify(value), "staging");
    return "problem" in parsed ? parsed.problem : undefined;
  };

  test.each<[unknown, string]>([
    ["<<<<<<< HEAD\n{}", "not valid JSON (it holds merge-conflict markers)"],
    ["{}\n>>>>>>> other", "not valid JSON (it holds merge-conflict markers)"],
    ["{\n=======\n}", "not valid JSON (it holds merge-conflict markers)"],
    ['{ "=======', "not valid JSON (Unterminated string in JSON at position 10 (line 1 column 11))"],
    ["{ =", "not valid JSON (Expected property name or '}' in JSON at position 2 (line 1 column 3))"],
    ["[]", "the file: Invalid input: expected object, received array"],
    [{ ...state(), version: -1 }, "version: Too small: expected number to be >=0"],
    [{ ...state(), sent: { agent: [] } }, "sent.agent: expected an object"],
    [{ ...state(), workspace: "production" }, 'it says workspace "production" instead of "staging"'],
  ])("%j: %s", (value, problem) => expect(problemOf(value)).toBe(problem));

  test("is read as it was written, with the parts that there are and no others", () => {
    for (const content of [VOICE, { ...VOICE, llm: { a: 1 } }, { ...VOICE, flow: { a: 1 } }] satisfies Content[]) {
      const written = state({ sent: content, seen: content, pending: pending("delete", content, content) });
      const parsed = parseAgentState(renderAgentState(written), "staging");
      expect("state" in parsed ? [parsed.state, Object.keys(parsed.state.sent ?? {})] : parsed).toEqual([written, Object.keys(content)]);
    }
    expect(parseAgentState(JSON.stringify({ ...state(), previous: undefined, last_change: "odd" }), "staging")).toMatchObject({ state: { previous: [], last_change: undefined } });
    expect(renderAgentState(state())).toBe(`${JSON.stringify(emptyAgentState("staging"), null, 2)}\n`);
  });

  test("only imported is what nothing was deployed to since", () => {
    expect([state({ imported: true }), state(), undefined, state({ imported: true, deployed_at: "2026-01-01T00:00:00Z" }), state({ imported: false })].map((one) => isOnlyImported(one))).toEqual([true, false, false, false, false]);
  });

  test("an agent that was never written", () => {
    expect(emptyAgentState("staging")).toEqual({ format: 1, workspace: "staging", agent_id: null, llm_id: null, version: null, is_published: false, config_hash: null, source_commit: null, source_branch: null, deployed_by: null, workflow_run_id: null, deployed_at: null, sent: null, seen: null, previous: [] });
  });
});

test("the channel is that of what was seen, else sent, else about to be sent; of a delete what was there", () => {
  const channels = [state({ seen: CHAT, sent: VOICE }), state({ seen: null, sent: CHAT, pending: pending("update", VOICE, VOICE) }), state({ pending: pending("create", CHAT, VOICE) }), state({ pending: pending("delete", VOICE, CHAT) }), state({ pending: pending("update", VOICE, CHAT) }), state()].map(recordedChannel);
  expect(channels).toEqual(["chat", "chat", "chat", "chat", "voice", undefined]);
});

test("an engine's id stands under the key of its kind", () => {
  expect([{ llm_id: "l" }, { llm_id: null, conversation_flow_id: "f" }, { llm_id: null }, undefined].map((ids) => engineIdOf(ids))).toEqual(["l", "f", null, null]);
  const of = (type: string): Content => ({ agent: { response_engine: { type } } });
  expect([engineIds(of("conversation-flow"), "f"), engineIds(of("conversation-flow"), null), engineIds(of("retell-llm"), "l"), engineIds(VOICE, null)]).toEqual([{ llm_id: null, conversation_flow_id: "f" }, { llm_id: null }, { llm_id: "l" }, { llm_id: null }]);
});

test("an engine is created with as little as Retell takes, and our mark as its prompt", () => {
  const all: JsonObject = { start_speaker: "user", model: "m", s2s_model: "s", is_transfer_llm: true, model_choice: { type: "cascading" }, is_transfer_cf: true, general_prompt: "p", global_prompt: "p", nodes: [], begin_message: "b" };
  const kept: JsonObject = { start_speaker: "user", model: "m", s2s_model: "s", is_transfer_llm: true, model_choice: { type: "cascading" }, is_transfer_cf: true };
  const nodes = [{ id: "start", type: "conversation", instruction: { type: "prompt", text: "" }, edges: [] }];
  expect(engineShell("llm", {}, "mark")).toEqual({ start_speaker: "agent", general_prompt: "mark" });
  expect(engineShell("llm", all, "mark")).toEqual({ ...kept, general_prompt: "mark" });
  expect(engineShell("flow", {}, "mark")).toEqual({ start_speaker: "agent", model_choice: { type: "cascading", model: "gpt-4.1" }, nodes, global_prompt: "mark" });
  expect(engineShell("flow", all, "mark")).toEqual({ ...kept, nodes, global_prompt: "mark" });
  expect([standIns("llm", "mark"), standIns("flow", "mark")]).toEqual([{ general_prompt: "mark" }, { nodes, global_prompt: "mark" }]);
});

test("marks are read as they are written, and nothing else is one", () => {
  const mark = { repositoryId: 7, folder: "voice/sales", shortSha: "0123abc" };
  expect(renderMark(mark)).toBe("retell-actions 7 voice/sales 0123abc");
  expect(parseMark(renderMark(mark))).toEqual(mark);
  expect(parseMark(`retell-actions 1234567890123456 ${"f".repeat(512)} ${"a".repeat(40)}`)).toBeDefined();
  for (const odd of [null, undefined, "", " retell-actions 7 a 0123abc", "retell-actions 7 a 0123abc ", "retell-actions x a 0123abc", "retell-actions 7 a b 0123abc", "retell-actions 7 a 0123ab", `retell-actions 7 a ${"a".repeat(41)}`, "retell-actions 7 a 0123abg", "retell-actions 12345678901234567 a 0123abc", `retell-actions 7 ${"f".repeat(513)} 0123abc`, "retell-actions  a 0123abc"]) expect([odd, parseMark(odd)]).toEqual([odd, undefined]);
  expect([markFolder("", "sales"), markFolder("voice", "sales")]).toEqual(["sales", "voice/sales"]);
});

test("ids that no run of ours wrote are told", () => {
  expect(idProblem([null, undefined, "agent_A-1", "a".repeat(200)])).toBeUndefined();
  expect(idProblem(["agent_1", "../x"])).toBe('"../x" cannot be an id of Retell');
  expect(idProblem([""])).toBe('"" cannot be an id of Retell');
  expect(idProblem(["a".repeat(201)])).toBe(`"${"a".repeat(100)}" cannot be an id of Retell`);
  expect([idProblem(["a b"]), idProblem(["a\n"])].every((problem) => problem !== undefined)).toBe(true);
});

describe("workspace.json and where things stand", () => {
  test.each([
    ["{", "not valid JSON (Expected property name or '}' in JSON at position 1 (line 1 column 2))"],
    ["[]", "the file: Invalid input: expected object, received array"],
    ['{"format":1,"organization":null,"salt":"short"}', "salt: Too small: expected string to have >=16 characters"],
    ['{"format":1,"organization":null,"salt":"0123456789abcdef","pending":{"run":"1","attempt":0}}', "pending.attempt: Too small: expected number to be >0"],
  ])("%s: %s", (text, problem) => expect(parseWorkspaceState(text)).toEqual({ problem }));

  test("a lock is read whole, and none where the file has none", () => {
    const lock = { run: "7", attempt: 1, job: "deploy", until: "2026-01-01T00:00:00Z", commit: "c", agents: ["sales"] };
    const text = (pendingRun: unknown): string => JSON.stringify({ format: 1, organization: { id: null, name: "O" }, salt: "0123456789abcdef", pending: pendingRun });
    expect(parseWorkspaceState(text({ ...lock, kind: "publish", interrupted: lock }))).toMatchObject({ state: { organization: { id: null, name: "O" }, pending: { ...lock, kind: "publish", interrupted: lock } } });
    expect(parseWorkspaceState(text(undefined))).toMatchObject({ state: { pending: null } });
    expect(parseWorkspaceState(text({ ...lock, kind: "other" }))).toHaveProperty("problem");
  });

  test("branches and files", () => {
    expect([stateBranch("", "staging"), stateBranch("voice", "staging"), agentStatePath("sales", "staging")]).toEqual(["retell/state/staging", "retell/state/voice/staging", "agents/sales/staging.json"]);
  });
});
