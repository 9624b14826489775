import { describe, expect, test } from "@jest/globals";
import { liveDigest, liveDigestOf } from "@retell-actions/core/plan/live-digest";
import type { IssueComment } from "@retell-actions/core/ports/github";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import { withHeader, type CommentIdentity } from "@retell-actions/core/report/comment-header";
import { chooseAgents } from "@retell-actions/core/resolve/choose-agents";
import { overwriteText } from "@retell-actions/core/resolve/overwrite-text";
import type { DecisionCommand } from "@retell-actions/core/resolve/read-command";
import { resolveBranch, startOfResolve } from "@retell-actions/core/resolve/resolve-branch";
import { shownDigests } from "@retell-actions/core/resolve/shown-digest";
import { content, known, planOf } from "../plan/fixture.ts";

const validation = { kind: "validation", repositoryId: 7, folder: "" } as const;
let id = 0;
const report = (shown: Record<string, Record<string, string>>, at: { created: number; updated?: number }, identity: CommentIdentity = validation, bot = true): IssueComment => ({
  id: (id += 1),
  body: withHeader("text", identity, Object.keys(shown), shown),
  author: bot ? "github-actions[bot]" : "octocat",
  authorIsBot: bot,
  createdAt: at.created,
  updatedAt: at.updated ?? at.created,
  url: "",
});
const asked = { repositoryId: 7, folder: "", workspace: "staging", writtenAt: 5_000 };
const shown = (agents: Record<string, string>) => ({ kind: "shown", agents: new Map(Object.entries(agents)) });

describe("which live state a command without digest was read from", () => {
  test("each agent's is that of the newest report before it", () => {
    const older = report({ staging: { sales: "aaaaaaaaaaaa", support: "cccccccccccc" } }, { created: 1_000 });
    const newer = report({ staging: { sales: "bbbbbbbbbbbb" } }, { created: 2_000 }, { kind: "answer", repositoryId: 7, folder: "", command: 3 });
    for (const comments of [[older, newer], [newer, older]]) expect(shownDigests(comments, asked)).toEqual(shown({ sales: "bbbbbbbbbbbb", support: "cccccccccccc" }));
  });

  test.each([
    ["of another repository", report({ staging: { sales: "a" } }, { created: 1 }, { ...validation, repositoryId: 8 })],
    ["of another project folder", report({ staging: { sales: "a" } }, { created: 1 }, { ...validation, folder: "voice" })],
    ["of another workspace's deploy", report({ production: { sales: "a" } }, { created: 1, updated: 9_000 }, { kind: "deploy", repositoryId: 7, folder: "", workspace: "production" })],
    ["pasted by a person", report({ staging: { sales: "a" } }, { created: 1 }, validation, false)],
    ["written after the command", report({ staging: { sales: "a" } }, { created: 6_000 })],
    ["without a header", { ...report({}, { created: 1 }), body: "hello" }],
  ])("a comment %s says nothing", (_name, comment) => {
    expect(shownDigests([comment], asked)).toEqual({ kind: "nothing" });
  });

  test("a report that was rewritten since, or in the same second, is no witness", () => {
    for (const updated of [5_000, 6_000]) expect(shownDigests([report({ staging: { sales: "a" } }, { created: 1_000, updated })], asked)).toEqual({ kind: "rewritten" });
  });
});

