import type { AgentClass, AgentPlan } from "../plan/plan.ts";
import type { WorkspaceStatus } from "./answer-input.ts";
import { link, name, prose, proseWithCode } from "./escape.ts";
import { agentName } from "./field-changes.ts";
import type { Piece } from "./fit.ts";
import { rowList, table } from "./row-list.ts";
import { CLASS_WORDS } from "./situation.ts";
import { isImported } from "./who-and-when.ts";
import { count, utcTime } from "./words.ts";

/** Whether an agent of a class keeps a workspace from being called free of conflicts. What is not known always does. */
const IS_CALM: Record<AgentClass, boolean> = {
  "in-sync": true,
  "local-change": true,
  converged: true,
  "not-deployed": true,
  "console-edit": false,
  conflict: false,
  "missing-remote": false,
  "version-deleted": false,
  "removed-from-git": false,
  unreadable: false,
};

/** How the agents of one workspace are, and when that was last looked at without being asked. */
export function statusPieces(status: WorkspaceStatus): Piece[] {
  const { workspace, agents, unmanaged, problem } = status;
  const heading = `#### Workspace ${name(workspace.name)}`;
  if (problem !== undefined) return [{ text: `${heading}\n\n❌ It is not known how its agents are: ${proseWithCode(problem)}\n\n${driftCheck(status)}` }];
  const others = unmanaged === undefined || unmanaged === 0 ? "" : `${count(unmanaged, "agent")} in Retell ${unmanaged === 1 ? "is" : "are"} not managed by this repository.`;
  return [
    { text: `${heading}\n\n${overview(agents)}\n\n${driftCheck(status)}` },
    rowList([...agents].sort((a, b) => Number(IS_CALM[a.class]) - Number(IS_CALM[b.class])), (shown, rest) =>
      table(["Agent", "State", "Deployed", "Recorded version", "Version in Retell", "Published"], shown.map(statusRow), rest),
    ),
    { text: others },
  ];
}

function overview(agents: readonly AgentPlan[]): string {
  if (agents.length === 0) return "No agents.";
  const restless = agents.filter((agent) => !IS_CALM[agent.class]).length;
  if (restless > 0) return `⚠️ ${count(restless, "agent")} of ${agents.length} ${restless === 1 ? "needs" : "need"} a look.`;
  const last = agents.map((agent) => agent.material.state?.deployed_at ?? "").sort().at(-1);
  const deployed = last === undefined || last === "" ? (agents.some(isImported) ? "Imported, not deployed yet" : "Never deployed") : `Last deployed: ${utcTime(last) ?? "–"}`;
  const sync = agents.every((agent) => agent.class === "in-sync") ? " Configuration is in sync with Retell." : "";
  return `✅ No conflicts detected.${sync} ${deployed}.`;
}

function statusRow(agent: AgentPlan): string[] {
  const { state } = agent.material;
  return [
    agentName(agent),
    CLASS_WORDS[agent.class] + (agent.blocks.length === 0 ? "" : `; left alone: ${agent.blocks.map(({ message }) => prose(message)).join(" ")}`),
    utcTime(state?.deployed_at) ?? (isImported(agent) ? "not since the import" : "never"),
    String(state?.version ?? "–"),
    String(agent.version ?? "–"),
    published(agent),
  ];
}

/** What callers get, where it was asked for; else only whether the version above is published. */
function published(agent: AgentPlan): string {
  const { publishedVersion } = agent.material;
  if (typeof publishedVersion === "number") return `version ${publishedVersion}`;
  if (publishedVersion === null) return "none";
  if (agent.version === null) return "–";
  return agent.isPublished ? `version ${agent.version}` : "not this version";
}

function driftCheck({ lastDriftCheck }: WorkspaceStatus): string {
  if (lastDriftCheck === undefined) return "Last drift check: none is known.";
  const { endedAt, conclusion, url } = lastDriftCheck;
  return `Last drift check: ${link(utcTime(endedAt) ?? "time not known", url)} (${prose(conclusion)}).`;
}
