import { describe, expect, test } from "@jest/globals";
import { contentHash } from "@retell-actions/core/canonical/content-hash";
import type { Json } from "@retell-actions/core/canonical/json";
import { readFilesAt } from "@retell-actions/core/apply/read-files";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { emptyAgentState, renderAgentState } from "@retell-actions/core/state/agent-state";
import { renderWorkspaceState } from "@retell-actions/core/state/workspace-state";
import type { MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { conflict, has, INPUTS, startWorld, sync, SYNC_BRANCH, tip, writesOf } from "./memory-scene.ts";

const json = (text: string | undefined): unknown => JSON.parse(text ?? "null");
const DISPATCH = { file: "retell-deploy-staging.yml", branch: "staging", inputs: {} };

describe("safe", () => {
  test("nothing to bring over opens nothing and writes nothing", async () => {
    const world = startWorld();
    const ahead = world.git.commit("develop", { "prompts/sales/pitch.txt": "Next.\n" });
    expect(await sync(world)).toMatchObject({ outcome: "unchanged", reason: "nothing-to-do", outputs: { synced: "{}", "pull-requests": "{}", backups: "{}", agents: "[]" } });
    expect(writesOf(world)).toEqual([]);
    expect(tip(world, "develop")).toBe(ahead);
  });

  test("an ancestor is fast-forwarded, and staging's deploy started", async () => {
    const world = startWorld();
    const hotfix = world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" }, "Hotfix");
    const report = await sync(world);
    expect(report).toMatchObject({ outcome: "synced", reason: "ok" });
    expect(json(report.outputs["synced"])).toEqual({
      staging: { branch: "staging", kind: "fast-forward", commit: hotfix },
      develop: { branch: "develop", kind: "fast-forward", commit: hotfix },
    });
    expect([tip(world, "staging"), tip(world, "develop")]).toEqual([hotfix, hotfix]);
    expect(world.github.dispatched).toEqual([DISPATCH]);
    expect(world.github.statuses).toEqual([]);
    expect(report.summary).toContain("Hotfix");
  });

  test("unmerged work is kept by a merge, whose files are validated", async () => {
    const world = startWorld();
    const work = world.git.commit("develop", { "prompts/base/greeting.txt": "Say hi.\n" });
    const hotfix = world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    expect(await sync(world)).toMatchObject({ outcome: "synced" });
    const merged = world.git.commits.get(tip(world, "develop"));
    expect(merged?.parents).toEqual([work, hotfix]);
    expect(merged?.files.get("prompts/base/greeting.txt")).toBe("Say hi.\n");
    expect(world.github.statuses).toEqual([
      { commit: merged?.id, context: INPUTS.statusContext, state: "success", description: "Files are valid; deploy checks again against Retell", url: "https://github.com/octo/agents/actions/runs/12345678" },
    ]);
    world.github.writes.length = 0;
    expect(await sync(world)).toMatchObject({ outcome: "unchanged" });
    expect(writesOf(world)).toEqual([]);
  });

  test("a merge whose files have errors says so in its status", async () => {
    const world = startWorld();
    world.git.commit("develop", { "prompts/sales/pitch.txt": null });
    world.git.commit("production", { "prompts/base/greeting.txt": "Say hi.\n" });
    await sync(world);
    expect(world.github.statuses).toMatchObject([{ commit: tip(world, "develop"), state: "failure", description: "1 error in files" }]);
  });

  test("a conflict is left to a person: one pull request, opened once", async () => {
    const world = startWorld();
    const { ours, theirs } = conflict(world);
    const report = await sync(world);
    expect(report).toMatchObject({ outcome: "pull-request-opened", reason: "merge-conflicts" });
    expect(json(report.outputs["pull-requests"])).toEqual({ develop: 1 });
    expect(json(report.outputs["synced"])).toMatchObject({ staging: { kind: "fast-forward" } });
    expect([tip(world, "develop"), tip(world, SYNC_BRANCH)]).toEqual([ours, theirs]);
    expect(world.github.pulls.get(1)).toMatchObject({ head: SYNC_BRANCH, base: "develop", title: "Sync production into develop", state: "open" });
    expect(world.github.pulls.get(1)?.body).toContain("Hotfix of the pitch");
    expect(world.github.statuses.map(({ commit }) => commit)).toEqual([theirs]);
    world.github.writes.length = 0;
    expect(await sync(world)).toMatchObject({ outcome: "pull-request-opened", reason: "merge-conflicts", outputs: { synced: "{}", "pull-requests": '{"develop":1}' } });
    // The merge is tried again, since the conflict may be gone; it wrote nothing.
    expect(writesOf(world)).toEqual(["merge develop"]);
  });

  test("the pull request follows the source, and its branch goes when it is merged", async () => {
    const world = startWorld();
    conflict(world);
    await sync(world);
    const newer = world.git.commit("production", { "prompts/base/greeting.txt": "Good day.\n" }, "Second hotfix");
    await sync(world);
    expect(tip(world, SYNC_BRANCH)).toBe(newer);
    expect([...world.github.pulls.keys()]).toEqual([1]);
    expect(world.github.pulls.get(1)?.body).toContain("Second hotfix");
    // A person resolves on the pull request's branch, and merges.
    const resolved = world.git.merge(SYNC_BRANCH, "develop");
    expect(await sync(world)).toMatchObject({ outcome: "pull-request-opened" });
    expect(tip(world, SYNC_BRANCH)).toBe(resolved);
    world.github.mergePullRequest(1);
    expect(await sync(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.git.branches.has(SYNC_BRANCH)).toBe(false);
    world.github.writes.length = 0;
    await sync(world);
    expect(writesOf(world)).toEqual([]);
  });

  test("a person's commits on the pull request's branch are never pushed over", async () => {
    const world = startWorld();
    conflict(world);
    await sync(world);
    const theirs = world.git.commit(SYNC_BRANCH, { "notes.txt": "half resolved\n" });
    world.git.commit("production", { "prompts/base/greeting.txt": "Good day.\n" });
    const report = await sync(world);
    expect(report).toMatchObject({ outcome: "pull-request-opened" });
    expect(tip(world, SYNC_BRANCH)).toBe(theirs);
    expect(report.summary).toContain("it lacks the newest commits of production");
    expect(world.github.pulls.get(1)?.body).toContain("Somebody committed to");
  });

  test("a person's own pull request from that branch keeps its text", async () => {
    const world = startWorld();
    conflict(world);
    await sync(world);
    const pull = world.github.pulls.get(1);
    if (pull !== undefined) world.github.pulls.set(1, { ...pull, authorIsBot: false, body: "Mine." });
    expect(await sync(world)).toMatchObject({ outcome: "pull-request-opened", outputs: { "pull-requests": '{"develop":1}' } });
    expect(world.github.pulls.get(1)?.body).toBe("Mine.");
  });

  test("a body with GitHub's line ends is the same body", async () => {
    const world = startWorld();
    conflict(world);
    await sync(world);
    const pull = world.github.pulls.get(1);
    if (pull !== undefined) world.github.pulls.set(1, { ...pull, body: pull.body.replaceAll("\n", "\r\n") });
    world.github.writes.length = 0;
    await sync(world);
    expect(writesOf(world)).toEqual(["merge develop"]);
  });

  test("the pull request's branch stays while it has anything that the target lacks, or another pull request", async () => {
    const world = startWorld();
    conflict(world);
    await sync(world);
    const theirs = world.git.commit(SYNC_BRANCH, { "notes.txt": "half resolved\n" });
    world.github.closePullRequest(1);
    world.git.merge("develop", "production");
    expect(await sync(world)).toMatchObject({ outcome: "unchanged" });
    expect(tip(world, SYNC_BRANCH)).toBe(theirs);
    world.git.merge("develop", SYNC_BRANCH);
    world.git.branches.set("elsewhere", world.git.commit("elsewhere", { "README.md": "x" }));
    const pull = world.github.pulls.get(1);
    if (pull !== undefined) world.github.pulls.set(2, { ...pull, number: 2, state: "open", merged: false, base: "elsewhere", headSha: theirs, closedBy: undefined });
    await sync(world);
    expect(tip(world, SYNC_BRANCH)).toBe(theirs);
    world.github.closePullRequest(2);
    await sync(world);
    expect(world.git.branches.has(SYNC_BRANCH)).toBe(false);
  });

  test("after a squash-merged pull request there is nothing to bring over, and it is said why", async () => {
    const world = startWorld();
    const { theirs } = conflict(world);
    await sync(world);
    world.git.commit("develop", { "prompts/sales/pitch.txt": "Sell in both.\n" }, "Sync production into develop (#1)");
    const pull = world.github.pulls.get(1);
    if (pull !== undefined) world.github.pulls.set(1, { ...pull, state: "closed", merged: true, headSha: theirs });
    const report = await sync(world);
    expect(report).toMatchObject({ outcome: "unchanged", outputs: { "pull-requests": "{}" } });
    expect(report.message).toContain("by a squash or a rebase");
    expect([...world.github.pulls.keys()]).toEqual([1]);
  });

  test("work squashed into production comes back by a merge", async () => {
    const world = startWorld();
    const work = world.git.commit("develop", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" }, "Release (#3)");
    const more = world.git.commit("develop", { "prompts/base/greeting.txt": "Say hi.\n" });
    expect(await sync(world)).toMatchObject({ outcome: "synced" });
    expect(has(world, "develop", work) && has(world, "develop", more) && has(world, "develop", tip(world, "production"))).toBe(true);
  });
});

describe("rules", () => {
  test("a protected branch gets a pull request, also where a fast-forward would do", async () => {
    const world = startWorld();
    const hotfix = world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    world.github.protectedBranches.add("develop");
    const report = await sync(world);
    expect(report).toMatchObject({ outcome: "pull-request-opened", reason: "branch-protected" });
    expect(tip(world, SYNC_BRANCH)).toBe(hotfix);
    expect(world.github.pulls.get(1)?.body).toContain("A rule of the branch lets changes in by pull request only.");
  });

  test("workflow files: a pull request, merged by a person", async () => {
    const world = startWorld();
    world.git.commit("production", { ".github/workflows/x.yml": "on: push\n" });
    world.github.workflowFilesRefused = true;
    const report = await sync(world);
    expect(report).toMatchObject({ outcome: "pull-request-opened", reason: "workflow-files" });
    expect(report.summary).toContain("workflows: write");
  });

  test("workflow files that not even the pull request's branch may hold: the remedy, with commands", async () => {
    const world = startWorld();
    world.git.commit("production", { ".github/workflows/x.yml": "on: push\n" });
    world.github.workflowFilesRefused = true;
    world.github.protectedBranches.add("retell/**");
    const report = await sync(world, { targets: ["develop"] });
    expect(report).toMatchObject({ outcome: "failed", reason: "branch-protected" });
    expect(report.message).toContain("git merge origin/production");
  });

  test("pull requests forbidden by the settings: the setting, and a link to open it by hand", async () => {
    const world = startWorld();
    conflict(world);
    world.github.mayOpenPullRequests = false;
    const report = await sync(world);
    expect(report).toMatchObject({ outcome: "partially-synced", reason: "pull-requests-not-allowed" });
    expect(report.message).toContain("Allow GitHub Actions to create and approve pull requests");
    expect(report.message).toContain(`https://github.com/octo/agents/compare/develop...${SYNC_BRANCH}?expand=1`);
  });

  test("a read-only token moves nothing and says which line is missing", async () => {
    const world = startWorld();
    world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    world.github.readOnly = true;
    const before = new Map(world.git.branches);
    const report = await sync(world);
    expect(report).toMatchObject({ outcome: "failed", reason: "github-forbidden" });
    expect(report.message).toContain("contents: write");
    expect(world.git.branches).toEqual(before);
  });

  test("a status that is forbidden is a notice", async () => {
    const world = startWorld();
    world.git.commit("develop", { "prompts/base/greeting.txt": "Say hi.\n" });
    world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    world.github.maySetStatuses = false;
    expect(await sync(world)).toMatchObject({ outcome: "synced" });
    expect(world.log.text()).toContain("statuses: write");
  });
});

describe("force", () => {
  test("keeps a backup, lists what left, and makes the branches equal", async () => {
    const world = startWorld();
    const { ours, theirs } = conflict(world);
    const report = await sync(world, { strategy: "force" });
    const backup = `retell/backup/develop/${ours.slice(0, 7)}`;
    expect(report).toMatchObject({ outcome: "synced" });
    expect(json(report.outputs["backups"])).toEqual({ develop: backup });
    expect(json(report.outputs["synced"])).toMatchObject({ staging: { kind: "fast-forward" }, develop: { kind: "force", commit: theirs } });
    expect([tip(world, "develop"), tip(world, backup)]).toEqual([theirs, ours]);
    expect(report.summary).toContain("Work on the pitch");
    expect(report.result).toMatchObject({ targets: [{ target: "staging" }, { target: "develop", left: [ours], brought: [theirs] }] });
    world.github.writes.length = 0;
    expect(await sync(world, { strategy: "force" })).toMatchObject({ outcome: "unchanged", outputs: { backups: "{}" } });
    expect(writesOf(world)).toEqual([]);
  });

  test("also where the target is only ahead", async () => {
    const world = startWorld();
    const work = world.git.commit("staging", { "prompts/sales/pitch.txt": "Next.\n" });
    expect(await sync(world, { strategy: "force" })).toMatchObject({ outcome: "synced" });
    expect(tip(world, `retell/backup/staging/${work.slice(0, 7)}`)).toBe(work);
    expect(tip(world, "staging")).toBe(tip(world, "production"));
    expect(world.github.dispatched).toEqual([DISPATCH]);
  });

  test("without a backup nothing is moved", async () => {
    const world = startWorld();
    const { ours } = conflict(world);
    world.github.protectedBranches.add("retell/backup/**");
    expect(await sync(world, { strategy: "force", targets: ["develop"] })).toMatchObject({ outcome: "failed", reason: "branch-protected" });
    expect(tip(world, "develop")).toBe(ours);
  });

  test("a name that is taken gives way to the whole one", async () => {
    const world = startWorld();
    const { ours } = conflict(world);
    const short = `retell/backup/develop/${ours.slice(0, 7)}`;
    const taken = world.git.commit(short, { "other.txt": "x" });
    const report = await sync(world, { strategy: "force", targets: ["develop"] });
    expect(json(report.outputs["backups"])).toEqual({ develop: `retell/backup/develop/${ours}` });
    expect([tip(world, short), tip(world, `retell/backup/develop/${ours}`)]).toEqual([taken, ours]);
    world.git.branches.set("develop", ours);
    world.git.branches.set(`retell/backup/develop/${ours}`, taken);
    expect(await sync(world, { strategy: "force", targets: ["develop"] })).toMatchObject({ outcome: "failed", reason: "branch-moved" });
    expect(tip(world, "develop")).toBe(ours);
  });

  test("a protected target keeps its tip; the backup that was made is named", async () => {
    const world = startWorld();
    const { ours } = conflict(world);
    world.github.protectedBranches.add("develop");
    const report = await sync(world, { strategy: "force", targets: ["develop"] });
    expect(report).toMatchObject({ outcome: "partially-synced", reason: "branch-protected" });
    expect(tip(world, "develop")).toBe(ours);
    expect(json(report.outputs["backups"])).toEqual({ develop: `retell/backup/develop/${ours.slice(0, 7)}` });
    expect(report.message).toContain("strategy: safe");
  });
});

describe("a branch that moves meanwhile", () => {
  /** Somebody commits to develop at the moment of a write to it, so many times. */
  function racing(world: MemoryWorld, times: number): string[] {
    const commits: string[] = [];
    world.github.before = ({ method, subject }) => {
      if (subject !== "develop" || method !== "moveRef" || commits.length >= times) return;
      commits.push(world.git.commit("develop", { "race.txt": `${commits.length}\n` }));
    };
    return commits;
  }

  test("is looked at anew: what was a fast-forward becomes a merge", async () => {
    const world = startWorld();
    world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    const commits = racing(world, 1);
    const report = await sync(world);
    expect(json(report.outputs["synced"])).toMatchObject({ develop: { kind: "merge" } });
    expect(has(world, "develop", commits[0] ?? "")).toBe(true);
  });

  test("is not overwritten by force: the newer tip gets its own backup", async () => {
    const world = startWorld();
    const { ours } = conflict(world);
    const commits = racing(world, 1);
    const report = await sync(world, { strategy: "force", targets: ["develop"] });
    expect(report).toMatchObject({ outcome: "synced" });
    const [late = ""] = commits;
    expect(json(report.outputs["backups"])).toEqual({ develop: `retell/backup/develop/${late.slice(0, 7)}` });
    expect(has(world, `retell/backup/develop/${late.slice(0, 7)}`, ours)).toBe(true);
    expect(report.result).toMatchObject({ targets: [{ left: [ours, late] }] });
  });

  test("is not overwritten by force either if it moves after its tip was kept", async () => {
    const world = startWorld();
    conflict(world);
    let late = "";
    world.github.after = ({ subject }) => {
      if (subject.startsWith("retell/backup/") && late === "") late = world.git.commit("develop", { "race.txt": "x\n" });
    };
    const report = await sync(world, { strategy: "force", targets: ["develop"] });
    expect(json(report.outputs["backups"])).toEqual({ develop: `retell/backup/develop/${late.slice(0, 7)}` });
    expect(tip(world, `retell/backup/develop/${late.slice(0, 7)}`)).toBe(late);
  });

  test("one that keeps moving is given up, with nothing overwritten", async () => {
    const world = startWorld();
    conflict(world);
    const commits = racing(world, 99);
    expect(await sync(world, { strategy: "force", targets: ["develop"] })).toMatchObject({ outcome: "failed", reason: "branch-moved" });
    expect(commits).toHaveLength(3);
    expect(tip(world, "develop")).toBe(commits[2]);
  });

  test("somebody else's sync is found to be done", async () => {
    const world = startWorld();
    const hotfix = world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    world.github.before = ({ subject }) => void (subject === "develop" && world.git.branches.set("develop", hotfix));
    expect(await sync(world, { targets: ["develop"] })).toMatchObject({ outcome: "unchanged" });
  });

  test("the pull request's branch that somebody makes at that moment stays theirs", async () => {
    const world = startWorld();
    conflict(world);
    let theirs = "";
    world.github.before = ({ method, subject }) => {
      if (method === "moveRef" && subject === SYNC_BRANCH && theirs === "") theirs = world.git.commit(SYNC_BRANCH, { "x.txt": "x" });
    };
    expect(await sync(world)).toMatchObject({ outcome: "pull-request-opened" });
    expect(tip(world, SYNC_BRANCH)).toBe(theirs);
  });
});

describe("the deploy of a moved branch", () => {
  test.each([
    ["an unknown workflow", (world: MemoryWorld): unknown => world.github.unknownWorkflows.add("retell-deploy-staging.yml"), "The file must be on the default branch"],
    ["a token without actions: write", (world: MemoryWorld): unknown => (world.github.mayDispatch = false), "actions: write"],
  ])("%s: the sync stays, and the way to start it is told", async (_name, prepare, told) => {
    const world = startWorld();
    const hotfix = world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    prepare(world);
    const report = await sync(world);
    expect(report).toMatchObject({ outcome: "partially-synced", reason: "dispatch-failed" });
    expect([tip(world, "staging"), tip(world, "develop")]).toEqual([hotfix, hotfix]);
    expect(json(report.outputs["synced"])).toMatchObject({ staging: {}, develop: {} });
    expect(report.message).toContain(told);
    expect(report.message).toContain("https://github.com/octo/agents/actions/workflows/retell-deploy-staging.yml");
  });

  test("none is started where none is wanted", async () => {
    const world = startWorld();
    world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    expect(await sync(world, { deployWorkflow: "", statusContext: "" })).toMatchObject({ outcome: "synced" });
    expect(world.github.dispatched).toEqual([]);
  });

  const RERUN = { job: { runAttempt: 2 } };

  test("a re-run starts it again, unless all is recorded as deployed", async () => {
    const world = startWorld();
    expect(await sync(world, RERUN)).toMatchObject({ outcome: "unchanged" });
    expect(world.github.dispatched).toEqual([DISPATCH]);
    await recordDeployed(world);
    world.github.writes.length = 0;
    await sync(world, RERUN);
    expect(writesOf(world)).toEqual([]);
    world.git.commit("staging", { "prompts/sales/pitch.txt": "Next.\n" });
    await sync(world, RERUN);
    expect(writesOf(world)).toEqual(["dispatch retell-deploy-staging.yml"]);
  });

  test("a first attempt with nothing to move starts none, whatever is deployed", async () => {
    const world = startWorld();
    await sync(world);
    expect(world.github.dispatched).toEqual([]);
  });

  test.each(["pending", "unreadable"] as const)("state that is %s is not taken for deployed", async (kind) => {
    const world = startWorld();
    await recordDeployed(world);
    const pending = { run: "1", attempt: 1, job: "deploy", until: "2026-11-24T04:30:00Z", commit: tip(world, "staging"), agents: [] };
    world.git.commit("retell/state/staging", { "workspace.json": kind === "pending" ? renderWorkspaceState({ format: 1, organization: null, salt: "0".repeat(16), pending }) : "{" });
    await sync(world, RERUN);
    expect(world.github.dispatched).toEqual([DISPATCH]);
  });

  async function recordDeployed(world: MemoryWorld): Promise<void> {
    const { git } = world.ports();
    const project = validateProject({ files: await readFilesAt(git, tip(world, "staging"), ""), workingDirectory: "" });
    const agents = [...(project.desired.get("staging") ?? [])].map(([name, { content }]) => [`agents/${name}/staging.json`, renderAgentState({ ...emptyAgentState("staging"), config_hash: contentHash(content as Json) })]);
    expect(agents).toHaveLength(2);
    world.git.commit("retell/state/staging", { "workspace.json": renderWorkspaceState({ format: 1, organization: null, salt: "0".repeat(16), pending: null }), ...Object.fromEntries(agents) });
  }
});

describe("names and places", () => {
  const branches = { branches: { develop: "main", staging: "env/staging", production: "live" } };
  const workspaces = JSON.stringify({ staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" }, ...branches });

  test("roles are mapped by workspaces.json of the source's branch", async () => {
    const world = startWorld({ "workspaces.json": workspaces });
    for (const branch of ["main", "env/staging", "live"]) world.git.branches.set(branch, tip(world, "production"));
    const hotfix = world.git.commit("live", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    expect(await sync(world)).toMatchObject({ outcome: "synced" });
    expect([tip(world, "main"), tip(world, "env/staging")]).toEqual([hotfix, hotfix]);
    expect(world.github.dispatched).toEqual([{ ...DISPATCH, branch: "env/staging" }]);
  });

  test("the checkout only says where to look: the source's own file decides", async () => {
    const world = startWorld({ "workspaces.json": workspaces });
    world.git.branches.set("live", tip(world, "production"));
    // Another checkout, without a file: the usual name is tried, and its file disowns it.
    world.git.checkout(world.git.commit("elsewhere", { "README.md": "x" }));
    const report = await sync(world).catch((error: unknown) => error);
    expect(report).toMatchObject({ reason: "invalid-files", message: expect.stringContaining('the branch for production is "live"') });
  });

  test("without workspaces.json on the source nothing is moved", async () => {
    const world = startWorld();
    world.git.commit("production", { "workspaces.json": null });
    world.git.checkout(tip(world, "production"));
    await expect(sync(world)).rejects.toMatchObject({ reason: "invalid-files", message: expect.stringContaining("workspaces.json on production cannot be used") });
    expect(writesOf(world)).toEqual([]);
  });

  test("a project in a folder has its own names", async () => {
    const world = startWorld({ "voice/workspaces.json": JSON.stringify({ staging: { api_key_env: "A" }, production: { api_key_env: "B" } }) });
    const { ours } = conflict(world);
    await sync(world, { workingDirectory: "./voice/" });
    expect(world.git.branches.has("retell/sync/voice/production-to-develop")).toBe(true);
    const report = await sync(world, { workingDirectory: "voice", strategy: "force" });
    expect(json(report.outputs["backups"])).toEqual({ develop: `retell/backup/voice/develop/${ours.slice(0, 7)}` });
  });

  test("a missing target is said with how to make it; the others are synced", async () => {
    const world = startWorld();
    world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    world.git.branches.delete("staging");
    const report = await sync(world);
    expect(report).toMatchObject({ outcome: "partially-synced", reason: "branch-missing" });
    expect(report.message).toContain('The branch "staging" (staging) does not exist. Create it from production');
    expect(tip(world, "develop")).toBe(tip(world, "production"));
  });

  test("a missing source fails", async () => {
    const world = startWorld();
    world.git.branches.delete("production");
    await expect(sync(world)).rejects.toMatchObject({ reason: "branch-missing" });
  });

  test("a cancelled run starts no write", async () => {
    const world = startWorld();
    world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    world.github.after = () => world.cancel();
    const report = await sync(world);
    expect(writesOf(world)).toEqual(["moveRef staging"]);
    expect(report).toMatchObject({ outcome: "partially-synced" });
    expect(report.message).toContain("Start it by hand");
    expect(report.message).toContain("The run was cancelled before this branch was synced");
  });
});
