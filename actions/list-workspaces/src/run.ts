import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import { normalizedDirectory } from "@retell-actions/core/apply/read-files";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { readWorkspaces } from "@retell-actions/core/project/validate-project";
import type { ListInputs } from "./inputs.ts";
import { report } from "./report.ts";

/** Lists the workspaces of the checkout; reads one file and asks nobody. */
export async function run(inputs: ListInputs, ports: Pick<ActionPorts, "tree">): Promise<ActionReport> {
  const directory = normalizedDirectory(inputs.workingDirectory);
  const path = directory === "" ? "workspaces.json" : `${directory}/workspaces.json`;
  const { file, problems } = readWorkspaces(await ports.tree.read([path]), path);
  const listed = file?.workspaces.filter(({ kind }) => inputs.kind === "all" || kind === inputs.kind);
  return report({ path, listed, problems });
}
