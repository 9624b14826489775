import { z } from "zod";
import type { IssueComment, PullRequestComments } from "../../ports/github.ts";
import type { GitHubClient, Result } from "./client.ts";
import { hasStatus, isRateLimited, type Failure } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";
import { readPages } from "./read-pages.ts";

/** GitHub's times are of whole seconds; what is no time is no answer, since "never edited" is read from them. */
const timeSchema = z.string().transform((text) => Date.parse(text)).pipe(z.number());
/** The account that GitHub shows in place of deleted ones (docs "Deleting your personal account"). */
const GHOST = "ghost";
const commentSchema = z
  .object({ id: z.number().int(), body: z.string().nullish(), user: z.object({ login: z.string(), type: z.string() }).nullish(), created_at: timeSchema, updated_at: timeSchema, html_url: z.string() })
  .transform(({ id, body, user, created_at, updated_at, html_url }): IssueComment => ({
    id,
    body: body ?? "",
    author: user === null || user === undefined || user.login === GHOST ? "" : user.login,
    authorIsBot: user?.type === "Bot",
    createdAt: created_at,
    updatedAt: updated_at,
    url: html_url,
  }));
const writtenSchema = z.object({ id: z.number().int() });

/** Comments of pull requests, which GitHub keeps as comments of issues. */
export function createComments(client: GitHubClient): PullRequestComments {
  const { owner, repo } = client;

  /** A 403 is a value here: pull requests from forks have read-only tokens. */
  function written(purpose: Purpose, result: Result<{ id: number }>): { kind: "written"; id: number } | { kind: "forbidden" } {
    if (result.ok) return { kind: "written", id: result.value.id };
    if (isForbidden(result.failure)) return { kind: "forbidden" };
    throw githubError(purpose, result.failure);
  }

  return {
    async list(pullRequest) {
      const read = await readPages(client, {
        what: "read the pull request's comments",
        permission: "pull-requests: read",
        send: (octokit, page) => octokit.rest.issues.listComments({ owner, repo, issue_number: pullRequest, ...page }),
        schema: z.array(commentSchema),
      });
      // A comment that is deleted meanwhile moves others to pages that were read already, or are read again.
      return [...new Map(read.map((comment) => [comment.id, comment] as const)).values()].sort((a, b) => a.id - b.id);
    },

    async get(id) {
      const purpose: Purpose = { what: "read a comment", permission: "pull-requests: read", write: false };
      const result = await client.try({ ...purpose, send: (octokit) => octokit.rest.issues.getComment({ owner, repo, comment_id: id }), schema: commentSchema });
      if (result.ok) return result.value;
      if (hasStatus(result.failure, 404)) return undefined;
      throw githubError(purpose, result.failure);
    },

    async react(id, reaction) {
      // An account has each sign once under a comment (200 instead of 201), so this may be repeated like a read.
      const purpose: Purpose = { what: "put a reaction under a comment", permission: "pull-requests: write", write: false };
      const result: Result<unknown> = await client.try({
        ...purpose,
        send: (octokit) => octokit.rest.reactions.createForIssueComment({ owner, repo, comment_id: id, content: reaction }),
        schema: z.unknown(),
      });
      if (result.ok) return { kind: "written" };
      if (isForbidden(result.failure)) return { kind: "forbidden" };
      if (hasStatus(result.failure, 404)) return { kind: "gone" };
      throw githubError({ ...purpose, write: true }, result.failure);
    },

    async create(pullRequest, body) {
      const purpose: Purpose = { what: "comment on the pull request", permission: "pull-requests: write", write: true };
      const result = await client.try({
        ...purpose,
        send: (octokit) => octokit.rest.issues.createComment({ owner, repo, issue_number: pullRequest, body }),
        schema: writtenSchema,
      });
      return written(purpose, result);
    },

    async update(id, body) {
      // Setting a text is idempotent, so it may be repeated like a read.
      const purpose: Purpose = { what: "update its comment on the pull request", permission: "pull-requests: write", write: false };
      const result = await client.try({
        ...purpose,
        send: (octokit) => octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body }),
        schema: writtenSchema,
      });
      return written({ ...purpose, write: true }, result);
    },
  };
}

function isForbidden(failure: Failure): boolean {
  return hasStatus(failure, 403) && !isRateLimited(failure);
}
