import { describe, expect, test } from "@jest/globals";
import { commitMutation, everything, graphql, refsMutation, startLab } from "../support.ts";

const nothing = "0".repeat(40);

async function lab() {
  const started = await startLab();
  const token = started.repository.issueToken({ kind: "actions", permissions: everything });
  const commit = (input: Record<string, unknown>) =>
    graphql(started.lab, token, commitMutation, {
      input: { branch: { repositoryNameWithOwner: "octo/agents", branchName: "main" }, message: { headline: "change" }, ...input },
    });
  const move = (...refUpdates: Record<string, unknown>[]) => graphql(started.lab, token, refsMutation, { input: { repositoryId: id, refUpdates } });
  const read = await graphql(started.lab, token, '{ repository(owner: "octo", name: "agents") { id databaseId } }');
  const id = read.data?.["repository"]?.["id"];
  return { ...started, token, commit, move, read };
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("createCommitOnBranch", () => {
  test("makes one signed commit by the bot with GitHub as committer", async () => {
    const { lab: server, repository, commit } = await lab();
    const head = await repository.tip("main");
    const { data, errors } = await commit({
      expectedHeadOid: head,
      message: { headline: "Record state", body: "deploy 1" },
      fileChanges: { additions: [{ path: "state/a b.json", contents: base64("{}\n") }], deletions: [{ path: "README.md" }] },
    });
    expect(errors).toBeUndefined();
    const made = data?.["createCommitOnBranch"]?.["commit"];
    expect(made).toMatchObject({
      message: "Record state\n\ndeploy 1",
      author: { name: "github-actions[bot]", email: "41898282+github-actions[bot]@users.noreply.github.com" },
      committer: { name: "GitHub" },
      signature: { isValid: true, wasSignedByGitHub: true },
      parents: { totalCount: 1 },
    });
    expect((made as { oid: string }).oid).toBe(await repository.tip("main"));
    expect(await repository.files("main")).toEqual(["agents/sales/agent.json", "state/a b.json"]);
    expect((await repository.git.run(["fsck", "--strict"])).code).toBe(0);
    expect(server.violations).toEqual([]);
  });

  test("of several racing commits on one head exactly one succeeds", async () => {
    const { repository, commit } = await lab();
    const expectedHeadOid = await repository.tip("main");
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, at) => commit({ expectedHeadOid, fileChanges: { additions: [{ path: `f${at}`, contents: base64("x") }] } })),
    );
    expect(answers.filter(({ errors }) => errors === undefined)).toHaveLength(1);
    expect(answers.flatMap(({ errors }) => errors ?? []).map(({ type }) => type)).toEqual(Array(4).fill("STALE_DATA"));
    expect(await repository.log("main")).toHaveLength(2);
  });

  test("is refused in GitHub's words", async () => {
    const { lab: server, repository, commit } = await lab();
    const head = await repository.tip("main");
    const stale = await commit({ expectedHeadOid: nothing });
    expect(stale).toMatchObject({ status: 200, data: { createCommitOnBranch: null } });
    expect(stale.errors).toMatchObject([{ type: "STALE_DATA", path: ["createCommitOnBranch"], message: `Expected branch to point to "${nothing}" but it did not.  Pull and try again.` }]);
    const type = async (input: Record<string, unknown>) => (await commit({ expectedHeadOid: head, ...input })).errors?.[0]?.type;
    expect(await type({ branch: { repositoryNameWithOwner: "octo/agents", branchName: "none" } })).toBe("NOT_FOUND");
    expect(await type({ branch: { repositoryNameWithOwner: "octo/none", branchName: "main" } })).toBe("NOT_FOUND");
    expect(await type({ fileChanges: { deletions: [{ path: "none.txt" }] } })).toBe("UNPROCESSABLE");
    expect(await type({ fileChanges: { additions: [{ path: "../x", contents: "" }] } })).toBe("UNPROCESSABLE");
    expect(await type({ fileChanges: { additions: [{ path: "x", contents: "not base64!" }] } })).toBe("UNPROCESSABLE");
    expect(await repository.tip("main")).toBe(head);
    expect(server.violations).toEqual([]);
  });

  test("takes the node id of a ref as branch", async () => {
    const { lab: server, repository, token, commit } = await lab();
    const found = await graphql(server, token, '{ repository(owner: "octo", name: "agents") { ref(qualifiedName: "refs/heads/main") { id name target { oid } } } }');
    const ref = found.data?.["repository"]?.["ref"] as { id: string; target: { oid: string } };
    const { errors } = await commit({ branch: { id: ref.id }, expectedHeadOid: ref.target.oid });
    expect(errors).toBeUndefined();
    expect(await repository.log("main")).toHaveLength(2);
  });
});

