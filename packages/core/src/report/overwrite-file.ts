import type { Json } from "../canonical/json.ts";
import type { AgentPlan } from "../plan/plan.ts";
import { visibleJson } from "./escape.ts";

/** The agent's folder from the repository's root, as the files that it was built from show it. */
export function agentFolder(agent: AgentPlan, projectFolder: string): string {
  const ending = `agents/${agent.name}/agent.json`;
  const file = agent.material.desired?.sources.find((source) => source === ending || source.endsWith(`/${ending}`));
  return file?.slice(0, -"/agent.json".length) ?? `${projectFolder === "" ? "" : `${projectFolder}/`}agents/${agent.name}`;
}

/**
 * The content of `overwrite.<workspace>.json` that lets Git overwrite the console's values as they are now, also those
 * allowed before. Undefined where such a file can do nothing, since no field differs in the console.
 */
export function overwriteFile(agent: AgentPlan): string | undefined {
  const deployedAt = agent.material.state?.deployed_at ?? null;
  const fields = agent.changes
    .filter((change) => change.class === "conflict" || change.class === "console-edit" || change.overwritten)
    .map((change): [string, Json] => [change.name, change.live ?? null]);
  if (fields.length === 0) return undefined;
  return `${visibleJson(JSON.stringify({ deployed_at: deployedAt, fields: Object.fromEntries(fields) }, null, 2))}\n`;
}
