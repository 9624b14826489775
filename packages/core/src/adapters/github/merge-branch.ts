import { z } from "zod";
import { PlatformError } from "../../errors.ts";
import type { Refused } from "../../ports/github.ts";
import { findMerge, readTip } from "./branch-tip.ts";
import type { GitHubClient } from "./client.ts";
import { hasStatus, isAmbiguous, textOf, type Failure } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";
import { refusalOf } from "./refusal.ts";
import { shaSchema } from "./sha-schema.ts";

const answerSchema = z.union([z.object({ status: z.literal(204) }), z.object({ status: z.literal(201), data: z.object({ sha: shaSchema }) })]);

type Merged = { kind: "merged"; commit: string } | { kind: "nothing" } | { kind: "conflict" } | Refused;

/**
 * Merges a commit or branch into a branch (docs "Merge a branch": 201, 204, 404, 409). The head is pinned to the commit
 * that it is at first, so that a merge whose answer was lost is known by its parents; a second request for a merge that
 * is there already does nothing.
 */
export async function mergeBranch(client: GitHubClient, change: { branch: string; head: string; message: string }): Promise<Merged> {
  const { owner, repo } = client;
  const { branch, message } = change;
  const purpose: Purpose = { what: `merge ${change.head} into the branch ${branch}`, permission: "contents: write", write: true, branch };
  const old = await readTip(client, branch);
  if (old === undefined) throw missing(branch);
  const head = /^[0-9a-f]{40,64}$/.test(change.head) ? change.head : await readTip(client, change.head);
  if (head === undefined) throw missing(change.head);

  /** The merge commit, when an answer before did not tell. */
  async function look(): Promise<string | undefined> {
    const tip = await readTip(client, branch);
    return tip === undefined || tip === old ? undefined : findMerge(client, { tip, old: old ?? "", head: head ?? "" });
  }

  for (let tries = 1; ; tries += 1) {
    const result = await client.try({
      ...purpose,
      send: async (octokit) => {
        const { status, data } = await octokit.rest.repos.merge({ owner, repo, base: branch, head, commit_message: message });
        return { data: { status, data } };
      },
      schema: answerSchema,
    });
    if (result.ok && result.value.status === 201) return { kind: "merged", commit: result.value.data.sha };
    const ambiguous = !result.ok && isAmbiguous(result.failure);
    // A request that lost its answer may still be at work.
    if (ambiguous) await client.pause(2000);
    const ours = ambiguous || tries > 1 ? await look() : undefined;
    if (ours !== undefined) return { kind: "merged", commit: ours };
    if (result.ok) return { kind: "nothing" };
    if (ambiguous && tries === 1) continue;
    return outcomeOf(purpose, result.failure);
  }
}

/** What a refusal means; 409 is the conflict and also how rules refuse a merge. */
function outcomeOf(purpose: Purpose, failure: Failure): Merged {
  const refused = refusalOf(purpose, failure);
  if (refused !== undefined) return refused;
  if (hasStatus(failure, 409) && /merge conflict/i.test(textOf(failure))) return { kind: "conflict" };
  if (hasStatus(failure, 404)) {
    throw new PlatformError({ platform: "github", reason: "branch-missing", status: 404 }, `GitHub could not ${purpose.what}, since it found no such branch or commit (${textOf(failure)}).`);
  }
  throw githubError(purpose, failure);
}

function missing(name: string): PlatformError {
  return new PlatformError({ platform: "github", reason: "branch-missing", status: 404 }, `The repository has no branch ${name}. Create it, or name another one in the workflow.`);
}
