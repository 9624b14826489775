import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Repository } from "@retell-actions/lab/github/model/repository";
import { startGitHubLab, type GitHubLab } from "@retell-actions/lab/github/server";
import { createGit } from "../../../src/adapters/git/create-git.ts";
import { createGitHub } from "../../../src/adapters/github/create-github.ts";
import { git, gitWithServer, removeFolders, temporaryFolder } from "../git/repository.ts";
import { recordingLog } from "../recording-log.ts";

let lab: GitHubLab;
let repository: Repository;
beforeEach(async () => {
  lab = await startGitHubLab();
  repository = await lab.createRepository({ owner: "octo", name: "agents", defaultBranch: "main", private: true, files: { "agents/a/agent.json": "{}", "README.md": "hello" } });
});
afterEach(async () => {
  const { violations } = lab;
  await lab.stop();
  removeFolders();
  expect(violations).toEqual([]);
});

const writer = { contents: "write", actions: "read", "pull-requests": "write" } as const;

function githubWith(permissions: Record<string, "none" | "read" | "write"> = writer) {
  return createGitHub({
    token: repository.issueToken({ kind: "actions", permissions }),
    apiUrl: lab.apiUrl,
    graphqlUrl: lab.graphqlUrl,
    repository: "octo/agents",
    log: recordingLog(),
    sleep: async () => {},
  });
}

const isMutation = (request: { method: string; path: string; write: boolean }): boolean => request.write && request.path.endsWith("/graphql");
const STATE = "retell/state/staging";

async function withState() {
  const github = githubWith();
  const created = await github.gitWriter.createBranch({ branch: STATE, message: "Begin", files: new Map([["workspace.json", "{}\n"], ["ü/é.json", "é\n"]]) });
  if (created.kind !== "created") throw new Error("not created");
  return { ...github, head: created.commit };
}

describe("commits on the lab's repository", () => {
  test("a root branch, then a signed commit on it", async () => {
    const { gitWriter, head } = await withState();
    expect(await repository.tip(STATE)).toBe(head);
    expect((await repository.files(STATE)).sort()).toEqual(["workspace.json", "ü/é.json"]);
    expect(await gitWriter.createBranch({ branch: STATE, message: "Again", files: new Map([["x", "y"]]) })).toEqual({ kind: "exists" });
    const result = await gitWriter.commitFiles({ branch: STATE, expectedHead: head, message: "Record a\n\nRun: 1", files: new Map([["agents/a/staging.json", "1"], ["workspace.json", null]]) });
    expect(result).toEqual({ kind: "committed", commit: await repository.tip(STATE) });
    expect((await repository.files(STATE)).sort()).toEqual(["agents/a/staging.json", "ü/é.json"]);
    expect((await repository.log(STATE)).length).toBe(2);
    expect(repository.verifiedCommits.has(await repository.tip(STATE))).toBe(true);
  });

  test("a stale head writes nothing", async () => {
    const { gitWriter, head } = await withState();
    const other = await repository.commit({ branch: STATE, files: { z: "1" }, message: "theirs" });
    expect(await gitWriter.commitFiles({ branch: STATE, expectedHead: head, message: "m", files: new Map([["x", "1"]]) })).toEqual({ kind: "stale" });
    expect(await repository.tip(STATE)).toBe(other);
    expect(await gitWriter.commitFiles({ branch: "absent", expectedHead: head, message: "m", files: new Map([["x", "1"]]) })).toEqual({ kind: "stale" });
  });

  test.each(["drop-after", "drop-before"] as const)("%s: exactly one commit", async (kind) => {
    const { gitWriter, head } = await withState();
    lab.faults.add({ matches: isMutation, action: { kind }, times: 1 });
    const result = await gitWriter.commitFiles({ branch: STATE, expectedHead: head, message: "m", files: new Map([["x", "1"]]) });
    expect(result).toEqual({ kind: "committed", commit: await repository.tip(STATE) });
    expect((await repository.log(STATE)).length).toBe(2);
  });

  test("lost answer, then somebody's commit on top: still ours", async () => {
    const { gitWriter, head } = await withState();
    let ours = "";
    lab.faults.add({
      matches: isMutation,
      times: 1,
      action: {
        kind: "call",
        when: "after",
        run: async () => {
          ours = await repository.tip(STATE);
          await repository.commit({ branch: STATE, files: { z: "1" }, message: "theirs" });
        },
      },
    });
    lab.faults.add({ matches: isMutation, times: 1, action: { kind: "drop-after" } });
    expect(await gitWriter.commitFiles({ branch: STATE, expectedHead: head, message: "m", files: new Map([["x", "1"]]) })).toEqual({ kind: "committed", commit: ours });
  });

  test("deleting what is not there is no error", async () => {
    const { gitWriter, head } = await withState();
    expect((await gitWriter.commitFiles({ branch: STATE, expectedHead: head, message: "m", files: new Map([["absent", null], ["x", "1"]]) })).kind).toBe("committed");
    expect(await repository.readFile(STATE, "x")).toBe("1");
  });

  test("a missing permission and a protected branch say what to change", async () => {
    const { gitWriter, head } = await withState();
    const change = { branch: STATE, expectedHead: head, message: "m", files: new Map([["x", "1"]]) };
    const reader = githubWith({ contents: "read" }).gitWriter;
    await expect(reader.commitFiles(change)).rejects.toMatchObject({ reason: "github-forbidden", ambiguous: false });
    await expect(reader.commitFiles(change)).rejects.toThrow("permissions:\n  contents: write");
    await expect(reader.createBranch({ branch: "new", message: "m", files: change.files })).rejects.toThrow("permissions:\n  contents: write");
    repository.protectBranch("retell/**", { requirePullRequest: true });
    await expect(gitWriter.commitFiles(change)).rejects.toThrow("retell/**");
  });
});

