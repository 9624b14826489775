import { beforeEach, describe, expect, test } from "@jest/globals";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { createMemoryWorld, type MemoryWorld } from "../../src/memory/memory-ports.ts";

let world: MemoryWorld;
let ports: ActionPorts;
beforeEach(() => {
  world = createMemoryWorld({ "a.txt": "a", "b.txt": "b" });
  ports = world.ports();
});

const tip = (branch: string): string => world.git.branches.get(branch) ?? "";
const file = (branch: string, path: string): string | undefined => world.git.commits.get(tip(branch))?.files.get(path);

describe("branches", () => {
  test("a merge joins both sides in a commit with both parents", async () => {
    const ours = world.git.commit("staging", { "a.txt": "ours" });
    const theirs = world.git.commit("production", { "b.txt": null, "c.txt": "c" });
    expect(await ports.gitWriter.merge({ branch: "staging", head: "production", message: "Merge production" })).toEqual({ kind: "merged", commit: tip("staging") });
    expect(world.git.commits.get(tip("staging"))).toMatchObject({ parents: [ours, theirs], message: "Merge production" });
    expect(["a.txt", "b.txt", "c.txt"].map((path) => file("staging", path))).toEqual(["ours", undefined, "c"]);
    expect(await ports.gitWriter.merge({ branch: "staging", head: theirs, message: "again" })).toEqual({ kind: "nothing" });
    expect(await ports.repository.compare("production", "staging")).toEqual({ status: "ahead", aheadBy: 2, behindBy: 0, mergeBase: theirs });
    expect((await ports.repository.commitsBetween(theirs, "staging")).map(({ subject, author }) => [subject, author])).toEqual([["commit", "octocat"], ["Merge production", "github-actions[bot]"]]);
  });

  test("a merge where one is ahead is no fast-forward; both sides in one file are a conflict", async () => {
    world.git.commit("production", { "a.txt": "p" });
    expect((await ports.gitWriter.merge({ branch: "staging", head: "production", message: "m" })).kind).toBe("merged");
    expect(tip("staging")).not.toBe(tip("production"));
    world.git.commit("develop", { "a.txt": "d" });
    const before = tip("develop");
    expect(await ports.gitWriter.merge({ branch: "develop", head: "production", message: "m" })).toEqual({ kind: "conflict" });
    expect(tip("develop")).toBe(before);
    await expect(ports.gitWriter.merge({ branch: "absent", head: "production", message: "m" })).rejects.toMatchObject({ reason: "branch-missing" });
  });

  test("a ref moves under its lease, forward only unless forced", async () => {
    const old = tip("staging");
    const ahead = world.git.commit("production", { "a.txt": "p" });
    const { gitWriter } = ports;
    expect(await gitWriter.moveRef({ branch: "staging", expected: ahead, to: old })).toEqual({ kind: "stale" });
    expect(await gitWriter.moveRef({ branch: "staging", expected: old, to: ahead })).toEqual({ kind: "moved" });
    await expect(gitWriter.moveRef({ branch: "staging", expected: ahead, to: old })).rejects.toMatchObject({ reason: "branch-moved" });
    expect(await gitWriter.moveRef({ branch: "staging", expected: ahead, to: old, force: true })).toEqual({ kind: "moved" });
    expect(await gitWriter.moveRef({ branch: "backup", expected: null, to: ahead })).toEqual({ kind: "moved" });
    expect(await gitWriter.moveRef({ branch: "backup", expected: null, to: ahead })).toEqual({ kind: "stale" });
    expect(await gitWriter.moveRef({ branch: "backup", expected: ahead, to: null })).toEqual({ kind: "moved" });
    expect(world.git.branches.has("backup")).toBe(false);
  });

  test("a commit without a branch, and a branch with a parent", async () => {
    const parent = tip("staging");
    const commit = await ports.gitWriter.createCommit({ parent, message: "m", files: new Map([["a.txt", null], ["d.txt", "d"]]) });
    expect(tip("staging")).toBe(parent);
    expect([...(world.git.commits.get(commit)?.files.keys() ?? [])]).toEqual(["b.txt", "d.txt"]);
    expect(await ports.gitWriter.createBranch({ branch: "new", parent, message: "m", files: new Map([["a.txt", null], ["d.txt", "d"]]) })).toEqual({ kind: "created", commit });
  });

  test("rules and workflow files", async () => {
    const { gitWriter } = ports;
    world.github.protectedBranches.add("staging").add("retell/**");
    world.git.commit("production", { "a.txt": "p" });
    expect(await gitWriter.merge({ branch: "staging", head: "production", message: "m" })).toMatchObject({ kind: "refused", reason: "branch-protected" });
    expect(await gitWriter.moveRef({ branch: "staging", expected: tip("staging"), to: tip("production") })).toMatchObject({ kind: "refused", reason: "branch-protected" });
    await expect(gitWriter.createBranch({ branch: "retell/x", message: "m", files: new Map([["a", "a"]]) })).rejects.toMatchObject({ reason: "branch-protected" });
    world.github.protectedBranches.clear();
    world.github.workflowFilesRefused = true;
    world.git.commit("production", { ".github/workflows/x.yml": "on: push" });
    expect(await gitWriter.merge({ branch: "staging", head: "production", message: "m" })).toMatchObject({ kind: "refused", reason: "workflow-files" });
    expect(await gitWriter.moveRef({ branch: "backup", expected: null, to: tip("production") })).toEqual({ kind: "moved" });
    expect((await gitWriter.merge({ branch: "production", head: "staging", message: "m" })).kind).toBe("nothing");
    await expect(gitWriter.commitFiles({ branch: "staging", expectedHead: tip("staging"), message: "m", files: new Map([[".github/workflows/y.yml", ""]]) })).rejects.toMatchObject({ reason: "workflow-files" });
  });
});

