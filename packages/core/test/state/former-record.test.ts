import { describe, expect, test } from "@jest/globals";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { movedNote, movedTo, recordPlaces, underNewName } from "@retell-actions/core/state/former-record";
import { parseRecordedState } from "@retell-actions/core/state/recorded";
import { emptyAgentState, renderAgentState } from "@retell-actions/core/state/agent-state";
import { renderWorkspaceState } from "@retell-actions/core/state/workspace-state";

const files = (texts: Record<string, string>): ProjectFiles => new Map(Object.entries(texts).map(([path, text]) => [path, { kind: "file", text }]));
const WORKSPACE = { format: 1 as const, organization: { id: "org", name: "Org" }, salt: "0123456789abcdef", pending: { run: "9", attempt: 1, job: "deploy", until: "2026-11-24T04:30:00Z", commit: "c", agents: ["a"] } };
const OLD = files({
  "workspace.json": renderWorkspaceState(WORKSPACE),
  "agents/a/production.json": renderAgentState({ ...emptyAgentState("production"), agent_id: "agent_a", later_key: { workspace: "production" } }),
  "agents/production/production.json": renderAgentState({ ...emptyAgentState("production"), agent_id: "agent_p" }),
  "agents/broken/production.json": "<<<<<<<",
  "knowledge/k/production.json": JSON.stringify({ workspace: "production", id: "kb" }),
  "components/c/production.json": JSON.stringify({ id: "component" }),
  "agents/a/staging.json": "{}",
});
const renamed = underNewName(OLD, { from: "production", to: "prod-eu", head: "abc" });

describe("the record of a renamed workspace", () => {
  test("has each file under the new name, whole; folders keep theirs", () => {
    expect([...renamed.keys()].sort()).toEqual(["agents/a/prod-eu.json", "agents/a/staging.json", "agents/broken/prod-eu.json", "agents/production/prod-eu.json", "components/c/prod-eu.json", "knowledge/k/prod-eu.json", "workspace.json"]);
    const { agents, workspace } = parseRecordedState("head", renamed, "prod-eu");
    expect(agents.get("a")).toMatchObject({ kind: "state", state: { workspace: "prod-eu", agent_id: "agent_a", later_key: { workspace: "production" } } });
    expect(agents.get("production")).toMatchObject({ kind: "state", state: { agent_id: "agent_p" } });
    expect(JSON.parse(renamed.get("knowledge/k/prod-eu.json")?.text ?? "")).toEqual({ workspace: "prod-eu", id: "kb" });
    // Organisation, salt and the journal of a run that died go on; where it comes from is said.
    expect(workspace).toMatchObject({ kind: "state", state: { ...WORKSPACE, moved_from: { workspace: "production", commit: "abc" } } });
  });

  test("stays unreadable where it was", () => {
    expect(parseRecordedState("head", renamed, "prod-eu").agents.get("broken")?.kind).toBe("unreadable");
    expect(underNewName(files({ "workspace.json": "no" }), { from: "a", to: "b", head: "" }).get("workspace.json")?.text).toBe("no");
  });

  test("leaves a note behind, which the new one does not bear", () => {
    const note = movedNote(OLD, "prod-eu");
    const noted = new Map([...OLD, ...files(Object.fromEntries(note ?? []))]);
    expect([movedTo(OLD), movedTo(noted), movedTo(renamed)]).toEqual([undefined, "prod-eu", undefined]);
    expect(movedTo(underNewName(noted, { from: "production", to: "prod-eu", head: "" }))).toBeUndefined();
    expect(movedNote(files({ "workspace.json": "no" }), "x")).toBeUndefined();
  });
});

test("places: the own name first, then the former ones, nearest first, in the project's folder", () => {
  const moved = [
    { kind: "workspace" as const, from: "a", to: "b" },
    { kind: "workspace" as const, from: "b", to: "c" },
    { kind: "agent" as const, from: "x", to: "c" },
  ];
  expect(recordPlaces("c", { moved, workingDirectory: "voice" })).toEqual(["c", "b", "a"].map((workspace) => ({ workspace, branch: `retell/state/voice/${workspace}` })));
});
