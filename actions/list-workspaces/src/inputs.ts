import type { InputReader } from "@retell-actions/core/adapters/runner/input-reader";

/** The action's inputs, checked. */
export interface ListInputs {
  readonly kind: "staging" | "production" | "all";
  /** Patterns of workspace names. */
  readonly workspaces: readonly string[];
  readonly workingDirectory: string;
}

/** Reads all inputs; wrong ones are reported together. */
export function readInputs(reader: InputReader): ListInputs {
  return {
    kind: reader.oneOf("kind", ["staging", "production", "all"], { default: "all" }),
    workspaces: reader.globs("workspaces", { default: "*" }),
    workingDirectory: reader.string("working-directory"),
  };
}