describe("pull requests", () => {
  const request = { head: "retell/x", base: "staging", title: "T", body: "B" };
  beforeEach(() => {
    world.git.branches.set("retell/x", tip("staging"));
    world.git.commit("retell/x", { "a.txt": "x" });
  });

  test("one for the same branches; it follows its head and is merged by a person", async () => {
    const opened = await ports.pullRequests.open(request);
    expect(opened).toMatchObject({ kind: "opened", pullRequest: { number: 1, state: "open", headSha: tip("retell/x"), authorIsBot: true, labels: [] } });
    expect(await world.ports().pullRequests.open(request)).toMatchObject({ kind: "existing", pullRequest: { number: 1 } });
    expect(world.github.writes.map(({ method }) => method)).toEqual(["openPullRequest"]);
    world.git.commit("retell/x", { "a.txt": "y" });
    expect(await ports.pullRequests.addLabels(1, ["l", "l"])).toBe(true);
    expect(await ports.pullRequests.ofBranch("retell/x")).toMatchObject([{ headSha: tip("retell/x"), labels: ["l"] }]);
    const merged = world.github.mergePullRequest(1);
    expect(tip("staging")).toBe(merged);
    expect(file("staging", "a.txt")).toBe("y");
    expect(await ports.pullRequests.ofBranch("retell/x")).toMatchObject([{ state: "closed", merged: true }]);
    expect(await ports.repository.pullRequestsOf(merged)).toEqual([1]);
    expect(await ports.pullRequests.open(request)).toEqual({ kind: "nothing" });
  });

  test("closed by a person or the job, or with the branch", async () => {
    await ports.pullRequests.open(request);
    world.github.closePullRequest(1);
    expect(world.github.pulls.get(1)).toMatchObject({ state: "closed", merged: false, closedBy: "person" });
    await ports.pullRequests.update(1, { state: "open", title: "New" });
    expect(world.github.pulls.get(1)).toMatchObject({ state: "open", title: "New", closedBy: undefined });
    await ports.pullRequests.update(1, { state: "closed" });
    expect(world.github.pulls.get(1)?.closedBy).toBe("job");
    expect(await ports.pullRequests.open(request)).toMatchObject({ kind: "opened", pullRequest: { number: 2 } });
    await expect(ports.pullRequests.update(1, { state: "open" })).rejects.toMatchObject({ status: 422 });
    world.git.branches.delete("retell/x");
    expect(world.github.pulls.get(2)?.state).toBe("closed");
    expect((await ports.pullRequests.ofBranch("retell/x")).map(({ number }) => number)).toEqual([2, 1]);
  });

  test("a setting and a token can forbid them", async () => {
    world.github.mayOpenPullRequests = false;
    expect(await ports.pullRequests.open(request)).toMatchObject({ kind: "not-allowed" });
    world.github.readOnly = true;
    await expect(ports.pullRequests.open(request)).rejects.toMatchObject({ reason: "github-forbidden" });
    await expect(ports.pullRequests.update(1, {})).rejects.toMatchObject({ reason: "github-forbidden" });
    expect(await ports.pullRequests.addLabels(1, ["l"])).toBe(false);
  });
});

test("issues of bots, oldest first; numbers are shared with pull requests", async () => {
  world.github.issues.set(1, { number: 1, state: "open", title: "P", body: "", authorIsBot: false, url: "", labels: [] });
  const issue = await ports.issues.create({ title: "T", body: "B", labels: ["l"] });
  expect(issue).toMatchObject({ number: 2, state: "open", authorIsBot: true });
  await ports.issues.update(2, { state: "closed", body: "C" });
  expect(await ports.issues.listByBots()).toEqual([{ ...issue, state: "closed", body: "C" }]);
  world.github.before = () => {
    throw new Error("killed");
  };
  await expect(ports.issues.create({ title: "T", body: "B", labels: [] })).rejects.toThrow("killed");
  expect(world.github.issues.size).toBe(2);
});

test("workflows and statuses", async () => {
  expect(await ports.workflows.dispatch({ file: "x.yml", branch: "staging" })).toEqual({ kind: "started" });
  world.github.unknownWorkflows.add("y.yml");
  expect((await ports.workflows.dispatch({ file: "y.yml", branch: "staging" })).kind).toBe("unknown");
  expect(await ports.workflows.setStatus({ commit: tip("staging"), context: "c", state: "success", description: "d" })).toEqual({ kind: "written" });
  world.github.mayDispatch = world.github.maySetStatuses = false;
  expect((await ports.workflows.dispatch({ file: "x.yml", branch: "staging" })).kind).toBe("forbidden");
  expect((await ports.workflows.setStatus({ commit: "c", context: "c", state: "success", description: "d" })).kind).toBe("forbidden");
  expect(world.github.dispatched).toEqual([{ file: "x.yml", branch: "staging", inputs: {} }]);
  expect(world.github.statuses).toHaveLength(1);
});