describe("updateRefs", () => {
  test("creates, moves with a lease and deletes", async () => {
    const { lab: server, repository, move } = await lab();
    const first = await repository.tip("main");
    const second = await repository.commit({ branch: "main", files: { a: "1" }, message: "m" });
    const name = "refs/heads/retell/backup/develop/1";
    expect((await move({ name, beforeOid: nothing, afterOid: second })).errors).toBeUndefined();
    expect((await move({ name, beforeOid: first, afterOid: first, force: true })).errors?.[0]?.type).toBe("STALE_DATA");
    expect((await move({ name, beforeOid: second, afterOid: first })).errors?.[0]?.message).toContain("not a fast forward");
    expect((await move({ name, beforeOid: second, afterOid: first, force: true })).errors).toBeUndefined();
    expect(await repository.tip("retell/backup/develop/1")).toBe(first);
    expect((await move({ name, beforeOid: first, afterOid: nothing })).errors).toBeUndefined();
    await expect(repository.tip("retell/backup/develop/1")).rejects.toThrow("no branch");
    expect(server.violations).toEqual([]);
  });

  test("moves all refs or none", async () => {
    const { repository, move } = await lab();
    const first = await repository.tip("main");
    const answer = await move({ name: "refs/heads/one", afterOid: first }, { name: "refs/heads/two", beforeOid: first, afterOid: first });
    expect(answer.errors?.[0]?.type).toBe("STALE_DATA");
    await expect(repository.tip("one")).rejects.toThrow("no branch");
  });
});

describe("queries", () => {
  test("read ids, refs and objects by expression", async () => {
    const { lab: server, repository, token, read } = await lab();
    expect(read.data?.["repository"]).toMatchObject({ databaseId: repository.id });
    const query = `query ($at: String!) { repository(owner: "octo", name: "agents") {
      ref(qualifiedName: "refs/heads/none") { id }
      file: object(expression: $at) { __typename ... on Blob { text byteSize isBinary oid } }
      folder: object(expression: "main:agents") { ... on Tree { entries { name type object { oid } } } }
      head: object(expression: "main") { ... on Commit { oid messageHeadline history: parents(first: 1) { totalCount } file(path: "README.md") { oid } } }
      missing: object(expression: "main:none") { id } } }`;
    const { data, errors } = await graphql(server, token, query, { at: "main:agents/sales/agent.json" });
    expect(errors).toBeUndefined();
    expect(data?.["repository"]).toMatchObject({
      ref: null,
      file: { __typename: "Blob", text: '{"name":"sales"}\n', byteSize: 17, isBinary: false },
      folder: { entries: [{ name: "sales", type: "tree" }] },
      head: { oid: await repository.tip("main"), messageHeadline: "Initial commit" },
      missing: null,
    });
    expect(server.violations).toEqual([]);
  });

  test("that do not fit the schema are refused and recorded", async () => {
    const { lab: server, token } = await lab();
    const { errors } = await graphql(server, token, "{ repository(owner: 1) { nothing } }");
    expect(errors?.length).toBeGreaterThan(0);
    expect(server.violations.every(({ side, operation }) => side === "client" && operation === "graphql")).toBe(true);
    expect(server.violations.length).toBeGreaterThan(0);
  });

  test("for fields that the lab lacks are recorded", async () => {
    const { lab: server, token } = await lab();
    await graphql(server, token, '{ repository(owner: "octo", name: "agents") { description } }');
    expect(server.violations).toMatchObject([{ side: "lab", message: "the lab does not resolve Repository.description" }]);
  });

  test("need a token", async () => {
    const { lab: server } = await lab();
    expect(await graphql(server, undefined, "{ viewer { login } }")).toMatchObject({ status: 401 });
    expect(await graphql(server, "ghs_wrong", "{ viewer { login } }")).toMatchObject({ status: 401, message: "Bad credentials" });
  });
});