describe("questions to the lab", () => {
  test("comparison, id, runs and pull requests", async () => {
    const { repository: reader } = githubWith();
    const first = await repository.tip("main");
    const second = await repository.commit({ branch: "main", files: { x: "1" }, message: "second" });
    expect(await reader.compare(first, second)).toMatchObject({ status: "ahead", aheadBy: 1, behindBy: 0, mergeBase: first });
    expect(await reader.compare(second, first)).toMatchObject({ status: "behind", aheadBy: 0, behindBy: 1 });
    expect(await reader.repositoryId()).toBe(repository.id);
    const run = repository.runs.start({ workflow: ".github/workflows/x.yml", event: "push", headSha: second });
    expect(await reader.runState(String(run.id), run.attempt)).toEqual({ kind: "in-progress" });
    expect(await reader.runState(String(run.id), 9)).toEqual({ kind: "over", endedAt: undefined });
    expect(await githubWith({ contents: "read" }).repository.runState(String(run.id), 1)).toEqual({ kind: "unknown" });
    expect(await reader.pullRequestsOf(second)).toEqual([]);
    expect(await reader.pullRequestsOf("0".repeat(40))).toEqual([]);
  });

  test("comments over several pages, and a token that may not write them", async () => {
    await repository.commit({ branch: "topic", files: { y: "1" }, message: "topic" });
    const { number } = await repository.openPullRequest({ head: "topic", base: "main", title: "T" });
    for (let index = 0; index < 101; index += 1) await repository.comment(number, `c${index}`);
    const { comments } = githubWith();
    const created = await comments.create(number, "ours");
    const all = await comments.list(number);
    expect(all).toHaveLength(102);
    expect(all.at(-1)).toMatchObject({ body: "ours", authorIsBot: true });
    if (created.kind !== "written") throw new Error("not written");
    expect(await comments.update(created.id, "new")).toEqual(created);
    expect(await githubWith({ "pull-requests": "read", contents: "read" }).comments.create(number, "x")).toEqual({ kind: "forbidden" });
  });
});

test("git over HTTP: a shallow checkout with a persisted credential fetches other commits with the job's token", async () => {
  const first = await repository.tip("main");
  const second = await repository.commit({ branch: "main", files: { "agents/a/agent.json": '{"a":1}' }, message: "second" });
  const { head: state } = await withState();
  const token = repository.issueToken({ kind: "actions", permissions: { contents: "read" } });
  const clone = temporaryFolder();
  const persisted = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
  await gitWithServer(clone, "-c", `http.${lab.url}/.extraheader=${persisted}`, "clone", "-q", "--depth=1", `${lab.url}/octo/agents`, ".");
  git(clone, "config", `http.${lab.url}/.extraheader`, persisted);
  const reader = createGit({ workspace: clone, serverUrl: lab.url, remoteUrl: `${lab.url}/octo/agents`, token, log: recordingLog(), environment: { PATH: process.env["PATH"], HOME: clone }, sleep: async () => {} });
  expect(await reader.head()).toBe(second);
  expect(await reader.parents(second)).toEqual([first]);
  expect(await reader.remoteTips(["main", STATE, "absent"])).toEqual(new Map([["main", second], [STATE, state]]));
  await reader.fetch([first, state]);
  expect((await reader.readCommit(first, ["agents"])).get("agents/a/agent.json")).toEqual({ kind: "file", text: "{}" });
  expect((await reader.readCommit(state, [""])).get("ü/é.json")).toEqual({ kind: "file", text: "é\n" });
  const bad = createGit({ workspace: clone, serverUrl: lab.url, remoteUrl: `${lab.url}/octo/agents`, token: "wrong", log: recordingLog(), environment: { PATH: process.env["PATH"], HOME: clone }, sleep: async () => {} });
  await expect(bad.remoteTips(["main"])).rejects.toMatchObject({ reason: "git-failed" });
});
