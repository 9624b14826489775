import type { InputReader } from "@retell-actions/core/adapters/runner/input-reader";

/** The action's inputs, checked. */
export interface ValidateInputs {
  /** Patterns of agent names; empty means all. */
  readonly agents: readonly string[];
  readonly workingDirectory: string;
  readonly token: string;
  /** Only this workspace of the target branch; undefined means all of them. */
  readonly workspace: string | undefined;
  /** Whose conflicts block: those of agents that the change touches, or all. */
  readonly scope: "changed" | "all";
  readonly onConsoleEdit: "fail" | "keep" | "overwrite";
  readonly requireStaging: boolean;
  readonly comment: boolean;
  readonly concurrency: number;
}

/** Reads all inputs; wrong ones are reported together. */
export function readInputs(reader: InputReader): ValidateInputs {
  const workspace = reader.string("workspace");
  return {
    agents: reader.globs("agents", { default: "*" }),
    workingDirectory: reader.string("working-directory"),
    token: reader.string("github-token"),
    workspace: workspace === "" || workspace === "all" ? undefined : workspace,
    scope: reader.oneOf("scope", ["changed", "all"], { default: "changed" }),
    onConsoleEdit: reader.oneOf("on-console-edit", ["fail", "keep", "overwrite"], { default: "fail" }),
    requireStaging: reader.boolean("require-staging", { default: true }),
    comment: reader.boolean("comment", { default: true }),
    concurrency: reader.positiveInteger("concurrency", { default: 8, maximum: 64 }),
  };
}
