import { afterEach, describe, expect, test } from "@jest/globals";
import { createGitHub } from "../../../src/adapters/github/create-github.ts";
import { startFake, type Answer, type SeenRequest } from "../fake-server.ts";
import { recordingLog } from "../recording-log.ts";

const HEAD = "a".repeat(40);
const NEW = "b".repeat(40);
const OTHER = "c".repeat(40);
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

type Handlers = Record<string, (request: SeenRequest, count: number) => Answer>;

/** Handlers by `METHOD /path` without query; the count is of that route. */
async function setUp(handlers: Handlers) {
  const counts = new Map<string, number>();
  const fake = await startFake((request) => {
    const route = `${request.method} ${decodeURIComponent(request.url.split("?")[0] ?? "")}`;
    const count = (counts.get(route) ?? 0) + 1;
    counts.set(route, count);
    const key = Object.keys(handlers).find((candidate) => route === candidate || (candidate.endsWith("*") && route.startsWith(candidate.slice(0, -1))));
    const handler = key === undefined ? undefined : handlers[key];
    return handler === undefined ? { status: 404, json: { message: "Not Found" } } : handler(request, count);
  });
  stops.push(() => fake.close());
  const sleeps: number[] = [];
  let time = 1_700_000_000_000;
  const github = createGitHub({
    token: "ghs_token",
    apiUrl: `${fake.url}/rest`,
    graphqlUrl: `${fake.url}/odd/graphql`,
    repository: "o/r",
    log: recordingLog(),
    clock: { now: () => time },
    chance: () => 0.5,
    sleep: async (milliseconds) => {
      sleeps.push(milliseconds);
      time += milliseconds;
    },
  });
  return { ...github, seen: fake.seen, sleeps };
}

const GRAPHQL = "POST /odd/graphql";
const REF = "GET /rest/repos/o/r/git/ref/heads/retell/state/staging";
const committed = (oid: string): Answer => ({ status: 200, json: { data: { createCommitOnBranch: { commit: { oid } } } } });
const graphqlError = (type: string | undefined, message: string): Answer => ({ status: 200, json: { data: { createCommitOnBranch: null }, errors: [{ ...(type === undefined ? {} : { type }), message }] } });
const tip = (sha: string): Answer => ({ status: 200, json: { ref: "refs/heads/retell/state/staging", object: { sha } } });
const change = { branch: "retell/state/staging", expectedHead: HEAD, message: "Record\n\nbody", files: new Map<string, string | null>([["b.json", "é"], ["a.json", null]]) };

interface Input {
  input: {
    expectedHeadOid: string;
    message: { headline: string; body: string };
    fileChanges: { additions: { path: string; contents: string }[]; deletions: { path: string }[] };
  };
}
const inputOf = (request: SeenRequest | undefined) => (request?.body as { variables: Input }).variables.input;
const trailerIn = (request: SeenRequest | undefined): string => inputOf(request).message.body.split("\n").at(-1) ?? "";

