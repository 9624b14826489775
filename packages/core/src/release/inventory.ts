import type { EngineKind } from "../ports/retell.ts";
import { name } from "../report/escape.ts";
import type { Piece } from "../report/fit.ts";
import { rowList, table } from "../report/row-list.ts";
import type { ManifestDeployment, ReleaseManifest } from "./manifest.ts";

const ENGINES: Record<EngineKind, string> = { "retell-llm": "Retell LLM", "conversation-flow": "conversation flow", "custom-llm": "custom LLM" };

/** The agents of a release as a table: engine, and the recorded version in staging and in each production. */
export function inventoryTable(manifest: ReleaseManifest): Piece {
  const productions = Object.keys(manifest.workspaces).filter((workspace) => workspace !== "staging");
  const versionIn = (workspace: string, agent: string): string => versionText(manifest.workspaces[workspace]?.agents[agent]);
  if (manifest.agents.length === 0) return { text: "This release has no agents." };
  return rowList(manifest.agents, (shown, rest) => {
    const rows = shown.map((agent) => [
      name(agent.name),
      ENGINES[agent.engine],
      versionIn("staging", agent.name),
      productions.map((workspace) => `${productions.length > 1 ? `${name(workspace)}: ` : ""}${versionIn(workspace, agent.name)}`).join(", "),
    ]);
    return table(["Agent", "Engine", "Staging", "Production"], rows, rest);
  });
}

function versionText(deployment: ManifestDeployment | "unreadable" | null | undefined): string {
  if (deployment === "unreadable") return "unreadable";
  if (deployment === null || deployment === undefined || deployment.version === null) return "–";
  return `${deployment.version}${deployment.is_published ? "" : " (draft)"}`;
}
