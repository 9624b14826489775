import type { InputReader } from "@retell-actions/core/adapters/runner/input-reader";
import type { ReadMode } from "@retell-actions/core/drift/full-reads";
import { isBranchName } from "@retell-actions/core/project/branch-name";

/** The action's inputs, checked. */
export interface DriftInputs {
  /** A name, or `all`. */
  readonly workspace: string;
  readonly mode: "pull-request" | "issue" | "report";
  /** Whether agents of which nothing says that they changed are read all the same. */
  readonly read: ReadMode;
  /** Patterns of agent names. */
  readonly agents: readonly string[];
  readonly labels: readonly string[];
  /** What becomes of a prompt section that other agents use too. */
  readonly sharedSections: "fork" | "update" | "refuse";
  /** Undefined: the workspace's own branch. */
  readonly base: string | undefined;
  readonly failOnDrift: boolean;
  /** Undefined: no status. */
  readonly statusContext: string | undefined;
  readonly workingDirectory: string;
  readonly token: string;
  readonly concurrency: number;
}

/** GitHub's limit for the name of a label (REST reference, "Create a label"; field reports for the number). */
const LONGEST_LABEL = 50;

/** Reads all inputs; wrong ones are reported together. */
export function readInputs(reader: InputReader): DriftInputs {
  const labels = (reader.textOrNone("labels", { default: "drift-detection,auto-generated,needs-attention" }) ?? "")
    .split(/[,\n]/)
    .map((label) => label.trim())
    .filter((label) => label !== "");
  for (const label of labels) if ([...label].length > LONGEST_LABEL) reader.reject(`labels has ${JSON.stringify(label)}, which is longer than the ${LONGEST_LABEL} characters that GitHub takes.`);
  const base = reader.string("base");
  if (base !== "" && !isBranchName(base)) reader.reject(`base is ${JSON.stringify(base)}, which cannot name a branch. Write the branch's short name, such as staging.`);
  return {
    workspace: reader.string("workspace", { default: "all" }),
    mode: reader.oneOf("mode", ["pull-request", "issue", "report"], { default: "pull-request" }),
    read: reader.oneOf("read", ["auto", "full", "incremental"], { default: "auto" }),
    agents: reader.globs("agents", { default: "*" }),
    labels: [...new Set(labels)],
    sharedSections: reader.oneOf("shared-sections", ["fork", "update", "refuse"], { default: "fork" }),
    base: base === "" ? undefined : base,
    failOnDrift: reader.boolean("fail-on-drift", { default: false }),
    statusContext: reader.textOrNone("status-context", { default: "Validate & Check Conflicts" }),
    workingDirectory: reader.string("working-directory"),
    token: reader.string("github-token"),
    concurrency: reader.positiveInteger("concurrency", { default: 8, maximum: 64 }),
  };
}