describe("a commit", () => {
  test("is one mutation on the expected head, with a trailer", async () => {
    const { gitWriter, seen } = await setUp({ [GRAPHQL]: () => committed(NEW) });
    expect(await gitWriter.commitFiles(change)).toEqual({ kind: "committed", commit: NEW });
    expect(seen).toHaveLength(1);
    expect(seen[0]?.headers.authorization).toBe("token ghs_token");
    expect(inputOf(seen[0])).toMatchObject({
      branch: { repositoryNameWithOwner: "o/r", branchName: "retell/state/staging" },
      expectedHeadOid: HEAD,
      fileChanges: { additions: [{ path: "b.json", contents: Buffer.from("é").toString("base64") }], deletions: [{ path: "a.json" }] },
    });
    expect(inputOf(seen[0]).message.headline).toBe("Record");
    expect(inputOf(seen[0]).message.body).toMatch(/^body\n\nRetell-Actions-Commit: [0-9a-f]{64}$/);
  });

  test("on a branch that moved is stale", async () => {
    const { gitWriter, seen } = await setUp({ [GRAPHQL]: () => graphqlError("STALE_DATA", "Expected branch to point to x but it did not. Pull and try again.") });
    expect(await gitWriter.commitFiles(change)).toEqual({ kind: "stale" });
    expect(seen).toHaveLength(1);
  });

  test("on a branch that is gone is stale", async () => {
    const { gitWriter } = await setUp({ [GRAPHQL]: () => graphqlError("NOT_FOUND", "A branch was not found") });
    expect(await gitWriter.commitFiles(change)).toEqual({ kind: "stale" });
  });

  test.each<Answer>(["drop", { status: 502, text: "<html>bad gateway</html>" }, { status: 200, json: {} }, graphqlError(undefined, "Something went wrong while executing your query.")])(
    "whose answer is %j is found again by its trailer, also below somebody's commit",
    async (answer) => {
      let trailer = "";
      const { gitWriter, seen } = await setUp({
        [GRAPHQL]: (request) => {
          trailer = trailerIn(request);
          return answer;
        },
        [REF]: () => tip(OTHER),
        [`GET /rest/repos/o/r/git/commits/${OTHER}`]: () => ({ status: 200, json: { message: "theirs", parents: [{ sha: NEW }] } }),
        [`GET /rest/repos/o/r/git/commits/${NEW}`]: () => ({ status: 200, json: { message: `Record\n\n${trailer}`, parents: [{ sha: HEAD }] } }),
      });
      expect(await gitWriter.commitFiles(change)).toEqual({ kind: "committed", commit: NEW });
      expect(seen.filter((request) => request.method === "POST")).toHaveLength(1);
    },
  );

  test("whose answer is lost on an unmoved branch is tried once more", async () => {
    const { gitWriter, seen } = await setUp({ [GRAPHQL]: (_request, count) => (count === 1 ? "drop" : committed(NEW)), [REF]: () => tip(HEAD) });
    expect(await gitWriter.commitFiles(change)).toEqual({ kind: "committed", commit: NEW });
    expect(seen.filter((request) => request.method === "POST")).toHaveLength(2);
  });

  test("that landed late is found when the second try is stale", async () => {
    let trailer = "";
    const { gitWriter } = await setUp({
      [GRAPHQL]: (request, count) => {
        trailer = trailerIn(request);
        return count === 1 ? "drop" : graphqlError("STALE_DATA", "moved");
      },
      [REF]: (_request, count) => tip(count === 1 ? HEAD : NEW),
      [`GET /rest/repos/o/r/git/commits/${NEW}`]: () => ({ status: 200, json: { message: `Record\n\n${trailer}`, parents: [{ sha: HEAD }] } }),
    });
    expect(await gitWriter.commitFiles(change)).toEqual({ kind: "committed", commit: NEW });
  });

  test("whose answer is lost while somebody else moved the branch is stale", async () => {
    const { gitWriter } = await setUp({
      [GRAPHQL]: () => "drop",
      [REF]: () => tip(OTHER),
      [`GET /rest/repos/o/r/git/commits/${OTHER}`]: () => ({ status: 200, json: { message: "theirs", parents: [{ sha: HEAD }] } }),
    });
    expect(await gitWriter.commitFiles(change)).toEqual({ kind: "stale" });
  });

  test("that stays unanswered is an error that says so", async () => {
    const { gitWriter, seen } = await setUp({ [GRAPHQL]: () => "drop", [REF]: () => tip(HEAD) });
    await expect(gitWriter.commitFiles(change)).rejects.toMatchObject({ reason: "github-unavailable", ambiguous: true });
    expect(seen.filter((request) => request.method === "POST")).toHaveLength(2);
  });

  test("that deletes what is not there still lands", async () => {
    const { gitWriter, seen } = await setUp({
      [GRAPHQL]: (request) => (inputOf(request).fileChanges.deletions.length > 0 ? graphqlError("UNPROCESSABLE", "a.json was requested for deletion but does not exist") : committed(NEW)),
      [`GET /rest/repos/o/r/git/trees/${HEAD}`]: () => ({ status: 200, json: { truncated: false, tree: [{ path: "b.json" }] } }),
    });
    expect(await gitWriter.commitFiles(change)).toEqual({ kind: "committed", commit: NEW });
    expect(await gitWriter.commitFiles({ ...change, files: new Map([["a.json", null]]) })).toEqual({ kind: "committed", commit: HEAD });
    expect(seen.length).toBe(5);
  });

  test("of a large change goes in portions, each on top of the other", async () => {
    const { gitWriter, seen } = await setUp({ [GRAPHQL]: (_request, count) => committed(String(count).repeat(40)) });
    const files = new Map(Array.from({ length: 5 }, (_, index) => [`f${index}`, "x".repeat(1_500_000)]));
    expect(await gitWriter.commitFiles({ ...change, files })).toEqual({ kind: "committed", commit: "3".repeat(40) });
    expect(seen.map((request) => inputOf(request).expectedHeadOid)).toEqual([HEAD, "1".repeat(40), "2".repeat(40)]);
    expect(seen.flatMap((request) => inputOf(request).fileChanges.additions.map((file) => file.path))).toEqual(["f0", "f1", "f2", "f3", "f4"]);
  });

  test.each([
    [{ status: 200, json: { data: null, errors: [{ type: "FORBIDDEN", message: "Resource not accessible by integration" }] } }, "github-forbidden", "permissions:\n  contents: write"],
    [{ status: 403, json: { message: "Resource not accessible by integration" } }, "github-forbidden", "permissions:\n  contents: write"],
    [graphqlError("UNPROCESSABLE", "Repository rule violations found\n\nChanges must be made through a pull request."), "branch-protected", "retell/**"],
    [graphqlError(undefined, "Changes must be made through a pull request."), "branch-protected", "retell/**"],
    [graphqlError("FORBIDDEN", "refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml` without `workflows` permission"), "workflow-files", "workflows: write"],
    [{ status: 401, json: { message: "Bad credentials" } }, "github-forbidden", "github-token"],
  ] as [Answer, string, string][])("refused by %j says what to change", async (answer, reason, text) => {
    const { gitWriter } = await setUp({ [GRAPHQL]: () => answer });
    const refused = expect(gitWriter.commitFiles({ ...change, files: new Map([["b", "x"]]) })).rejects;
    await refused.toMatchObject({ reason, ambiguous: false });
    await expect(gitWriter.commitFiles({ ...change, files: new Map([["b", "x"]]) })).rejects.toThrow(text);
  });

  test("waits out a rate limit, since nothing was processed", async () => {
    const { gitWriter, sleeps } = await setUp({
      [GRAPHQL]: (_request, count) => (count === 1 ? { status: 403, json: { message: "You have exceeded a secondary rate limit" }, headers: { "retry-after": "30" } } : committed(NEW)),
    });
    expect(await gitWriter.commitFiles(change)).toEqual({ kind: "committed", commit: NEW });
    expect(sleeps).toEqual([30_500]);
  });
});

