import type { PullRequests } from "../../ports/pull-requests.ts";
import type { GitHubClient } from "./client.ts";

export function createPullRequests(_client: GitHubClient): PullRequests {
  return {
    ofBranch: () => Promise.reject(new Error("not built yet")),
    open: () => Promise.reject(new Error("not built yet")),
    update: () => Promise.reject(new Error("not built yet")),
    addLabels: () => Promise.reject(new Error("not built yet")),
  };
}
