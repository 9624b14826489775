import { describe, expect, test } from "@jest/globals";
import { PlatformError } from "@retell-actions/core/errors";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { statuses, Story } from "./story.ts";
import { voiceAddress } from "@retell-actions/lab/memory/voice-address";

const FASTER = { "prompts/base/greeting.txt": "Say hi.\n" };
const SALES_ONLY = { "prompts/sales/pitch.txt": "Sell kindly.\n" };

async function deployed(workspace: "staging" | "production" = "production"): Promise<Story> {
  const story = new Story(workspace);
  expect(await story.deploy()).toMatchObject({ outcome: "deployed" });
  story.forget();
  return story;
}

describe("publish-version's story", () => {
  test("publishes what was deployed, in place, and tells where it comes from", async () => {
    const story = await deployed();
    const commit = story.state("sales").source_commit ?? "";
    story.world.github.pullRequests.set(commit, [12, 9]);
    const runId = story.nextRun;
    const before = story.state("sales");
    const report = await story.publish();
    expect(report).toMatchObject({ outcome: "published", reason: "ok", outputs: { published: '{"sales":0,"support":0}', agents: '["sales","support"]', unchanged: "[]", blocked: "[]", failed: "[]", "state-commit": story.stateTip } });
    expect(story.writes()).toEqual(["publishVersion", "publishVersion", "commitFiles", "commitFiles"]);
    const version = story.retell.agents.get(story.id("Sales"))?.versions.get(0);
    expect(version).toMatchObject({ isPublished: true, fields: { version_title: `retell-actions 1 sales ${commit.slice(0, 7)}`, version_description: `${commit.slice(0, 7)} · PR #12 · https://github.com/octo/agents/actions/runs/${runId}` } });
    // No deployment: everything else stays, so that decisions which name it stay valid.
    expect(story.state("sales")).toEqual({ ...before, is_published: true, published_version: 0, last_change: { agent_at: version?.modifiedAt, engine_at: 5, engine_version: 0 } });
    expect(story.workspaceState().pending).toBeNull();
    expect(report.summary).toMatch(/\| `sales` \| 0 \| ✅ published \|/);
  });

  test("a second run has nothing to do: no read of an agent, no write, no commit", async () => {
    const story = await deployed();
    await story.publish();
    story.forget();
    expect(await story.publish()).toMatchObject({ outcome: "unchanged", reason: "nothing-to-do", outputs: { published: "{}", unchanged: '["sales","support"]', "state-commit": "" } });
    expect(story.retell.calls.map(({ method }) => method)).toEqual(["readOrganization"]);
    expect(story.writes()).toEqual([]);
  });

  test("the next deployment makes a new version, and that is published over the first", async () => {
    const story = await deployed();
    await story.publish();
    story.commit(FASTER);
    expect(await story.deploy()).toMatchObject({ outcome: "deployed" });
    expect(story.state("sales")).toMatchObject({ version: 1, is_published: false, published_version: 0 });
    expect(await story.publish()).toMatchObject({ outcome: "published", outputs: { published: '{"sales":1,"support":1}' } });
    story.forget();
    expect(await story.deploy()).toMatchObject({ outcome: "unchanged", outputs: { drifted: "[]" } });
    expect(story.writes()).toEqual([]);
  });

  test("one agent of two, and a pattern that chooses none", async () => {
    const story = await deployed();
    await expect(story.publish({ agents: ["sails"] })).rejects.toMatchObject({ reason: "no-agents-selected" });
    expect(await story.publish({ agents: ["sales"] })).toMatchObject({ outcome: "published", outputs: { published: '{"sales":0}', unchanged: "[]" } });
    expect(story.state("support").is_published).toBe(false);
  });

  test("where nothing was ever deployed, there is nothing to publish, and the summary says why", async () => {
    const story = new Story("production");
    const report = await story.publish();
    expect(report).toMatchObject({ outcome: "unchanged", outputs: { unchanged: '["sales","support"]' } });
    expect(statuses(report)).toEqual({ sales: "unchanged not-deployed", support: "unchanged not-deployed" });
    expect(report.summary).toContain("Run deploy first");
    expect(story.world.github.writes).toEqual([]);
  });

  test("an agent whose folder is gone from Git is not published", async () => {
    const story = await deployed();
    story.commit({ "agents/sales/agent.json": null });
    expect(await story.publish()).toMatchObject({ outcome: "published", outputs: { published: '{"support":0}' } });
    expect(story.state("sales").is_published).toBe(false);
  });

  test("a moved agent is published under its new name, where its record stands", async () => {
    const story = await deployed();
    const files = story.world.git.commits.get(story.world.git.branches.get("production") ?? "")?.files;
    const workspaces = JSON.parse(files?.get("workspaces.json") ?? "{}") as object;
    story.commit({ "agents/sales/agent.json": null, "agents/sales-eu/agent.json": files?.get("agents/sales/agent.json") ?? "", "workspaces.json": JSON.stringify({ ...workspaces, moved: [{ agent: "sales", to: "sales-eu" }] }) });
    expect(await story.publish()).toMatchObject({ outcome: "published", outputs: { published: '{"sales-eu":0,"support":0}' } });
    expect(story.state("sales").is_published).toBe(true);
    // The mark is kept as it is, under the former name.
    expect(story.retell.agents.get(story.id("Sales"))?.versions.get(0)?.fields["version_title"]).toMatch(/^retell-actions 1 sales /);
    expect(await story.deploy()).toMatchObject({ outcome: "unchanged" });
    expect(story.state("sales-eu")).toMatchObject({ is_published: true, published_version: 0 });
  });

  test("a reference to another agent is what was deployed", async () => {
    const sales = JSON.parse(smallProject()["agents/sales/agent.json"] ?? "") as { llm_config: Record<string, unknown> };
    sales.llm_config["general_tools"] = [{ type: "agent_swap", name: "to_support", agent_id: "agent://support", post_call_analysis_setting: "only_destination_agent" }];
    const story = new Story("production", { "agents/sales/agent.json": JSON.stringify(sales) });
    await story.deploy();
    expect(await story.publish({ agents: ["sales"] })).toMatchObject({ outcome: "published" });
  });

  test("another title than the mark, typed in the console, is replaced by the mark", async () => {
    const story = await deployed();
    story.retell.edit(story.id("Sales"), { agent: { version_title: "Spring" } });
    expect(await story.publish()).toMatchObject({ outcome: "published" });
    expect(story.retell.agents.get(story.id("Sales"))?.versions.get(0)?.fields["version_title"]).toBe(`retell-actions 1 sales ${story.state("sales").source_commit?.slice(0, 7)}`);
  });

  test("a token that may not read pull requests costs that part of the description only", async () => {
    const story = await deployed();
    story.world.github.repository.pullRequestsOf = () => Promise.reject(new PlatformError({ platform: "github", reason: "github-forbidden", status: 403 }, "no"));
    expect(await story.publish()).toMatchObject({ outcome: "published" });
    expect(story.retell.agents.get(story.id("Sales"))?.versions.get(0)?.fields["version_description"]).toMatch(/^[0-9a-f]{7} · https:/);
  });
});