describe("a new branch", () => {
  const base: Handlers = {
    "POST /rest/repos/o/r/git/trees": () => ({ status: 201, json: { sha: "d".repeat(40) } }),
    "POST /rest/repos/o/r/git/commits": () => ({ status: 201, json: { sha: NEW } }),
  };
  const create = { branch: "retell/state/staging", message: "Begin", files: new Map([["workspace.json", "{}\n"]]) };
  const REFS = "POST /rest/repos/o/r/git/refs";

  test("is a commit without parents", async () => {
    const { gitWriter, seen } = await setUp({ ...base, [REFS]: () => ({ status: 201, json: { object: { sha: NEW } } }) });
    expect(await gitWriter.createBranch(create)).toEqual({ kind: "created", commit: NEW });
    expect(seen.map((request) => request.body)).toEqual([
      { tree: [{ path: "workspace.json", mode: "100644", type: "blob", content: "{}\n" }] },
      { message: "Begin", tree: "d".repeat(40), parents: [] },
      { ref: "refs/heads/retell/state/staging", sha: NEW },
    ]);
  });

  const exists: Answer = { status: 422, json: { message: "Reference already exists" } };
  test.each<[string, (count: number) => Answer, Answer, unknown]>([
    ["somebody was faster", () => exists, tip(OTHER), { kind: "exists" }],
    ["the answer was lost and it is ours", () => "drop", tip(NEW), { kind: "created", commit: NEW }],
    ["the answer was lost and it is theirs", () => "drop", tip(OTHER), { kind: "exists" }],
    ["the request was lost", (count) => (count === 1 ? "drop" : { status: 201, json: { object: { sha: NEW } } }), { status: 404, json: { message: "Not Found" } }, { kind: "created", commit: NEW }],
  ])("%s", async (_name, refs, ref, result) => {
    const { gitWriter } = await setUp({ ...base, [REFS]: (_request, count) => refs(count), [REF]: () => ref });
    expect(await gitWriter.createBranch(create)).toEqual(result);
  });

  test("that a ruleset forbids says so", async () => {
    const { gitWriter } = await setUp({ ...base, [REFS]: () => ({ status: 422, json: { message: "Repository rule violations found\n\nCannot create ref due to creations being restricted." } }) });
    await expect(gitWriter.createBranch(create)).rejects.toMatchObject({ reason: "branch-protected" });
  });
});

