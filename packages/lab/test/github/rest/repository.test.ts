import { describe, expect, test } from "@jest/globals";
import { at, failure, jobClient, octokitFor, startLab } from "../support.ts";

describe("repositories, branches and contents", () => {
  test("are shown with GitHub's schemas", async () => {
    const { lab, repository } = await startLab({ private: true });
    const client = jobClient(lab, repository);
    await repository.commit({ branch: "feature/x", files: { "dir/üml.txt": "text" }, message: "m" });
    repository.protectBranch("main", { requiredStatusChecks: ["validate"] });
    expect((await client.rest.repos.get(at)).data).toMatchObject({ id: repository.id, full_name: "octo/agents", default_branch: "main", private: true });
    expect((await client.rest.repos.getBranch({ ...at, branch: "feature/x" })).data).toMatchObject({ name: "feature/x", protected: false });
    expect((await client.rest.repos.getBranch({ ...at, branch: "main" })).data).toMatchObject({ protected: true, protection: { required_status_checks: { contexts: ["validate"] } } });
    expect((await client.rest.repos.listBranches(at)).data.map(({ name }) => name)).toEqual(["feature/x", "main"]);
    const file = await client.rest.repos.getContent({ ...at, path: "dir/üml.txt", ref: "feature/x" });
    expect(Buffer.from((file.data as { content: string }).content, "base64").toString()).toBe("text");
    const raw = await client.rest.repos.getContent({ ...at, path: "README.md", mediaType: { format: "raw" } });
    expect(raw.data).toBe("# agents\n");
    expect((await client.rest.repos.getContent({ ...at, path: "agents" })).data).toMatchObject([{ type: "dir", path: "agents/sales" }]);
    expect((await failure(client.rest.repos.getContent({ ...at, path: "none" }))).status).toBe(404);
    expect((await failure(client.rest.repos.getContent({ ...at, path: "README.md", ref: "none" }))).status).toBe(404);
    expect(lab.violations).toEqual([]);
  });

  test("a permission level has its coarse word and its role", async () => {
    const { lab, repository } = await startLab();
    repository.collaborators.set("mona", "maintain");
    const client = jobClient(lab, repository, {});
    const level = async (username: string) => (await client.rest.repos.getCollaboratorPermissionLevel({ ...at, username })).data;
    expect(await level("octo")).toMatchObject({ permission: "admin" });
    expect(await level("Mona")).toMatchObject({ permission: "write", role_name: "maintain" });
    repository.collaborators.set("tina", "triage");
    expect(await level("tina")).toMatchObject({ permission: "read", role_name: "triage" });
    expect(await level("stranger")).toMatchObject({ permission: "read" });
    for (const login of ["github-actions[bot]", "a b"]) {
      const refused = await failure(client.rest.repos.getCollaboratorPermissionLevel({ ...at, username: login }));
      expect([login, refused.status]).toEqual([login, 404]);
    }
    expect(await failure(client.rest.repos.getCollaboratorPermissionLevel({ ...at, username: "app[bot]" }))).toMatchObject({ message: "app[bot] is not a user" });
    const closed = await startLab({ private: true });
    expect((await jobClient(closed.lab, closed.repository, {}).rest.repos.getCollaboratorPermissionLevel({ ...at, username: "stranger" })).data).toMatchObject({ permission: "none" });
    expect(lab.violations).toEqual([]);
  });

  test("answers carry an ETag, and 304 when nothing changed", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const { etag } = (await client.rest.git.getRef({ ...at, ref: "heads/main" })).headers;
    const again = client.rest.git.getRef({ ...at, ref: "heads/main", headers: { "if-none-match": String(etag) } });
    expect((await failure(again)).status).toBe(304);
    await repository.commit({ branch: "main", files: { a: "b" }, message: "m" });
    expect((await client.rest.git.getRef({ ...at, ref: "heads/main", headers: { "if-none-match": String(etag) } })).status).toBe(200);
  });
});