describe("publish-version refuses", () => {
  test("a draft that was changed since it was deployed, and publishes the other", async () => {
    const story = await deployed();
    story.retell.edit(story.id("Sales"), { agent: { voice_speed: 1.4 } });
    const report = await story.publish();
    expect(report).toMatchObject({ outcome: "partially-published", reason: "draft-changed", outputs: { published: '{"support":0}', blocked: '["sales"]' }, message: expect.stringContaining("agent.voice_speed") });
    expect(story.state("sales").is_published).toBe(false);
    expect(await story.publish()).toMatchObject({ outcome: "conflicts", outputs: { unchanged: '["support"]', blocked: '["sales"]', "state-commit": "" } });
    // What the message says helps.
    story.commit(SALES_ONLY);
    await story.deploy({ onConsoleEdit: "overwrite" });
    expect(await story.publish()).toMatchObject({ outcome: "published", outputs: { published: '{"sales":0}' } });
  });

  test("to publish over a version that somebody published in the console, until a deploy overwrites it knowingly", async () => {
    const story = await deployed();
    await story.publish();
    story.commit(SALES_ONLY);
    await story.deploy();
    const { version } = await story.retell.writer.createVersion(voiceAddress(story.id("Sales")), 0);
    story.retell.publish(story.id("Sales"), version);
    story.forget();
    expect(await story.publish()).toMatchObject({ outcome: "conflicts", reason: "published-elsewhere", message: expect.stringContaining(`version ${version}`) });
    expect(story.publications()).toBe(0);
    expect(await story.deploy({ onConsoleEdit: "overwrite" })).toMatchObject({ outcome: "deployed" });
    expect(await story.publish()).toMatchObject({ outcome: "published" });
    expect((await story.retell.reader.readAgent(voiceAddress(story.id("Sales")), "latest_published"))?.version).toBe(story.state("sales").version);
  });

  test("what another repository has marked", async () => {
    const story = await deployed();
    story.retell.edit(story.id("Sales"), { agent: { version_title: "retell-actions 99 sales abcdef1" } });
    expect(statuses(await story.publish())).toEqual({ sales: "left-alone not-ours", support: "published" });
  });

  test("deleted agents and versions", async () => {
    const story = await deployed();
    story.retell.agents.delete(story.id("Sales"));
    expect(statuses(await story.publish())).toEqual({ sales: "left-alone missing-remote", support: "published" });
    story.commit(FASTER);
    await story.deploy();
    story.retell.agents.get(story.id("Support"))?.versions.delete(1);
    expect(statuses(await story.publish())["support"]).toBe("left-alone version-deleted");
  });

  test("while another run holds the workspace", async () => {
    const story = await deployed();
    await story.killAt({ write: 1, point: "before" }, () => story.publish());
    const holder = story.workspaceState().pending;
    story.world.github.runs.set(`${holder?.run ?? ""}/1`, { kind: "in-progress" });
    story.forget();
    expect(await story.publish()).toMatchObject({ outcome: "failed", reason: "busy" });
    expect(await story.deploy()).toMatchObject({ outcome: "busy" });
    expect(story.writes()).toEqual([]);
  });

  test("with the key of another organisation, before anything is written", async () => {
    const story = await deployed();
    story.spoil("workspace.json", JSON.stringify({ ...story.workspaceState(), organization: { id: "org_other", name: "Other" } }));
    await expect(story.publish()).rejects.toMatchObject({ reason: "wrong-organization" });
    expect(story.writes()).toEqual([]);
  });

  test("an unknown workspace, a wrong workspaces.json, and a record that cannot be read", async () => {
    const story = await deployed();
    await expect(story.publish({ workspace: "prodction" })).rejects.toMatchObject({ reason: "unknown-workspace" });
    const state = story.workspaceState();
    story.spoil("agents/sales/production.json", "{");
    expect(await story.publish()).toMatchObject({ outcome: "partially-published", reason: "unreadable-state", outputs: { published: '{"support":0}', failed: '["sales"]' } });
    story.spoil("workspace.json", "{");
    expect(await story.publish()).toMatchObject({ outcome: "failed", reason: "unreadable-state", outputs: { published: "{}" } });
    story.spoil("workspace.json", JSON.stringify(state));
    story.commit({ "workspaces.json": "{" });
    expect(await story.publish()).toMatchObject({ outcome: "failed", reason: "invalid-files" });
  });
});

