import type { InputReader } from "@retell-actions/core/adapters/runner/input-reader";

/** The action's inputs, checked. */
export interface PublishInputs {
  readonly workspace: string;
  /** Patterns of agent names; empty means all. */
  readonly agents: readonly string[];
  readonly workingDirectory: string;
  readonly token: string;
  readonly concurrency: number;
}

/** Reads all inputs; wrong ones are reported together. */
export function readInputs(reader: InputReader): PublishInputs {
  return {
    workspace: reader.string("workspace", { required: true }),
    agents: reader.globs("agents", { default: "*" }),
    workingDirectory: reader.string("working-directory"),
    token: reader.string("github-token"),
    concurrency: reader.positiveInteger("concurrency", { default: 8, maximum: 64 }),
  };
}
