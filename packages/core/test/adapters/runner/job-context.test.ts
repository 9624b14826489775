import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { readJobContext } from "../../../src/adapters/runner/job-context.ts";

const folder = mkdtempSync(join(tmpdir(), "retell-event-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const A = "a".repeat(40);
const B = "b".repeat(40);

function contextOf(name: string, payload: unknown, environment: Record<string, string> = {}) {
  const path = join(folder, "event.json");
  writeFileSync(path, typeof payload === "string" ? payload : JSON.stringify(payload));
  return readJobContext({ GITHUB_REPOSITORY: "o/r", GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path, GITHUB_ACTOR: "ann", ...environment });
}

const pull = (changes: Record<string, unknown> = {}) => ({
  pull_request: { number: 5, user: { login: "ann" }, base: { ref: "staging", sha: A, repo: { full_name: "o/r" } }, head: { ref: "x", sha: B, repo: { full_name: "o/r" } }, ...changes },
});

describe("the event", () => {
  test("a pull request of the repository itself", () => {
    expect(contextOf("pull_request", pull()).event).toEqual({ name: "pull_request", pullRequest: 5, baseBranch: "staging", baseSha: A, headSha: B, fork: false, dependabot: false });
  });

  test.each([
    ["another repository", { full_name: "x/r" }],
    ["a deleted fork", null],
  ])("a pull request from %s", (_name, repo) => {
    expect(contextOf("pull_request", pull({ head: { ref: "x", sha: B, repo } })).event).toMatchObject({ fork: true });
  });

  test("Dependabot by actor and by author", () => {
    expect(contextOf("pull_request", pull(), { GITHUB_ACTOR: "dependabot[bot]" }).event).toMatchObject({ dependabot: true });
    expect(contextOf("pull_request", pull({ user: { login: "dependabot[bot]" } })).event).toMatchObject({ dependabot: true });
  });

  test.each([
    ["pull_request_target", pull()],
    ["pull_request", {}],
    ["pull_request", "not json"],
    ["pull_request", pull({ base: null })],
    ["release", {}],
    ["release", { action: "published", release: null }],
    ["merge_group", {}],
    ["issue_comment", {}],
    ["issue_comment", { issue: { number: 7 }, comment: { body: "x" } }],
    ["issue_comment", { issue: {}, comment: { id: 9 } }],
    ["issue_comment", { issue: { number: "7" }, comment: { id: 9 } }],
    ["issue_comment", { issue: { number: 7 }, comment: null }],
    ["issue_comment", "not json"],
    ["issues", { action: "opened" }],
    ["issues", { action: "opened", issue: { number: "7" } }],
  ])("%s with %j is other", (name, payload) => {
    expect(contextOf(name, payload).event).toEqual({ name: "other", raw: name });
  });

  test("an issue that was opened; without a body, and by a deleted account", () => {
    const issue = { number: 7, body: "### Names", user: { login: "ann", type: "User" } };
    expect(contextOf("issues", { action: "opened", issue }).event).toEqual({ name: "issues", action: "opened", issue: { number: 7, body: "### Names", author: "ann", authorIsBot: false } });
    expect(contextOf("issues", { action: "edited", issue: { number: 7, body: null, user: { login: "ghost", type: "User" } } }).event).toEqual({ name: "issues", action: "edited", issue: { number: 7, body: "", author: "", authorIsBot: false } });
    expect(contextOf("issues", { action: "opened", issue: { ...issue, user: { login: "x[bot]", type: "Bot" } } }).event).toMatchObject({ issue: { authorIsBot: true } });
  });

  test("pushes", () => {
    const onBranch = { GITHUB_REF: "refs/heads/feature/x" };
    expect(contextOf("push", { before: A, after: B }, onBranch).event).toEqual({ name: "push", branch: "feature/x", before: A, after: B });
    expect(contextOf("push", { before: "0".repeat(40), after: B }, onBranch).event).toMatchObject({ before: undefined });
    expect(contextOf("push", { before: A, after: "0".repeat(40) }, onBranch).event).toMatchObject({ name: "other" });
    expect(contextOf("push", { before: A, after: B }, { GITHUB_REF: "refs/tags/staging" }).event).toMatchObject({ name: "other" });
  });

  test("schedules and releases", () => {
    expect(contextOf("schedule", { schedule: "0 5 * * *" }, { GITHUB_REF: "refs/heads/develop" }).event).toEqual({ name: "schedule" });
    expect(contextOf("release", { action: "published", release: { tag_name: "v1.2.0" } }, { GITHUB_REF: "refs/tags/v1.2.0" }).event).toEqual({ name: "release", action: "published", tag: "v1.2.0" });
    expect(contextOf("release", { release: { tag_name: "v1" } }).event).toEqual({ name: "release", action: "", tag: "v1" });
  });

  const comment = (changes: Record<string, unknown> = {}) => ({
    action: "created",
    issue: { number: 7, pull_request: { url: "x" } },
    comment: { id: 9, body: "/retell status", user: { login: "mona", type: "User" }, created_at: "2026-11-20T10:00:00Z", ...changes },
  });

  test("comments on pull requests and issues", () => {
    const read = { name: "issue_comment", action: "created", issue: 7, isPullRequest: true, comment: { id: 9, body: "/retell status", author: "mona", authorIsBot: false, createdAt: Date.parse("2026-11-20T10:00:00Z") } };
    expect(contextOf("issue_comment", comment()).event).toEqual(read);
    for (const none of [{}, { pull_request: null }]) expect(contextOf("issue_comment", { ...comment(), issue: { number: 7, ...none } }).event).toEqual({ ...read, isPullRequest: false });
    expect(contextOf("issue_comment", { ...comment(), action: "edited", changes: { body: { from: "x" } } }).event).toMatchObject({ action: "edited" });
    expect(contextOf("issue_comment", { ...comment(), action: 1 }).event).toMatchObject({ action: "" });
  });

  test.each([
    ["an app", { user: { login: "Copilot", type: "Bot" } }, { author: "Copilot", authorIsBot: true }],
    ["a deleted account", { user: null }, { author: "", authorIsBot: false }],
    ["a deleted account that is shown as a ghost", { user: { login: "ghost", type: "User" } }, { author: "" }],
    ["somebody with nothing to say", { body: null }, { body: "" }],
    ["an unknown time", { created_at: "yesterday" }, { createdAt: 0 }],
    ["an absent time", { created_at: undefined }, { createdAt: 0 }],
  ])("a comment of %s", (_name, changes, read) => {
    expect(contextOf("issue_comment", comment(changes)).event).toMatchObject({ name: "issue_comment", comment: read });
  });

  test("merge groups and dispatches", () => {
    expect(contextOf("merge_group", { merge_group: { base_ref: "refs/heads/staging", base_sha: A, head_sha: B } }).event).toEqual({ name: "merge_group", baseBranch: "staging", baseSha: A, headSha: B });
    expect(contextOf("workflow_dispatch", {}, { GITHUB_REF: "refs/heads/production" }).event).toEqual({ name: "workflow_dispatch", branch: "production" });
    expect(contextOf("workflow_dispatch", {}, { GITHUB_REF: "refs/tags/production" }).event).toEqual({ name: "workflow_dispatch", branch: "refs/tags/production" });
  });
});

test("the job", () => {
  const job = contextOf("push", { repository: { id: 7, full_name: "o/r" } }, { GITHUB_RUN_ID: "12", GITHUB_RUN_ATTEMPT: "2", GITHUB_JOB: "deploy", GITHUB_SERVER_URL: "https://ghe.example/", GITHUB_REF: "refs/heads/staging" });
  expect(job).toMatchObject({ repository: "o/r", repositoryId: 7, serverUrl: "https://ghe.example", runId: "12", runAttempt: 2, job: "deploy", actor: "ann", ref: "refs/heads/staging" });
  expect(contextOf("push", {}, { GITHUB_REPOSITORY_ID: "9" }).repositoryId).toBe(9);
  expect(contextOf("push", {}).repositoryId).toBeUndefined();
  expect(() => readJobContext({})).toThrow(expect.objectContaining({ reason: "invalid-input" }));
});
