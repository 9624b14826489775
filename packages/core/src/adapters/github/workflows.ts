import type { Workflows } from "../../ports/workflows.ts";
import type { GitHubClient } from "./client.ts";

export function createWorkflows(_client: GitHubClient): Workflows {
  return {
    dispatch: () => Promise.reject(new Error("not built yet")),
    setStatus: () => Promise.reject(new Error("not built yet")),
  };
}
