import type { Releases } from "../../ports/releases.ts";
import type { GitHubClient } from "./client.ts";

export function createReleases(_client: GitHubClient): Releases {
  return {
    find: () => Promise.reject(new Error("not built yet")),
    createDraft: () => Promise.reject(new Error("not built yet")),
    update: () => Promise.reject(new Error("not built yet")),
    upload: () => Promise.reject(new Error("not built yet")),
    deleteAsset: () => Promise.reject(new Error("not built yet")),
  };
}
