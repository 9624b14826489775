import { contentHash } from "../canonical/content-hash.ts";
import type { AgentPlan } from "./plan.ts";

/** Characters of a digest: enough that two states of one agent do not meet by chance, few enough to be read. */
const LENGTH = 12;

/**
 * Names what Retell holds of an agent: which agent it is, its content, and which version callers get. A report prints it
 * beside its commands, and a command with another digest decides nothing. Equal states have equal digests, whatever Git says.
 */
export function liveDigest(agent: AgentPlan): string {
  return shortHash([agent.agentId, agent.hashes.live, agent.material.publishedVersion ?? null]);
}

/** The same for several agents at once, for commands on `all`. */
export function liveDigestOf(agents: readonly AgentPlan[]): string {
  return shortHash([...agents].sort((a, b) => (a.name < b.name ? -1 : 1)).map((agent) => [agent.name, liveDigest(agent)]));
}

function shortHash(value: Parameters<typeof contentHash>[0]): string {
  return contentHash(value).slice("sha256:".length, "sha256:".length + LENGTH);
}
