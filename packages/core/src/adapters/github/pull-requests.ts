import { z } from "zod";
import { PlatformError } from "../../errors.ts";
import type { PullRequest, PullRequestDetails, PullRequests } from "../../ports/pull-requests.ts";
import type { GitHubClient } from "./client.ts";
import { hasStatus, isAmbiguous, textOf, type Failure } from "./failure.ts";
import { ensureLabels } from "./labels.ts";
import { githubError, type Purpose } from "./platform-error.ts";
import { readPages } from "./read-pages.ts";

const sideSchema = z.object({ ref: z.string(), sha: z.string(), repo: z.object({ id: z.number() }).nullish() });
const pullSchema = z.object({
  number: z.number().int(),
  state: z.enum(["open", "closed"]),
  merged_at: z.string().nullish(),
  title: z.string(),
  body: z.string().nullish(),
  html_url: z.string(),
  head: sideSchema,
  base: sideSchema,
  labels: z.array(z.object({ name: z.string().nullish() })),
  user: z.object({ type: z.string() }).nullish(),
});
type Pull = z.infer<typeof pullSchema>;

/** Pull requests between branches of one repository. */
export function createPullRequests(client: GitHubClient): PullRequests {
  const { owner, repo } = client;

  /** The newest first. `head` finds a fork's branch too if its owner is the same. */
  async function list(query: { head: string; base?: string; state: "open" | "all" }): Promise<PullRequest[]> {
    const pulls = await readPages(client, {
      what: `find the pull requests of the branch ${query.head}`,
      permission: "pull-requests: read",
      send: (octokit, page) => octokit.rest.pulls.list({ owner, repo, ...query, head: `${owner}:${query.head}`, sort: "created", direction: "desc", ...page }),
      schema: z.array(pullSchema),
    });
    // GitHub ignores filters that it does not understand.
    return pulls
      .filter((pull) => pull.head.ref === query.head && pull.head.repo?.id === pull.base.repo?.id && pull.base.ref === (query.base ?? pull.base.ref))
      .map(pullRequestOf)
      .sort((a, b) => b.number - a.number);
  }

  return {
    ofBranch: (head) => list({ head, state: "all" }),

    async get(number) {
      const purpose: Purpose = { what: `read pull request #${number}`, permission: "pull-requests: read", write: false };
      const result = await client.try({ ...purpose, send: (octokit) => octokit.rest.pulls.get({ owner, repo, pull_number: number }), schema: pullSchema });
      if (result.ok) return detailsOf(result.value);
      if (hasStatus(result.failure, 404)) return undefined;
      throw githubError(purpose, result.failure);
    },

    async open({ head, base, title, body }) {
      const purpose: Purpose = { what: `open a pull request from ${head} to ${base}`, permission: "pull-requests: write", write: true };
      const look = async (): Promise<PullRequest | undefined> => (await list({ head, base, state: "open" }))[0];
      const existing = await look();
      if (existing !== undefined) return { kind: "existing", pullRequest: existing };
      for (let tries = 1; ; tries += 1) {
        const result = await client.try({
          ...purpose,
          send: (octokit) => octokit.rest.pulls.create({ owner, repo, head, base, title, body }),
          schema: pullSchema,
        });
        if (result.ok) return { kind: "opened", pullRequest: pullRequestOf(result.value) };
        const { failure } = result;
        const text = textOf(failure);
        if (/not permitted to create or approve pull requests/i.test(text)) return { kind: "not-allowed", message: settingFor(purpose, text) };
        if (hasStatus(failure, 422) && /no commits between/i.test(text)) return { kind: "nothing" };
        const taken = hasStatus(failure, 422) && /pull request already exists/i.test(text);
        if (!taken && !isAmbiguous(failure)) throw openError({ purpose, failure, head, base });
        // A request that lost its answer may still be at work.
        if (!taken || tries > 1) await client.pause(2000);
        const found = await look();
        if (found !== undefined) return { kind: taken && tries === 1 ? "existing" : "opened", pullRequest: found };
        if (tries === 3) throw githubError(purpose, failure);
      }
    },

    async update(number, change) {
      // Setting texts and states is idempotent, so it may be repeated like a read.
      const purpose: Purpose = { what: `change pull request #${number}`, permission: "pull-requests: write", write: false };
      const result = await client.try({ ...purpose, send: (octokit) => octokit.rest.pulls.update({ owner, repo, pull_number: number, ...change }), schema: z.object({ number: z.number() }) });
      if (!result.ok) throw githubError({ ...purpose, write: true }, result.failure);
    },

    async addLabels(number, labels) {
      if (labels.length === 0) return true;
      await ensureLabels(client, labels);
      const result = await client.try({
        what: `label pull request #${number}`,
        permission: "pull-requests: write",
        // Adding a label twice is adding it once.
        write: false,
        send: (octokit) => octokit.rest.issues.addLabels({ owner, repo, issue_number: number, labels: [...labels] }),
        schema: z.unknown(),
      });
      return result.ok;
    },
  };
}

function pullRequestOf(pull: Pull): PullRequest {
  return {
    number: pull.number,
    state: pull.state,
    merged: typeof pull.merged_at === "string",
    head: pull.head.ref,
    headSha: pull.head.sha,
    base: pull.base.ref,
    title: pull.title,
    body: pull.body ?? "",
    labels: pull.labels.flatMap(({ name }) => (typeof name === "string" ? [name] : [])),
    authorIsBot: pull.user?.type === "Bot",
    url: pull.html_url,
  };
}

/** A head whose repository is gone has none, and counts as a fork's. */
function detailsOf(pull: Pull): PullRequestDetails {
  const own = pull.head.repo?.id !== undefined && pull.head.repo.id === pull.base.repo?.id;
  return { ...pullRequestOf(pull), fork: !own, baseSha: pull.base.sha };
}

function settingFor({ what }: Purpose, text: string): string {
  return `GitHub did not ${what} (${text}). Switch on "Allow GitHub Actions to create and approve pull requests" in Settings → Actions → General, or pass the token of a GitHub App with pull-requests: write as github-token.`;
}

/** GitHub names a branch that does not exist by `head invalid` or `base invalid`. */
function openError({ purpose, failure, head, base }: { purpose: Purpose; failure: Failure; head: string; base: string }): PlatformError {
  const side = hasStatus(failure, 422) ? /\b(head|base) invalid\b/.exec(textOf(failure))?.[1] : undefined;
  if (side === undefined) return githubError(purpose, failure);
  return new PlatformError({ platform: "github", reason: "branch-missing", status: 422 }, `GitHub could not ${purpose.what}: the repository has no branch ${side === "head" ? head : base}.`);
}
