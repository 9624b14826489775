import { describe, expect, test } from "@jest/globals";
import { at, everything, failure, jobClient, octokitFor, startLab } from "./support.ts";

describe("tokens", () => {
  test("that are unknown get 401, and nobody else's private repository is seen", async () => {
    const { lab, repository } = await startLab({ private: true });
    await lab.createRepository({ owner: "octo", name: "other", defaultBranch: "main", files: { a: "" } });
    const other = lab.repository("octo/other").issueToken({ kind: "user", permissions: everything });
    expect(await failure(octokitFor(lab, "ghs_wrong").rest.repos.get(at))).toMatchObject({ status: 401, message: "Bad credentials" });
    expect(await failure(octokitFor(lab, other).rest.repos.get(at))).toMatchObject({ status: 404, message: "Not Found" });
    expect(await failure(octokitFor(lab).rest.repos.get(at))).toMatchObject({ status: 404 });
    const token = repository.issueToken({ kind: "actions", permissions: {} });
    expect((await octokitFor(lab, token).rest.repos.get(at)).status).toBe(200);
    expect(lab.violations).toEqual([]);
  });

  test("name the permission that is missing", async () => {
    const { lab, repository } = await startLab({ private: true });
    const client = jobClient(lab, repository, { contents: "read" });
    const refused = await failure(client.rest.issues.createComment({ ...at, issue_number: 1, body: "x" }));
    expect(refused).toMatchObject({ status: 403, message: "Resource not accessible by integration" });
    expect(refused.headers["x-accepted-github-permissions"]).toBe("issues=write; pull_requests=write");
    expect((await failure(client.rest.pulls.list(at))).status).toBe(403);
    const user = octokitFor(lab, repository.issueToken({ kind: "user", permissions: {} }));
    expect((await failure(user.rest.git.getRef({ ...at, ref: "heads/main" }))).message).toBe("Resource not accessible by personal access token");
    expect(lab.violations).toEqual([]);
  });

  test("read public repositories without any permission, and write with none", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository, {});
    expect((await client.rest.git.getRef({ ...at, ref: "heads/main" })).status).toBe(200);
    expect((await octokitFor(lab).rest.git.getRef({ ...at, ref: "heads/main" })).status).toBe(200);
    const sha = await repository.tip("main");
    expect((await failure(client.rest.git.createRef({ ...at, ref: "refs/heads/x", sha }))).status).toBe(403);
    expect((await failure(octokitFor(lab).rest.git.createRef({ ...at, ref: "refs/heads/x", sha }))).status).toBe(401);
  });

  test("of a fork's run are read-only whatever was asked for", async () => {
    const { lab, repository } = await startLab();
    const token = repository.issueToken({ kind: "actions", permissions: everything, fork: true });
    const refused = await failure(octokitFor(lab, token).rest.repos.createCommitStatus({ ...at, sha: await repository.tip("main"), state: "success" }));
    expect(refused).toMatchObject({ status: 403, message: "Resource not accessible by integration" });
  });

  test("of a job without named permissions follow the repository's default", async () => {
    const { lab, repository } = await startLab();
    const write = async () => (await failure(octokitFor(lab, repository.issueToken({ kind: "actions" })).rest.repos.createCommitStatus({ ...at, sha: await repository.tip("main"), state: "success" }))).status;
    expect(await write()).toBe(403);
    repository.settings.defaultWorkflowPermissions = "write";
    expect(await write()).toBe(0);
  });

  test("of an app may open pull requests, start workflows and change workflow files", async () => {
    const { lab, repository } = await startLab();
    const app = octokitFor(lab, repository.issueToken({ kind: "app", login: "retell-sync[bot]", permissions: { ...everything, workflows: "write" } }));
    await repository.commit({ branch: "ci", files: { ".github/workflows/x.yml": "on: push" }, message: "m" });
    repository.events.length = 0;
    const { data } = await app.rest.pulls.create({ ...at, head: "ci", base: "main", title: "t" });
    expect(data.user).toMatchObject({ login: "retell-sync[bot]", type: "Bot" });
    expect((await app.rest.repos.merge({ ...at, base: "main", head: "ci" })).status).toBe(201);
    expect(repository.events.map(({ name, payload }) => [name, payload["action"]])).toEqual([["pull_request", "opened"], ["push", undefined], ["pull_request", "closed"]]);
    expect(lab.violations).toEqual([]);
  });

  test("of a job open pull requests whose runs wait for a click", async () => {
    const { lab, repository } = await startLab();
    repository.settings.allowActionsToCreatePullRequests = true;
    await repository.commit({ branch: "bot", files: { b: "1" }, message: "m" });
    const seen: string[] = [];
    repository.onEvent(({ name }) => seen.push(name));
    await jobClient(lab, repository).rest.pulls.create({ ...at, head: "bot", base: "main", title: "t" });
    expect([seen, repository.heldEvents.map(({ reason }) => reason)]).toEqual([[], ["approval-required"]]);
    const [held] = repository.heldEvents;
    if (held !== undefined) repository.approve(held);
    expect([seen, repository.heldEvents]).toEqual([["pull_request"], []]);
  });
});

describe("workflow files of a branch that another branch has already", () => {
  test.each([["refuse", 403], ["unless-known", 0]] as const)("with the option %s", async (workflowFiles, expected) => {
    const { lab, repository } = await startLab({ workflowFiles });
    await repository.commit({ branch: "ci", files: { ".github/workflows/x.yml": "on: push" }, message: "m" });
    const merge = jobClient(lab, repository).rest.repos.merge({ ...at, base: "main", head: "ci" });
    expect((await failure(merge)).status).toBe(expected);
  });
});