describe("between the decision and the record", () => {
  test("a draft that is edited after it was decided about is not published", async () => {
    const story = await deployed();
    const sales = story.id("Sales");
    story.world.github.after = ({ method }) => {
      if (method === "commitFiles") story.retell.edit(sales, { agent: { voice_speed: 1.4 } });
      story.world.github.after = undefined;
    };
    const report = await story.publish();
    expect(statuses(report)).toEqual({ sales: "left-alone draft-changed", support: "published" });
    expect(story.retell.agents.get(sales)?.versions.get(0)?.isPublished).toBe(false);
    expect(story.workspaceState().pending).toBeNull();
  });

  test("an edit in the very moment of the publication is recorded as published, reported, and found by the next plan", async () => {
    const story = await deployed();
    const sales = story.id("Sales");
    story.retell.before = ({ method, subject }) => {
      if (method !== "publishVersion" || subject !== sales) return;
      story.retell.before = undefined;
      story.retell.edit(sales, { agent: { voice_speed: 1.4 } });
    };
    const report = await story.publish();
    expect(report).toMatchObject({ outcome: "partially-published", reason: "changed-while-publishing", outputs: { published: '{"support":0}', failed: '["sales"]' }, message: expect.stringContaining("agent.voice_speed") });
    expect(story.state("sales")).toMatchObject({ is_published: true, published_version: 0, seen: { agent: { voice_speed: 1 } } });
    expect(await story.deploy()).toMatchObject({ outputs: { drifted: '["sales"]' } });
  });

  test("a lost answer is settled by looking, both ways", async () => {
    const story = await deployed();
    const lost = new PlatformError({ platform: "retell", reason: "retell-unavailable", ambiguous: true }, "Retell did not answer.");
    const [sales, support] = [story.id("Sales"), story.id("Support")];
    story.retell.after = ({ method, subject }) => {
      if (method === "publishVersion" && subject === sales) throw lost;
    };
    story.retell.before = ({ method, subject }) => {
      if (method === "publishVersion" && subject === support) throw lost;
    };
    expect(await story.publish()).toMatchObject({ outcome: "partially-published", reason: "publish-failed", outputs: { published: '{"sales":0}', failed: '["support"]' } });
    story.retell.after = story.retell.before = undefined;
    story.forget();
    expect(await story.publish()).toMatchObject({ outcome: "published", outputs: { published: '{"support":0}', unchanged: '["sales"]' } });
    expect(story.publications()).toBe(1);
  });

  test("an answer that nobody can check counts as failed, and the rerun records it", async () => {
    const story = await deployed();
    story.retell.before = ({ method }) => {
      if (method === "readAgent" && story.publications() > 0) throw new PlatformError({ platform: "retell", reason: "retell-unavailable", status: 500 }, "Retell failed (500).");
    };
    expect(await story.publish({ agents: ["sales"] })).toMatchObject({ outcome: "failed", reason: "publish-failed" });
    story.retell.before = undefined;
    expect(statuses(await story.publish({ agents: ["sales"] }))).toEqual({ sales: "recorded" });
    expect(story.publications()).toBe(1);
  });

  test("a cancelled run publishes no more and records what it has published", async () => {
    const story = await deployed();
    story.retell.after = ({ method }) => {
      if (method === "publishVersion") story.world.cancel();
    };
    expect(await story.publish()).toMatchObject({ outcome: "partially-published", reason: "cancelled", outputs: { published: '{"sales":0}', failed: '["support"]' } });
    expect(story.state("sales").is_published).toBe(true);
    expect(story.workspaceState().pending).toBeNull();
    expect(story.publications()).toBe(1);
  });

  test("a state that another run moved is read again; what that run did is not done twice", async () => {
    const story = await deployed();
    story.world.github.before = async ({ method }) => {
      story.world.github.before = undefined;
      if (method === "commitFiles") await story.publish();
    };
    expect(await story.publish()).toMatchObject({ outcome: "unchanged" });
    expect(story.publications()).toBe(2);
  });

  test("nor is a record lost that only says what is published already, when another run moves the state", async () => {
    const story = await deployed();
    await story.killAt({ write: 2, point: "after" }, () => story.publish());
    await story.publish({ agents: ["support"] });
    let moved = 0;
    story.world.github.before = () => {
      if (moved > 0) return;
      moved += 1;
      story.spoil("note.txt", "by hand");
    };
    story.retell.publish(story.id("Sales"), 0);
    expect(statuses(await story.publish())).toEqual({ sales: "recorded", support: "unchanged" });
    expect(story.state("sales").is_published).toBe(true);
  });

  test("what a dead run left in the record without a journal is cleared, also where nothing is to be published", async () => {
    const story = await deployed();
    await story.publish();
    const dead = { run: "7", attempt: 1, job: "deploy", until: "2026-11-24T03:00:00Z", commit: "c", agents: ["sales"] };
    story.spoil("workspace.json", JSON.stringify({ ...story.workspaceState(), pending: dead }));
    expect(await story.publish()).toMatchObject({ outcome: "unchanged" });
    expect(story.workspaceState().pending).toBeNull();
  });

  test("a record that fails is said, and made good by the rerun", async () => {
    const story = await deployed();
    let commits = 0;
    story.world.github.before = () => {
      commits += 1;
      if (commits > 1) throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 502 }, "GitHub failed (502).");
    };
    expect(await story.publish()).toMatchObject({ outcome: "partially-published", reason: "record-failed", outputs: { "state-commit": "" } });
    story.world.github.before = undefined;
    expect(statuses(await story.publish())).toEqual({ sales: "recorded", support: "recorded" });
    expect(story.publications()).toBe(2);
  });
});
