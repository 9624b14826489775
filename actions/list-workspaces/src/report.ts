import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { Problem } from "@retell-actions/core/project/problem";
import type { Workspace } from "@retell-actions/core/project/workspace";
import { name, prose } from "@retell-actions/core/report/escape";
import { fit } from "@retell-actions/core/report/fit";
import { SUMMARY_LIMIT_BYTES } from "@retell-actions/core/report/job-summary";
import { problemPiece } from "@retell-actions/core/report/problem-list";
import { rowList, table } from "@retell-actions/core/report/row-list";
import { count } from "@retell-actions/core/report/words";

/** Turns the list into outputs and summary. `listed` is undefined where workspaces.json cannot be read. Pure. */
export function report({ path, listed, problems }: { path: string; listed: readonly Workspace[] | undefined; problems: readonly Problem[] }): ActionReport {
  const workspaces = listed ?? [];
  const message = listed === undefined ? `${path} cannot be used: ${problems.find(({ severity }) => severity === "error")?.message ?? "it has errors"}` : count(workspaces.length, "workspace");
  return {
    outcome: listed === undefined ? "failed" : "listed",
    reason: listed === undefined ? "invalid-files" : "ok",
    message,
    outputs: {
      workspaces: JSON.stringify(workspaces.map((workspace) => workspace.name)),
      matrix: JSON.stringify({ include: workspaces.map(matrixEntry) }),
    },
    result: {
      action: "list-workspaces",
      workspaces: workspaces.map((workspace) => ({ kind: workspace.kind, title: workspace.title, ...matrixEntry(workspace) })),
    },
    summary: summary({ heading: listed === undefined ? "## ❌ The workspaces cannot be listed" : "## Workspaces", message, workspaces, problems }),
    problems,
  };
}

/** The variables of one job. Environments of GitHub are expected to be called like the workspace. */
function matrixEntry(workspace: Workspace): Record<string, string> {
  return {
    workspace: workspace.name,
    environment: workspace.name,
    "api-key-env": workspace.apiKeyEnv,
    "read-key-env": workspace.readKeyEnv ?? "",
    branch: workspace.branch,
  };
}

function summary({ heading, message, workspaces, problems }: { heading: string; message: string; workspaces: readonly Workspace[]; problems: readonly Problem[] }): string {
  const list = rowList(workspaces, (shown, rest) =>
    table(["Workspace", "Kind", "Branch", "Key"], shown.map((workspace) => [name(workspace.name) + (workspace.title === workspace.name ? "" : ` ${prose(workspace.title)}`), workspace.kind, name(workspace.branch), name(workspace.apiKeyEnv)]), rest),
  );
  return fit([`${heading}\n\n${prose(message)}`, list, problemPiece(problems)], { limit: SUMMARY_LIMIT_BYTES, where: "All of it is in the file that the output `result-path` names.", fallback: heading }).text;
}
