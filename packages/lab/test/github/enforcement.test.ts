import { describe, expect, test } from "@jest/globals";
import type { Repository } from "@retell-actions/lab/github/model/repository";
import type { Enforcement, GitHubLabOptions } from "@retell-actions/lab/github/model/world";
import type { GitHubLab } from "@retell-actions/lab/github/server";
import { at, commitMutation, everything, failure, graphql, jobClient, startLab } from "./support.ts";

interface Scene {
  lab: GitHubLab;
  repository: Repository;
  head: string;
}

interface Rule {
  name: string;
  enforcement: Enforcement;
  options?: GitHubLabOptions;
  /** True if the lab held the caller back. */
  refused: (scene: Scene) => Promise<boolean>;
}

const status = async (promise: Promise<unknown>, expected: number): Promise<boolean> => (await failure(promise)).status === expected;

/** `createCommitOnBranch` on main; the type of its error. */
async function commitError({ lab, repository, head }: Scene, options: { permissions?: typeof everything; path?: string; head?: string } = {}): Promise<string | undefined> {
  const token = repository.issueToken({ kind: "actions", permissions: options.permissions ?? everything });
  const input = {
    branch: { repositoryNameWithOwner: "octo/agents", branchName: "main" },
    expectedHeadOid: options.head ?? head,
    message: { headline: "m" },
    fileChanges: { additions: [{ path: options.path ?? "x", contents: "eA==" }] },
  };
  return (await graphql(lab, token, commitMutation, { input })).errors?.[0]?.type;
}

const workflowPath = ".github/workflows/new.yml";
const long = "ö".repeat(65_537);

