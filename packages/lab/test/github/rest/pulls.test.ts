import { describe, expect, test } from "@jest/globals";
import type { Repository } from "@retell-actions/lab/github/model/repository";
import { at, failure, jobClient, startLab } from "../support.ts";

async function parents(repository: Repository, revision: string): Promise<string[]> {
  return (await repository.git.text(["rev-list", "--parents", "-1", revision])).split(" ").slice(1);
}

describe("pull requests", () => {
  test("keep a real test merge that follows head and base", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const head = await repository.commit({ branch: "feature", files: { "f.txt": "1" }, message: "f" });
    const pull = await repository.openPullRequest({ head: "feature", base: "main", title: "Feature", user: "mona" });
    expect(await parents(repository, "refs/pull/1/merge")).toEqual([await repository.tip("main"), head]);
    const base = await repository.commit({ branch: "main", files: { "m.txt": "1" }, message: "m" });
    expect(await parents(repository, "refs/pull/1/merge")).toEqual([base, head]);
    const second = await repository.commit({ branch: "feature", files: { "f.txt": "2" }, message: "f2" });
    expect(await parents(repository, "refs/pull/1/merge")).toEqual([base, second]);
    const { data } = await client.rest.pulls.get({ ...at, pull_number: pull.number });
    expect(data).toMatchObject({ mergeable: true, commits: 2, changed_files: 1, head: { sha: second }, base: { sha: base }, user: { login: "mona" } });
    expect(data.merge_commit_sha).toBe(await repository.git.text(["rev-parse", "refs/pull/1/merge"]));
    expect((await client.rest.pulls.listFiles({ ...at, pull_number: 1 })).data).toMatchObject([{ filename: "f.txt", status: "added" }]);
    expect(lab.violations).toEqual([]);
  });

  test.each([[false, "old"], [true, "new"]] as const)("have a base.sha that follows the base branch at once: %s", async (baseShaFollowsBase, expected) => {
    const { lab, repository } = await startLab({ baseShaFollowsBase });
    const client = jobClient(lab, repository);
    const tips = { old: await repository.tip("main"), new: "" };
    await repository.commit({ branch: "feature", files: { "f.txt": "1" }, message: "f" });
    await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
    tips.new = await repository.commit({ branch: "main", files: { "m.txt": "1" }, message: "m" });
    const { data } = await client.rest.pulls.get({ ...at, pull_number: 1 });
    expect(data.base.sha).toBe(tips[expected]);
    expect(await parents(repository, String(data.merge_commit_sha))).toEqual([tips.new, data.head.sha]);
  });

  test("with a conflict are not mergeable and start no workflow", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    await repository.commit({ branch: "feature", files: { "README.md": "theirs\n" }, message: "f" });
    await repository.commit({ branch: "main", files: { "README.md": "ours\n" }, message: "m" });
    await repository.openPullRequest({ head: "feature", base: "main", title: "Conflict" });
    expect((await client.rest.pulls.get({ ...at, pull_number: 1 })).data).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
    expect(repository.heldEvents).toMatchObject([{ reason: "merge-conflict", event: { payload: { action: "opened" } } }]);
    await expect(repository.merge(1)).rejects.toThrow("not mergeable");
  });

  test("say null before they know whether they are mergeable", async () => {
    const { lab, repository } = await startLab({ mergeableNullReads: 1 });
    const client = jobClient(lab, repository);
    await repository.commit({ branch: "feature", files: { "f.txt": "1" }, message: "f" });
    await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
    const read = async () => (await client.rest.pulls.get({ ...at, pull_number: 1 })).data.mergeable;
    expect([await read(), await read()]).toEqual([null, true]);
    await repository.commit({ branch: "main", files: { "m.txt": "1" }, message: "m" });
    expect([await read(), await read()]).toEqual([null, true]);
  });

  test("are created, found, edited, closed and reopened through the API", async () => {
    const { lab, repository } = await startLab();
    repository.settings.allowActionsToCreatePullRequests = true;
    const client = jobClient(lab, repository);
    await repository.commit({ branch: "retell/drift/staging", files: { "f.txt": "1" }, message: "f" });
    const create = () => client.rest.pulls.create({ ...at, head: "retell/drift/staging", base: "main", title: "Drift", body: "text" });
    const { data } = await create();
    expect(data).toMatchObject({ number: 1, mergeable: null, user: { login: "github-actions[bot]", type: "Bot" } });
    const twice = await failure(create());
    expect(twice).toMatchObject({ status: 422, data: { errors: [{ message: "A pull request already exists for octo:retell/drift/staging." }] } });
    const list = async (filter: object) => (await client.rest.pulls.list({ ...at, ...filter })).data.map(({ number }) => number);
    expect(await list({ head: "octo:retell/drift/staging" })).toEqual([1]);
    expect(await list({ head: "octo:other" })).toEqual([]);
    await client.rest.pulls.update({ ...at, pull_number: 1, title: "New", state: "closed" });
    expect([await list({}), await list({ state: "closed" })]).toEqual([[], [1]]);
    await client.rest.pulls.update({ ...at, pull_number: 1, state: "open" });
    expect(repository.pull(1)).toMatchObject({ state: "open", title: "New", body: "text" });
    expect(lab.violations).toEqual([]);
  });

  test("without commits or with unknown branches are refused", async () => {
    const { lab, repository } = await startLab();
    repository.settings.allowActionsToCreatePullRequests = true;
    const client = jobClient(lab, repository);
    await client.rest.git.createRef({ ...at, ref: "refs/heads/same", sha: await repository.tip("main") });
    const create = (head: string, base: string) => failure(client.rest.pulls.create({ ...at, head, base, title: "t" }));
    expect(await create("same", "main")).toMatchObject({ status: 422, data: { errors: [{ message: "No commits between main and same" }] } });
    expect(await create("none", "main")).toMatchObject({ status: 422, data: { errors: [{ field: "head" }] } });
    expect(await create("same", "none")).toMatchObject({ status: 422, data: { errors: [{ field: "base" }] } });
    expect(lab.violations).toEqual([]);
  });

  test.each(["merge", "squash", "rebase"] as const)("are merged by %s", async (method) => {
    const { repository } = await startLab();
    await repository.commit({ branch: "feature", files: { "f.txt": "1" }, message: "f1" });
    await repository.commit({ branch: "feature", files: { "g.txt": "1" }, message: "f2" });
    await repository.commit({ branch: "main", files: { "m.txt": "1" }, message: "m" });
    await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
    const sha = await repository.merge(1, { method });
    expect(await repository.tip("main")).toBe(sha);
    expect(await repository.files("main")).toEqual(expect.arrayContaining(["f.txt", "g.txt", "m.txt"]));
    expect((await parents(repository, sha)).length).toBe(method === "merge" ? 2 : 1);
    expect((await repository.log("main")).length).toBe({ merge: 5, squash: 3, rebase: 4 }[method]);
    const closed = repository.events.find(({ payload }) => payload["action"] === "closed");
    expect(closed).toMatchObject({ ref: "refs/heads/main", sha, payload: { pull_request: { merged: true, merge_commit_sha: sha } } });
  });

  test("count as merged when a push brings their head into the base", async () => {
    const { repository } = await startLab();
    const head = await repository.commit({ branch: "feature", files: { "f.txt": "1" }, message: "f" });
    await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
    await repository.git.run(["update-ref", "refs/heads/side", head]);
    await repository.commit({ branch: "main", parent: "side", files: { "s.txt": "1" }, message: "on top" });
    expect(repository.pull(1)).toMatchObject({ state: "closed", mergedAt: expect.any(String) });
  });

  test("are found by commit, before and after the merge", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const head = await repository.commit({ branch: "feature", files: { "f.txt": "1" }, message: "f" });
    const old = await repository.tip("main");
    await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
    const numbers = async (sha: string) => (await client.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: sha })).data.map(({ number }) => number);
    expect([await numbers(head), await numbers(old)]).toEqual([[1], []]);
    const merged = await repository.merge(1, { method: "squash" });
    expect([await numbers(head), await numbers(merged)]).toEqual([[1], [1]]);
    expect(lab.violations).toEqual([]);
  });

  test("from a fork have the fork as head repository and the base's refs", async () => {
    const { lab, repository } = await startLab();
    const fork = await lab.forkRepository("octo/agents", { owner: "stranger" });
    const head = await fork.commit({ branch: "main", files: { "f.txt": "1" }, message: "f" });
    const pull = await repository.openPullRequest({ head: "main", base: "main", title: "From a fork", headRepo: "stranger/agents", user: "stranger" });
    const { data } = await jobClient(lab, repository).rest.pulls.get({ ...at, pull_number: pull.number });
    expect(data).toMatchObject({ head: { sha: head, label: "stranger:main", repo: { full_name: "stranger/agents", fork: true } }, mergeable: true });
    const next = await fork.commit({ branch: "main", files: { "f.txt": "2" }, message: "f2" });
    expect(await repository.git.text(["rev-parse", "refs/pull/1/head"])).toBe(next);
    expect(repository.events.at(-1)).toMatchObject({ name: "pull_request", payload: { action: "synchronize", before: head, after: next } });
    expect(lab.violations).toEqual([]);
  });

  test("are merged through the API with the head's SHA as a lease", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const head = await repository.commit({ branch: "feature", files: { "f.txt": "1" }, message: "f" });
    await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
    expect((await failure(client.rest.pulls.merge({ ...at, pull_number: 1, sha: "0".repeat(40) }))).status).toBe(409);
    expect((await client.rest.pulls.merge({ ...at, pull_number: 1, sha: head })).data.merged).toBe(true);
    expect((await failure(client.rest.pulls.merge({ ...at, pull_number: 1 }))).status).toBe(405);
    expect(lab.violations).toEqual([]);
  });

  test("are refused with 405 and the reason while they are drafts or conflict, and unless the base's rules are kept", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const merge = async (pull_number: number) => {
      const { status, message } = await failure(client.rest.pulls.merge({ ...at, pull_number }));
      return `${status} ${message.trim()}`;
    };
    await repository.commit({ branch: "conflict", files: { "README.md": "theirs\n" }, message: "c" });
    const sha = await repository.commit({ branch: "feature", files: { "f.txt": "1" }, message: "f" });
    await repository.commit({ branch: "draft", files: { "d.txt": "1" }, message: "d" });
    await repository.commit({ branch: "main", files: { "README.md": "ours\n" }, message: "m" });
    await repository.openPullRequest({ head: "conflict", base: "main", title: "Conflict" });
    await repository.openPullRequest({ head: "draft", base: "main", title: "Draft", draft: true });
    await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
    expect(await merge(1)).toBe("405 Pull Request is not mergeable");
    expect(await merge(2)).toBe("405 Pull Request is still a draft");
    const report = (context: string, state: "success" | "failure" | "pending") => client.rest.repos.createCommitStatus({ ...at, sha, state, context });
    repository.protectBranch("ma*", { requiredStatusChecks: ["one", "two"] });
    expect(await merge(3)).toBe("405 2 of 2 required status checks are expected.");
    await report("one", "failure");
    expect(await merge(3)).toBe("405 2 of 2 required status checks have not succeeded: 1 expected and 1 failing.");
    await report("one", "success");
    await report("two", "pending");
    expect(await merge(3)).toBe('405 Required status check "two" is expected.');
    await report("two", "failure");
    expect(await merge(3)).toBe('405 Required status check "two" is failing.');
    repository.protections.length = 0;
    repository.protectBranch("main", { kind: "ruleset", requiredStatusChecks: ["two"] });
    expect(await merge(3)).toBe('405 Repository rule violations found\n\nRequired status check "two" is failing.');
    await report("two", "success");
    expect(await merge(3)).toBe("0 ");
    expect(lab.violations).toEqual([]);
  });
});
