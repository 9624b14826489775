import { describe, expect, test } from "@jest/globals";
import { at, failure, jobClient, startLab } from "../support.ts";

describe("refs", () => {
  test("are read, created, moved forward and deleted", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const first = await repository.tip("main");
    const created = await client.rest.git.createRef({ ...at, ref: "refs/heads/retell/state/staging", sha: first });
    expect(created.status).toBe(201);
    expect(created.data).toMatchObject({ ref: "refs/heads/retell/state/staging", object: { type: "commit", sha: first } });
    const second = await repository.commit({ branch: "main", files: { "a.txt": "1" }, message: "second" });
    const moved = await client.rest.git.updateRef({ ...at, ref: "heads/retell/state/staging", sha: second });
    expect(moved.data.object.sha).toBe(second);
    expect((await client.rest.git.getRef({ ...at, ref: "heads/retell/state/staging" })).data.object.sha).toBe(second);
    expect((await client.rest.git.listMatchingRefs({ ...at, ref: "heads/retell/" })).data).toHaveLength(1);
    await client.rest.git.deleteRef({ ...at, ref: "heads/retell/state/staging" });
    expect((await failure(client.rest.git.getRef({ ...at, ref: "heads/retell/state/staging" }))).status).toBe(404);
    expect(lab.violations).toEqual([]);
  });

  test("are refused as GitHub refuses them", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const first = await repository.tip("main");
    await repository.commit({ branch: "main", files: { "a.txt": "1" }, message: "second" });
    const cases = [
      [client.rest.git.createRef({ ...at, ref: "refs/heads/main", sha: first }), "Reference already exists"],
      [client.rest.git.createRef({ ...at, ref: "refs/heads/x", sha: "1".repeat(40) }), "Object does not exist"],
      [client.rest.git.createRef({ ...at, ref: "main", sha: first }), "Reference name is not valid"],
      [client.rest.git.updateRef({ ...at, ref: "heads/none", sha: first }), "Reference does not exist"],
      [client.rest.git.updateRef({ ...at, ref: "heads/main", sha: first }), "Update is not a fast forward"],
      [client.rest.git.deleteRef({ ...at, ref: "heads/main" }), "Cannot delete the default branch"],
    ] as const;
    for (const [request, message] of cases) {
      const refused = await failure(request);
      expect(refused).toMatchObject({ status: 422, data: { status: "422" } });
      expect(refused.message).toContain(message);
    }
    const forced = await client.rest.git.updateRef({ ...at, ref: "heads/main", sha: first, force: true });
    expect(forced.data.object.sha).toBe(first);
    expect(lab.violations).toEqual([]);
  });
});

describe("blobs, trees and commits", () => {
  test("make a commit that git itself agrees with", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const parent = await repository.tip("main");
    const blob = await client.rest.git.createBlob({ ...at, content: Buffer.from("öl\n").toString("base64"), encoding: "base64" });
    const tree = await client.rest.git.createTree({
      ...at,
      base_tree: parent,
      tree: [
        { path: "x/y z.txt", mode: "100755", type: "blob", sha: blob.data.sha },
        { path: "inline.txt", mode: "100644", type: "blob", content: "inline" },
        { path: "agents/sales/agent.json", mode: "100644", type: "blob", sha: null },
      ],
    });
    const commit = await client.rest.git.createCommit({ ...at, message: "by the API", tree: tree.data.sha, parents: [parent] });
    expect(commit.data).toMatchObject({ author: { name: "github-actions[bot]" }, committer: { name: "GitHub" }, verification: { verified: true } });
    await client.rest.git.updateRef({ ...at, ref: "heads/main", sha: commit.data.sha });
    expect(await repository.files("main")).toEqual(["README.md", "inline.txt", "x/y z.txt"]);
    expect(await repository.readFile("main", "x/y z.txt")).toBe("öl\n");
    const read = await client.rest.git.getTree({ ...at, tree_sha: "main", recursive: "true" });
    expect(read.data.tree.map(({ path, mode }) => [path, mode])).toContainEqual(["x/y z.txt", "100755"]);
    expect(Buffer.from((await client.rest.git.getBlob({ ...at, file_sha: blob.data.sha })).data.content, "base64").toString()).toBe("öl\n");
    expect((await repository.git.run(["fsck", "--strict", "--full"])).code).toBe(0);
    expect(lab.violations).toEqual([]);
  });

  test("with an author of its own the commit is not verified", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const parent = await repository.tip("main");
    const { data: tree } = await client.rest.git.getTree({ ...at, tree_sha: parent });
    const author = { name: "Ann", email: "ann@example.com", date: "2026-01-02T03:04:05Z" };
    const commit = await client.rest.git.createCommit({ ...at, message: "m", tree: tree.sha, parents: [parent], author });
    expect(commit.data).toMatchObject({ author, committer: author, verification: { verified: false, reason: "unsigned" } });
  });

  test("unknown objects are refused", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const unknown = "2".repeat(40);
    const cases = [
      client.rest.git.createCommit({ ...at, message: "m", tree: unknown }),
      client.rest.git.createTree({ ...at, base_tree: unknown, tree: [] }),
      client.rest.git.createTree({ ...at, tree: [{ path: "a", mode: "100644", type: "blob", sha: unknown }] }),
      client.rest.git.createTree({ ...at, tree: [{ path: "../a", mode: "100644", type: "blob", content: "" }] }),
    ];
    for (const request of cases) expect((await failure(request)).status).toBe(422);
    expect((await failure(client.rest.git.getCommit({ ...at, commit_sha: unknown }))).status).toBe(404);
    expect(lab.violations).toEqual([]);
  });
});
