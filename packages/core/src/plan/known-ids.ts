import type { PlanOptions } from "./options.ts";
import { recordFor } from "./agent-records.ts";
import { isWritten, type Plan } from "./plan.ts";
import type { WorkspaceSnapshot } from "./plan-workspace.ts";

/** Agents whose place a new one takes in this run: what refers to them has to follow. */
export function replacedAgents(plan: Pick<Plan, "agents">): ReadonlySet<string> {
  return new Set(plan.agents.filter((agent) => agent.operation === "replace" && isWritten(agent)).map(({ name }) => name));
}

/** Ids of the agents that `agent://` names, by name; none for one that is gone or gives way in this run. */
export function knownIds(snapshot: WorkspaceSnapshot, replaced: ReadonlySet<string>): Map<string, string> {
  const ids = new Map<string, string>();
  for (const name of snapshot.desired.keys()) {
    if (replaced.has(name)) continue;
    const reading = snapshot.live.get(name);
    if (reading?.kind === "present") ids.set(name, reading.agent.agentId);
    const record = recordFor(name, snapshot);
    if (reading?.kind !== "missing" && record?.kind === "state" && record.state.agent_id !== null) ids.set(name, record.state.agent_id);
  }
  return ids;
}

/**
 * Ids that agents had before they were made again, and those of agents that this run makes again. An agent that is gone
 * and stays so has none: what refers to it is left as it is.
 */
export function formerIds(snapshot: WorkspaceSnapshot, { options, replaced }: { readonly options: PlanOptions; readonly replaced: ReadonlySet<string> }): Map<string, ReadonlySet<string>> {
  const former = new Map<string, ReadonlySet<string>>();
  for (const name of snapshot.desired.keys()) {
    const record = recordFor(name, snapshot);
    const reading = snapshot.live.get(name);
    const given = replaced.has(name) && reading?.kind === "present" ? [reading.agent.agentId] : [];
    if (record?.kind !== "state") {
      if (given.length > 0) former.set(name, new Set(given));
      continue;
    }
    const missing = reading?.kind === "missing";
    if (missing && !(options.recreate && snapshot.selected.has(name))) continue;
    const { agent_id: id, former_agent_ids: before = [] } = record.state;
    former.set(name, new Set([...before, ...given, ...(missing && id !== null ? [id] : [])]));
  }
  return former;
}

/** Ids of agents that were deleted in the console and that this run does not make again, by name. */
export function goneIds(snapshot: WorkspaceSnapshot, options: PlanOptions): Map<string, string> {
  return new Map(
    [...snapshot.live].flatMap(([name, reading]) => (reading.kind === "missing" && snapshot.desired.has(name) && !(options.recreate && snapshot.selected.has(name)) ? [[name, reading.agentId] as const] : [])),
  );
}
