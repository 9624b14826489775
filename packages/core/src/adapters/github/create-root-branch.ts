import { z } from "zod";
import type { FileChanges } from "../../ports/github.ts";
import { readTip } from "./branch-tip.ts";
import type { GitHubClient } from "./client.ts";
import { portionsOf, type Portion } from "./commit-portions.ts";
import { isAmbiguous } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";

const shaSchema = z.object({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) });
const refSchema = z.object({ object: shaSchema });

type Created = { kind: "created"; commit: string } | { kind: "exists" };

/**
 * A branch with one parentless commit, by the REST git data routes (`createCommitOnBranch` needs a branch). Neither
 * author nor committer is named, so GitHub signs the commit.
 */
export async function createRootBranch(client: GitHubClient, change: { branch: string; message: string; files: FileChanges }): Promise<Created> {
  const { owner, repo } = client;
  const { branch, message } = change;
  const purpose: Purpose = { what: `create the branch ${branch}`, permission: "contents: write", write: true };
  // Objects that no branch refers to do no harm, so making them may be repeated like a read.
  const harmless = { ...purpose, write: false };
  const tree = await createTree(client, { purpose: harmless, portions: portionsOf(change.files) });
  const { sha: commit } = await client.request({
    ...harmless,
    send: (octokit) => octokit.rest.git.createCommit({ owner, repo, message, tree, parents: [] }),
    schema: shaSchema,
  });
  for (let tries = 1; ; tries += 1) {
    const result = await client.try({
      ...purpose,
      send: (octokit) => octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: commit }),
      schema: refSchema,
    });
    if (result.ok) return { kind: "created", commit };
    const { failure } = result;
    const refused = failure.kind === "error-answer" && failure.status === 422;
    if (!refused && !isAmbiguous(failure)) throw githubError(purpose, failure);
    if (!refused) await client.pause(2000);
    const tip = await readTip(client, branch);
    if (tip !== undefined) return tip === commit ? { kind: "created", commit } : { kind: "exists" };
    if (refused || tries === 2) throw githubError(purpose, failure);
  }
}

async function createTree(client: GitHubClient, { purpose, portions }: { purpose: Purpose; portions: readonly Portion[] }): Promise<string> {
  const { owner, repo } = client;
  let base: string | undefined;
  for (const { additions } of portions) {
    const entries = additions.map(({ path, contents }) => ({ path, mode: "100644" as const, type: "blob" as const, content: Buffer.from(contents, "base64").toString() }));
    if (entries.length === 0) continue;
    const { sha } = await client.request({
      ...purpose,
      send: (octokit) => octokit.rest.git.createTree({ owner, repo, tree: entries, ...(base === undefined ? {} : { base_tree: base }) }),
      schema: shaSchema,
    });
    base = sha;
  }
  if (base === undefined) throw new TypeError("a new branch needs at least one file");
  return base;
}
