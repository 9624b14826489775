import { z } from "zod";
import type { FileChanges } from "../../ports/github.ts";
import type { GitHubClient } from "./client.ts";
import { portionsOf } from "./commit-portions.ts";
import { hasStatus } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";
import { presentDeletions } from "./present-deletions.ts";
import { shaSchema } from "./sha-schema.ts";

const treeSchema = z.object({ sha: shaSchema });

/**
 * A tree on top of another, or of nothing, by the REST git data routes; returns its id. What is to be deleted and is not
 * there is no error. `purpose` is for messages. Trees that nothing refers to do no harm, so requests are repeated like reads.
 */
export async function writeTree(client: GitHubClient, change: { purpose: Purpose; base?: string | undefined; files: FileChanges }): Promise<string> {
  const { owner, repo } = client;
  const purpose = { ...change.purpose, write: false };
  let { base } = change;

  async function send(portion: { additions: readonly { path: string; contents: string }[]; deletions: readonly { path: string }[] }) {
    const file = { mode: "100644", type: "blob" } as const;
    const tree = [
      ...portion.additions.map(({ path, contents }) => ({ path, ...file, content: Buffer.from(contents, "base64").toString() })),
      // Without a base there is nothing to delete.
      ...(base === undefined ? [] : portion.deletions.map(({ path }) => ({ path, ...file, sha: null }))),
    ];
    if (tree.length === 0) return undefined;
    return client.try({
      ...purpose,
      send: (octokit) => octokit.rest.git.createTree({ owner, repo, tree, ...(base === undefined ? {} : { base_tree: base }) }),
      schema: treeSchema,
    });
  }

  for (const portion of portionsOf(change.files)) {
    let result = await send(portion);
    if (result !== undefined && !result.ok && base !== undefined && portion.deletions.length > 0 && hasStatus(result.failure, 422)) {
      // Deleting what is not there fails the whole tree; it is what the caller wanted, though.
      const deletions = await presentDeletions(client, { tree: base, deletions: portion.deletions });
      if (deletions.length < portion.deletions.length) result = await send({ additions: portion.additions, deletions });
    }
    if (result === undefined) continue;
    if (!result.ok) throw githubError(purpose, result.failure);
    base = result.value.sha;
  }
  if (base === undefined) throw new TypeError("a commit without a parent needs at least one file");
  return base;
}
