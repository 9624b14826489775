import { z } from "zod";
import { PlatformError } from "../../errors.ts";
import type { Issue, Issues } from "../../ports/issues.ts";
import type { GitHubClient } from "./client.ts";
import { hasStatus, isAmbiguous, type Failure } from "./failure.ts";
import { ensureLabels } from "./labels.ts";
import { githubError, type Purpose } from "./platform-error.ts";
import { readPages } from "./read-pages.ts";

const issueSchema = z.object({
  number: z.number().int(),
  state: z.enum(["open", "closed"]),
  title: z.string(),
  body: z.string().nullish(),
  html_url: z.string(),
  user: z.object({ type: z.string() }).nullish(),
  /** Only pull requests have it: GitHub lists them as issues. */
  pull_request: z.unknown().optional(),
});

/** Issues of the repository, pull requests left out. */
export function createIssues(client: GitHubClient): Issues {
  const { owner, repo } = client;

  async function listByBots(): Promise<Issue[]> {
    const issues = await readPages(client, {
      what: "list the issues",
      permission: "issues: read",
      send: (octokit, page) => octokit.rest.issues.listForRepo({ owner, repo, state: "all", sort: "created", direction: "asc", ...page }),
      schema: z.array(issueSchema),
    });
    const plain = issues.filter((issue) => issue.pull_request === undefined && issue.user?.type === "Bot").map(issueOf);
    // Issues that are made while pages are read can show up twice.
    return [...new Map(plain.map((issue) => [issue.number, issue])).values()].sort((a, b) => a.number - b.number);
  }

  return {
    listByBots,

    async get(number) {
      const purpose: Purpose = { what: `read issue #${number}`, permission: "issues: read", write: false };
      const result = await client.try({ ...purpose, send: (octokit) => octokit.rest.issues.get({ owner, repo, issue_number: number }), schema: issueSchema });
      if (result.ok) return result.value.number === number ? issueOf(result.value) : undefined;
      // 410: deleted (docs "Get an issue").
      if (hasStatus(result.failure, 404) || hasStatus(result.failure, 410)) return undefined;
      throw githubError(purpose, result.failure);
    },

    async create({ title, body, labels }) {
      const purpose: Purpose = { what: "open an issue", permission: "issues: write", write: true };
      await ensureLabels(client, labels);
      const look = async (): Promise<Issue | undefined> => (await listByBots()).findLast((issue) => issue.state === "open" && issue.title === title && issue.body === body);
      for (let tries = 1; ; tries += 1) {
        const result = await client.try({ ...purpose, send: (octokit) => octokit.rest.issues.create({ owner, repo, title, body, labels: [...labels] }), schema: issueSchema });
        if (result.ok) return issueOf(result.value);
        if (!isAmbiguous(result.failure)) throw issueError(purpose, result.failure);
        // A request that lost its answer may still be at work.
        await client.pause(2000);
        const found = await look();
        if (found !== undefined) return found;
        if (tries === 2) throw githubError(purpose, result.failure);
      }
    },

    async update(number, change) {
      // Setting texts and states is idempotent, so it may be repeated like a read.
      const purpose: Purpose = { what: `change issue #${number}`, permission: "issues: write", write: false };
      const result = await client.try({ ...purpose, send: (octokit) => octokit.rest.issues.update({ owner, repo, issue_number: number, ...change }), schema: z.object({ number: z.number() }) });
      if (!result.ok) throw issueError({ ...purpose, write: true }, result.failure);
    },
  };
}

function issueOf({ number, state, title, body, html_url, user }: z.infer<typeof issueSchema>): Issue {
  return { number, state, title, body: body ?? "", authorIsBot: user?.type === "Bot", url: html_url };
}

/** 410: issues are switched off (docs "Create an issue"). */
function issueError(purpose: Purpose, failure: Failure): PlatformError {
  if (!hasStatus(failure, 410)) return githubError(purpose, failure);
  return new PlatformError({ platform: "github", reason: "github-forbidden", status: 410 }, `GitHub could not ${purpose.what}, since the repository has no issues. Switch them on in Settings → General → Features.`);
}
