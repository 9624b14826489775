import { z } from "zod";
import type { GitHubClient } from "./client.ts";
import { githubError, type Purpose } from "./platform-error.ts";
import { shaSchema } from "./sha-schema.ts";

const refSchema = z.object({ ref: z.string(), object: z.object({ sha: shaSchema }) });
const commitSchema = z.object({ message: z.string(), parents: z.array(z.object({ sha: shaSchema })) });
type Commit = z.infer<typeof commitSchema>;
/** Commits that others can have put on top of ours between a lost answer and the look. */
const SEARCH_DEPTH = 10;

/** The commit that a branch points to, or undefined if there is no such branch. */
export async function readTip(client: GitHubClient, branch: string): Promise<string | undefined> {
  const { owner, repo } = client;
  const purpose: Purpose = { what: `read the branch ${branch}`, permission: "contents: read", write: false };
  const result = await client.try({
    ...purpose,
    send: (octokit) => octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }),
    schema: refSchema,
  });
  if (result.ok) return result.value.object.sha;
  if (result.failure.kind === "error-answer" && result.failure.status === 404) return undefined;
  throw githubError(purpose, result.failure);
}

/** The commit above `head` whose message has the trailer, looked for from the branch's tip down along first parents. */
export function findCommit(client: GitHubClient, search: { tip: string; head: string; trailer: string }): Promise<string | undefined> {
  const { tip, head, trailer } = search;
  return findAbove(client, { tip, bottom: head, isWanted: ({ message, parents }) => message.split("\n").includes(trailer) && parents[0]?.sha === head });
}

/** The merge of `head` above `old`, looked for from the branch's tip down along first parents. */
export function findMerge(client: GitHubClient, { tip, old, head }: { tip: string; old: string; head: string }): Promise<string | undefined> {
  return findAbove(client, { tip, bottom: old, isWanted: ({ parents }) => parents.length === 2 && parents[1]?.sha === head });
}

async function findAbove(client: GitHubClient, search: { tip: string; bottom: string; isWanted: (commit: Commit) => boolean }): Promise<string | undefined> {
  const { owner, repo } = client;
  let current: string | undefined = search.tip;
  for (let depth = 0; depth < SEARCH_DEPTH && current !== undefined && current !== search.bottom; depth += 1) {
    const commit: string = current;
    const found: Commit = await client.request({
      what: "read a commit",
      permission: "contents: read",
      write: false,
      send: (octokit) => octokit.rest.git.getCommit({ owner, repo, commit_sha: commit }),
      schema: commitSchema,
    });
    if (search.isWanted(found)) return commit;
    current = found.parents[0]?.sha;
  }
  return undefined;
}