describe("the repository", () => {
  const RUN = "GET /rest/repos/o/r/actions/runs/7/attempts/2";
  test.each<[Answer, unknown]>([
    [{ status: 200, json: { status: "in_progress", updated_at: "2026-11-20T12:00:00Z" } }, { kind: "in-progress" }],
    [{ status: 200, json: { status: "completed", updated_at: "2026-11-20T12:00:00Z" } }, { kind: "over", endedAt: Date.parse("2026-11-20T12:00:00Z") }],
    [{ status: 404, json: { message: "Not Found" } }, { kind: "over", endedAt: undefined }],
    [{ status: 403, json: { message: "Resource not accessible by integration" } }, { kind: "unknown" }],
    [{ status: 500, json: {} }, { kind: "unknown" }],
    [{ status: 200, json: {} }, { kind: "unknown" }],
    ["drop", { kind: "unknown" }],
  ])("a run answered by %j", async (answer, state) => {
    const { repository } = await setUp({ [RUN]: () => answer });
    expect(await repository.runState("7", 2)).toEqual(state);
  });

  test("a run that cannot exist is unknown", async () => {
    const { repository, seen } = await setUp({});
    expect(await repository.runState("7/../8", 1)).toEqual({ kind: "unknown" });
    expect(seen).toEqual([]);
  });

  test("comparison, id and pull requests, the merged first, the closed not at all", async () => {
    const { repository } = await setUp({
      [`GET /rest/repos/o/r/compare/${HEAD}...${NEW}`]: () => ({ status: 200, json: { status: "ahead", ahead_by: 2, behind_by: 0, merge_base_commit: { sha: HEAD } } }),
      "GET /rest/repos/o/r": (_request, count) => (count === 1 ? { status: 503, text: "" } : { status: 200, json: { id: 42 } }),
      [`GET /rest/repos/o/r/commits/${NEW}/pulls`]: () => ({
        status: 200,
        json: [
          { number: 3, state: "open", merged_at: null },
          { number: 1, state: "closed", merged_at: null },
          { number: 2, state: "closed", merged_at: "2026-11-20T12:00:00Z" },
        ],
      }),
    });
    expect(await repository.compare(HEAD, NEW)).toEqual({ status: "ahead", aheadBy: 2, behindBy: 0, mergeBase: HEAD });
    expect(await repository.repositoryId()).toBe(42);
    expect(await repository.pullRequestsOf(NEW)).toEqual([2, 3]);
    expect(await repository.pullRequestsOf(HEAD).catch((error: unknown) => (error as { status: number }).status)).toBe(404);
  });
});

