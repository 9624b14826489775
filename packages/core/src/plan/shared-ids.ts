import { knownName } from "../project/moves.ts";
import type { DesiredAgent } from "../project/desired.ts";
import { formerRecordNames, recordFor, recordName, type Records } from "./agent-records.ts";

/** One folder or record that says "this agent in Retell is mine". */
interface Claim {
  /** The agent's name in the plan. */
  readonly agent: string;
  /** Where the id stands. */
  readonly where: string;
  readonly isRecorded: boolean;
}

/**
 * Agents that claim an id which is another one's too, with what to do: after a folder was copied together with an older
 * tool's state file, or a state file was copied on the state branch. What is recorded outweighs a file of an older tool;
 * of two records none does.
 */
export function sharedIds(snapshot: Records & { readonly desired: ReadonlyMap<string, DesiredAgent>; readonly workspace: { readonly name: string } }): Map<string, string> {
  const claims = new Map<string, Claim[]>();
  const claim = (id: string, one: Claim): void => void claims.set(id, [...(claims.get(id) ?? []), one]);
  const { desired, recorded, moved, workspace } = snapshot;
  for (const [name, record] of recorded.agents) {
    if (record.kind !== "state" || record.state.agent_id === null) continue;
    const agent = knownName(name, (candidate) => desired.has(candidate), { kind: "agent", moved }) ?? name;
    const isLeftover = agent !== name && recordName(agent, snapshot) !== name && formerRecordNames(agent, snapshot).includes(name);
    if (!isLeftover) claim(record.state.agent_id, { agent, where: `agents/${name}/${workspace.name}.json on the state branch`, isRecorded: true });
  }
  for (const [name, agent] of desired) {
    if (agent.legacyAgentId === undefined || recordFor(name, snapshot) !== undefined) continue;
    claim(agent.legacyAgentId, { agent: name, where: agent.legacyFile ?? `agents/${name}/${workspace.name}.json`, isRecorded: false });
  }
  const refused = new Map<string, string>();
  for (const [id, all] of claims) {
    const owners = all.filter(({ isRecorded }) => isRecorded);
    const copies = owners.length === 1 ? all.filter(({ isRecorded }) => !isRecorded) : all;
    if (all.length < 2) continue;
    for (const copy of copies) refused.set(copy.agent, messageFor({ id, copy, others: all.filter((other) => other !== copy), isOwned: owners.length === 1 }));
  }
  return refused;
}

function messageFor({ id, copy, others, isOwned }: { readonly id: string; readonly copy: Claim; readonly others: readonly Claim[]; readonly isOwned: boolean }): string {
  const names = others.map(({ agent }) => agent).sort().join(", ");
  if (isOwned) {
    return `${copy.where} names the agent ${id}, which is the one of ${names}. Delete ${copy.where}, and ${copy.agent} becomes an agent of its own. If ${names} was renamed to ${copy.agent}, add {"agent": "${names}", "to": "${copy.agent}"} to "moved" in workspaces.json.`;
  }
  return `${copy.agent} and ${names} both claim the agent ${id} (${[copy, ...others].map(({ where }) => where).sort().join(", ")}). Delete the file of the one that it does not belong to; that one then becomes an agent of its own.`;
}
