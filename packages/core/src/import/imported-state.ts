import { contentHash } from "../canonical/content-hash.ts";
import type { Fingerprint } from "../canonical/fingerprint.ts";
import type { Json } from "../canonical/json.ts";
import { toSymbols } from "../canonical/symbols.ts";
import { emptyAgentState, type AgentState } from "../state/agent-state.ts";
import { engineIds } from "../state/engine-ids.ts";
import { lastChangeOf } from "../state/last-change.ts";
import type { ImportedMember } from "./import-agents.ts";

/**
 * The record of an imported agent: what its files build counts as sent, what Retell holds as seen. It claims no deployment: nobody
 * deployed it, and so the fields that tell of one are empty until somebody does. The values of secrets are known only
 * now, so that a secret which is created with another value shows as a change.
 */
export function importedState(input: { readonly member: ImportedMember; readonly agentIds: ReadonlyMap<string, string>; readonly fingerprint: Fingerprint }): AgentState {
  const { member, agentIds, fingerprint } = input;
  const { live, desired } = member;
  const { workspace, agent, publishedVersion } = live;
  const secrets = Object.fromEntries([...member.secrets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, fingerprint(value)] as const));
  const seen = toSymbols({
    baseline: null,
    desired: desired.content,
    live: live.content,
    recordedSecrets: secrets,
    references: { secrets: member.secrets, agentIds, fingerprint },
  }).live;
  const change = lastChangeOf(agent, live.engine);
  const published = publishedVersion ?? (agent.isPublished ? agent.version : null);
  return {
    ...emptyAgentState(workspace.name),
    agent_id: agent.agentId,
    ...engineIds(desired.content, agent.engine.id),
    version: agent.version,
    is_published: agent.isPublished,
    ...(published === null ? {} : { published_version: published }),
    config_hash: contentHash(desired.content as Json),
    sent: desired.content,
    seen,
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
    imported: true,
    ...(change === undefined ? {} : { last_change: change }),
  };
}
