import { describe, expect, test } from "@jest/globals";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cloneUrl, everything, git, startLab, temporaryFolder } from "../support.ts";

async function cloned(options: Parameters<typeof startLab>[0] & { user?: boolean } = {}) {
  const { lab, repository } = await startLab(options);
  const kind = options.user === true ? "user" : "actions";
  const url = cloneUrl(lab, repository.issueToken({ kind, permissions: everything, login: "mona" }));
  const folder = await temporaryFolder();
  expect((await git(folder, "clone", "--quiet", url, "work")).code).toBe(0);
  const work = join(folder, "work");
  const commit = async (file: string, text = file): Promise<string> => {
    await writeFile(join(work, file), text);
    await git(work, "add", "--all");
    await git(work, "commit", "--quiet", "--message", `Change ${file}`);
    return (await git(work, "rev-parse", "HEAD")).stdout.trim();
  };
  return { lab, repository, url, folder, work, commit };
}

describe("git over HTTP", () => {
  test("clones, pushes, and refuses what is no fast-forward or has a stale lease", async () => {
    const { lab, repository, work, commit } = await cloned();
    const sha = await commit("a.txt");
    expect((await git(work, "push", "origin", "main")).code).toBe(0);
    expect(await repository.tip("main")).toBe(sha);
    const other = await repository.commit({ branch: "main", files: { "b.txt": "b" }, message: "meanwhile" });
    await commit("c.txt");
    const rejected = await git(work, "push", "origin", "main");
    expect(rejected).toMatchObject({ code: 1, stderr: expect.stringContaining("[rejected]") });
    const stale = await git(work, "push", `--force-with-lease=main:${sha}`, "origin", "main");
    expect(stale).toMatchObject({ code: 1, stderr: expect.stringContaining("stale info") });
    expect((await git(work, "push", `--force-with-lease=main:${other}`, "origin", "main")).code).toBe(0);
    expect(lab.requests.filter(({ write }) => write).map(({ path }) => path)).toContain("/octo/agents.git/git-receive-pack");
    expect(lab.violations).toEqual([]);
  });

  test("serves shallow and partial clones, single commits and pull request refs", async () => {
    const { lab, repository } = await startLab();
    const sha = await repository.commit({ branch: "feature", files: { "f.txt": "1" }, message: "f" });
    await repository.commit({ branch: "feature", parent: "main", files: { "g.txt": "1" }, message: "rewritten" });
    await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
    const folder = await temporaryFolder();
    const url = `${lab.url}/octo/agents`;
    expect((await git(folder, "clone", "--quiet", "--depth=1", "--filter=blob:none", url, "work")).code).toBe(0);
    const work = join(folder, "work");
    // No branch reaches this commit any more; GitHub serves it all the same.
    expect((await git(work, "fetch", "--quiet", "--depth=1", "origin", sha)).code).toBe(0);
    expect((await git(work, "fetch", "--quiet", "origin", "+refs/pull/1/merge:refs/remotes/pull/1/merge")).code).toBe(0);
    expect((await git(work, "push", url, "HEAD:refs/pull/1/head")).code).not.toBe(0);
  });

  test("asks for credentials and hides private repositories", async () => {
    const { lab, repository } = await startLab({ private: true });
    const folder = await temporaryFolder();
    const list = (token?: string) => git(folder, "ls-remote", cloneUrl(lab, token));
    const read = repository.issueToken({ kind: "actions", permissions: { contents: "read" } });
    const none = repository.issueToken({ kind: "actions", permissions: { issues: "write" } });
    expect((await list(read)).stdout).toContain("refs/heads/main");
    expect((await list(none)).stderr).toContain("not found");
    expect((await list("ghs_wrong")).stderr).toContain("Invalid username or token");
    expect((await list()).code).not.toBe(0);
    // As actions/checkout sets it, scheme in lower case.
    const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${read}`).toString("base64")}`;
    expect((await git(folder, "-c", `http.${lab.url}/.extraheader=${header}`, "ls-remote", cloneUrl(lab))).code).toBe(0);
  });

  test("says why a protected branch refuses, as GitHub does", async () => {
    const { lab, repository, work, commit } = await cloned();
    await commit("a.txt");
    repository.protectBranch("main");
    const classic = await git(work, "push", "origin", "main");
    expect(classic.stderr).toContain("remote: error: GH006: Protected branch update failed for refs/heads/main.");
    expect(classic.stderr).toContain("remote: - Changes must be made through a pull request.");
    expect(classic.stderr).toContain("! [remote rejected] main -> main (protected branch hook declined)");
    repository.protections.length = 0;
    repository.protectBranch("ma*", { kind: "ruleset" });
    const ruleset = await git(work, "push", "origin", "main", "main:other");
    expect(ruleset.stderr).toContain("remote: error: GH013: Repository rule violations found for refs/heads/main.");
    expect(ruleset.stderr).toContain("(push declined due to repository rule violations)");
    expect(await repository.tip("other")).toBe((await git(work, "rev-parse", "main")).stdout.trim());
    expect(lab.violations).toEqual([]);
  });

  test("a person's push raises events; the push of a pull request's branch synchronises it", async () => {
    const { repository, work, commit } = await cloned({ user: true });
    await git(work, "checkout", "--quiet", "-b", "feature");
    const first = await commit("a.txt");
    await git(work, "push", "--quiet", "origin", "feature");
    expect(repository.events.map(({ name }) => name)).toEqual(["create", "push"]);
    await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
    repository.events.length = 0;
    await commit("b.txt");
    const third = await commit("c.txt");
    await git(work, "push", "--quiet", "origin", "feature");
    const [push, pull] = repository.events;
    expect(push).toMatchObject({ name: "push", ref: "refs/heads/feature", sha: third, actor: "mona", payload: { before: first, after: third, forced: false, created: false } });
    expect(push?.payload["commits"]).toMatchObject([{ added: ["b.txt"] }, { id: third, added: ["c.txt"], modified: [] }]);
    expect(pull).toMatchObject({ name: "pull_request", ref: "refs/pull/1/merge", payload: { action: "synchronize", pull_request: { head: { sha: third } } } });
    await git(work, "push", "--quiet", "origin", ":feature");
    expect(repository.events.slice(2).map(({ name, payload }) => [name, payload["action"] ?? payload["deleted"]])).toEqual([["delete", undefined], ["push", true], ["pull_request", "closed"]]);
  });

  test("an atomic push with one refused ref moves none", async () => {
    const { repository, work, commit } = await cloned();
    await commit("a.txt");
    repository.protectBranch("main");
    expect((await git(work, "push", "--atomic", "origin", "main", "main:other")).code).not.toBe(0);
    await expect(repository.tip("other")).rejects.toThrow("no branch");
  });
});
