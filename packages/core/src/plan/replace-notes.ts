import type { Json } from "../canonical/json.ts";
import { referredAgents } from "./referred-agents.ts";
import type { AgentPlan } from "./plan.ts";
import type { WorkspaceSnapshot } from "./plan-workspace.ts";
import { holdsText } from "./uses.ts";

/**
 * What a person has to know before an agent gives way to a new one: which phone numbers and which other agents lead to the
 * old one, and which of them follow by themselves. Also told while the replacement waits for `allow-replace`.
 */
export function replaceNotes(agent: AgentPlan, snapshot: WorkspaceSnapshot): string[] {
  const waits = agent.blocks.some(({ reason }) => reason === "needs-replace");
  if ((agent.operation !== "replace" && !waits) || agent.agentId === null) return [];
  return [`${agent.agentId} stays in Retell as it is; a new agent with an id of its own takes its place.`, ...phoneNotes(agent.agentId, snapshot), ...handoverNotes(agent.agentId, agent, snapshot)];
}

function phoneNotes(id: string, { uses }: WorkspaceSnapshot): string[] {
  if (uses === undefined) return [];
  if (uses.phones.kind === "unknown") return [`Which phone numbers lead to ${id} is not known: ${uses.phones.problem}`];
  const numbers = uses.phones.numbers.get(id) ?? [];
  if (numbers.length === 0) return [];
  const one = numbers.length === 1;
  return [`The phone ${one ? "number" : "numbers"} ${numbers.join(", ")} ${one ? "leads" : "lead"} to ${id} and ${one ? "does" : "do"} not follow: bind the new agent in the Retell console.`];
}

function handoverNotes(id: string, agent: AgentPlan, { live, desired, uses }: WorkspaceSnapshot): string[] {
  const holding = [...live].flatMap(([name, reading]) => (name !== agent.name && reading.kind === "present" && holdsText(reading.content as Json, id) ? [name] : [])).sort();
  const literal = (name: string): boolean => holdsText((desired.get(name)?.content ?? {}) as Json, id);
  const follows = (name: string): boolean => referredAgents(desired.get(name)).includes(agent.name) && !literal(name);
  const following = holding.filter(follows);
  const staying = holding.filter((name) => !follows(name));
  const handovers = uses?.handovers;
  const unmanaged = handovers?.kind === "known" ? (handovers.byAgent.get(id) ?? []).filter((one) => one.agent === undefined || (one.agent !== agent.name && !holding.includes(one.agent))).map(({ holder }) => holder) : [];
  return [
    ...(following.length === 0 ? [] : [`${following.join(", ")}: hand over to it by agent://${agent.name} and follow.`]),
    ...(staying.length === 0 ? [] : [`${staying.join(", ")}: hold the id ${id} itself and do not follow. Write agent://${agent.name} there.`]),
    ...(unmanaged.length === 0 ? [] : [`${unmanaged.sort().join("; ")}: hold the id ${id} and do not follow.`]),
    ...(handovers?.kind === "unknown" ? [`Which other agents hand over to ${id} is not known: ${handovers.problem}`] : []),
  ];
}