describe("permission of an account", () => {
  const route = (login: string): string => `GET /rest/repos/o/r/collaborators/${login}/permission`;
  const says = (permission: unknown): Answer => ({ status: 200, json: { permission, role_name: "custom", user: null } });

  test.each(["admin", "write", "read", "none"] as const)("%s", async (permission) => {
    const { repository } = await setUp({ [route("mona")]: () => says(permission) });
    expect(await repository.permissionOf("mona")).toBe(permission);
  });

  test("what is no user has none", async () => {
    const { repository } = await setUp({ [route("Copilot")]: () => ({ status: 404, json: { message: "Copilot is not a user" } }) });
    expect(await repository.permissionOf("Copilot")).toBe("none");
  });

  test("logins cannot lead elsewhere", async () => {
    const { repository, seen } = await setUp({ "GET /rest/repos/o/r/permission": () => says("admin"), "GET /rest/repos/o/permission": () => says("admin"), "GET /rest/repos/o/r/collaborators/mona/permission": () => says("admin") });
    for (const login of ["", ".", "..", "../..", "mona/permission?", "mona?x=", "mona#", "%2e%2e", "mona/../mona"]) expect([login, await repository.permissionOf(login)]).toEqual([login, "none"]);
    expect(seen.every(({ url }) => url.split("/").length === 8 && url.endsWith("/permission"))).toBe(true);
  });

  test("a bot's login is asked for as it is", async () => {
    const { repository, seen } = await setUp({ [route("app[bot]")]: () => says("read") });
    expect(await repository.permissionOf("app[bot]")).toBe("read");
    expect(seen[0]?.url).toContain("/collaborators/app%5Bbot%5D/permission");
  });

  // Whatever is not understood must never be taken for a permission.
  test.each<[string, Answer]>([
    ["another word", says("maintain")],
    ["a list", says(["write"])],
    ["nothing", { status: 200, json: {} }],
    ["a page", { status: 200, text: "<html>" }],
    ["half an answer", { status: 200, text: '{"permission":"wri' }],
    ["500", { status: 500, json: { permission: "write" } }],
    ["403", { status: 403, json: { message: "Resource not accessible by integration", permission: "write" } }],
    ["401", { status: 401, json: { message: "Bad credentials" } }],
    ["no answer", "drop"],
  ])("answered by %s is an error", async (_name, answer) => {
    const { repository } = await setUp({ [route("mona")]: () => answer });
    await expect(repository.permissionOf("mona")).rejects.toMatchObject({ reason: expect.stringMatching(/^github-(unavailable|forbidden)$/) });
  });

  test("is asked again after a failure", async () => {
    const { repository } = await setUp({ [route("mona")]: (_request, count) => (count < 3 ? { status: 502, text: "" } : says("write")) });
    expect(await repository.permissionOf("mona")).toBe("write");
  });
});

describe("any pull request", () => {
  const PULL = "GET /rest/repos/o/r/pulls/7";
  const side = (repo: unknown) => ({ ref: "x", sha: HEAD, repo });
  const pull = (head: unknown) => ({ number: 7, state: "open", merged_at: null, title: "T", body: null, html_url: "u", head, base: { ref: "main", sha: OTHER, repo: { id: 1 } }, labels: [], user: null });

  test.each([
    ["its own branch", { id: 1 }, false],
    ["a fork", { id: 2 }, true],
    ["a fork that is gone", null, true],
    ["an unknown place", undefined, true],
  ])("of %s", async (_name, repo, fork) => {
    const { pullRequests } = await setUp({ [PULL]: () => ({ status: 200, json: pull(side(repo)) }) });
    expect(await pullRequests.get(7)).toMatchObject({ number: 7, head: "x", headSha: HEAD, fork, baseSha: OTHER, body: "", authorIsBot: false });
  });

  test("that does not exist is undefined; that may not be read an error", async () => {
    const { pullRequests } = await setUp({ [PULL]: () => ({ status: 403, json: { message: "Resource not accessible by integration" } }) });
    expect(await pullRequests.get(8)).toBeUndefined();
    await expect(pullRequests.get(7)).rejects.toThrow("permissions:\n  pull-requests: read");
  });
});

