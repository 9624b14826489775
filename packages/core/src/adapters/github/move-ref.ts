import { z } from "zod";
import { PlatformError } from "../../errors.ts";
import type { Refused } from "../../ports/github.ts";
import { readTip } from "./branch-tip.ts";
import type { GitHubClient } from "./client.ts";
import { isAmbiguous, textOf } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";
import { refusalOf } from "./refusal.ts";

const MUTATION = "mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }";
const mutationSchema = z.object({ updateRefs: z.object({ clientMutationId: z.string().nullish() }) });
/** GraphQL reference, `RefUpdate`: zeros before: must not exist; zeros after: delete. */
const NOTHING = "0".repeat(40);

type Moved = { kind: "moved" } | { kind: "stale" } | Refused;

/**
 * Moves, creates or deletes a branch by GraphQL `updateRefs`, whose `beforeOid` is the lease. `repositoryNode` gives the
 * repository's node id. After an answer that leaves the fate open the branch is looked at; the lease keeps a second
 * request from doing anything twice.
 */
export async function moveRef(
  client: GitHubClient,
  change: { branch: string; expected: string | null; to: string | null; force?: boolean; repositoryNode: () => Promise<string> },
): Promise<Moved> {
  const { branch, expected, to, force = false } = change;
  const what = to === null ? `delete the branch ${branch}` : expected === null ? `create the branch ${branch}` : `move the branch ${branch}`;
  const purpose: Purpose = { what, permission: "contents: write", write: true, branch };
  const refUpdate = { name: `refs/heads/${branch}`, beforeOid: expected ?? NOTHING, afterOid: to ?? NOTHING, force };
  const repositoryId = await change.repositoryNode();
  for (let tries = 1; ; tries += 1) {
    const result = await client.mutate({ ...purpose, query: MUTATION, variables: { input: { repositoryId, refUpdates: [refUpdate] } }, schema: mutationSchema });
    if (result.ok) return { kind: "moved" };
    const { failure } = result;
    const refused = refusalOf(purpose, failure);
    if (refused !== undefined) return refused;
    const ambiguous = isAmbiguous(failure);
    // A request that lost its answer may still be at work.
    if (ambiguous) await client.pause(2000);
    const tip = (await readTip(client, branch)) ?? null;
    if ((ambiguous || tries > 1) && tip === to) return { kind: "moved" };
    if (tip !== expected) return (ambiguous || tries > 1) && (await contains(client, { tip, commit: to })) ? { kind: "moved" } : { kind: "stale" };
    if (/fast.?forward/i.test(textOf(failure))) {
      throw new PlatformError({ platform: "github", reason: "branch-moved" }, `GitHub did not ${what}, since ${to ?? "nothing"} lacks commits of the branch (${textOf(failure)}). Nothing was changed.`);
    }
    if (failure.kind === "graphql-errors" && failure.errors.some((error) => error.type === "STALE_DATA")) return { kind: "stale" };
    if (!ambiguous || tries === 2) throw githubError(purpose, failure);
  }
}

/** Whether a branch that moved on since has the commit that it was to be moved to. */
async function contains(client: GitHubClient, { tip, commit }: { tip: string | null; commit: string | null }): Promise<boolean> {
  if (tip === null || commit === null) return false;
  const { owner, repo } = client;
  const result = await client.try({
    what: "compare two commits",
    permission: "contents: read",
    write: false,
    send: (octokit) => octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: `${commit}...${tip}`, per_page: 1 }),
    schema: z.object({ status: z.string() }),
  });
  return result.ok && result.value.status === "ahead";
}
