import { z } from "zod";
import type { GitHubClient } from "./client.ts";

/** Those of the paths that a tree or commit has; all of them when it cannot be told. */
export async function presentDeletions(client: GitHubClient, { tree, deletions }: { tree: string; deletions: readonly { path: string }[] }): Promise<{ path: string }[]> {
  if (deletions.length === 0) return [];
  const { owner, repo } = client;
  const result = await client.try({
    what: "read a commit's files",
    permission: "contents: read",
    write: false,
    send: (octokit) => octokit.rest.git.getTree({ owner, repo, tree_sha: tree, recursive: "1" }),
    schema: z.object({ truncated: z.boolean().optional(), tree: z.array(z.object({ path: z.string().optional() })) }),
  });
  if (!result.ok || result.value.truncated === true) return [...deletions];
  const paths = new Set(result.value.tree.map((entry) => entry.path));
  return deletions.filter((deletion) => paths.has(deletion.path));
}
