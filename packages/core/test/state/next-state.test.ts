import { describe, expect, test } from "@jest/globals";
import { contentHash } from "@retell-actions/core/canonical/content-hash";
import type { Content } from "@retell-actions/core/canonical/content";
import { previousValueOf } from "@retell-actions/core/canonical/symbols";
import { emptyAgentState, PREVIOUS_KEPT, type AgentState } from "@retell-actions/core/state/agent-state";
import { afterDeployment, afterExplaining, afterPublishing, withPending, type Recorded } from "@retell-actions/core/state/next-state";

const content = (prompt: string): Content => ({ agent: { voice_id: "v" }, llm: { general_prompt: prompt } });
const note = (commit: string) => ({ commit, branch: "staging", actor: "github-actions[bot]", runId: "7", at: "2026-11-24T02:30:00Z" });
const recorded = (prompt: string, more: Partial<Recorded> = {}): Recorded => ({
  agentId: "agent_1",
  engineId: "llm_1",
  version: 3,
  isPublished: false,
  baseline: { sent: content(prompt), seen: content(prompt) },
  secrets: {},
  incomplete: false,
  ...more,
});
const deploy = (state: AgentState, prompt: string, more: Partial<Recorded> = {}): AgentState => afterDeployment(state, recorded(prompt, more), note(`commit-${prompt}`));

describe("afterDeployment", () => {
  test("a new draft does not make us forget which version callers have", () => {
    const published = deploy(emptyAgentState("production"), "a", { version: 0, isPublished: true });
    expect(published.published_version).toBe(0);
    const draft = deploy(published, "b", { version: 1 });
    expect([draft.version, draft.is_published, draft.published_version]).toEqual([1, false, 0]);
    expect(deploy(draft, "c", { version: 1 }).published_version).toBe(0);
    const adopted = deploy(emptyAgentState("production"), "a", { version: 5, publishedVersion: 4 });
    expect(adopted.published_version).toBe(4);
    const replaced = deploy(draft, "d", { agentId: "agent_2", version: 0 });
    expect(replaced.published_version ?? null).toBeNull();
  });

  test("annotations, the baseline, and the hash of what was sent", () => {
    expect(deploy(emptyAgentState("staging"), "a")).toEqual({
      format: 1,
      workspace: "staging",
      agent_id: "agent_1",
      llm_id: "llm_1",
      version: 3,
      is_published: false,
      config_hash: contentHash(content("a")),
      source_commit: "commit-a",
      source_branch: "staging",
      deployed_by: "github-actions[bot]",
      workflow_run_id: "7",
      deployed_at: "2026-11-24T02:30:00Z",
      sent: content("a"),
      seen: content("a"),
      previous: [],
    });
  });

  test("previous remembers each earlier content once, newest first, with its commit", () => {
    const hashes = (state: AgentState) => state.previous.map((entry) => [entry.config_hash, entry.source_commit]);
    const entry = (prompt: string) => [contentHash(content(prompt)), `commit-${prompt}`];
    let state = deploy(deploy(deploy(emptyAgentState("staging"), "a"), "b"), "c");
    expect(hashes(state)).toEqual([entry("b"), entry("a")]);
    state = deploy(state, "c");
    expect(hashes(state)).toEqual([entry("b"), entry("a")]);
    state = deploy(state, "a");
    expect(hashes(state)).toEqual([entry("c"), entry("b")]);
  });

  test("previous keeps fifty", () => {
    let state = emptyAgentState("staging");
    for (let index = 0; index < 60; index += 1) state = deploy(state, String(index));
    expect(PREVIOUS_KEPT).toBe(50);
    expect(state.previous).toHaveLength(50);
    expect(state.previous[0]?.source_commit).toBe("commit-58");
    expect(state.previous.at(-1)?.source_commit).toBe("commit-9");
  });

  test("journal and mark of incompleteness go, unknown keys and other secrets stay", () => {
    const before: AgentState = { ...deploy(emptyAgentState("staging"), "a", { secrets: { A: "1", B: "1" }, incomplete: true }), later: 1, pending: { operation: "update", mark: "m", sent: content("b"), over: content("a"), keys: [] } };
    expect(before.incomplete).toBe(true);
    const after = deploy(before, "b", { secrets: { B: "2" } });
    expect(after).toMatchObject({ later: 1, secrets: { A: "1", B: "2" } });
    expect(after).not.toHaveProperty("pending");
    expect(after).not.toHaveProperty("incomplete");
  });

  test("a remark about a rotated secret is never stored", () => {
    const rotated: Content = { agent: { webhook_url: previousValueOf("URL"), agent_name: "a (previous value)" } };
    const state = deploy(emptyAgentState("staging"), "a", { baseline: { sent: rotated, seen: rotated } });
    expect(state.seen).toEqual({ agent: { webhook_url: "secret://URL", agent_name: "a (previous value)" } });
  });
});

test("the journal is added to a state with the explained baseline, and taken out of it", () => {
  const state = deploy(emptyAgentState("staging"), "a");
  const pending = { operation: "update" as const, mark: "m", sent: content("b"), over: { agent: { webhook_url: previousValueOf("URL") } }, keys: ["llm.general_prompt"] };
  const taken = withPending(state, pending, { sent: content("x"), seen: content("y") });
  expect(taken).toEqual({ ...state, sent: content("x"), seen: content("y"), pending });
  expect(taken.pending?.over.agent["webhook_url"]).toBe("secret://URL (previous value)");
  expect(afterExplaining(taken, { sent: content("a"), seen: content("a") })).toEqual(state);
});

test("a publication is no deployment: everything but the publication stays", () => {
  const state = { ...deploy(emptyAgentState("production"), "a"), published_version: 1, later: 1 };
  expect(afterPublishing(state)).toEqual({ ...state, is_published: true, published_version: 3 });
  expect(deploy(afterPublishing(state), "b", { version: 4 })).toMatchObject({ is_published: false, published_version: 3 });
});
