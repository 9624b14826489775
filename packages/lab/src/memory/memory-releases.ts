import type { Releases } from "@retell-actions/core/ports/releases";

export function createMemoryReleases(): Releases {
  return {
    find: () => Promise.reject(new Error("not built yet")),
    createDraft: () => Promise.reject(new Error("not built yet")),
    update: () => Promise.reject(new Error("not built yet")),
    upload: () => Promise.reject(new Error("not built yet")),
    deleteAsset: () => Promise.reject(new Error("not built yet")),
  };
}
