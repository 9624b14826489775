import { describe, expect, test } from "@jest/globals";
import { everything, labScene, losses, type LabScene } from "./lab-scene.ts";

const MERGES = "POST /merges";
const GRAPHQL = "POST /graphql";
const workflowFile = ".github/workflows/x.yml";

/** `staging` and `production` that both went on from `main`. */
async function diverged(options?: Parameters<typeof labScene>[0]): Promise<LabScene & { staging: string; production: string }> {
  const scene = await labScene(options);
  const { repository } = scene;
  const staging = await repository.commit({ branch: "staging", files: { "s.txt": "s" }, message: "staging" });
  const production = await repository.commit({ branch: "production", files: { "p.txt": "p" }, message: "production\n\nbody" });
  return { ...scene, get github() { return scene.github; }, staging, production };
}

describe("a merge", () => {
  const merge = { branch: "staging", head: "production", message: "Bring production to staging" };

  test("is a signed commit with both parents, then nothing is left to do", async () => {
    const { repository, github, staging, production } = await diverged();
    const tip = () => repository.tip("staging");
    expect(await github.gitWriter.merge(merge)).toEqual({ kind: "merged", commit: await tip() });
    expect((await repository.log("staging"))[0]).toMatchObject({ parents: [staging, production], message: "Bring production to staging" });
    expect(repository.verifiedCommits.has(await tip())).toBe(true);
    expect(await github.gitWriter.merge(merge)).toEqual({ kind: "nothing" });
    expect(await github.gitWriter.merge({ ...merge, head: production })).toEqual({ kind: "nothing" });
  });

  test("of branches that changed the same line is a conflict, and nothing moves", async () => {
    const { repository, github } = await diverged();
    const before = await repository.commit({ branch: "staging", files: { "a.txt": "x" }, message: "x" });
    await repository.commit({ branch: "production", files: { "a.txt": "y" }, message: "y" });
    expect(await github.gitWriter.merge(merge)).toEqual({ kind: "conflict" });
    expect(await repository.tip("staging")).toBe(before);
  });

  test.each(losses)("through %s happens once", async (_name, action) => {
    const { repository, github, spoil, staging, production } = await diverged();
    spoil(MERGES, action);
    expect(await github.gitWriter.merge(merge)).toEqual({ kind: "merged", commit: await repository.tip("staging") });
    expect((await repository.log("staging"))[0]?.parents).toEqual([staging, production]);
  });

  test("whose answer is lost is found below somebody's commit", async () => {
    const { repository, github, spoil } = await diverged();
    let ours = "";
    const run = async (): Promise<void> => {
      ours = await repository.tip("staging");
      await repository.commit({ branch: "staging", files: { z: "1" }, message: "theirs" });
    };
    spoil(MERGES, { kind: "call", when: "after", run });
    spoil(MERGES, { kind: "drop-after" });
    expect(await github.gitWriter.merge(merge)).toEqual({ kind: "merged", commit: ours });
  });

  test("that somebody else made meanwhile is theirs", async () => {
    const { repository, github, spoil, production } = await diverged();
    spoil(MERGES, { kind: "drop-before" });
    spoil("GET /git/ref/heads%2Fstaging", { kind: "call", when: "before", run: async () => void (await repository.commit({ branch: "staging", parent: production, files: { n: "1" }, message: "on top" })) });
    // Somebody put staging onto production between our look and our request: there is nothing left to merge.
    expect(await github.gitWriter.merge(merge)).toEqual({ kind: "nothing" });
  });

  test("that never gets an answer says that it may have happened", async () => {
    const { github, spoil, count } = await diverged();
    spoil(MERGES, { kind: "status", status: 502 }, 9);
    await expect(github.gitWriter.merge(merge)).rejects.toMatchObject({ reason: "github-unavailable", ambiguous: true });
    expect(count(MERGES)).toBe(2);
  });

  test("of what does not exist names it", async () => {
    const { github } = await diverged();
    await expect(github.gitWriter.merge({ ...merge, branch: "absent" })).rejects.toMatchObject({ reason: "branch-missing", message: expect.stringContaining("absent") });
    await expect(github.gitWriter.merge({ ...merge, head: "gone" })).rejects.toMatchObject({ reason: "branch-missing", message: expect.stringContaining("gone") });
    await expect(github.gitWriter.merge({ ...merge, head: "1".repeat(40) })).rejects.toMatchObject({ reason: "branch-missing" });
  });

  test.each([["branch-protection"], ["ruleset"]] as const)("that a %s forbids is refused, with the remedy", async (kind) => {
    const { repository, github, githubWith, staging } = await diverged();
    repository.protectBranch("staging", { kind, bypass: ["lab-app[bot]"] });
    const refused = await github.gitWriter.merge(merge);
    expect(refused).toMatchObject({ kind: "refused", reason: "branch-protected", message: expect.stringContaining("github-token") });
    expect(refused).toMatchObject({ message: expect.stringContaining("the branch staging") });
    expect(await repository.tip("staging")).toBe(staging);
    expect((await githubWith(everything, "app").gitWriter.merge(merge)).kind).toBe("merged");
  });

  test("that brings over workflow files is refused, with the remedy", async () => {
    const { repository, github, githubWith, staging } = await diverged();
    await repository.commit({ branch: "production", files: { [workflowFile]: "on: push" }, message: "ci" });
    expect(await github.gitWriter.merge(merge)).toMatchObject({ kind: "refused", reason: "workflow-files", message: expect.stringContaining("workflows: write") });
    expect(await repository.tip("staging")).toBe(staging);
    expect((await githubWith({ ...everything, workflows: "write" }, "app").gitWriter.merge(merge)).kind).toBe("merged");
  });

  test("without the permission names the line", async () => {
    const { githubWith } = await diverged();
    await expect(githubWith({ contents: "read" }).gitWriter.merge(merge)).rejects.toThrow("permissions:\n  contents: write");
  });
});

