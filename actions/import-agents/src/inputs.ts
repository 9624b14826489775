import type { InputReader } from "@retell-actions/core/adapters/runner/input-reader";
import { isBranchName } from "@retell-actions/core/project/branch-name";

/** The action's inputs, checked. */
export interface ImportInputs {
  /** Names; `all` alone means every workspace. */
  readonly workspaces: readonly string[];
  /** Patterns of folders and display names. */
  readonly agents: readonly string[];
  /** Undefined: the develop branch of workspaces.json. */
  readonly base: string | undefined;
  /** Undefined: no status. */
  readonly statusContext: string | undefined;
  readonly workingDirectory: string;
  readonly token: string;
  readonly concurrency: number;
}

/** Reads all inputs; wrong ones are reported together. */
export function readInputs(reader: InputReader): ImportInputs {
  const workspaces = [...new Set(reader.string("workspace", { default: "all" }).split(/[,\n]/).map((name) => name.trim()).filter((name) => name !== ""))];
  if (workspaces.includes("all") && workspaces.length > 1) reader.reject("workspace names all and others. Write all alone, or the names.");
  const base = reader.string("base");
  if (base !== "" && !isBranchName(base)) reader.reject(`base is ${JSON.stringify(base)}, which cannot name a branch. Write the branch's short name, such as develop.`);
  return {
    workspaces: workspaces.length === 0 ? ["all"] : workspaces,
    agents: reader.globs("agents", { default: "*" }),
    base: base === "" ? undefined : base,
    statusContext: reader.textOrNone("status-context", { default: "Validate & Check Conflicts" }),
    workingDirectory: reader.string("working-directory"),
    token: reader.string("github-token"),
    concurrency: reader.positiveInteger("concurrency", { default: 8, maximum: 64 }),
  };
}
