import type { InputReader } from "@retell-actions/core/adapters/runner/input-reader";
import { isBranchName } from "@retell-actions/core/project/branch-name";

/** The action's inputs, checked. */
export interface ScaffoldInputs {
  /** One name per line, or separated by commas; empty where an issue has them. */
  readonly names: string;
  /** Empty where an issue has it. */
  readonly template: string;
  /** Undefined: the develop branch of workspaces.json. */
  readonly base: string | undefined;
  /** Undefined: no status. */
  readonly statusContext: string | undefined;
  readonly workingDirectory: string;
  readonly token: string;
}

/** Reads all inputs; wrong ones are reported together. */
export function readInputs(reader: InputReader): ScaffoldInputs {
  const names = reader.string("names");
  const template = reader.string("template");
  if (names !== "" && template === "") reader.reject("template is missing beside names. Add it under with:, for example template: customer-service.");
  const base = reader.string("base");
  if (base !== "" && !isBranchName(base)) reader.reject(`base is ${JSON.stringify(base)}, which cannot name a branch. Write the branch's short name, such as develop.`);
  return {
    names,
    template,
    base: base === "" ? undefined : base,
    statusContext: reader.textOrNone("status-context", { default: "Validate & Check Conflicts" }),
    workingDirectory: reader.string("working-directory"),
    token: reader.string("github-token"),
  };
}
