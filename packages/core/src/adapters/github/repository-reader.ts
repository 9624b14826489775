import { z } from "zod";
import type { CommitLine, RepositoryPermission, RepositoryReader } from "../../ports/github.ts";
import type { GitHubClient } from "./client.ts";
import { hasStatus, textOf } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";

const compareSchema = z
  .object({
    status: z.enum(["identical", "ahead", "behind", "diverged"]),
    ahead_by: z.number().int(),
    behind_by: z.number().int(),
    merge_base_commit: z.object({ sha: z.string() }),
  })
  .transform(({ status, ahead_by, behind_by, merge_base_commit }) => ({ status, aheadBy: ahead_by, behindBy: behind_by, mergeBase: merge_base_commit.sha }));
const commitSchema = z
  .object({
    sha: z.string(),
    commit: z.object({ message: z.string(), author: z.object({ name: z.string().nullish() }).nullish() }),
    // Empty or absent when no account has the author's address.
    author: z.object({ login: z.string().optional() }).nullish(),
  })
  .transform(({ sha, commit, author }): CommitLine => ({
    sha,
    subject: commit.message.split("\n")[0] ?? "",
    message: commit.message,
    author: author?.login ?? commit.author?.name ?? "",
  }));
const commitsSchema = z.object({ total_commits: z.number().int(), commits: z.array(commitSchema) });
const COMMITS_A_PAGE = 100;
const runSchema = z.object({ status: z.string(), updated_at: z.string() });
/** Docs "Get repository permissions for a user": the four base roles; custom roles and `maintain`, `triage` are mapped to them. */
const permissionSchema = z.object({ permission: z.enum(["admin", "write", "read", "none"]) });
const pullsSchema = z.array(z.object({ number: z.number().int(), state: z.string(), merged_at: z.string().nullish() }));

export function createRepositoryReader(client: GitHubClient): RepositoryReader {
  const { owner, repo } = client;
  return {
    async compare(base, head) {
      const purpose: Purpose = { what: "compare two commits", permission: "contents: read", write: false };
      const result = await client.try({
        ...purpose,
        // The commits themselves are not used here: one commit a page keeps the answer small.
        send: (octokit) => octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: `${base}...${head}`, per_page: 1 }),
        schema: compareSchema,
      });
      if (result.ok) return result.value;
      // GitHub does not count unrelated histories; each has one commit at least.
      if (hasStatus(result.failure, 404) && /no common ancestor/i.test(textOf(result.failure))) return { status: "diverged", aheadBy: 1, behindBy: 1, mergeBase: "" };
      throw githubError(purpose, result.failure);
    },

    async commitsBetween(base, head) {
      const purpose: Purpose = { what: "list the commits between two commits", permission: "contents: read", write: false };
      const commits = new Map<string, CommitLine>();
      for (let page = 1; ; page += 1) {
        const asked = page;
        // Docs "Compare two commits": in the order of time, the oldest first; pages are by number.
        const answer = await client.request({
          ...purpose,
          send: (octokit) => octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: `${base}...${head}`, per_page: COMMITS_A_PAGE, page: asked }),
          schema: commitsSchema,
        });
        const before = commits.size;
        for (const commit of answer.commits) commits.set(commit.sha, commit);
        if (commits.size >= answer.total_commits) return [...commits.values()];
        if (commits.size === before) throw githubError(purpose, { kind: "broken-answer", text: `only ${before} of ${answer.total_commits} commits came` });
      }
    },

    async runState(runId, attempt) {
      if (!/^\d{1,15}$/.test(runId) || !Number.isSafeInteger(attempt) || attempt < 1) return { kind: "unknown" };
      const result = await client.try({
        what: "read the state of a workflow run",
        permission: "actions: read",
        write: false,
        send: (octokit) => octokit.rest.actions.getWorkflowRunAttempt({ owner, repo, run_id: Number(runId), attempt_number: attempt }),
        schema: runSchema,
      });
      if (result.ok) {
        if (result.value.status !== "completed") return { kind: "in-progress" };
        const endedAt = Date.parse(result.value.updated_at);
        return { kind: "over", endedAt: Number.isNaN(endedAt) ? undefined : endedAt };
      }
      const gone = result.failure.kind === "error-answer" && result.failure.status === 404;
      return gone ? { kind: "over", endedAt: undefined } : { kind: "unknown" };
    },

    async pullRequestsOf(commit) {
      const purpose: Purpose = { what: "find the pull requests of a commit", permission: "pull-requests: read", write: false };
      const result = await client.try({
        ...purpose,
        send: (octokit) => octokit.rest.repos.listPullRequestsAssociatedWithCommit({ owner, repo, commit_sha: commit, per_page: 100 }),
        schema: pullsSchema,
      });
      // 422: GitHub has no such commit.
      if (!result.ok && result.failure.kind === "error-answer" && result.failure.status === 422) return [];
      if (!result.ok) throw githubError(purpose, result.failure);
      const isMerged = (pull: { merged_at?: string | null | undefined }): boolean => typeof pull.merged_at === "string";
      const merged = result.value.filter(isMerged);
      const open = result.value.filter((pull) => !isMerged(pull) && pull.state === "open");
      return [...merged, ...open].map((pull) => pull.number);
    },

    async permissionOf(login): Promise<RepositoryPermission> {
      // No account has such a name, and in an address it would be another place.
      if (/^\.*$/.test(login)) return "none";
      const purpose: Purpose = { what: `ask what ${JSON.stringify(login)} may do in the repository`, permission: "contents: read", write: false };
      const result = await client.try({ ...purpose, send: (octokit) => octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username: login }), schema: permissionSchema });
      if (result.ok) return result.value.permission;
      // "… is not a user": apps, and accounts that are gone.
      if (hasStatus(result.failure, 404)) return "none";
      throw githubError(purpose, result.failure);
    },

    async repositoryId() {
      const { id } = await client.request({
        what: "read the repository",
        permission: "contents: read",
        write: false,
        send: (octokit) => octokit.rest.repos.get({ owner, repo }),
        schema: z.object({ id: z.number().int() }),
      });
      return id;
    },
  };
}
