import { z } from "zod";
import type { IssueComment, PullRequestComments } from "../../ports/github.ts";
import type { GitHubClient, Result } from "./client.ts";
import { isRateLimited } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";

const PAGE_SIZE = 100;
const MAX_PAGES = 100;

const commentSchema = z.object({ id: z.number().int(), body: z.string().nullish(), user: z.object({ type: z.string() }).nullish() });
const writtenSchema = z.object({ id: z.number().int() });

/** Comments of pull requests, which GitHub keeps as comments of issues. */
export function createComments(client: GitHubClient): PullRequestComments {
  const { owner, repo } = client;

  /** A 403 is a value here: pull requests from forks have read-only tokens. */
  function written(purpose: Purpose, result: Result<{ id: number }>): { kind: "written"; id: number } | { kind: "forbidden" } {
    if (result.ok) return { kind: "written", id: result.value.id };
    if (result.failure.kind === "error-answer" && result.failure.status === 403 && !isRateLimited(result.failure)) return { kind: "forbidden" };
    throw githubError(purpose, result.failure);
  }

  return {
    async list(pullRequest) {
      const comments = new Map<number, IssueComment>();
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const items = await client.request({
          what: "read the pull request's comments",
          permission: "pull-requests: read",
          write: false,
          send: (octokit) => octokit.rest.issues.listComments({ owner, repo, issue_number: pullRequest, per_page: PAGE_SIZE, page }),
          schema: z.array(commentSchema),
        });
        for (const { id, body, user } of items) comments.set(id, { id, body: body ?? "", authorIsBot: user?.type === "Bot" });
        if (items.length < PAGE_SIZE) break;
      }
      return [...comments.values()].sort((a, b) => a.id - b.id);
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
