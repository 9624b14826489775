import type { Workflows } from "@retell-actions/core/ports/workflows";

export function createMemoryWorkflows(): Workflows {
  return {
    dispatch: () => Promise.reject(new Error("not built yet")),
    setStatus: () => Promise.reject(new Error("not built yet")),
  };
}
