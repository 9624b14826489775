import { describe, expect, test } from "@jest/globals";
import { at, failure, jobClient, octokitFor, startLab } from "../support.ts";

async function withPull(options = {}) {
  const { lab, repository } = await startLab(options);
  await repository.commit({ branch: "feature", files: { "f.txt": "1" }, message: "f" });
  await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
  return { lab, repository, client: jobClient(lab, repository) };
}

describe("comments", () => {
  test("are created, edited, listed and deleted, and edits are counted", async () => {
    const { lab, repository, client } = await withPull();
    const { data } = await client.rest.issues.createComment({ ...at, issue_number: 1, body: "first" });
    expect(data.user).toMatchObject({ login: "github-actions[bot]", type: "Bot" });
    await client.rest.issues.updateComment({ ...at, comment_id: data.id, body: "second" });
    await client.rest.issues.updateComment({ ...at, comment_id: data.id, body: "second" });
    expect(repository.commentsOf(1)).toMatchObject([{ body: "second", edits: 2 }]);
    expect((await client.rest.issues.getComment({ ...at, comment_id: data.id })).data.body).toBe("second");
    await client.rest.issues.deleteComment({ ...at, comment_id: data.id });
    expect((await failure(client.rest.issues.getComment({ ...at, comment_id: data.id }))).status).toBe(404);
    expect((await failure(client.rest.issues.createComment({ ...at, issue_number: 99, body: "x" }))).status).toBe(404);
    expect((await failure(client.rest.issues.createComment({ ...at, issue_number: 1, body: " " }))).status).toBe(422);
    expect(lab.violations).toEqual([]);
  });

  test("come in pages of at most 100, with links", async () => {
    const { lab, repository, client } = await withPull();
    for (let number = 0; number < 131; number++) await repository.comment(1, `comment ${number}`, "mona");
    const first = await client.rest.issues.listComments({ ...at, issue_number: 1, per_page: 100 });
    expect(first.data).toHaveLength(100);
    expect(first.headers.link).toMatch(/<http:[^>]+page=2[^>]*>; rel="next", <[^>]+page=2[^>]*>; rel="last"/);
    expect((await client.rest.issues.listComments({ ...at, issue_number: 1 })).data).toHaveLength(30);
    const all = await client.paginate(client.rest.issues.listComments, { ...at, issue_number: 1, per_page: 100 });
    expect(all.map(({ body }) => body).at(-1)).toBe("comment 130");
    const excess = await fetch(`${lab.apiUrl}/repos/octo/agents/issues/1/comments?per_page=500`);
    expect(((await excess.json()) as unknown[]).length).toBe(100);
    expect(lab.violations).toEqual([]);
  });

  test("raise issue_comment on the default branch, with the pull request in the issue", async () => {
    const { repository } = await withPull();
    await repository.comment(1, "/retell status", "mona");
    expect(repository.events.at(-1)).toMatchObject({
      name: "issue_comment",
      ref: "refs/heads/main",
      sha: await repository.tip("main"),
      actor: "mona",
      payload: { action: "created", comment: { body: "/retell status" }, issue: { number: 1, pull_request: { merged_at: null } } },
    });
  });

  test("raise it when they are edited or deleted, with the text from before; on an issue without a pull request", async () => {
    const { lab, repository } = await withPull();
    const comment = await repository.comment(1, "old", "mona", new Date("2026-11-20T10:00:00Z"));
    await repository.editComment(comment, "new", "octo");
    expect(repository.events.at(-1)).toMatchObject({
      name: "issue_comment",
      actor: "octo",
      payload: { action: "edited", changes: { body: { from: "old" } }, comment: { body: "new", user: { login: "mona" }, created_at: "2026-11-20T10:00:00Z" }, issue: { pull_request: {} }, sender: { login: "octo" } },
    });
    expect(comment.updatedAt > comment.createdAt).toBe(true);
    await repository.deleteComment(comment);
    expect(repository.events.at(-1)).toMatchObject({ actor: "mona", payload: { action: "deleted", comment: { id: comment.id, body: "new" } } });
    const { number } = await repository.openIssue({ title: "Issue" });
    await repository.comment(number, "x", "mona");
    expect(repository.events.at(-1)?.payload["issue"]).not.toHaveProperty("pull_request");
    expect(lab.violations).toEqual([]);
  });

  test("on a fork's pull request raise it in the base repository; the job's own raise nothing", async () => {
    const { lab, repository, client } = await withPull();
    const fork = await lab.forkRepository("octo/agents", { owner: "mallory" });
    await fork.commit({ branch: "evil", files: { z: "1" }, message: "z" });
    const { number } = await repository.openPullRequest({ head: "evil", base: "main", title: "Fork", headRepo: "mallory/agents", user: "mallory" });
    await repository.comment(number, "/retell use-console", "mallory");
    expect(repository.events.at(-1)).toMatchObject({ name: "issue_comment", ref: "refs/heads/main", sha: await repository.tip("main"), actor: "mallory", payload: { repository: { full_name: "octo/agents" } } });
    const before = repository.events.length;
    const { data } = await client.rest.issues.createComment({ ...at, issue_number: number, body: "/retell use-console" });
    await client.rest.issues.updateComment({ ...at, comment_id: data.id, body: "/retell use-git" });
    expect(repository.events).toHaveLength(before);
    expect(repository.heldEvents.slice(-2)).toMatchObject([{ reason: "suppressed", event: { payload: { action: "created" } } }, { reason: "suppressed", event: { payload: { action: "edited" } } }]);
  });

  test("take reactions once per account", async () => {
    const { lab, repository, client } = await withPull();
    const comment = await repository.comment(1, "/retell help", "mona");
    const react = () => client.rest.reactions.createForIssueComment({ ...at, comment_id: comment.id, content: "eyes" });
    expect([(await react()).status, (await react()).status]).toEqual([201, 200]);
    expect(comment.reactions).toMatchObject([{ content: "eyes", user: { login: "github-actions[bot]" } }]);
    expect(lab.violations).toEqual([]);
  });
});

