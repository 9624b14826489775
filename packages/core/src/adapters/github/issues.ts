import type { Issues } from "../../ports/issues.ts";
import type { GitHubClient } from "./client.ts";

export function createIssues(_client: GitHubClient): Issues {
  return {
    listByBots: () => Promise.reject(new Error("not built yet")),
    create: () => Promise.reject(new Error("not built yet")),
    update: () => Promise.reject(new Error("not built yet")),
  };
}
