import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import { emptyAgentState, parseAgentState, renderAgentState, type AgentState } from "@retell-actions/core/state/agent-state";
import { parseRecordedState } from "@retell-actions/core/state/recorded";
import { parseWorkspaceState, renderWorkspaceState } from "@retell-actions/core/state/workspace-state";
import { contentArbitrary } from "../diff/content-arbitrary.ts";

function parsed(text: string): AgentState {
  const result = parseAgentState(text, "staging");
  if ("problem" in result) throw new Error(result.problem);
  return result.state;
}

const deployed: AgentState = {
  ...emptyAgentState("staging"),
  agent_id: "agent_1",
  llm_id: "llm_1",
  version: 3,
  config_hash: "sha256:1",
  sent: { agent: { voice_id: "v" }, llm: {} },
  seen: { agent: { voice_id: "v", volume: 1 }, llm: {} },
};

describe("parse and render", () => {
  test("property: they are each other's inverse", () => {
    fc.assert(
      fc.property(contentArbitrary, contentArbitrary, fc.boolean(), (sent, seen, crashed) => {
        const state: AgentState = {
          ...deployed,
          sent,
          seen,
          ...(crashed ? { pending: { operation: "update" as const, mark: "m", sent, over: seen, keys: ["llm.model"] } } : {}),
        };
        const text = renderAgentState(state);
        expect(JSON.stringify(parsed(text).sent)).toBe(JSON.stringify(sent));
        expect(JSON.parse(renderAgentState(parsed(text)))).toEqual(JSON.parse(text));
        expect(renderAgentState(parsed(renderAgentState(parsed(text))))).toBe(renderAgentState(parsed(text)));
      }),
    );
  });

  test("unknown keys are kept, at the top, in history and in the journal", () => {
    const text = JSON.stringify({
      ...deployed,
      published_version: 2,
      previous: [{ config_hash: "sha256:0", source_commit: null, note: "x" }],
      pending: { operation: "update", mark: "m", sent: { agent: {} }, over: { agent: {} }, keys: [], later: 1 },
    });
    const again = JSON.parse(renderAgentState(parsed(text))) as JsonObject;
    expect(again).toMatchObject({ published_version: 2, previous: [{ note: "x" }], pending: { later: 1 } });
  });

  test("a key that prototypes have is an ordinary one", () => {
    const text = `{"format":1,"workspace":"staging","agent_id":null,"llm_id":null,"version":null,"is_published":false,"config_hash":null,"source_commit":null,"source_branch":null,"deployed_by":null,"workflow_run_id":null,"deployed_at":null,"sent":{"agent":{"__proto__":{"a":1},"constructor":2}},"seen":null}`;
    expect(JSON.stringify(parsed(text).sent)).toBe('{"agent":{"__proto__":{"a":1},"constructor":2}}');
  });
});

describe("unreadable", () => {
  const conflicted = `<<<<<<< HEAD\n${renderAgentState(deployed)}=======\n{}\n>>>>>>> other\n`;
  test.each<[string, string, RegExp]>([
    ["merge markers", conflicted, /merge-conflict markers/],
    ["no JSON", "{", /not valid JSON/],
    ["an empty file", "", /not valid JSON/],
    ["a list", "[]", /object/],
    ["null", "null", /object/],
    ["a format from the future", JSON.stringify({ ...deployed, format: 2 }), /^format/],
    ["another workspace", JSON.stringify({ ...deployed, workspace: "production" }), /"production" instead of "staging"/],
    ["an id that is no text", JSON.stringify({ ...deployed, agent_id: 7 }), /^agent_id/],
    ["a missing id", JSON.stringify({ ...deployed, agent_id: undefined }), /^agent_id/],
    ["content that is no object", JSON.stringify({ ...deployed, sent: [] }), /^sent/],
    ["content whose part is no object", JSON.stringify({ ...deployed, seen: { agent: [] } }), /^seen/],
    ["a journal cut short", JSON.stringify({ ...deployed, pending: { operation: "update" } }), /^pending/],
  ])("%s", (_, text, message) => {
    const result = parseAgentState(text, "staging");
    expect(result).toMatchObject({ problem: expect.stringMatching(message) });
  });

  test("an unreadable file is that agent's, and never a new agent; other agents are read", () => {
    const recorded = parseRecordedState(
      "head",
      new Map([
        ["agents/bad/staging.json", { kind: "file", text: conflicted }],
        ["agents/binary/staging.json", { kind: "binary" }],
        ["agents/good/staging.json", { kind: "file", text: renderAgentState(deployed) }],
        ["agents/good/production.json", { kind: "file", text: "{" }],
        ["workspace.json", { kind: "file", text: renderWorkspaceState({ format: 1, organization: null, salt: "s".repeat(16), pending: null }) }],
      ]),
      "staging",
    );
    expect([...recorded.agents].map(([name, record]) => [name, record.kind])).toEqual([["bad", "unreadable"], ["binary", "unreadable"], ["good", "state"]]);
    expect(recorded.workspace.kind).toBe("state");
  });

  test.each<[string, string | undefined]>([
    ["missing", undefined],
    ["conflicted", "<<<<<<< a\n{}\n"],
    ["of another format", '{"format":2,"organization":null,"salt":"0123456789abcdef"}'],
    ["without salt", '{"format":1,"organization":null,"salt":""}'],
    ["with half a lock", '{"format":1,"organization":null,"salt":"0123456789abcdef","pending":{"run":"1"}}'],
  ])("a branch whose workspace.json is %s is unreadable, not empty", (_, text) => {
    expect(parseRecordedState("head", text === undefined ? new Map() : new Map([["workspace.json", { kind: "file", text }]]), "staging").workspace.kind).toBe("unreadable");
  });

  test("workspace.json keeps what it does not know", () => {
    const text = '{"format":1,"organization":{"id":"o","name":"O","plan":"x"},"salt":"0123456789abcdef","pending":null,"later":[1]}';
    const result = parseWorkspaceState(text);
    expect("state" in result ? (JSON.parse(renderWorkspaceState(result.state)) as Json) : result).toEqual(JSON.parse(text));
  });
});
