import { z } from "zod";
import { findCommit, readTip } from "./branch-tip.ts";
import type { GitHubClient } from "./client.ts";
import { messageWith, trailerOf, type Portion } from "./commit-portions.ts";
import { isAmbiguous, type Failure } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";
import { presentDeletions } from "./present-deletions.ts";
import { shaSchema } from "./sha-schema.ts";

const MUTATION = "mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }";
const mutationSchema = z.object({ createCommitOnBranch: z.object({ commit: z.object({ oid: shaSchema }) }) });

type Committed = { kind: "committed"; commit: string } | { kind: "stale" };

/**
 * One commit on top of `head`. After an answer that leaves the fate open, the branch is looked at: a commit with our
 * trailer is ours, an unmoved branch is tried once more, anything else is `stale`.
 */
export async function commitPortion(client: GitHubClient, change: { branch: string; head: string; message: string; portion: Portion }): Promise<Committed> {
  const { branch, head, message } = change;
  const trailer = trailerOf({ branch, head, portion: change.portion });
  const purpose: Purpose = { what: `commit to the branch ${branch}`, permission: "contents: write", write: true, branch };

  async function send(portion: Portion) {
    return client.mutate({
      ...purpose,
      query: MUTATION,
      variables: {
        input: {
          branch: { repositoryNameWithOwner: `${client.owner}/${client.repo}`, branchName: branch },
          message: messageWith(message, trailer),
          expectedHeadOid: head,
          fileChanges: { additions: portion.additions, deletions: portion.deletions },
        },
      },
      schema: mutationSchema,
    });
  }

  /** What became of a try whose answer does not tell; undefined if the branch has not moved. */
  async function look(): Promise<Committed | undefined> {
    const tip = await readTip(client, branch);
    if (tip === head) return undefined;
    const ours = tip === undefined ? undefined : await findCommit(client, { tip, head, trailer });
    return ours === undefined ? { kind: "stale" } : { kind: "committed", commit: ours };
  }

  let { portion } = change;
  let uncertain = false;
  for (;;) {
    const result = await send(portion);
    if (result.ok) return { kind: "committed", commit: result.value.createCommitOnBranch.commit.oid };
    const { failure } = result;
    if (isAmbiguous(failure) || hasType(failure, "STALE_DATA") || hasType(failure, "NOT_FOUND")) {
      if (hasType(failure, "STALE_DATA") && !uncertain) return { kind: "stale" };
      // A request that lost its answer may still be at work.
      if (isAmbiguous(failure)) await client.pause(2000);
      const seen = await look();
      if (seen !== undefined) return seen;
      if (uncertain || !isAmbiguous(failure)) throw githubError(purpose, failure);
      uncertain = true;
      continue;
    }
    const present = await presentDeletions(client, { tree: head, deletions: portion.deletions });
    if (present.length === portion.deletions.length) throw githubError(purpose, failure);
    // Deleting what is not there fails the whole mutation; it is what the caller wanted, though.
    portion = { additions: portion.additions, deletions: present };
    if (present.length + portion.additions.length === 0) return { kind: "committed", commit: head };
  }
}

function hasType(failure: Failure, type: string): boolean {
  return failure.kind === "graphql-errors" && failure.errors.some((error) => error.type === type);
}
