import type { AgentPlan } from "../plan/plan.ts";
import { isOnlyImported } from "../state/agent-state.ts";
import { name } from "./escape.ts";
import { utcTime } from "./words.ts";

/**
 * When each side changed last, and who. Retell's API tells one time per agent and nobody's name; Git's side is the last
 * deploy or import, which is recorded. Only without a record of either it is not known which side changed.
 */
export function whoAndWhen(agent: AgentPlan): string {
  const modified = utcTime(agent.modifiedAt === 0 ? null : agent.modifiedAt);
  const draft = agent.isPublished ? "published" : "draft";
  const version = agent.version === null ? "" : ` (version ${agent.version}, ${draft})`;
  const deployed = lastDeploy(agent);
  return [
    modified === undefined ? "" : `Last changed in Retell: **${modified}**${version}, the agent as a whole; Retell tells neither which field changed then nor by whom.`,
    deployed === undefined ? undeployed(agent) : `Last deployed from Git: ${deployed}.`,
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function undeployed(agent: AgentPlan): string {
  if (isImported(agent)) return "Imported from Retell, and not deployed from Git since.";
  return agent.material.baseline === null ? "Never deployed by this repository, so it is not known which side changed." : "No deploy by this repository is recorded.";
}

/** True for an agent whose record an import made, and to which nothing was deployed since. */
export function isImported({ material }: AgentPlan): boolean {
  return isOnlyImported(material.state);
}

/** `**2026-11-24 02:30 UTC** from commit … by …`; undefined for an agent that was never deployed. */
export function lastDeploy({ material: { state } }: AgentPlan): string | undefined {
  const deployed = utcTime(state?.deployed_at);
  if (deployed === undefined) return undefined;
  const commit = state?.source_commit?.slice(0, 7);
  const by = state?.deployed_by ?? undefined;
  return [`**${deployed}**`, ...(commit === undefined ? [] : [`from commit ${name(commit)}`]), ...(by === undefined ? [] : [`by ${name(by)}`])].join(" ");
}
