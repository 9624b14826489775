import { z } from "zod";
import type { GitHubClient } from "./client.ts";
import { hasStatus } from "./failure.ts";

/** GitHub's grey for labels that nobody gave a colour. */
const COLOR = "ededed";

/** Creates those labels that the repository lacks. Where that is not possible nothing happens: labels are no reason to fail. */
export async function ensureLabels(client: GitHubClient, labels: readonly string[]): Promise<void> {
  const { owner, repo } = client;
  for (const name of labels) {
    const found = await client.try({
      what: "read a label",
      permission: "issues: read",
      write: false,
      send: (octokit) => octokit.rest.issues.getLabel({ owner, repo, name }),
      schema: z.unknown(),
    });
    if (found.ok || !hasStatus(found.failure, 404)) continue;
    // A second request is refused because the name is taken, so this may be repeated like a read.
    await client.try({
      what: "create a label",
      permission: "issues: write",
      write: false,
      send: (octokit) => octokit.rest.issues.createLabel({ owner, repo, name, color: COLOR }),
      schema: z.unknown(),
    });
  }
}