describe("commits between two commits", () => {
  const COMPARE = `GET /rest/repos/o/r/compare/${HEAD}...${NEW}`;
  const commitOf = (index: number) => ({
    sha: index.toString(16).padStart(40, "0"),
    commit: { message: `subject ${index}\n\nbody`, author: { name: "Git Name" } },
    author: index === 0 ? { login: "mona" } : index === 1 ? {} : null,
  });
  const pageOf = (request: SeenRequest): number => Number(new URL(request.url, "http://x").searchParams.get("page") ?? "1");

  test("are read over all pages", async () => {
    const { repository, seen } = await setUp({
      [COMPARE]: (request) => ({ status: 200, json: { total_commits: 250, commits: Array.from({ length: 250 }, (_, index) => commitOf(index)).slice((pageOf(request) - 1) * 100, pageOf(request) * 100) } }),
    });
    const commits = await repository.commitsBetween(HEAD, NEW);
    expect(commits).toHaveLength(250);
    expect(commits.slice(0, 3)).toEqual([
      { sha: commitOf(0).sha, subject: "subject 0", message: "subject 0\n\nbody", author: "mona" },
      { sha: commitOf(1).sha, subject: "subject 1", message: "subject 1\n\nbody", author: "Git Name" },
      { sha: commitOf(2).sha, subject: "subject 2", message: "subject 2\n\nbody", author: "Git Name" },
    ]);
    expect(seen).toHaveLength(3);
  });

  test("that do not all come are an error", async () => {
    const { repository } = await setUp({ [COMPARE]: (request) => ({ status: 200, json: { total_commits: 250, commits: pageOf(request) === 1 ? [commitOf(0)] : [] } }) });
    await expect(repository.commitsBetween(HEAD, NEW)).rejects.toMatchObject({ reason: "github-unavailable", message: expect.stringContaining("1 of 250") });
  });
});

describe("refusals of merges and moves", () => {
  const STAGING = "GET /rest/repos/o/r/git/ref/heads/staging";
  const MERGES = "POST /rest/repos/o/r/merges";
  const staging: Answer = { status: 200, json: { ref: "refs/heads/staging", object: { sha: OTHER } } };
  const merge = { branch: "staging", head: NEW, message: "m" };

  test.each<[number, string, unknown]>([
    [409, "Merge conflict", { kind: "conflict" }],
    [409, "Changes must be made through a pull request.", { kind: "refused", reason: "branch-protected" }],
    [409, "Repository rule violations found\n\nCannot update this protected ref.\n\n", { kind: "refused", reason: "branch-protected" }],
    [422, "Changes must be made through the merge queue", { kind: "refused", reason: "branch-protected" }],
    [403, "You're not authorized to push to this branch.", { kind: "refused", reason: "branch-protected" }],
    [403, "refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml` without `workflows` permission", { kind: "refused", reason: "workflow-files" }],
    [409, "refusing to allow an OAuth App to create or update workflow `.github/workflows/x.yml` without `workflow` scope", { kind: "refused", reason: "workflow-files" }],
  ])("%i %s", async (status, message, outcome) => {
    const { gitWriter } = await setUp({ [STAGING]: () => staging, [MERGES]: () => ({ status, json: { message } }) });
    expect(await gitWriter.merge(merge)).toMatchObject(outcome as Record<string, unknown>);
  });

  test("of which the words are unknown are errors", async () => {
    const { gitWriter } = await setUp({ [STAGING]: () => staging, [MERGES]: () => ({ status: 409, json: { message: "Something new" } }) });
    await expect(gitWriter.merge(merge)).rejects.toMatchObject({ reason: "github-unavailable", status: 409, message: expect.stringContaining("Something new") });
  });

  const updated = (answer: Answer, tip: Answer) =>
    setUp({ "GET /rest/repos/o/r": () => ({ status: 200, json: { node_id: "R_1" } }), [GRAPHQL]: () => answer, [STAGING]: () => tip });
  const move = { branch: "staging", expected: OTHER, to: NEW };

  test("a lease goes into the mutation", async () => {
    const { gitWriter, seen } = await updated({ status: 200, json: { data: { updateRefs: { clientMutationId: null } } } }, staging);
    expect(await gitWriter.moveRef(move)).toEqual({ kind: "moved" });
    expect(await gitWriter.moveRef({ branch: "staging", expected: null, to: NEW })).toEqual({ kind: "moved" });
    expect(await gitWriter.moveRef({ branch: "staging", expected: OTHER, to: null, force: true })).toEqual({ kind: "moved" });
    const inputs = seen.filter(({ method }) => method === "POST").map(({ body }) => (body as { variables: { input: unknown } }).variables.input);
    const ref = { name: "refs/heads/staging", force: false };
    expect(inputs).toEqual([
      { repositoryId: "R_1", refUpdates: [{ ...ref, beforeOid: OTHER, afterOid: NEW }] },
      { repositoryId: "R_1", refUpdates: [{ ...ref, beforeOid: "0".repeat(40), afterOid: NEW }] },
      { repositoryId: "R_1", refUpdates: [{ ...ref, beforeOid: OTHER, afterOid: "0".repeat(40), force: true }] },
    ]);
  });

  // The types of these errors are not documented, so the branch decides.
  test.each([["STALE_DATA"], ["UNPROCESSABLE"], [undefined]])("an error of type %s on a branch that is elsewhere is stale", async (type) => {
    const { gitWriter } = await updated(graphqlError(type, "Reference update failed"), { status: 200, json: { ref: "refs/heads/staging", object: { sha: HEAD } } });
    expect(await gitWriter.moveRef(move)).toEqual({ kind: "stale" });
  });

  test("an error on a branch that has not moved is an error", async () => {
    const { gitWriter } = await updated(graphqlError("UNPROCESSABLE", "Reference update failed"), staging);
    await expect(gitWriter.moveRef(move)).rejects.toMatchObject({ reason: "github-unavailable", ambiguous: false });
  });
});

