import { z } from "zod";
import { PlatformError } from "../../errors.ts";
import type { GitWriter } from "../../ports/github.ts";
import type { GitHubClient } from "./client.ts";
import { commitPortion } from "./commit-portion.ts";
import { portionsOf } from "./commit-portions.ts";
import { createBranch } from "./create-branch.ts";
import { createCommit } from "./create-commit.ts";
import { mergeBranch } from "./merge-branch.ts";
import { moveRef } from "./move-ref.ts";

/** Writes to the repository through GitHub's APIs; what stands in the way is asked, not guessed. */
export function createGitWriter(client: GitHubClient): GitWriter {
  const { owner, repo } = client;
  let node: string | undefined;

  /** The repository's id for GraphQL, read once. */
  async function repositoryNode(): Promise<string> {
    node ??= (
      await client.request({
        what: "read the repository",
        permission: "contents: read",
        write: false,
        send: (octokit) => octokit.rest.repos.get({ owner, repo }),
        schema: z.object({ node_id: z.string().min(1) }),
      })
    ).node_id;
    return node;
  }

  return {
    async commitFiles({ branch, expectedHead, message, files }) {
      let head = expectedHead;
      for (const [index, portion] of portionsOf(files).entries()) {
        const result = await commitPortion(client, { branch, head, message, portion });
        if (result.kind === "stale") {
          if (index === 0) return result;
          throw new PlatformError(
            { platform: "github", reason: "github-unavailable", ambiguous: true },
            `Somebody else committed to ${branch} while a large change was written to it in parts; only ${index} part(s) are there. Run again: the rest will be written.`,
          );
        }
        head = result.commit;
      }
      return { kind: "committed", commit: head };
    },

    createBranch: (change) => createBranch(client, change),
    merge: (change) => mergeBranch(client, change),
    moveRef: (change) => moveRef(client, { ...change, repositoryNode }),
    createCommit: (change) => createCommit(client, { ...change, purpose: { what: "create a commit", permission: "contents: write", write: true } }),
  };
}
