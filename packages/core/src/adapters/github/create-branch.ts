import { z } from "zod";
import type { FileChanges } from "../../ports/github.ts";
import { readTip } from "./branch-tip.ts";
import type { GitHubClient } from "./client.ts";
import { createCommit } from "./create-commit.ts";
import { hasStatus, isAmbiguous } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";
import { shaSchema } from "./sha-schema.ts";

const refSchema = z.object({ object: z.object({ sha: shaSchema }) });

type Created = { kind: "created"; commit: string } | { kind: "exists" };

/**
 * A branch whose tip is one new commit, with a parent or without, by the REST git data routes (`createCommitOnBranch`
 * needs a branch).
 */
export async function createBranch(client: GitHubClient, change: { branch: string; parent?: string | undefined; message: string; files: FileChanges }): Promise<Created> {
  const { owner, repo } = client;
  const { branch, parent, message, files } = change;
  const purpose: Purpose = { what: `create the branch ${branch}`, permission: "contents: write", write: true, branch };
  const commit = await createCommit(client, { parent, message, files, purpose });
  for (let tries = 1; ; tries += 1) {
    const result = await client.try({
      ...purpose,
      send: (octokit) => octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: commit }),
      schema: refSchema,
    });
    if (result.ok) return { kind: "created", commit };
    const { failure } = result;
    const refused = hasStatus(failure, 422);
    if (!refused && !isAmbiguous(failure)) throw githubError(purpose, failure);
    if (!refused) await client.pause(2000);
    const tip = await readTip(client, branch);
    if (tip !== undefined) return tip === commit ? { kind: "created", commit } : { kind: "exists" };
    if (refused || tries === 2) throw githubError(purpose, failure);
  }
}
