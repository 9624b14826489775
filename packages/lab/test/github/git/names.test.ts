import { expect, test } from "@jest/globals";
import { diffFiles } from "@retell-actions/lab/github/git/diff";
import { at, commitMutation, everything, graphql, jobClient, startLab } from "../support.ts";

const names = ['x$(touch pwned)', "with space", 'quo"te', "new\nline", "tab\there", "*", ":(glob)x", "-rf", "ünï"];

test("odd file names survive commits, diffs, trees and deletions", async () => {
  const { lab, repository } = await startLab();
  const token = repository.issueToken({ kind: "actions", permissions: everything });
  const client = jobClient(lab, repository);
  const before = await repository.tip("main");
  const paths = names.map((name) => `agents/${name}/agent.json`);
  const commit = async (fileChanges: object) => {
    const input = { branch: { repositoryNameWithOwner: "octo/agents", branchName: "main" }, expectedHeadOid: await repository.tip("main"), message: { headline: "m" }, fileChanges };
    expect((await graphql(lab, token, commitMutation, { input })).errors).toBeUndefined();
  };
  await commit({ additions: paths.map((path) => ({ path, contents: "eAo=" })) });
  const { data } = await client.rest.repos.compareCommitsWithBasehead({ ...at, basehead: `${before}...main` });
  expect(data.files?.map(({ filename, patch }) => [filename, patch]).sort()).toEqual(paths.map((path) => [path, "@@ -0,0 +1 @@\n+x"]).sort());
  for (const path of paths) {
    const file = await client.rest.repos.getContent({ ...at, path });
    expect(file.data).toMatchObject({ path, type: "file" });
    expect(await repository.readFile("main", path)).toBe("x\n");
  }
  await commit({ deletions: paths.map((path) => ({ path })) });
  expect((await repository.files("main")).length).toBe(2);
  expect(lab.violations).toEqual([]);
});

test("a file that becomes a symlink is one change, and the files after it keep their own patches", async () => {
  const { repository } = await startLab({ files: { "a.txt": "a\n", "b.txt": "b\n" } });
  const before = await repository.tip("main");
  const after = await repository.commit({ branch: "main", files: { "a.txt": "b.txt", "b.txt": "B\n" }, modes: { "a.txt": "120000" }, message: "m" });
  const files = await diffFiles(repository.git, before, after);
  expect(files.map(({ filename, status }) => [filename, status])).toEqual([["a.txt", "changed"], ["b.txt", "modified"]]);
  expect(files[1]?.patch).toBe("@@ -1 +1 @@\n-b\n+B");
});
