import type { InputReader } from "@retell-actions/core/adapters/runner/input-reader";
import type { PlanOptions } from "@retell-actions/core/plan/options";

/** The action's inputs, checked. */
export interface DeployInputs {
  /** Patterns of agent names; empty means all. */
  readonly agents: readonly string[];
  readonly workingDirectory: string;
  readonly token: string;
  readonly workspace: string;
  readonly dryRun: boolean;
  /** The approved plan; any other is refused. */
  readonly planFingerprint: string | undefined;
  readonly confirm: string;
  readonly options: PlanOptions;
  readonly concurrency: number;
}

/** Reads all inputs; wrong ones are reported together. */
export function readInputs(reader: InputReader): DeployInputs {
  const planFingerprint = reader.string("plan-fingerprint");
  return {
    agents: reader.globs("agents", { default: "*" }),
    workingDirectory: reader.string("working-directory"),
    token: reader.string("github-token"),
    workspace: reader.string("workspace", { required: true }),
    dryRun: reader.boolean("dry-run", { default: false }),
    planFingerprint: planFingerprint === "" ? undefined : planFingerprint,
    confirm: reader.string("confirm"),
    concurrency: reader.positiveInteger("concurrency", { default: 8, maximum: 64 }),
    options: {
      onConsoleEdit: reader.oneOf("on-console-edit", ["fail", "keep", "overwrite"], { default: "fail" }),
      requireStaging: reader.boolean("require-staging", { default: true }),
      prune: reader.oneOf("prune", ["report", "delete"], { default: "report" }),
      maxDeletes: reader.positiveInteger("max-deletes", { default: 1, minimum: 0 }),
      allowReplace: reader.boolean("allow-replace", { default: false }),
      recreate: reader.boolean("recreate", { default: false }),
      adopt: reader.boolean("adopt", { default: false }),
    },
  };
}