describe("the agents of a command", () => {
  const both = { before: content({ general_prompt: "a" }), now: content({ general_prompt: "b" }), live: content({ general_prompt: "c" }) };
  const edited = { before: content({ general_prompt: "a" }), live: content({ general_prompt: "c" }) };
  const plan = planOf({ quiet: known("quiet", edited), sales: known("sales", both), support: known("support", both) });
  const agents = new Map(plan.agents.map((agent) => [agent.name, agent] as const));
  const command = (agent: string, digest?: string): DecisionCommand => ({ kind: "decide", line: "", verb: "use-git", workspace: "staging", agent, fields: [], digest });
  const digest = (name: string): string => {
    const agent = agents.get(name);
    return agent === undefined ? "" : liveDigest(agent);
  };
  const names = (chosen: ReturnType<typeof chooseAgents>) => (chosen.kind === "agents" ? chosen.agents.map(({ name }) => name) : chosen.reason);
  const nothing = { kind: "nothing" } as const;

  test("one agent by its digest, and by no other", () => {
    expect(names(chooseAgents(command("sales", digest("sales")), plan, nothing))).toEqual(["sales"]);
    // Two agents that hold the same are still two.
    expect(names(chooseAgents(command("sales", digest("support")), plan, nothing))).toBe("live-changed");
    expect(names(chooseAgents(command("sales"), plan, nothing))).toBe("digest-missing");
    expect(names(chooseAgents(command("sales"), plan, { kind: "rewritten" }))).toBe("digest-missing");
    expect(names(chooseAgents(command("nobody", digest("sales")), plan, nothing))).toBe("unknown-command");
  });

  test("all are those that wait, or all that the console changed: the digest tells", () => {
    const waiting = [...agents.values()].filter(({ name }) => name !== "quiet");
    expect(names(chooseAgents(command("all", liveDigestOf(waiting)), plan, nothing))).toEqual(["sales", "support"]);
    expect(names(chooseAgents(command("all", liveDigestOf([...agents.values()])), plan, nothing))).toEqual(["quiet", "sales", "support"]);
    expect(names(chooseAgents(command("all", digest("sales")), plan, nothing))).toBe("live-changed");
  });

  test("all without a digest need every waiting agent to have been shown as it is", () => {
    const right = new Map(["sales", "support"].map((name) => [name, digest(name)] as const));
    expect(names(chooseAgents(command("all"), plan, { kind: "shown", agents: right }))).toEqual(["sales", "support"]);
    expect(names(chooseAgents(command("all"), plan, { kind: "shown", agents: new Map([["sales", digest("sales")]]) }))).toBe("digest-missing");
    expect(names(chooseAgents(command("all"), plan, { kind: "shown", agents: new Map(right).set("support", "0") }))).toBe("live-changed");
    expect(names(chooseAgents(command("all"), planOf({ sales: known("sales") }), nothing))).toBe("nothing-to-do");
  });
});

describe("where the branch of decisions goes on from", () => {
  const request = (change: Partial<PullRequest> = {}): PullRequest => ({ number: 4, state: "open", merged: false, head: "retell/resolve/staging", headSha: "tip", base: "staging", title: "", body: "", labels: [], authorIsBot: true, url: "", ...change });
  const start = (change: Partial<Parameters<typeof startOfResolve>[0]>) => startOfResolve({ branch: "retell/resolve/staging", base: "staging", tip: "tip", isContained: false, pullRequests: [], ...change });

  test("names", () => {
    expect(resolveBranch("", "staging")).toBe("retell/resolve/staging");
    expect(resolveBranch("voice", "prod-eu")).toBe("retell/resolve/voice/prod-eu");
  });

  test("nothing there: from the base; an open pull request: from its branch", () => {
    expect(start({ tip: undefined })).toEqual({ kind: "anew", leftover: undefined });
    expect(start({ pullRequests: [request()] })).toMatchObject({ kind: "continue", tip: "tip", pullRequest: { number: 4 } });
  });

  test("commits are dropped only where the base or a pull request keeps them", () => {
    expect(start({ isContained: true })).toEqual({ kind: "anew", leftover: "tip" });
    expect(start({ pullRequests: [request({ state: "closed" })] })).toEqual({ kind: "anew", leftover: "tip" });
    expect(start({ pullRequests: [request({ state: "closed", headSha: "older" })] })).toMatchObject({ kind: "continue", tip: "tip", pullRequest: undefined });
    expect(start({})).toMatchObject({ kind: "continue" });
  });

  test("an open pull request to another branch is somebody's decision", () => {
    expect(start({ pullRequests: [request({ base: "develop" })] })).toMatchObject({ kind: "refused", message: expect.stringContaining("#4") });
  });
});

test("the file of entries: sorted, gone when empty, not laid out anew", () => {
  expect(overwriteText(undefined, { deployedAt: null, fields: new Map([["llm.model", "b"], ["agent.voice_id", null]]) })).toBe('{\n  "deployed_at": null,\n  "fields": {\n    "agent.voice_id": null,\n    "llm.model": "b"\n  }\n}\n');
  expect(overwriteText("{}", { deployedAt: "x", fields: new Map() })).toBeNull();
  const hand = '{ "deployed_at": "2026", "fields": { "llm.model": "a" } }\r\n';
  expect(overwriteText(hand, { deployedAt: "2026", fields: new Map([["llm.model", "b"]]) })).toBe(hand.replace('"a"', '"b"'));
});
