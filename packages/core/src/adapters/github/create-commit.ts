import { z } from "zod";
import type { FileChanges } from "../../ports/github.ts";
import type { GitHubClient } from "./client.ts";
import type { Purpose } from "./platform-error.ts";
import { shaSchema } from "./sha-schema.ts";
import { writeTree } from "./write-tree.ts";

const commitSchema = z.object({ sha: shaSchema });
const parentSchema = z.object({ tree: z.object({ sha: shaSchema }) });

/**
 * A commit on a parent or without one, that no branch refers to; returns its id. Neither author nor committer is named,
 * so GitHub signs it (docs "About commit signature verification"). Made twice it does no harm, so everything is
 * repeated like a read.
 */
export async function createCommit(client: GitHubClient, change: { parent?: string | undefined; message: string; files: FileChanges; purpose: Purpose }): Promise<string> {
  const { owner, repo } = client;
  const { parent, message, files } = change;
  const purpose: Purpose = { ...change.purpose, write: false };
  const base =
    parent === undefined
      ? undefined
      : await client.request({
          ...purpose,
          what: "read a commit",
          permission: "contents: read",
          send: (octokit) => octokit.rest.git.getCommit({ owner, repo, commit_sha: parent }),
          schema: parentSchema,
        });
  const tree = await writeTree(client, { purpose, base: base?.tree.sha, files });
  const { sha } = await client.request({
    ...purpose,
    send: (octokit) => octokit.rest.git.createCommit({ owner, repo, message, tree, parents: parent === undefined ? [] : [parent] }),
    schema: commitSchema,
  });
  return sha;
}