describe("compare", () => {
  test("says identical, ahead, behind and diverged", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const compare = async (basehead: string) => (await client.rest.repos.compareCommitsWithBasehead({ ...at, basehead })).data;
    await repository.commit({ branch: "release/x", files: { "b.txt": "1\n" }, message: "one" });
    await repository.commit({ branch: "release/x", files: { "b.txt": "2\n", "README.md": null }, message: "two" });
    expect(await compare("main...main")).toMatchObject({ status: "identical", ahead_by: 0, behind_by: 0, commits: [], files: [] });
    const ahead = await compare("main...release/x");
    expect(ahead).toMatchObject({ status: "ahead", ahead_by: 2, behind_by: 0, total_commits: 2 });
    expect(ahead.commits.map(({ commit }) => commit.message)).toEqual(["one", "two"]);
    expect(ahead.files).toMatchObject([{ filename: "README.md", status: "removed", deletions: 1 }, { filename: "b.txt", status: "added", additions: 1, patch: "@@ -0,0 +1 @@\n+2" }]);
    expect(await compare("release/x...main")).toMatchObject({ status: "behind", behind_by: 2, files: [] });
    await repository.commit({ branch: "main", files: { "c.txt": "c" }, message: "three" });
    expect(await compare("main...release/x")).toMatchObject({ status: "diverged", ahead_by: 2, behind_by: 1 });
    expect((await failure(compare("main...none"))).status).toBe(404);
    expect(lab.violations).toEqual([]);
  });

  test("lists renames, and at most 300 files and 250 commits", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const text = "a long enough text\n".repeat(20);
    await repository.commit({ branch: "main", files: { "old.txt": text }, message: "m" });
    const many = Object.fromEntries(Array.from({ length: 301 }, (_, at) => [`f/${at}.txt`, `${at}\n`]));
    await repository.commit({ branch: "big", files: { "old.txt": null, "0-new.txt": text, ...many }, message: "m" });
    const { data } = await client.rest.repos.compareCommitsWithBasehead({ ...at, basehead: "main...big" });
    expect(data.files).toHaveLength(300);
    expect(data.files?.[0]).toMatchObject({ status: "renamed", filename: "0-new.txt", previous_filename: "old.txt" });
    const second = await client.rest.repos.compareCommitsWithBasehead({ ...at, basehead: "main...big", page: 2, per_page: 1 });
    expect(second.data).toMatchObject({ total_commits: 1, commits: [], files: [] });
    expect(lab.violations).toEqual([]);
  });
});

describe("merging branches", () => {
  test("gives 201, 204, 404 and 409", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const merge = (base: string, head: string) => client.rest.repos.merge({ ...at, base, head });
    await repository.commit({ branch: "develop", files: { "d.txt": "d" }, message: "develop" });
    const head = await repository.tip("develop");
    const before = await repository.tip("main");
    const merged = await merge("main", "develop");
    expect(merged.status).toBe(201);
    expect(merged.data.parents.map(({ sha }) => sha)).toEqual([before, head]);
    expect(await repository.tip("main")).toBe(merged.data.sha);
    expect((await merge("main", "develop")).status).toBe(204);
    expect(await failure(merge("none", "develop"))).toMatchObject({ status: 404, message: "Base does not exist" });
    expect(await failure(merge("main", "none"))).toMatchObject({ status: 404, message: "Head does not exist" });
    await repository.commit({ branch: "main", files: { "d.txt": "main" }, message: "m" });
    await repository.commit({ branch: "develop", files: { "d.txt": "develop" }, message: "d" });
    expect(await failure(merge("main", "develop"))).toMatchObject({ status: 409, message: "Merge conflict" });
    expect(lab.violations).toEqual([]);
  });
});

test("an operation that the lab lacks is 404 and a violation", async () => {
  const { lab } = await startLab();
  expect((await failure(octokitFor(lab).request("GET /emojis"))).status).toBe(404);
  expect(lab.violations).toMatchObject([{ side: "lab", operation: "GET /emojis" }]);
});