describe("comments", () => {
  const LIST = "GET /rest/repos/o/r/issues/5/comments";
  const CREATED = Date.parse("2026-11-20T10:00:00Z");
  const remoteComment = (fields: Record<string, unknown> & { id?: number }) => ({ id: 9, body: "c", user: { login: "mona", type: "User" }, created_at: "2026-11-20T10:00:00Z", updated_at: "2026-11-20T10:00:05Z", html_url: `https://x/${fields.id ?? 9}`, ...fields });
  test("all pages are read, oldest first, and a short page is not the last one", async () => {
    const comment = (id: number) => remoteComment({ id, body: `c${id}`, user: { login: id === 150 ? "app[bot]" : "mona", type: id === 150 ? "Bot" : "User" } });
    const { comments } = await setUp({
      [LIST]: (request) => {
        const page = Number(new URL(request.url, "http://x").searchParams.get("page") ?? "1");
        const next = `<http://x/rest/repos/o/r/issues/5/comments?per_page=100&page=${page + 1}>; rel="next"`;
        // The second page repeats one, as when a comment came in between.
        const ids = [[150, 1, 2], [2, 3], [4]][page - 1] ?? [];
        return { status: 200, json: ids.map(comment), ...(page < 3 ? { headers: { link: next } } : {}) };
      },
    });
    const all = await comments.list(5);
    expect(all.map(({ id }) => id)).toEqual([1, 2, 3, 4, 150]);
    expect(all[0]).toEqual({ id: 1, body: "c1", author: "mona", authorIsBot: false, createdAt: CREATED, updatedAt: CREATED + 5_000, url: "https://x/1" });
    expect(all.at(-1)).toMatchObject({ id: 150, body: "c150", author: "app[bot]", authorIsBot: true });
  });

  const ONE = "GET /rest/repos/o/r/issues/comments/9";

  test.each([
    ["null", null, { author: "", authorIsBot: false }],
    ["the ghost", { login: "ghost", type: "User" }, { author: "", authorIsBot: false }],
    ["an app without an ending", { login: "Copilot", type: "Bot" }, { author: "Copilot", authorIsBot: true }],
  ])("the author %s", async (_name, user, read) => {
    const { comments } = await setUp({ [ONE]: () => ({ status: 200, json: remoteComment({ user, body: null }) }) });
    expect(await comments.get(9)).toMatchObject({ id: 9, body: "", ...read });
  });

  test("without times that can be read is no answer, since a missing edit would be read from it", async () => {
    for (const fields of [{ updated_at: "soon" }, { updated_at: undefined }, { created_at: null }]) {
      const { comments } = await setUp({ [ONE]: () => ({ status: 200, json: remoteComment(fields) }) });
      await expect(comments.get(9)).rejects.toMatchObject({ reason: "github-unavailable" });
    }
  });

  test("that cannot be read is an error, not a comment that is gone", async () => {
    const failures: [Answer, string][] = [[{ status: 403, json: { message: "Resource not accessible by integration" } }, "permissions:\n  pull-requests: read"], [{ status: 502, text: "" }, "502"]];
    for (const [answer, text] of failures) {
      const { comments } = await setUp({ [ONE]: () => answer });
      await expect(comments.get(9)).rejects.toThrow(text);
    }
  });

  const REACT = "POST /rest/repos/o/r/issues/comments/9/reactions";

  test("a reaction: new, given before, repeated, of a comment that is gone, forbidden, failed", async () => {
    const answers: [Answer, unknown][] = [
      [{ status: 201, json: { id: 1, content: "eyes" } }, { kind: "written" }],
      [{ status: 200, json: { id: 1, content: "eyes" } }, { kind: "written" }],
      [{ status: 404, json: { message: "Not Found" } }, { kind: "gone" }],
      [{ status: 403, json: { message: "Resource not accessible by integration" } }, { kind: "forbidden" }],
    ];
    for (const [answer, result] of answers) {
      const { comments, seen } = await setUp({ [REACT]: () => answer });
      expect(await comments.react(9, "eyes")).toEqual(result);
      expect(seen.map(({ body }) => body)).toEqual([{ content: "eyes" }]);
    }
    const repeated = await setUp({ [REACT]: (_request, count) => (count === 1 ? "drop" : { status: 200, json: {} }) });
    expect(await repeated.comments.react(9, "+1")).toEqual({ kind: "written" });
    const limited = await setUp({ [REACT]: (_request, count) => (count === 1 ? { status: 403, json: { message: "You have exceeded a secondary rate limit" }, headers: { "retry-after": "1" } } : { status: 201, json: {} }) });
    expect(await limited.comments.react(9, "+1")).toEqual({ kind: "written" });
    const failed = await setUp({ [REACT]: () => ({ status: 422, json: { message: "Validation Failed" } }) });
    await expect(failed.comments.react(9, "+1")).rejects.toMatchObject({ status: 422 });
  });

  test("a create is never repeated", async () => {
    const { comments, seen } = await setUp({ "POST /rest/repos/o/r/issues/5/comments": () => "drop" });
    await expect(comments.create(5, "x")).rejects.toMatchObject({ ambiguous: true, reason: "github-unavailable" });
    expect(seen).toHaveLength(1);
  });

  test("an update may be repeated", async () => {
    const { comments } = await setUp({ "PATCH /rest/repos/o/r/issues/comments/9": (_request, count) => (count === 1 ? "drop" : { status: 200, json: { id: 9 } }) });
    expect(await comments.update(9, "x")).toEqual({ kind: "written", id: 9 });
  });

  test("a read-only token is a value", async () => {
    const forbidden = (): Answer => ({ status: 403, json: { message: "Resource not accessible by integration" } });
    const { comments } = await setUp({ "POST /rest/repos/o/r/issues/5/comments": forbidden, "PATCH /rest/repos/o/r/issues/comments/9": forbidden });
    expect(await comments.create(5, "x")).toEqual({ kind: "forbidden" });
    expect(await comments.update(9, "x")).toEqual({ kind: "forbidden" });
  });

  test("a list that is no list is an error", async () => {
    const { comments } = await setUp({ [LIST]: () => ({ status: 200, text: "<html>" }) });
    await expect(comments.list(5)).rejects.toMatchObject({ reason: "github-unavailable" });
  });
});
