import type { PullRequests } from "@retell-actions/core/ports/pull-requests";

export function createMemoryPullRequests(): PullRequests {
  return {
    ofBranch: () => Promise.reject(new Error("not built yet")),
    open: () => Promise.reject(new Error("not built yet")),
    update: () => Promise.reject(new Error("not built yet")),
    addLabels: () => Promise.reject(new Error("not built yet")),
  };
}
