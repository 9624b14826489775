import { beforeEach, describe, expect, test } from "@jest/globals";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { createMemoryWorld, type MemoryWorld } from "../../src/memory/memory-ports.ts";

let world: MemoryWorld;
let ports: ActionPorts;
beforeEach(() => {
  world = createMemoryWorld({ "a.txt": "a" });
  ports = world.ports();
});

describe("comments of people", () => {
  test("carry author, address and times of whole seconds", async () => {
    world.clock.advance(1_234);
    const comment = world.github.comment(7, "/retell status");
    const time = Math.floor(world.clock.now() / 1000) * 1000;
    expect(comment).toEqual({ id: 1, body: "/retell status", author: "octocat", authorIsBot: false, createdAt: time, updatedAt: time, url: "https://github.com/octo/agents/pull/7#issuecomment-1" });
    expect(await ports.comments.get(1)).toEqual(comment);
    expect(world.github.comment(7, "", "").author).toBe("");
    expect(world.github.comment(7, "x", "app[bot]").authorIsBot).toBe(true);
    expect(await ports.comments.create(7, "x")).toEqual({ kind: "written", id: 4 });
    expect((await ports.comments.list(7)).map(({ author }) => author)).toEqual(["octocat", "", "app[bot]", "github-actions[bot]"]);
  });

  test("an edit within the second shows in the text only, a later one in the time too", async () => {
    const { id, createdAt } = world.github.comment(7, "old");
    expect(world.github.editComment(id, "new")).toMatchObject({ body: "new", createdAt, updatedAt: createdAt });
    world.clock.advance(2_000);
    world.github.editComment(id, "newer");
    expect(await ports.comments.get(id)).toMatchObject({ body: "newer", createdAt, updatedAt: createdAt + 2_000 });
    world.clock.advance(2_000);
    await ports.comments.update(id, "newest");
    expect(await ports.comments.get(id)).toMatchObject({ body: "newest", updatedAt: createdAt + 4_000 });
    world.github.deleteComment(id);
    expect(await ports.comments.get(id)).toBeUndefined();
    expect(() => world.github.editComment(id, "x")).toThrow("no comment");
  });

  test("start a job on the default branch, of a pull request or an issue", () => {
    const { id, createdAt } = world.github.comment(7, "old", "mona");
    const job = world.ports(world.github.commentJob(id)).job;
    expect(job).toMatchObject({ actor: "mona", ref: "refs/heads/develop" });
    expect(job.event).toEqual({ name: "issue_comment", action: "created", issue: 7, isPullRequest: true, comment: { id, body: "old", author: "mona", authorIsBot: false, createdAt } });
    world.github.editComment(id, "new");
    expect(job.event).toMatchObject({ comment: { body: "old" } });
    expect(world.github.commentJob(id, "edited").event).toMatchObject({ action: "edited", comment: { body: "new" } });
    world.github.issues.set(8, { number: 8, state: "open", title: "", body: "", authorIsBot: false, url: "", labels: [] });
    expect(world.github.commentJob(world.github.comment(8, "x").id).event).toMatchObject({ isPullRequest: false });
  });
});

test("reactions are given once; not to what is gone, not with a read-only token", async () => {
  const { id } = world.github.comment(7, "x");
  for (const reaction of ["eyes", "eyes", "+1"] as const) expect(await ports.comments.react(id, reaction)).toEqual({ kind: "written" });
  expect(world.github.reactions.get(id)).toEqual(["eyes", "+1"]);
  expect(await ports.comments.react(9, "eyes")).toEqual({ kind: "gone" });
  expect(world.github.writes.map(({ method }) => method)).toEqual(["react", "react", "react", "react"]);
  world.github.readOnly = true;
  expect(await ports.comments.react(id, "confused")).toEqual({ kind: "forbidden" });
  expect(world.github.reactions.get(id)).toEqual(["eyes", "+1"]);
});

test("who is not known may nothing", async () => {
  world.github.people.set("rita", "read");
  expect(await Promise.all(["octocat", "rita", "mallory", ""].map((login) => ports.repository.permissionOf(login)))).toEqual(["write", "read", "none", "none"]);
});

describe("any pull request", () => {
  test("of a branch here", async () => {
    const headSha = world.git.commit("feature", { "a.txt": "b" });
    const { number } = world.github.openPullRequest({ head: "feature", base: "develop", title: "T" });
    expect(await ports.pullRequests.get(number)).toMatchObject({ number, state: "open", head: "feature", headSha, fork: false, baseSha: world.git.branches.get("develop"), authorIsBot: false });
    expect(await ports.pullRequests.get(99)).toBeUndefined();
    expect(() => world.github.openPullRequest({ head: "absent", base: "develop" })).toThrow("no branch absent");
  });

  test("of a fork, whatever the branch of that name here does", async () => {
    world.git.commit("feature", { "a.txt": "b" });
    const fork = world.github.openPullRequest({ head: "feature", base: "develop", fork: true });
    world.git.commit("feature", { "a.txt": "c" });
    expect(await ports.pullRequests.get(fork.number)).toMatchObject({ state: "open", fork: true, headSha: fork.headSha });
    expect(fork.headSha).not.toBe(world.git.branches.get("feature"));
    expect(await ports.pullRequests.ofBranch("feature")).toEqual([]);
    expect(await ports.pullRequests.open({ head: "feature", base: "develop", title: "", body: "" })).toMatchObject({ kind: "opened" });
    world.git.branches.delete("feature");
    expect((await ports.pullRequests.get(fork.number))?.state).toBe("open");
    world.git.branches.delete("develop");
    expect((await ports.pullRequests.get(fork.number))?.state).toBe("closed");
  });
});

test("last runs", async () => {
  world.github.lastRuns.set("drift.yml", { endedAt: 5_000, conclusion: "success" });
  expect(await ports.workflows.lastRun("drift.yml")).toMatchObject({ kind: "found", endedAt: 5_000, conclusion: "success" });
  expect(await ports.workflows.lastRun("other.yml")).toEqual({ kind: "unknown" });
  world.github.mayReadRuns = false;
  expect(await ports.workflows.lastRun("drift.yml")).toEqual({ kind: "forbidden" });
});
