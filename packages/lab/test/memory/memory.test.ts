import { describe, expect, test } from "@jest/globals";
import { createMemoryGit } from "../../src/memory/memory-git.ts";
import { createMemoryGitHub } from "../../src/memory/memory-github.ts";
import { createMemoryRetell } from "../../src/memory/memory-retell.ts";
import { createMemoryLog } from "../../src/memory/memory-runner.ts";
import { voiceAddress } from "../../src/memory/voice-address.ts";

describe("Retell in memory", () => {
  async function withAgent() {
    const memory = createMemoryRetell({ defaults: { agent: { volume: 1 } } });
    const engine = await memory.writer.createEngine("retell-llm", { general_prompt: "mark" });
    const agent = await memory.writer.createAgent("voice", { response_engine: { type: "retell-llm", llm_id: engine.id }, voice_id: "v", version_title: "mark" });
    return { memory, engine, agent };
  }

  test("creates, fills defaults and answers with copies", async () => {
    const { memory, agent, engine } = await withAgent();
    expect(agent).toMatchObject({ version: 0, isPublished: false, title: "mark", engine: { kind: "retell-llm", id: engine.id, version: 0 }, raw: { volume: 1 } });
    agent.raw["volume"] = 2;
    expect((await memory.reader.readAgent(voiceAddress(agent.agentId)))?.raw["volume"]).toBe(1);
    expect(await memory.reader.readAgent(voiceAddress("agent_x"))).toBeNull();
    expect(await memory.reader.readAgent(voiceAddress(agent.agentId), 9)).toBeNull();
    await expect(memory.writer.createAgent("voice", { response_engine: { type: "retell-llm", llm_id: "llm_x" } })).rejects.toMatchObject({ status: 404 });
  });

  test("published versions are immutable; a new version clones agent and engine in lockstep", async () => {
    const { memory, agent, engine } = await withAgent();
    expect(await memory.reader.readAgent(voiceAddress(agent.agentId), "latest_published")).toBeNull();
    memory.publish(agent.agentId, 0);
    await expect(memory.writer.updateAgent(voiceAddress(agent.agentId), 0, { volume: 2 })).rejects.toMatchObject({ status: 422 });
    await expect(memory.writer.updateEngine({ ...agent.engine }, { general_prompt: "x" })).rejects.toMatchObject({ status: 400 });
    expect((await memory.writer.updateAgent(voiceAddress(agent.agentId), 0, { version_title: "t" })).title).toBe("t");
    const next = await memory.writer.createVersion(voiceAddress(agent.agentId), 0);
    expect(next).toMatchObject({ version: 1, baseVersion: 0, isPublished: false, engine: { id: engine.id, version: 1 } });
    await memory.writer.updateEngine(next.engine, { general_prompt: "new" });
    await memory.writer.updateAgent(voiceAddress(agent.agentId), 1, { voice_id: null });
    expect((await memory.reader.readEngine({ kind: "retell-llm", id: engine.id, version: 0 }))?.raw["general_prompt"]).toBe("mark");
    expect((await memory.reader.readAgent(voiceAddress(agent.agentId)))?.raw).not.toHaveProperty("voice_id");
    expect((await memory.reader.readAgent(voiceAddress(agent.agentId), "latest_published"))?.version).toBe(0);
  });

  test("deletes agents, and engines only when unused", async () => {
    const { memory, agent } = await withAgent();
    await expect(memory.writer.deleteEngine(agent.engine)).rejects.toMatchObject({ status: 400 });
    expect(await memory.writer.deleteAgent(voiceAddress(agent.agentId))).toBe(true);
    expect(await memory.writer.deleteAgent(voiceAddress(agent.agentId))).toBe(false);
    expect(await memory.writer.deleteEngine(agent.engine)).toBe(true);
  });

  test("faults come before or after a write", async () => {
    const { memory, agent } = await withAgent();
    memory.after = (call) => {
      if (call.write) throw new Error("answer lost");
    };
    await expect(memory.writer.createVersion(voiceAddress(agent.agentId), 0)).rejects.toThrow("answer lost");
    expect((await memory.reader.readAgent(voiceAddress(agent.agentId)))?.version).toBe(1);
    memory.before = () => {
      throw new Error("never sent");
    };
    await expect(memory.writer.createVersion(voiceAddress(agent.agentId), 0)).rejects.toThrow("never sent");
    expect(memory.agents.get(agent.agentId)?.versions.size).toBe(2);
  });
});

describe("git and GitHub in memory", () => {
  test("a checkout knows only what it has fetched", async () => {
    const git = createMemoryGit();
    const first = git.commit("staging", { "agents/a/agent.json": "1", "x.txt": "x" });
    const second = git.commit("staging", { "agents/a/agent.json": "2" });
    git.checkout(second);
    expect(await git.reader.parents(second)).toEqual([first]);
    await expect(git.reader.readCommit(first, ["agents"])).rejects.toMatchObject({ reason: "git-failed" });
    await git.reader.fetch([first]);
    expect([...(await git.reader.readCommit(first, ["agents/"]))]).toEqual([["agents/a/agent.json", { kind: "file", text: "1" }]]);
    expect(await git.reader.uncommitted()).toEqual([]);
    git.tree.set("x.txt", "y");
    expect(await git.reader.uncommitted()).toEqual(["x.txt"]);
    expect(await git.reader.remoteTips(["staging", "absent"])).toEqual(new Map([["staging", second]]));
    await expect(git.reader.fetch(["0".repeat(40)])).rejects.toMatchObject({ reason: "git-failed" });
  });

  test("writes need the right head, a free name and a token that may write", async () => {
    const git = createMemoryGit();
    const github = createMemoryGitHub({ git });
    const files = new Map<string, string | null>([["workspace.json", "{}"], ["absent", null]]);
    const created = await github.gitWriter.createBranch({ branch: "s", message: "m", files });
    expect(created.kind).toBe("created");
    expect((await github.gitWriter.createBranch({ branch: "s", message: "m", files })).kind).toBe("exists");
    const head = git.branches.get("s") ?? "";
    const change = { branch: "s", expectedHead: head, message: "n", files: new Map([["a", "1"]]) };
    expect(await github.gitWriter.commitFiles(change)).toEqual({ kind: "committed", commit: git.branches.get("s") });
    expect(await github.gitWriter.commitFiles(change)).toEqual({ kind: "stale" });
    expect(await github.repository.compare(head, git.branches.get("s") ?? "")).toEqual({ status: "ahead", aheadBy: 1, behindBy: 0, mergeBase: head });
    github.readOnly = true;
    await expect(github.gitWriter.commitFiles(change)).rejects.toMatchObject({ reason: "github-forbidden" });
    expect(await github.comments.create(1, "x")).toEqual({ kind: "forbidden" });
    github.readOnly = false;
    expect(await github.comments.create(1, "x")).toEqual({ kind: "written", id: 1 });
    await github.comments.update(1, "y");
    expect(await github.comments.list(1)).toMatchObject([{ id: 1, body: "y", authorIsBot: true }]);
    expect(await github.repository.runState("1", 1)).toEqual({ kind: "over", endedAt: undefined });
  });
});

test("the log hides what was masked", async () => {
  const log = createMemoryLog();
  log.mask("secret");
  await log.group("G", async () => log.info("a secret"));
  expect(log.text()).toBe("G\na ***");
});
