import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { normalizedDirectory } from "@retell-actions/core/apply/read-files";
import { ActionError } from "@retell-actions/core/errors";
import { matchAgents } from "@retell-actions/core/plan/match-agents";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { readWorkspaces } from "@retell-actions/core/project/validate-project";
import type { Workspace } from "@retell-actions/core/project/workspace";
import { suggest } from "@retell-actions/core/schema/suggest";
import type { ListInputs } from "./inputs.ts";
import { report } from "./report.ts";

/** Lists the workspaces of the checkout; reads one file and asks nobody. */
export async function run(inputs: ListInputs, ports: Pick<ActionPorts, "tree">): Promise<ActionReport> {
  const directory = normalizedDirectory(inputs.workingDirectory);
  const path = directory === "" ? "workspaces.json" : `${directory}/workspaces.json`;
  const { file, problems } = readWorkspaces(await ports.tree.read([path]), path);
  const ofKind = file?.workspaces.filter(({ kind }) => inputs.kind === "all" || kind === inputs.kind);
  return report({ path, listed: ofKind === undefined ? undefined : select(inputs, ofKind), problems });
}

/** A mistyped name must not end as an empty list, after which nothing would run and all would look well. */
function select({ workspaces: patterns, kind }: ListInputs, workspaces: readonly Workspace[]): Workspace[] {
  const names = workspaces.map(({ name }) => name);
  for (const pattern of patterns) {
    if (pattern.startsWith("!") || pattern === "*" || matchAgents([pattern], names).length > 0) continue;
    const near = suggest(pattern, names);
    throw new ActionError(
      "unknown-workspace",
      `workspaces: ${JSON.stringify(pattern)} matches no ${kind === "all" ? "workspace" : `workspace of kind ${kind}`} of workspaces.json, which has ${names.join(", ") || "none"}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
    );
  }
  const chosen = new Set(matchAgents(patterns, names));
  return workspaces.filter(({ name }) => chosen.has(name));
}
