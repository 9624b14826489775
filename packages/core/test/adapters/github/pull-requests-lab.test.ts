import { describe, expect, test } from "@jest/globals";
import { everything, labScene, losses, type LabScene } from "./lab-scene.ts";

const request = { head: "retell/x", base: "main", title: "Title", body: "Body" };
const PULLS = "POST /pulls";

async function withBranch(): Promise<LabScene> {
  const scene = await labScene();
  await scene.repository.commit({ branch: "retell/x", files: { x: "1" }, message: "x" });
  return scene;
}

describe("opening a pull request", () => {
  test("once; an open one of the same branches is returned", async () => {
    const { repository, github, count } = await withBranch();
    const opened = await github.pullRequests.open(request);
    expect(opened).toEqual({
      kind: "opened",
      pullRequest: {
        number: 1,
        state: "open",
        merged: false,
        head: "retell/x",
        headSha: await repository.tip("retell/x"),
        base: "main",
        title: "Title",
        body: "Body",
        labels: [],
        authorIsBot: true,
        url: expect.stringMatching(/\/octo\/agents\/pull\/1$/),
      },
    });
    expect(await github.pullRequests.open({ ...request, title: "Other" })).toMatchObject({ kind: "existing", pullRequest: { number: 1, title: "Title" } });
    expect(count(PULLS)).toBe(1);
    await repository.commit({ branch: "staging", files: { s: "1" }, message: "s" });
    expect(await github.pullRequests.open({ ...request, base: "staging" })).toMatchObject({ kind: "opened", pullRequest: { number: 2, base: "staging" } });
  });

  test.each(losses)("through %s opens one", async (_name, action) => {
    const { repository, github, spoil } = await withBranch();
    spoil(PULLS, action);
    expect(await github.pullRequests.open(request)).toMatchObject({ kind: "opened", pullRequest: { number: 1 } });
    expect(repository.pulls.size).toBe(1);
  });

  test("that somebody else opens in between returns theirs", async () => {
    const { repository, github, spoil } = await withBranch();
    spoil(PULLS, { kind: "call", when: "before", run: async () => void (await repository.openPullRequest({ head: "retell/x", base: "main", title: "Theirs" })) });
    expect(await github.pullRequests.open(request)).toMatchObject({ kind: "existing", pullRequest: { number: 1, title: "Theirs", authorIsBot: false } });
    expect(repository.pulls.size).toBe(1);
  });

  test("without anything to bring over, or without a branch", async () => {
    const { repository, github } = await withBranch();
    await repository.commit({ branch: "main", parent: await repository.tip("retell/x"), files: { y: "1" }, message: "y" });
    expect(await github.pullRequests.open(request)).toEqual({ kind: "nothing" });
    await expect(github.pullRequests.open({ ...request, head: "absent" })).rejects.toMatchObject({ reason: "branch-missing", message: expect.stringContaining("absent") });
    await expect(github.pullRequests.open({ ...request, base: "gone" })).rejects.toMatchObject({ reason: "branch-missing", message: expect.stringContaining("gone") });
  });

  test("where the setting or the permission forbids it", async () => {
    const { repository, github, githubWith } = await withBranch();
    repository.settings.allowActionsToCreatePullRequests = false;
    expect(await github.pullRequests.open(request)).toMatchObject({ kind: "not-allowed", message: expect.stringContaining("Allow GitHub Actions to create and approve pull requests") });
    expect(await githubWith(everything, "app").pullRequests.open(request)).toMatchObject({ kind: "opened" });
    await expect(githubWith({ contents: "read", "pull-requests": "read" }).pullRequests.open({ ...request, base: "staging" })).rejects.toThrow("permissions:\n  pull-requests: write");
  });

  test("that never gets an answer says that it may have happened", async () => {
    const { github, spoil, count } = await withBranch();
    spoil(PULLS, { kind: "status", status: 502 }, 9);
    await expect(github.pullRequests.open(request)).rejects.toMatchObject({ reason: "github-unavailable", ambiguous: true });
    expect(count(PULLS)).toBeLessThanOrEqual(3);
  });
});