describe("a ref", () => {
  test("is created, moved forward, forced and deleted under its lease", async () => {
    const { repository, github, count, staging, production } = await diverged();
    const { gitWriter } = github;
    const main = await repository.tip("main");
    expect(await gitWriter.moveRef({ branch: "retell/x", expected: null, to: main })).toEqual({ kind: "moved" });
    expect(await gitWriter.moveRef({ branch: "retell/x", expected: null, to: staging })).toEqual({ kind: "stale" });
    expect(await gitWriter.moveRef({ branch: "retell/x", expected: main, to: staging })).toEqual({ kind: "moved" });
    expect(await gitWriter.moveRef({ branch: "retell/x", expected: main, to: staging })).toEqual({ kind: "stale" });
    await expect(gitWriter.moveRef({ branch: "retell/x", expected: staging, to: production })).rejects.toMatchObject({ reason: "branch-moved" });
    expect(await gitWriter.moveRef({ branch: "retell/x", expected: staging, to: production, force: true })).toEqual({ kind: "moved" });
    expect(await repository.tip("retell/x")).toBe(production);
    expect(await gitWriter.moveRef({ branch: "retell/x", expected: main, to: null })).toEqual({ kind: "stale" });
    expect(await gitWriter.moveRef({ branch: "retell/x", expected: production, to: null })).toEqual({ kind: "moved" });
    expect(await gitWriter.moveRef({ branch: "retell/x", expected: production, to: null })).toEqual({ kind: "stale" });
    await expect(repository.tip("retell/x")).rejects.toThrow();
    // The repository's id is asked for once.
    expect(count("GET /repos/octo/agents")).toBe(1);
  });

  test.each(losses)("through %s is created, moved, forced and deleted once", async (_name, action) => {
    const { repository, github, spoil, staging, production } = await diverged();
    const main = await repository.tip("main");
    for (const [expected, to] of [[null, main], [main, staging], [staging, production], [production, null]] as const) {
      spoil(GRAPHQL, action);
      expect(await github.gitWriter.moveRef({ branch: "x", expected, to, force: true })).toEqual({ kind: "moved" });
      expect(await repository.tip("x").catch(() => null)).toBe(to);
    }
  });

  test("that somebody moved while the answer was lost: theirs stays", async () => {
    const { repository, github, spoil, staging } = await diverged();
    const main = await repository.tip("main");
    await github.gitWriter.moveRef({ branch: "x", expected: null, to: main });
    let theirs = "";
    const run = async (): Promise<void> => void (theirs = await repository.commit({ branch: "x", files: { z: "1" }, message: "theirs" }));
    spoil(GRAPHQL, { kind: "call", when: "before", run });
    spoil(GRAPHQL, { kind: "drop-before" });
    expect(await github.gitWriter.moveRef({ branch: "x", expected: main, to: staging, force: true })).toEqual({ kind: "stale" });
    expect(await repository.tip("x")).toBe(theirs);
  });

  test("that somebody went on from ours while the answer was lost was moved", async () => {
    const { repository, github, spoil, staging } = await diverged();
    const main = await repository.tip("main");
    await github.gitWriter.moveRef({ branch: "x", expected: null, to: main });
    spoil(GRAPHQL, { kind: "call", when: "after", run: async () => void (await repository.commit({ branch: "x", files: { z: "1" }, message: "theirs" })) });
    spoil(GRAPHQL, { kind: "drop-after" });
    expect(await github.gitWriter.moveRef({ branch: "x", expected: main, to: staging })).toEqual({ kind: "moved" });
  });

  test("that rules or workflow files forbid is refused", async () => {
    const { repository, github, staging, production } = await diverged();
    repository.protectBranch("staging", { kind: "ruleset" });
    expect(await github.gitWriter.moveRef({ branch: "staging", expected: staging, to: production, force: true })).toMatchObject({ kind: "refused", reason: "branch-protected" });
    expect(await github.gitWriter.moveRef({ branch: "staging", expected: staging, to: null })).toMatchObject({ kind: "refused", reason: "branch-protected" });
    repository.protectBranch("retell/**", { kind: "ruleset", restrictCreations: true });
    expect(await github.gitWriter.moveRef({ branch: "retell/x", expected: null, to: staging })).toMatchObject({ kind: "refused", message: expect.stringContaining("retell/**") });
    repository.protections.length = 0;
    const ci = await repository.commit({ branch: "production", files: { [workflowFile]: "on: push" }, message: "ci" });
    expect(await github.gitWriter.moveRef({ branch: "main", expected: await repository.tip("main"), to: ci })).toMatchObject({ kind: "refused", reason: "workflow-files" });
    expect(await repository.tip("staging")).toBe(staging);
  });

  test("without the permission names the line", async () => {
    const { githubWith, staging } = await diverged();
    await expect(githubWith({ contents: "read" }).gitWriter.moveRef({ branch: "x", expected: null, to: staging })).rejects.toThrow("permissions:\n  contents: write");
  });
});

