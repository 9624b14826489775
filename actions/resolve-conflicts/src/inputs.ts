import type { InputReader } from "@retell-actions/core/adapters/runner/input-reader";

/** The action's inputs, checked. */
export interface ResolveInputs {
  /** The command of a manual run; empty where a comment has the commands. */
  readonly command: string;
  readonly sharedSections: "fork" | "update" | "refuse";
  readonly flatten: boolean;
  /** What the deploy workflows do about console edits; the check of the new head says what they would do. */
  readonly onConsoleEdit: "fail" | "keep" | "overwrite";
  readonly requireStaging: boolean;
  /** Undefined: no status. */
  readonly statusContext: string | undefined;
  readonly workingDirectory: string;
  readonly token: string;
  readonly concurrency: number;
}

/** Reads all inputs; wrong ones are reported together. */
export function readInputs(reader: InputReader): ResolveInputs {
  const command = reader.string("command");
  if (/[\r\n]/.test(command)) reader.reject("command has more than one line. A manual run takes one command.");
  return {
    command,
    sharedSections: reader.oneOf("shared-sections", ["fork", "update", "refuse"], { default: "fork" }),
    flatten: reader.boolean("flatten", { default: false }),
    onConsoleEdit: reader.oneOf("on-console-edit", ["fail", "keep", "overwrite"], { default: "fail" }),
    requireStaging: reader.boolean("require-staging", { default: true }),
    statusContext: reader.textOrNone("status-context", { default: "Validate & Check Conflicts" }),
    workingDirectory: reader.string("working-directory"),
    token: reader.string("github-token"),
    concurrency: reader.positiveInteger("concurrency", { default: 8, maximum: 64 }),
  };
}
