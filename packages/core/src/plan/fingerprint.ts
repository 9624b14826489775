import { contentHash } from "../canonical/content-hash.ts";
import { isWritten, type AgentPlan } from "./plan.ts";

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
}): string {
  const written = input.agents
    .filter(isWritten)
    .filter((agent) => !onlySecretValues(agent))
    .map((agent) => ({ name: agent.name, operation: agent.operation, agent_id: agent.agentId, ...agent.hashes }));
  return contentHash({
    repository: input.repositoryId,
    folder: input.workingDirectory,
    workspace: input.workspace,
    agents: written.sort((a, b) => (a.name < b.name ? -1 : 1)),
  });
}

function onlySecretValues(agent: AgentPlan): boolean {
  return (
    agent.operation === "update" &&
    agent.changes.length > 0 &&
    agent.changes.every((change) => typeof change.desired === "string" && change.sent === `${change.desired} (previous value)`)
  );
}
