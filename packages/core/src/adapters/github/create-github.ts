import type { GitWriter, PullRequestComments, RepositoryReader } from "../../ports/github.ts";
import { sleep as realSleep } from "../sleep.ts";
import type { Issues } from "../../ports/issues.ts";
import type { PullRequests } from "../../ports/pull-requests.ts";
import type { Releases } from "../../ports/releases.ts";
import type { Workflows } from "../../ports/workflows.ts";
import { createClient, type GitHubClientOptions } from "./client.ts";
import { createComments } from "./comments.ts";
import { createGitWriter } from "./git-writer.ts";
import { createIssues } from "./issues.ts";
import { createPullRequests } from "./pull-requests.ts";
import { createReleases } from "./releases.ts";
import { createRepositoryReader } from "./repository-reader.ts";
import { createWorkflows } from "./workflows.ts";

export type GitHubOptions = Omit<GitHubClientOptions, "clock" | "sleep" | "chance"> & Partial<Pick<GitHubClientOptions, "clock" | "sleep" | "chance">>;

export interface GitHubPorts {
  readonly gitWriter: GitWriter;
  readonly repository: RepositoryReader;
  readonly comments: PullRequestComments;
  readonly pullRequests: PullRequests;
  readonly issues: Issues;
  readonly workflows: Workflows;
  readonly releases: Releases;
}

/** One repository on GitHub. Requests are sent one by one as the callers make them; there is no queue. */
export function createGitHub(options: GitHubOptions): GitHubPorts {
  const client = createClient({ clock: { now: () => Date.now() }, sleep: realSleep, chance: Math.random, ...options });
  return {
    gitWriter: createGitWriter(client),
    repository: createRepositoryReader(client),
    comments: createComments(client),
    pullRequests: createPullRequests(client),
    issues: createIssues(client),
    workflows: createWorkflows(client),
    releases: createReleases(client),
  };
}
