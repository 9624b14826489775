import { describe, expect, test } from "@jest/globals";
import { userOf } from "@retell-actions/lab/github/model/users";
import { everything, labScene, losses, type LabScene } from "./lab-scene.ts";

/** A pull request with one comment of `mona`, written at a time of the past. */
async function withComment(): Promise<LabScene & { readonly id: number }> {
  const scene = await labScene();
  const { repository } = scene;
  await repository.commit({ branch: "feature", files: { f: "1" }, message: "f" });
  await repository.openPullRequest({ head: "feature", base: "main", title: "T" });
  const { id } = await repository.comment(1, "/retell status", "mona", new Date("2026-11-20T10:00:00.900Z"));
  return Object.assign(scene, { id });
}

describe("a comment", () => {
  test("as it is now, with author, times and address", async () => {
    const { repository, github, id } = await withComment();
    const created = Date.parse("2026-11-20T10:00:00Z");
    const read = { id, body: "/retell status", author: "mona", authorIsBot: false, createdAt: created, updatedAt: created, url: expect.stringMatching(new RegExp(`/octo/agents/pull/1#issuecomment-${id}$`)) };
    expect(await github.comments.get(id)).toEqual(read);
    expect(await github.comments.list(1)).toEqual([read]);
    const [comment] = repository.comments;
    if (comment !== undefined) await repository.editComment(comment, "/retell use-git", "octo");
    const edited = await github.comments.get(id);
    expect(edited).toMatchObject({ body: "/retell use-git", author: "mona", createdAt: created });
    expect(edited?.updatedAt).toBeGreaterThan(created);
    if (comment !== undefined) await repository.deleteComment(comment);
    expect(await github.comments.get(id)).toBeUndefined();
  });

  test("of the job, of another app and of an account that is gone", async () => {
    const { repository, github, id } = await withComment();
    await github.comments.create(1, "ours");
    await repository.comment(1, "theirs", "app[bot]");
    const [comment] = repository.comments;
    if (comment !== undefined) comment.user = userOf("ghost");
    expect((await github.comments.list(1)).map(({ author, authorIsBot }) => [author, authorIsBot])).toEqual([["", false], ["github-actions[bot]", true], ["app[bot]", true]]);
    expect((await github.comments.get(id))?.author).toBe("");
  });

  test.each(losses)("through %s is read", async (_name, action) => {
    const { github, spoil, id } = await withComment();
    spoil(`GET /issues/comments/${id}`, action);
    expect(await github.comments.get(id)).toMatchObject({ id });
  });
});

describe("a reaction", () => {
  test.each(losses)("through %s is given once", async (_name, action) => {
    const { repository, github, spoil, id } = await withComment();
    spoil("POST /reactions", action);
    expect(await github.comments.react(id, "eyes")).toEqual({ kind: "written" });
    expect(await github.comments.react(id, "eyes")).toEqual({ kind: "written" });
    expect(await github.comments.react(id, "+1")).toEqual({ kind: "written" });
    expect(repository.comments[0]?.reactions.map(({ content, user }) => [content, user.login])).toEqual([["eyes", "github-actions[bot]"], ["+1", "github-actions[bot]"]]);
  });

  test("to a comment that is gone, and without the permission", async () => {
    const { github, githubWith, repository, id } = await withComment();
    expect(await github.comments.react(1, "eyes")).toEqual({ kind: "gone" });
    const forbidden = { kind: "forbidden" };
    expect(await githubWith({ ...everything, issues: "read", "pull-requests": "read" }).comments.react(id, "eyes")).toEqual(forbidden);
    // Under a pull request the permission for issues is not enough.
    expect(await githubWith({ ...everything, "pull-requests": "read" }).comments.react(id, "eyes")).toEqual(forbidden);
    expect(repository.comments[0]?.reactions).toEqual([]);
  });
});

test("permissions: the coarse word of each role, none for strangers, apps and nobody", async () => {
  const { repository, github } = await withComment();
  for (const role of ["admin", "maintain", "write", "triage", "read"] as const) repository.collaborators.set(role, role);
  const logins = ["admin", "maintain", "write", "triage", "read", "Write", "stranger", "app[bot]", "github-actions[bot]", "", "a b", "../x"];
  const levels = await Promise.all(logins.map(async (login) => [login, await github.repository.permissionOf(login)]));
  expect(Object.fromEntries(levels)).toEqual({ admin: "admin", maintain: "write", write: "write", triage: "read", read: "read", Write: "write", stranger: "none", "app[bot]": "none", "github-actions[bot]": "none", "": "none", "a b": "none", "../x": "none" });
});

test("any pull request: of a branch here, of a fork, of a fork that is gone; an issue is none", async () => {
  const { lab, repository, github } = await withComment();
  const fork = await lab.forkRepository("octo/agents", { owner: "mallory" });
  await fork.commit({ branch: "feature", files: { z: "1" }, message: "z" });
  await repository.openPullRequest({ head: "feature", base: "main", title: "Fork", headRepo: "mallory/agents", user: "mallory" });
  const { number } = await repository.openIssue({ title: "Issue" });
  expect(await github.pullRequests.get(1)).toMatchObject({ number: 1, head: "feature", headSha: await repository.tip("feature"), base: "main", baseSha: await repository.tip("main"), fork: false, merged: false });
  expect(await github.pullRequests.get(2)).toMatchObject({ number: 2, head: "feature", headSha: await fork.tip("feature"), fork: true });
  lab.deleteFork("mallory/agents");
  expect(await github.pullRequests.get(2)).toMatchObject({ head: "feature", fork: true, state: "open" });
  expect((await github.pullRequests.ofBranch("feature")).map((pull) => pull.number)).toEqual([1]);
  expect(await github.pullRequests.get(number)).toBeUndefined();
  await repository.merge(1);
  expect(await github.pullRequests.get(1)).toMatchObject({ merged: true, state: "closed" });
});