describe("a commit without a branch, and a branch with a parent", () => {
  const files = new Map<string, string | null>([["a.txt", null], ["absent.txt", null], ["d/ü.txt", "é\n"]]);

  test("have the parent's files with the change, and are signed", async () => {
    const { repository, github } = await labScene();
    const parent = await repository.tip("main");
    const commit = await github.gitWriter.createCommit({ parent, message: "Adopt\n\nbody", files });
    expect(await repository.tip("main")).toBe(parent);
    expect((await repository.files(commit)).sort()).toEqual(["b.txt", "d/ü.txt"]);
    expect(repository.verifiedCommits.has(commit)).toBe(true);
    const created = await github.gitWriter.createBranch({ branch: "retell/drift/x", parent, message: "Adopt", files });
    expect(created).toEqual({ kind: "created", commit: await repository.tip("retell/drift/x") });
    expect((await repository.log("retell/drift/x"))[0]?.parents).toEqual([parent]);
    expect(await github.gitWriter.createBranch({ branch: "retell/drift/x", parent, message: "Again", files })).toEqual({ kind: "exists" });
    expect(await github.gitWriter.createCommit({ parent, message: "Nothing", files: new Map() })).toMatch(/^[0-9a-f]{40}$/);
  });

  test.each(["POST /git/trees", "POST /git/commits", "POST /git/refs"])("come through lost answers to %s", async (route) => {
    const { repository, github, spoil } = await labScene();
    const parent = await repository.tip("main");
    for (const [index, [, action]] of losses.entries()) {
      const branch = `x${index}`;
      spoil(route, action);
      expect(await github.gitWriter.createBranch({ branch, parent, message: "m", files })).toEqual({ kind: "created", commit: await repository.tip(branch) });
      expect((await repository.log(branch)).length).toBe(2);
    }
  });

  test("of many files go in portions", async () => {
    const { repository, github, count } = await labScene();
    const many = new Map(Array.from({ length: 130 }, (_, index) => [`f${index}.txt`, index % 2 === 0 ? String(index) : null]));
    const commit = await github.gitWriter.createCommit({ parent: await repository.tip("main"), message: "m", files: many });
    expect((await repository.files(commit)).length).toBe(2 + 65);
    expect(count("POST /git/trees")).toBeGreaterThan(1);
  });

  test("are refused by rules, by their parent and by permissions", async () => {
    const { repository, github, githubWith } = await labScene();
    const parent = await repository.tip("main");
    repository.protectBranch("retell/**", { kind: "ruleset", restrictCreations: true });
    await expect(github.gitWriter.createBranch({ branch: "retell/x", parent, message: "m", files })).rejects.toMatchObject({ reason: "branch-protected", message: expect.stringContaining("retell/**") });
    const workflow = new Map([[workflowFile, "on: push"]]);
    await expect(github.gitWriter.createBranch({ branch: "x", parent, message: "m", files: workflow })).rejects.toMatchObject({ reason: "workflow-files" });
    await expect(github.gitWriter.createCommit({ parent: "1".repeat(40), message: "m", files })).rejects.toMatchObject({ status: 404 });
    await expect(githubWith({ contents: "read" }).gitWriter.createCommit({ parent, message: "m", files })).rejects.toThrow("permissions:\n  contents: write");
  });
});

describe("comparing", () => {
  test("commits between two commits, the oldest first", async () => {
    const { repository, github, staging, production } = await diverged();
    const second = await repository.commit({ branch: "production", files: { n: "1" }, message: "second", author: "mona" });
    expect(await github.repository.commitsBetween("staging", "production")).toEqual([
      { sha: production, subject: "production", message: "production\n\nbody", author: "octo" },
      { sha: second, subject: "second", message: "second", author: "mona" },
    ]);
    expect((await github.repository.commitsBetween(production, staging)).map(({ sha }) => sha)).toEqual([staging]);
    expect(await github.repository.commitsBetween(staging, staging)).toEqual([]);
  });

  test("histories without a common ancestor are diverged", async () => {
    const { repository, github } = await labScene();
    const root = await github.gitWriter.createBranch({ branch: "root", message: "m", files: new Map([["x", "1"]]) });
    if (root.kind !== "created") throw new Error("not created");
    expect(await github.repository.compare(await repository.tip("main"), root.commit)).toEqual({ status: "diverged", aheadBy: 1, behindBy: 1, mergeBase: "" });
    await expect(github.repository.compare("main", "1".repeat(40))).rejects.toMatchObject({ status: 404 });
  });
});
