import { describe, expect, test } from "@jest/globals";
import { matchesPattern } from "@retell-actions/lab/github/model/protection";
import { at, everything, failure, jobClient, octokitFor, startLab } from "./support.ts";

test.each([
  ["main", "main", true],
  ["main", "maine", false],
  ["release/*", "release/1", true],
  ["release/*", "release/1/2", false],
  ["release/**", "release/1/2", true],
  ["**/x", "x", true],
  ["*", "a/b", false],
  ["prod.uction", "prodXuction", false],
] as const)("the pattern %s and the branch %s", (pattern, branch, expected) => {
  expect(matchesPattern(pattern, branch)).toBe(expected);
});

describe("a protected branch", () => {
  test("cannot be forced, deleted or, by a ruleset, created", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const old = await repository.tip("main");
    await repository.commit({ branch: "staging", files: { s: "1" }, message: "m" });
    repository.protectBranch("staging", { requirePullRequest: false });
    repository.protectBranch("prod-*", { kind: "ruleset", restrictCreations: true });
    const refused = await Promise.all([
      failure(client.rest.git.updateRef({ ...at, ref: "heads/staging", sha: old, force: true })),
      failure(client.rest.git.deleteRef({ ...at, ref: "heads/staging" })),
      failure(client.rest.git.createRef({ ...at, ref: "refs/heads/prod-eu", sha: old })),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422]);
    expect(refused.map(({ message }) => message.trim())).toEqual([
      "Cannot force-push to this branch",
      "Cannot delete this branch",
      "Repository rule violations found\n\nCannot create ref due to creations being restricted.",
    ]);
    expect(lab.violations).toEqual([]);
  });

  test("takes a commit whose required contexts are green, and changes of those who bypass it", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const sha = await repository.commit({ branch: "feature", files: { f: "1" }, message: "m" });
    repository.protectBranch("main", { requirePullRequest: false, requiredStatusChecks: ["validate"] });
    const move = () => failure(client.rest.git.updateRef({ ...at, ref: "heads/main", sha }));
    expect(await move()).toMatchObject({ status: 422, message: 'Required status check "validate" is expected.' });
    await client.rest.repos.createCommitStatus({ ...at, sha, state: "success", context: "validate" });
    expect((await move()).status).toBe(0);
    repository.protections.length = 0;
    repository.protectBranch("main", { bypass: ["release[bot]", "github-actions[bot]"] });
    await repository.commit({ branch: "feature", files: { f: "2" }, message: "m" });
    const app = octokitFor(lab, repository.issueToken({ kind: "app", login: "release[bot]", permissions: everything }));
    expect((await failure(client.rest.repos.merge({ ...at, base: "main", head: "feature" }))).status).toBe(409);
    expect((await app.rest.repos.merge({ ...at, base: "main", head: "feature" })).status).toBe(201);
  });
});