describe("a branch's pull requests", () => {
  test("are all of them, the newest first, and none of a fork", async () => {
    const { lab, repository, github } = await withBranch();
    await github.pullRequests.open(request);
    await github.pullRequests.update(1, { state: "closed", title: "Closed", body: "Why" });
    await github.pullRequests.open(request);
    // A fork of the same owner is found by the same name of a head.
    const fork = await lab.forkRepository("octo/agents", { owner: "octo", name: "fork" });
    await fork.commit({ branch: "retell/x", files: { z: "1" }, message: "z" });
    await repository.openPullRequest({ head: "retell/x", base: "main", title: "Fork", headRepo: "octo/fork" });
    await repository.merge(2);
    expect(await github.pullRequests.ofBranch("retell/x")).toMatchObject([
      { number: 2, state: "closed", merged: true },
      { number: 1, state: "closed", merged: false, title: "Closed", body: "Why" },
    ]);
    expect(await github.pullRequests.ofBranch("retell/y")).toEqual([]);
  });

  test("over several pages", async () => {
    const { repository, github } = await withBranch();
    await github.pullRequests.open(request);
    for (let number = 2; number <= 101; number += 1) repository.pulls.set(number, { ...repository.pull(1), number, state: "closed" });
    const all = await github.pullRequests.ofBranch("retell/x");
    expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 101 }, (_, index) => 101 - index));
  });
});

describe("changing a pull request", () => {
  test("texts, state and base, also through lost answers", async () => {
    const { repository, github, githubWith, spoil } = await withBranch();
    await github.pullRequests.open(request);
    for (const [name, action] of losses) {
      spoil("PATCH /pulls/1", action);
      await github.pullRequests.update(1, { title: name });
      expect(repository.pull(1).title).toBe(name);
    }
    await repository.commit({ branch: "staging", files: { s: "1" }, message: "s" });
    await github.pullRequests.update(1, { base: "staging", state: "closed" });
    expect(repository.pull(1)).toMatchObject({ state: "closed", base: { ref: "staging" } });
    await expect(githubWith({ "pull-requests": "read" }).pullRequests.update(1, { title: "x" })).rejects.toThrow("permissions:\n  pull-requests: write");
    await expect(github.pullRequests.update(9, { title: "x" })).rejects.toMatchObject({ status: 404 });
  });

  test("labels are made where they are missing, and are no reason to fail", async () => {
    const { repository, github, githubWith, spoil, count } = await withBranch();
    await github.pullRequests.open(request);
    repository.labels.push({ id: 5, name: "known", color: "ff0000", description: null });
    expect(await github.pullRequests.addLabels(1, ["known", "new/é"])).toBe(true);
    expect(repository.pull(1).labels).toEqual(["known", "new/é"]);
    expect(repository.labels.map(({ name, color }) => [name, color])).toEqual([["known", "ff0000"], ["new/é", "ededed"]]);
    expect(count("POST /labels")).toBe(2);
    expect(await github.pullRequests.addLabels(1, ["known"])).toBe(true);
    expect(await github.pullRequests.addLabels(1, [])).toBe(true);
    for (const [name, action] of losses) {
      spoil("POST /labels", action);
      spoil("POST /issues/1/labels", action);
      expect(await github.pullRequests.addLabels(1, [name])).toBe(true);
    }
    // Somebody makes the label between our look and our request.
    spoil("POST /repos/octo/agents/labels", { kind: "call", when: "before", run: () => void repository.labels.push({ id: 6, name: "race", color: "00ff00", description: null }) });
    expect(await github.pullRequests.addLabels(1, ["race"])).toBe(true);
    expect(repository.labels.filter(({ name }) => name === "race")).toHaveLength(1);
    expect(await githubWith({ "pull-requests": "read" }).pullRequests.addLabels(1, ["x"])).toBe(false);
    expect(await github.pullRequests.addLabels(1, ["x".repeat(51)])).toBe(false);
    expect(await github.pullRequests.addLabels(9, ["known"])).toBe(false);
  });
});