const rules: Rule[] = [
  {
    name: "REST write without the permission",
    enforcement: "permissions",
    refused: ({ lab, repository }) => status(jobClient(lab, repository, { contents: "read" }).rest.issues.createComment({ ...at, issue_number: 1, body: "x" }), 403),
  },
  {
    name: "mutation without contents: write",
    enforcement: "permissions",
    refused: async (scene) => (await commitError(scene, { permissions: { contents: "read" } })) === "FORBIDDEN",
  },
  {
    name: "REST ref update of a protected branch",
    enforcement: "protection",
    refused: async ({ lab, repository, head }) => {
      repository.protectBranch("main");
      return status(jobClient(lab, repository).rest.git.updateRef({ ...at, ref: "heads/main", sha: repository.pull(1).head.sha ?? head }), 422);
    },
  },
  {
    name: "merge into a protected branch",
    enforcement: "protection",
    refused: async ({ lab, repository }) => {
      repository.protectBranch("main", { kind: "ruleset", bypass: ["github-actions[bot]"] });
      return status(jobClient(lab, repository).rest.repos.merge({ ...at, base: "main", head: "feature" }), 409);
    },
  },
  {
    name: "merge of a pull request without its required check",
    enforcement: "protection",
    refused: async ({ lab, repository }) => {
      repository.protectBranch("main", { requiredStatusChecks: ["validate"] });
      return status(jobClient(lab, repository).rest.pulls.merge({ ...at, pull_number: 1 }), 405);
    },
  },
  {
    name: "mutation on a protected branch",
    enforcement: "protection",
    refused: async (scene) => {
      scene.repository.protectBranch("main");
      return (await commitError(scene)) === "UNPROCESSABLE";
    },
  },
  {
    name: "missing required status check",
    enforcement: "protection",
    refused: async ({ lab, repository }) => {
      repository.protectBranch("main", { requirePullRequest: false, requiredStatusChecks: ["validate"] });
      return status(jobClient(lab, repository).rest.git.updateRef({ ...at, ref: "heads/main", sha: repository.pull(1).head.sha }), 422);
    },
  },
  {
    name: "event of a commit by the job's token",
    enforcement: "suppressed-events",
    refused: async (scene) => {
      await commitError(scene);
      return scene.repository.events.every(({ name }) => name !== "push");
    },
  },
  {
    name: "event of a comment by the job's token",
    enforcement: "suppressed-events",
    refused: async ({ lab, repository }) => {
      await jobClient(lab, repository).rest.issues.createComment({ ...at, issue_number: 1, body: "x" });
      return repository.events.length === 0 && repository.heldEvents.length === 1;
    },
  },
  {
    name: "stale expectedHeadOid",
    enforcement: "stale-data",
    refused: async (scene) => (await commitError(scene, { head: "1".repeat(40) })) === "STALE_DATA",
  },
  {
    name: "comment above 65,536 characters",
    enforcement: "limits",
    refused: ({ lab, repository }) => status(jobClient(lab, repository).rest.issues.createComment({ ...at, issue_number: 1, body: long }), 422),
  },
  {
    name: "pull request body above 65,536 characters",
    enforcement: "limits",
    refused: ({ lab, repository }) => status(jobClient(lab, repository).rest.pulls.update({ ...at, pull_number: 1, body: long }), 422),
  },
  {
    name: "status description above 140 characters",
    enforcement: "limits",
    refused: ({ lab, repository, head }) => status(jobClient(lab, repository).rest.repos.createCommitStatus({ ...at, sha: head, state: "success", description: "x".repeat(141) }), 422),
  },
  {
    name: "label name above 50 characters",
    enforcement: "limits",
    refused: ({ lab, repository }) => status(jobClient(lab, repository).rest.issues.addLabels({ ...at, issue_number: 1, labels: ["x".repeat(51)] }), 422),
  },
  {
    name: "the 101st label of an issue",
    enforcement: "limits",
    refused: ({ lab, repository }) => {
      repository.pull(1).labels = Array.from({ length: 100 }, (_, number) => `label ${number}`);
      return status(jobClient(lab, repository).rest.issues.addLabels({ ...at, issue_number: 1, labels: ["one more"] }), 422);
    },
  },
  {
    name: "the 1,001st status of a commit and context",
    enforcement: "limits",
    refused: ({ lab, repository, head }) => {
      const creator = { login: "mona", id: 1, type: "User" } as const;
      const old = { id: 1, sha: head, state: "pending", context: "retell", description: null, targetUrl: null, creator, createdAt: "2026-01-01T00:00:00Z" } as const;
      repository.statuses.push(...Array.from({ length: 1000 }, () => ({ ...old })));
      return status(jobClient(lab, repository).rest.repos.createCommitStatus({ ...at, sha: head, state: "success", context: "retell" }), 422);
    },
  },
  {
    name: "primary rate limit, over all tokens of the repository's jobs",
    enforcement: "limits",
    options: { actionsRateLimit: 2 },
    refused: async ({ lab, repository }) => {
      const read = () => jobClient(lab, repository).rest.git.getRef({ ...at, ref: "heads/main" });
      expect((await read()).headers["x-ratelimit-remaining"]).toBe("1");
      await read();
      const refused = await failure(read());
      return refused.status === 403 && refused.headers["x-ratelimit-remaining"] === "0" && refused.message.includes("rate limit");
    },
  },
  {
    name: "workflow file by mutation",
    enforcement: "workflow-files",
    refused: async (scene) => (await commitError(scene, { path: workflowPath })) === "FORBIDDEN",
  },
  {
    name: "workflow file by a merge of branches",
    enforcement: "workflow-files",
    refused: async ({ lab, repository }) => {
      await repository.commit({ branch: "ci", files: { [workflowPath]: "on: push" }, message: "m" });
      const refused = await failure(jobClient(lab, repository).rest.repos.merge({ ...at, base: "main", head: "ci" }));
      return refused.status === 403 && refused.message.includes("without `workflows` permission");
    },
  },
  {
    name: "pull request by the job's token while the setting is off",
    enforcement: "pull-request-setting",
    refused: async ({ lab, repository }) => {
      await repository.commit({ branch: "other", files: { o: "1" }, message: "m" });
      const refused = await failure(jobClient(lab, repository).rest.pulls.create({ ...at, head: "other", base: "main", title: "t" }));
      return refused.status === 403 && refused.message === "GitHub Actions is not permitted to create or approve pull requests.";
    },
  },
  {
    name: "release notes above 125,000 characters",
    enforcement: "limits",
    refused: ({ lab, repository }) => status(jobClient(lab, repository).rest.repos.createRelease({ ...at, tag_name: "v1", draft: true, body: "x".repeat(125_001) }), 422),
  },
  {
    name: "the tag of a deleted immutable release",
    enforcement: "immutable-releases",
    refused: ({ lab, repository }) => {
      repository.burnedTags.add("v1");
      return status(jobClient(lab, repository).rest.repos.createRelease({ ...at, tag_name: "v1" }), 422);
    },
  },
  {
    name: "issue in a repository without issues",
    enforcement: "issues-setting",
    refused: async ({ lab, repository }) => {
      repository.settings.hasIssues = false;
      return status(jobClient(lab, repository).rest.issues.create({ ...at, title: "t" }), 410);
    },
  },
  {
    name: "reaction without any permission to comment",
    enforcement: "permissions",
    refused: async ({ lab, repository }) => {
      const { id } = await repository.comment(1, "x");
      return status(jobClient(lab, repository, { contents: "write", issues: "read", "pull-requests": "read" }).rest.reactions.createForIssueComment({ ...at, comment_id: id, content: "eyes" }), 403);
    },
  },
  {
    name: "reaction on a pull request with the permission for issues only",
    enforcement: "permissions",
    refused: async ({ lab, repository }) => {
      const { id } = await repository.comment(1, "x");
      return status(jobClient(lab, repository, { issues: "write" }).rest.reactions.createForIssueComment({ ...at, comment_id: id, content: "eyes" }), 403);
    },
  },
  {
    name: "event of a comment's edit by the job's token",
    enforcement: "suppressed-events",
    refused: async ({ lab, repository }) => {
      const { id } = await repository.comment(1, "x");
      repository.events.length = 0;
      await jobClient(lab, repository).rest.issues.updateComment({ ...at, comment_id: id, body: "y" });
      return repository.events.length === 0 && repository.heldEvents.length === 1;
    },
  },
  {
    name: "issue without the permission",
    enforcement: "permissions",
    refused: ({ lab, repository }) => status(jobClient(lab, repository, { contents: "write", "pull-requests": "write" }).rest.issues.create({ ...at, title: "t" }), 403),
  },
  {
    name: "change of an issue with the permission for pull requests only",
    enforcement: "permissions",
    refused: async ({ lab, repository }) => {
      const { number } = await repository.openIssue({ title: "t" });
      return status(jobClient(lab, repository, { "pull-requests": "write" }).rest.issues.update({ ...at, issue_number: number, title: "u" }), 403);
    },
  },
  {
    name: "event of an issue by the job's token",
    enforcement: "suppressed-events",
    refused: async ({ lab, repository }) => {
      await jobClient(lab, repository).rest.issues.create({ ...at, title: "t" });
      return repository.events.length === 0 && repository.heldEvents.length === 1;
    },
  },
  {
    name: "issue title above 256 characters",
    enforcement: "limits",
    refused: ({ lab, repository }) => status(jobClient(lab, repository).rest.issues.create({ ...at, title: "x".repeat(257) }), 422),
  },
  {
    name: "removal of a path that a tree does not have",
    enforcement: "tree-removals",
    refused: async ({ lab, repository, head }) => {
      const tree = [{ path: "absent", mode: "100644" as const, type: "blob" as const, sha: null }];
      const refused = await failure(jobClient(lab, repository).rest.git.createTree({ ...at, base_tree: head, tree }));
      return refused.status === 422 && refused.message === "GitRPC::BadObjectState";
    },
  },
  {
    name: "ref update that is no fast-forward",
    enforcement: "fast-forward",
    refused: async ({ lab, repository, head }) => {
      await repository.commit({ branch: "main", files: { n: "1" }, message: "m" });
      return status(jobClient(lab, repository).rest.git.updateRef({ ...at, ref: "heads/main", sha: head }), 422);
    },
  },
  {
    name: "51 annotations in one request",
    enforcement: "schema",
    refused: async ({ lab, repository, head }) => {
      const annotation = { path: "a", start_line: 1, end_line: 1, annotation_level: "notice", message: "m" } as const;
      const output = { title: "t", summary: "s", annotations: Array.from({ length: 51 }, () => annotation) };
      return status(jobClient(lab, repository).rest.checks.create({ ...at, name: "c", head_sha: head, output }), 422);
    },
  },
];

describe.each(rules)("$name", ({ enforcement, options, refused }) => {
  test.each([
    ["is held back", [], true],
    ["goes through when the enforcement is off", [enforcement], false],
  ] as const)("%s", async (_, disabled, expected) => {
    const { lab, repository } = await startLab({ ...options, disabled });
    const head = await repository.tip("main");
    await repository.commit({ branch: "feature", files: { f: "1" }, message: "f" });
    await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
    repository.events.length = 0;
    expect(await refused({ lab, repository, head })).toBe(expected);
  });
});
