import { describe, expect, test } from "@jest/globals";
import type { Json } from "@retell-actions/core/canonical/json";
import type { ProjectFile } from "@retell-actions/core/project/files";
import { readAgents } from "@retell-actions/core/project/read-agents";
import { build, codes, places, projectFiles, WORKSPACES } from "./project-fixture.ts";

const AGENT = { llm_config: { start_speaker: "agent", general_prompt: "Hi" } };
const read = (files: Readonly<Record<string, Json | ProjectFile>>, moved = WORKSPACES.moved) =>
  readAgents({ files: projectFiles(files), prefix: "", workspaces: { ...WORKSPACES, moved } });

describe("readAgents", () => {
  test.each(["x$(touch pwned)", "a b", 'a"b', "a'b", "a\nb", "..", "Sales", "a;b", "a`id`"])("known mistake 33: the folder name %j is refused and shown escaped", (name) => {
    const { problems, agents } = build({ [`agents/${name}/agent.json`]: AGENT });
    expect(codes(problems)).toEqual(["invalid-agent-name"]);
    expect(problems[0]?.message).toContain(JSON.stringify(name));
    expect(problems[0]?.message).not.toContain("\n");
    expect(problems[0]?.file).toBe("agents");
    expect(agents.size).toBe(0);
  });

  test("names that differ only in case are refused", () => {
    expect(codes(read({ "agents/sales/agent.json": AGENT, "agents/Sales/agent.json": AGENT }).problems).sort()).toEqual(["agent-names-collide", "invalid-agent-name"]);
  });

  test("files beside and below agent folders mean nothing", () => {
    const { folders, problems } = read({ "agents/README.md": "x", "agents/a/agent.json": AGENT, "agents/a/notes/b.json": "{", "agents/a/other.json": "{", "other/agents/b/agent.json": AGENT, "agentsx/c/agent.json": AGENT });
    expect([...folders.keys()]).toEqual(["a"]);
    expect([...problems, ...(folders.get("a")?.problems ?? [])]).toEqual([]);
  });

  test.each<[name: string, files: Record<string, Json | ProjectFile>, place: string]>([
    ["an overlay for a mistyped workspace", { "agents/a/agent.stagign.json": {} }, "agents/a/agent.stagign.json unknown-workspace"],
    ["console values for an unknown workspace", { "agents/a/overwrite.prod.json": {} }, "agents/a/overwrite.prod.json unknown-workspace"],
    ["a linked overlay", { "agents/a/agent.staging.json": { kind: "symlink" } }, "agents/a/agent.staging.json symlink"],
    ["a binary overlay", { "agents/a/agent.staging.json": { kind: "binary" } }, "agents/a/agent.staging.json not-utf8"],
    ["an overlay that is no object", { "agents/a/agent.staging.json": "[]" }, "agents/a/agent.staging.json:1:1 wrong-type"],
    ["known mistake 15: unreadable ids of an older tool", { "agents/a/staging.json": "<<<<<<< a\n>>>>>>> b" }, "agents/a/staging.json:1:1 merge-conflict"],
    ["console values of a wrong form", { "agents/a/overwrite.staging.json": { fields: {} } }, "agents/a/overwrite.staging.json:1:1 invalid-overwrite-file"],
  ])("reports %s", (_name, files, place) => {
    const { folders } = read({ "agents/a/agent.json": AGENT, ...files });
    expect(places(folders.get("a")?.problems ?? [])).toEqual([place]);
    expect(folders.get("a")?.problems[0]?.severity).toBe("error");
  });

  test("known mistake 23: a mistyped workspace suggests the right one and never falls through", () => {
    const { folders } = read({ "agents/a/agent.json": AGENT, "agents/a/agent.stagign.json": {} });
    expect(folders.get("a")?.problems[0]?.hint).toBe('Did you mean "staging"?');
    expect(folders.get("a")?.overlays.size).toBe(0);
  });

  test("a linked folder is refused", () => {
    expect(codes(read({ "agents/a": { kind: "symlink" } }).problems)).toEqual(["symlink"]);
    expect(codes(read({ agents: { kind: "symlink" } }).problems)).toEqual(["symlink"]);
  });

  test("a file for the former name of a workspace is an error that names the new file, and the way out where that is there already", () => {
    const moved = [{ kind: "workspace" as const, from: "prod", to: "prod-eu" }, { kind: "workspace" as const, from: "prod-eu", to: "production" }, { kind: "workspace" as const, from: "old", to: null }];
    const { folders } = read({ "agents/a/agent.json": AGENT, "agents/a/agent.prod.json": {}, "agents/a/overwrite.prod-eu.json": {}, "agents/a/overwrite.production.json": { deployed_at: null, fields: {} }, "agents/a/agent.old.json": {} }, moved);
    const problems = folders.get("a")?.problems ?? [];
    expect(places(problems)).toEqual(["agents/a/agent.old.json unknown-workspace", "agents/a/agent.prod.json former-workspace-file", "agents/a/overwrite.prod-eu.json former-workspace-file"]);
    expect(problems.slice(1).map(({ hint }) => hint)).toEqual(["Rename it to agent.production.json.", expect.stringContaining("overwrite.production.json is there already")]);
    expect([folders.get("a")?.overlays.size, folders.get("a")?.overwrites.size]).toEqual([0, 1]);
  });

  test("ids of older tools are read, also under the former name of a workspace", () => {
    const { folders } = read(
      { "agents/a/agent.json": AGENT, "agents/a/staging.json": { agent_id: "agent_1", llm_id: "llm_1", config_hash: "x" }, "agents/a/prod.json": { agent_id: "agent_2" } },
      [{ kind: "workspace", from: "prod", to: "production" }],
    );
    expect(Object.fromEntries(folders.get("a")?.legacy ?? [])).toEqual({
      staging: { file: "agents/a/staging.json", agentId: "agent_1", llmId: "llm_1" },
      production: { file: "agents/a/prod.json", agentId: "agent_2", llmId: undefined },
    });
  });

  test("console values that Git may overwrite belong to their workspace", () => {
    const files = { "agents/a/agent.json": AGENT, "agents/a/overwrite.staging.json": { deployed_at: "2026-11-24T02:30:00Z", fields: { "agent.voice_id": "x" } } };
    expect(build(files).agents.get("a")?.overwrite).toEqual({ file: "agents/a/overwrite.staging.json", deployedAt: "2026-11-24T02:30:00Z", fields: { "agent.voice_id": "x" } });
    expect(build(files, { workspace: "production" }).agents.get("a")?.overwrite).toBeUndefined();
  });
});