test("the switch for reactions: either permission, or that of the conversation", async () => {
  for (const [options, expected] of [[{}, [403, 0]], [{ reactionPermission: "either" }, [0, 0]]] as const) {
    const { lab, repository } = await withPull(options);
    const { id } = await repository.comment(1, "x");
    const react = async (permissions: Record<string, "write">) => (await failure(jobClient(lab, repository, permissions).rest.reactions.createForIssueComment({ ...at, comment_id: id, content: "eyes" }))).status;
    expect([await react({ issues: "write" }), await react({ "pull-requests": "write" })]).toEqual(expected);
  }
});

test("labels are created by use, and names ignore case", async () => {
  const { lab, repository, client } = await withPull();
  await client.rest.issues.createLabel({ ...at, name: "Needs-Attention", color: "ff0000" });
  const added = await client.rest.issues.addLabels({ ...at, issue_number: 1, labels: ["needs-attention", "drift-detection"] });
  expect(added.data.map(({ name, color }) => [name, color])).toEqual([["Needs-Attention", "ff0000"], ["drift-detection", "ededed"]]);
  expect((await failure(client.rest.issues.createLabel({ ...at, name: "DRIFT-detection" }))).status).toBe(422);
  await client.rest.issues.removeLabel({ ...at, issue_number: 1, name: "drift-detection" });
  expect(repository.pull(1).labels).toEqual(["Needs-Attention"]);
  expect((await failure(client.rest.issues.removeLabel({ ...at, issue_number: 1, name: "none" }))).status).toBe(404);
  expect((await client.rest.issues.listLabelsForRepo(at)).data).toHaveLength(2);
  expect(lab.violations).toEqual([]);
});

test("statuses are combined by the newest of each context", async () => {
  const { lab, repository, client } = await withPull();
  const sha = repository.pull(1).head.sha;
  const combined = async () => (await client.rest.repos.getCombinedStatusForRef({ ...at, ref: sha })).data;
  expect(await combined()).toMatchObject({ state: "pending", total_count: 0 });
  await client.rest.repos.createCommitStatus({ ...at, sha, state: "failure", context: "validate" });
  expect((await combined()).state).toBe("failure");
  await client.rest.repos.createCommitStatus({ ...at, sha, state: "success", context: "validate", description: "3 agents", target_url: "https://example.com/run" });
  expect(await combined()).toMatchObject({ state: "success", total_count: 1, statuses: [{ description: "3 agents" }] });
  expect((await client.rest.repos.listCommitStatusesForRef({ ...at, ref: "feature" })).data).toHaveLength(2);
  expect((await failure(client.rest.repos.createCommitStatus({ ...at, sha: "3".repeat(40), state: "success" }))).status).toBe(422);
  expect(lab.violations).toEqual([]);
});

test("check runs gather annotations over updates; personal tokens may not write them", async () => {
  const { lab, repository, client } = await withPull();
  const sha = repository.pull(1).head.sha;
  const annotation = { path: "agents/sales/agent.json", start_line: 1, end_line: 1, annotation_level: "failure", message: "wrong" } as const;
  const { data } = await client.rest.checks.create({ ...at, name: "retell", head_sha: sha, status: "in_progress" });
  await client.rest.checks.update({ ...at, check_run_id: data.id, output: { title: "t", summary: "s", annotations: [annotation] } });
  await client.rest.checks.update({ ...at, check_run_id: data.id, conclusion: "failure", output: { title: "t", summary: "s", annotations: [annotation] } });
  expect(repository.checkRuns).toMatchObject([{ status: "completed", conclusion: "failure", annotations: [annotation, annotation] }]);
  const listed = await client.rest.checks.listForRef({ ...at, ref: sha });
  expect(listed.data).toMatchObject({ total_count: 1, check_runs: [{ output: { annotations_count: 2 } }] });
  const user = octokitFor(lab, repository.issueToken({ kind: "user", permissions: { checks: "write" } }));
  expect((await failure(user.rest.checks.create({ ...at, name: "retell", head_sha: sha }))).status).toBe(403);
  expect(lab.violations).toEqual([]);
});
