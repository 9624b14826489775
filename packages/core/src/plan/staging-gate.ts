import { contentHash } from "../canonical/content-hash.ts";
import type { Json } from "../canonical/json.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { AgentState } from "../state/agent-state.ts";
import type { Move } from "../project/workspace.ts";
import type { RecordedState } from "../state/recorded.ts";
import { recordFor } from "./agent-records.ts";
import type { AgentPlan, Block } from "./plan.ts";

/** What is known of staging when a production is planned. */
export interface StagingEvidence {
  readonly name: string;
  /** The same commit's agents, built for staging. */
  readonly desired: ReadonlyMap<string, DesiredAgent>;
  readonly recorded: RecordedState;
}

/**
 * Staging first, by content: what this commit builds for staging must have been deployed there, or what it builds for
 * this workspace must have been here before (a revert). Commits, dates and files do not count.
 */
export function stagingBlock(agent: AgentPlan, staging: StagingEvidence & { readonly moved: readonly Move[] }): Block | undefined {
  const here = agent.material.desired;
  if (here !== undefined && wasDeployed(agent.material.state, contentHash(here.content as Json))) return undefined;
  const there = staging.desired.get(agent.name);
  const record = recordFor(agent.name, staging);
  if (record?.kind === "unreadable" || staging.recorded.workspace.kind === "unreadable") {
    return stagingUnreadable(staging.name);
  }
  if (there !== undefined && wasDeployed(record?.state, contentHash(there.content as Json))) return undefined;
  return stagingRequired(staging.name);
}

export function stagingUnreadable(staging: string): Block {
  return { reason: "staging-unreadable", message: `The state of ${staging} cannot be read, so it is not known whether this content was deployed there. Restore the file on its state branch.` };
}

export function stagingRequired(staging: string): Block {
  return { reason: "staging-required", message: `This content has not been deployed to ${staging}. Merge it there first, or run deploy with require-staging: false.` };
}

/** True if content with this hash was written in one piece, now or within the remembered deployments. */
export function wasDeployed(state: Pick<AgentState, "config_hash" | "incomplete" | "previous"> | undefined, hash: string): boolean {
  if (state === undefined) return false;
  if (state.config_hash === hash && state.incomplete !== true) return true;
  return state.previous.some((previous) => previous.config_hash === hash);
}
