import { contentHash } from "../canonical/content-hash.ts";
import type { Content } from "../canonical/content.ts";
import { withoutLayout } from "../canonical/without-layout.ts";
import type { Json } from "../canonical/json.ts";
import { storedSymbols } from "../canonical/symbols.ts";
import { isWritten, type AgentPlan } from "./plan.ts";
import type { ResourcePlan } from "./resource-plan.ts";

/**
 * The fingerprint of what would be written: operation and the hashes of seen, desired and live of each agent, bound to
 * repository, folder and workspace so that an approval cannot be carried elsewhere. Secrets count by name only: an agent
 * whose only change is a secret's value is outside it.
 */
export function planFingerprint(input: {
  repositoryId: number;
  workingDirectory: string;
  workspace: string;
  agents: readonly AgentPlan[];
  resources?: readonly ResourcePlan[];
}): string {
  const written = input.agents
    .filter(isWritten)
    .filter((agent) => !onlySecretValues(agent))
    .map((agent) => ({ name: agent.name, operation: agent.operation, agent_id: agent.agentId, ...hashesByName(agent) }));
  const resources = (input.resources ?? []).filter(isWritten).map(({ symbol, operation, id, hashes }) => ({ symbol, operation, id, ...hashes }));
  return contentHash({
    repository: input.repositoryId,
    folder: input.workingDirectory,
    workspace: input.workspace,
    agents: written.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(resources.length === 0 ? {} : { resources }),
  });
}

/** The hashes of the sides, whether or not a secret in them has another value by now, and wherever the nodes of a flow are drawn. */
function hashesByName({ hashes, material }: AgentPlan): AgentPlan["hashes"] {
  const hash = (side: Content | undefined): string | null => (side === undefined ? null : contentHash(storedSymbols(withoutLayout(side)) as Json));
  return { seen: hashes.seen === null ? null : hash(material.baseline?.seen), desired: hashes.desired, live: hash(material.live) };
}

function onlySecretValues(agent: AgentPlan): boolean {
  return (
    agent.operation === "update" &&
    agent.changes.length > 0 &&
    agent.changes.every((change) => typeof change.desired === "string" && change.sent === `${change.desired} (previous value)`)
  );
}
