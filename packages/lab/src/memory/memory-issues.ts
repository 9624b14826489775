import type { Issues } from "@retell-actions/core/ports/issues";

export function createMemoryIssues(): Issues {
  return {
    listByBots: () => Promise.reject(new Error("not built yet")),
    create: () => Promise.reject(new Error("not built yet")),
    update: () => Promise.reject(new Error("not built yet")),
  };
}
