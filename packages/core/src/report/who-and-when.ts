import type { AgentPlan } from "../plan/plan.ts";
import { name } from "./escape.ts";
import { utcTime } from "./words.ts";

/**
 * When each side changed last, and who. Retell's API tells one time per agent and nobody's name; Git's side is the last
 * deploy, which is recorded.
 */
export function whoAndWhen(agent: AgentPlan): string {
  const modified = utcTime(agent.modifiedAt === 0 ? null : agent.modifiedAt);
  const draft = agent.isPublished ? "published" : "draft";
  const version = agent.version === null ? "" : ` (version ${agent.version}, ${draft})`;
  const deployed = lastDeploy(agent);
  return [
    modified === undefined ? "" : `Last changed in Retell: **${modified}**${version}, the agent as a whole; Retell tells neither which field changed then nor by whom.`,
    deployed === undefined ? "Never deployed by this repository, so it is not known which side changed." : `Last deployed from Git: ${deployed}.`,
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** `**2026-11-24 02:30 UTC** from commit … by …`; undefined for an agent that was never deployed. */
export function lastDeploy({ material: { state } }: AgentPlan): string | undefined {
  const deployed = utcTime(state?.deployed_at);
  if (deployed === undefined) return undefined;
  const commit = state?.source_commit?.slice(0, 7);
  const by = state?.deployed_by ?? undefined;
  return [`**${deployed}**`, ...(commit === undefined ? [] : [`from commit ${name(commit)}`]), ...(by === undefined ? [] : [`by ${name(by)}`])].join(" ");
}
