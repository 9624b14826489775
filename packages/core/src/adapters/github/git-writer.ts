import { PlatformError } from "../../errors.ts";
import type { GitWriter } from "../../ports/github.ts";
import type { GitHubClient } from "./client.ts";
import { commitPortion } from "./commit-portion.ts";
import { portionsOf } from "./commit-portions.ts";
import { createRootBranch } from "./create-root-branch.ts";

export function createGitWriter(client: GitHubClient): GitWriter {
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

    createBranch: (change) => createRootBranch(client, change),
    merge: () => Promise.reject(new Error("not built yet")),
    moveRef: () => Promise.reject(new Error("not built yet")),
    createCommit: () => Promise.reject(new Error("not built yet")),
  };
}
