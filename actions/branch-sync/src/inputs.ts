import type { InputReader } from "@retell-actions/core/adapters/runner/input-reader";
import type { BranchRole } from "@retell-actions/core/report/sync-report";
import { suggest } from "@retell-actions/core/schema/suggest";

/** The action's inputs, checked. */
export interface SyncInputs {
  readonly source: BranchRole;
  /** In the order in which they are synced, each once; never the source. */
  readonly targets: readonly BranchRole[];
  readonly strategy: "safe" | "force";
  /** Empty: no deploy is started. */
  readonly deployWorkflow: string;
  /** Empty: no status is set. */
  readonly statusContext: string;
  readonly workingDirectory: string;
  readonly token: string;
}

const ROLES: readonly BranchRole[] = ["develop", "staging", "production"];

/** Reads all inputs; wrong ones are reported together. */
export function readInputs(reader: InputReader): SyncInputs {
  const source = reader.oneOf("source", ROLES, { default: "production" });
  return {
    source,
    targets: readTargets(reader, source),
    strategy: reader.oneOf("strategy", ["safe", "force"], { default: "safe" }),
    deployWorkflow: readWorkflow(reader),
    statusContext: reader.textOrNone("status-context", { default: "Validate & Check Conflicts" }) ?? "",
    workingDirectory: reader.string("working-directory"),
    token: reader.string("github-token"),
  };
}

function readTargets(reader: InputReader, source: BranchRole): BranchRole[] {
  const targets = new Set<BranchRole>();
  for (const word of reader.string("targets", { default: "staging,develop" }).split(/[\s,]+/).filter((text) => text !== "")) {
    const role = ROLES.find((known) => known === word);
    if (role === undefined) {
      const near = suggest(word, ROLES);
      reader.reject(
        `targets has ${JSON.stringify(word)}; each must be one of ${ROLES.join(", ")}, which workspaces.json maps to branches.${near === undefined ? "" : ` Did you mean ${near}?`}`,
      );
    } else if (role === "production") reader.reject("targets has production, which takes changes by reviewed pull requests only. Leave it out.");
    else if (role === source) reader.reject(`targets has ${role}, which is the source. Leave it out, or name another source.`);
    else targets.add(role);
  }
  return [...targets];
}

function readWorkflow(reader: InputReader): string {
  const file = reader.textOrNone("deploy-workflow", { default: "retell-deploy-staging.yml" }) ?? "";
  if (file !== "" && !/^[\w.-]+\.ya?ml$/.test(file)) {
    reader.reject(`deploy-workflow is ${JSON.stringify(file)}; it must be the name of a file in .github/workflows, such as retell-deploy-staging.yml.`);
  }
  return file;
}
